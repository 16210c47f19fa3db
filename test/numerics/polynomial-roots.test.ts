import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PolynomialRoots } from '../../src/numerics/polynomial-roots.ts'

/** Coefficients below the leading one of the polynomial with pairs r exp(+-i a) and real roots. */
function polynomialOf(pairs: [number, number][], reals: number[]): number[] {
  const factors = [...pairs.map(([r, a]) => [1, -2 * r * Math.cos(a), r * r]), ...reals.map((x) => [1, -x])]
  let product = [1]
  for (const factor of factors) {
    const next = new Array(product.length + factor.length - 1).fill(0)
    for (const [i, p] of product.entries()) for (const [j, f] of factor.entries()) next[i + j] += p * f
    product = next
  }
  return product.slice(1)
}

/** Distance of a point to the nearest root found. */
function nearest({ re, im }: PolynomialRoots, x: number, y: number): number {
  return Math.min(...Array.from(re, (r, i) => Math.hypot(r - x, im[i] - y)))
}

/** |p(z)| beside the sum of the magnitudes of its terms. */
function residual(c: number[], x: number, y: number): number {
  let [re, im, sum] = [1, 0, 1]
  for (const one of c) {
    ;[re, im] = [re * x - im * y + one, re * y + im * x]
    sum = sum * Math.hypot(x, y) + Math.abs(one)
  }
  return Math.hypot(re, im) / sum
}

describe('PolynomialRoots', () => {
  it('finds pairs and real roots', () => {
    const roots = new PolynomialRoots(6)
    roots.find(
      polynomialOf(
        [
          [0.98, 0.3],
          [0.9, 2.5],
        ],
        [0.5, -0.8],
      ),
    )
    for (const [r, a] of [
      [0.98, 0.3],
      [0.98, -0.3],
      [0.9, 2.5],
      [0.9, -2.5],
      [0.5, 0],
      [0.8, Math.PI],
    ]) {
      expect(nearest(roots, r * Math.cos(a), r * Math.sin(a))).toBeLessThan(1e-13)
    }
    roots.find([0, 0, 0, 0, 0, -64])
    expect(nearest(roots, 2, 0)).toBeLessThan(1e-14)
    expect(nearest(roots, -1, Math.sqrt(3))).toBeLessThan(1e-14)
  })

  it('finds roots at 0 and double roots, as well as these can be known', () => {
    const roots = new PolynomialRoots(4)
    roots.find([0, 0, 0, 0])
    for (let i = 0; i < 4; i++) expect(Math.hypot(roots.re[i], roots.im[i])).toBe(0)
    roots.find(polynomialOf([], [0.5, 0.5, -0.25, 0]))
    for (const x of [0.5, -0.25, 0]) expect(nearest(roots, x, 0)).toBeLessThan(1e-7)
  })

  it('finds the roots of any filter', () => {
    const pair = fc.tuple(
      fc.double({ min: 0.3, max: 0.999, noNaN: true }),
      fc.double({ min: 0.05, max: 3.1, noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(pair, { minLength: 5, maxLength: 5 }), (pairs) => {
        const roots = new PolynomialRoots(10)
        const c = polynomialOf(pairs, [])
        roots.find(c)
        for (const [i, x] of roots.re.entries()) expect(residual(c, x, roots.im[i])).toBeLessThan(1e-13)
        const upper = Array.from(roots.im).filter((y) => y > 1e-6).length
        expect(upper).toBe(5)
      }),
      { seed: 7, numRuns: 100 },
    )
  })
})
