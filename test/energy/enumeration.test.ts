import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Enumeration, enumerableUnits } from '../../src/energy/enumeration.ts'
import type { Potential } from '../../src/energy/potential.ts'
import { tolerance } from '../support/tolerances.ts'
import { randomPotential, unitsOf } from './potentials.ts'

/** Reference values are printed to 12 digits after the point. */
const PRINTED = 1e-12
/** Quadrature on a grid of step 1/4: spectrally exact for sums of Gaussians. */
const QUADRATURE = 1e-12
/** Energies of some thousands carry an error of their last bit into the probabilities. */
const HUGE = 1e-11

interface Moments {
  logZ: number
  visible: number[]
  hidden: number[]
  product: number[]
  square: number[]
}

const zeros = (n: number): number[] => new Array<number>(n).fill(0)
const sumOf = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0)

/** One term of a sum over states: its logarithm, and the means given that state. */
interface Term {
  log: number
  v: number[]
  h: number[]
  /** E[v_i^2] */
  square: number[]
}

function momentsOf({ visible: V, hidden: H }: Potential, terms: Term[]): Moments {
  const max = terms.reduce((a, { log }) => Math.max(a, log), Number.NEGATIVE_INFINITY)
  const Z = sumOf(terms.map(({ log }) => Math.exp(log - max)))
  const out = { visible: zeros(V), hidden: zeros(H), product: zeros(V * H), square: zeros(V) }
  for (const { log, v, h, square } of terms) {
    const p = Math.exp(log - max) / Z
    for (let i = 0; i < V; i++) {
      out.visible[i] += p * v[i]
      out.square[i] += p * square[i]
      for (let j = 0; j < H; j++) out.product[i * H + j] += p * v[i] * h[j]
    }
    for (let j = 0; j < H; j++) out.hidden[j] += p * h[j]
  }
  return { logZ: max + Math.log(Z), ...out }
}

/** v'W h + b'v + c'h */
function negativeEnergy({ hidden: H, W, b, c }: Potential, v: number[], h: number[]): number {
  const visible = v.map((vi, i) => vi * (b[i] + sumOf(h.map((hj, j) => W[i * H + j] * hj))))
  return sumOf(visible) + sumOf(h.map((hj, j) => hj * c[j]))
}

/** Every pair (v, h) of a binary model. */
function binaryTerms(potential: Potential): Term[] {
  const { visible: V, hidden: H } = potential
  return Array.from({ length: 2 ** (V + H) }, (_, s) => {
    const v = unitsOf(s, V)
    const h = unitsOf(s >> V, H)
    return { log: negativeEnergy(potential, v, h), v, h, square: v }
  })
}

/** Every v of a binary model, hidden units summed out. */
function visibleTerms({ visible: V, hidden: H, W, b, c }: Potential): Term[] {
  return Array.from({ length: 2 ** V }, (_, s) => {
    const v = unitsOf(s, V)
    const a = Array.from(c, (cj, j) => cj + sumOf(v.map((vi, i) => vi * W[i * H + j])))
    const log =
      sumOf(v.map((vi, i) => vi * b[i])) + sumOf(a.map((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))))
    return { log, v, h: a.map((x) => 1 / (1 + Math.exp(-x))), square: v }
  })
}

/** Every h of a Gaussian model: given h the visibles are N(m, I). */
function gaussianTerms({ visible: V, hidden: H, W, b, c }: Potential): Term[] {
  return Array.from({ length: 2 ** H }, (_, s) => {
    const h = unitsOf(s, H)
    const v = Array.from(b, (bi, i) => bi + sumOf(h.map((hj, j) => hj * W[i * H + j])))
    const half = (sumOf(v.map((m) => m * m)) - sumOf(b.map((m) => m * m))) / 2
    const log = (V / 2) * Math.log(2 * Math.PI) + half + sumOf(h.map((hj, j) => hj * c[j]))
    return { log, v, h, square: v.map((m) => 1 + m * m) }
  })
}

function expectClose(actual: ArrayLike<number>, wanted: ArrayLike<number>, accepted: number): void {
  expect(actual.length).toBe(wanted.length)
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(actual[i] - wanted[i])).toBeLessThanOrEqual(accepted * (1 + Math.abs(wanted[i])))
  }
}

function expectMoments(potential: Potential, wanted: Moments, accepted: number): void {
  const enumeration = new Enumeration(potential)
  const actual = enumeration.expectations(potential.b, potential.c)
  expect(enumeration.logPartition(potential.b, potential.c)).toBe(actual.logZ)
  expectClose([actual.logZ], [wanted.logZ], accepted)
  expectClose(actual.visible, wanted.visible, accepted)
  expectClose(actual.hidden, wanted.hidden, accepted)
  expectClose(actual.product, wanted.product, accepted)
  expectClose(actual.square, wanted.square, accepted)
}

function logPartition(potential: Potential): number {
  return new Enumeration(potential).logPartition(potential.b, potential.c)
}

const fill = (n: number, f: (k: number) => number): Float64Array => Float64Array.from({ length: n }, (_, k) => f(k))

describe('the published small models', () => {
  it('the binary RBM', () => {
    const W = fill(12, (k) => Math.sin(1 + 3 * Math.floor(k / 3) + (k % 3)))
    const b = fill(4, (i) => 0.1 * (i - 1.5))
    const c = fill(3, (j) => 0.2 * (j - 1))
    const { logZ, visible } = new Enumeration({ visible: 4, hidden: 3, binary: true, W }).expectations(b, c)
    expectClose([logZ], [5.569397991423], PRINTED)
    expectClose(visible, [0.737906361665, 0.217823924777, 0.787940302044, 0.242929616468], PRINTED)
  })

  it('the Gaussian CRBM', () => {
    const history = [1, -0.5, 0.25, 0.8, -0.1, 0.4]
    const W = fill(6, (k) => 0.5 * Math.sin(1 + 2 * Math.floor(k / 2) + (k % 2)))
    const b = fill(3, (i) => [0.1, -0.2, 0.3][i] + sumOf(history.map((x, k) => x * 0.3 * Math.cos(3 * k + i))))
    const c = fill(2, (j) => [-0.5, 0.25][j] + sumOf(history.map((x, k) => x * 0.4 * Math.sin(2 + 2 * k + j))))
    const { logZ, visible } = new Enumeration({ visible: 3, hidden: 2, binary: false, W }).expectations(b, c)
    expectClose([logZ], [5.310497705015], PRINTED)
    expectClose(visible, [0.926094509517, -0.479847876858, -0.344520707398], PRINTED)
  })
})

describe('binary models', () => {
  it.each([
    [1, 1],
    [3, 1],
    [1, 3],
    [2, 6],
    [6, 2],
    [4, 4],
    [5, 7],
    [7, 6],
  ])('%i visible and %i hidden units agree with the sum over all pairs', (visible, hidden) => {
    const potential = randomPotential(1, visible, hidden, true, 1.5)
    expectMoments(potential, momentsOf(potential, binaryTerms(potential)), tolerance.reorder)
  })

  it.each([
    ['many blocks of many states', 13, 20],
    ['some hundred others', 10, 700],
  ])('%s agree with the plain sum, on either side', (_, few, many) => {
    const potential = randomPotential(2, few, many, true, 0.5)
    const wanted = momentsOf(potential, visibleTerms(potential))
    expectMoments(potential, wanted, tolerance.reorder)

    const W = fill(few * many, (k) => potential.W[(k % few) * many + Math.floor(k / few)])
    const { b, c } = potential
    const { logZ, visible, hidden, product } = new Enumeration({
      visible: many,
      hidden: few,
      binary: true,
      W,
    }).expectations(c, b)
    const transposed = fill(few * many, (k) => wanted.product[(k % few) * many + Math.floor(k / few)])
    expectClose([logZ], [wanted.logZ], tolerance.reorder)
    expectClose(visible, wanted.hidden, tolerance.reorder)
    expectClose(hidden, wanted.visible, tolerance.reorder)
    expectClose(product, transposed, tolerance.reorder)
  })

  it.each([30, 150, 1000])('stay exact with weights of %i', (scale) => {
    for (const [visible, hidden] of [
      [5, 4],
      [3, 6],
    ]) {
      const potential = randomPotential(`huge ${scale}`, visible, hidden, true, scale, scale)
      expectMoments(potential, momentsOf(potential, binaryTerms(potential)), HUGE)
    }
  })

  it('stay exact where the product of the factors would overflow', () => {
    const potential = randomPotential('product', 4, 300, true, 20)
    expectMoments(potential, momentsOf(potential, visibleTerms(potential)), HUGE)
  })

  it('stay exact where huge terms cancel: 1 + exp(1000 - 1000)', () => {
    const potential: Potential = {
      visible: 2,
      hidden: 1,
      binary: true,
      W: Float64Array.of(1000, -1000),
      b: Float64Array.of(0, 0),
      c: Float64Array.of(0.5),
    }
    const both = 1 + Math.exp(0.5)
    const { logZ, product } = new Enumeration(potential).expectations(potential.b, potential.c)
    expect(logZ).toBe(1000.5)
    expectClose(product, [1, 0], PRINTED)
    const pulled = new Enumeration(potential).logPartition(Float64Array.of(-2000, 0), potential.c)
    expectClose([pulled], [Math.log(both + 1)], PRINTED)
  })

  it('have a joint distribution with these sums and means', () => {
    const potential = randomPotential(3, 3, 4, true, 1)
    const { b, c } = potential
    const enumeration = new Enumeration(potential)
    const joint = enumeration.joint(b, c)
    const { logZ } = enumeration.expectations(b, c)
    expectClose([sumOf(joint)], [1], tolerance.reorder)
    const wanted = fill(2 ** 7, (k) =>
      Math.exp(negativeEnergy(potential, unitsOf(k >> 4, 3), unitsOf(k & 15, 4)) - logZ),
    )
    expectClose(joint, wanted, tolerance.reorder)
  })
})

describe('Gaussian models', () => {
  it.each([
    [1, 1],
    [3, 5],
    [5, 3],
    [2, 12],
    [3, 14],
  ])('%i visible and %i hidden units agree with the sum over all hidden states', (visible, hidden) => {
    const potential = randomPotential(4, visible, hidden, false, 0.5)
    expectMoments(potential, momentsOf(potential, gaussianTerms(potential)), tolerance.reorder)
  })

  it('stay exact with huge weights', () => {
    const potential = randomPotential(5, 3, 4, false, 30, 30)
    expectMoments(potential, momentsOf(potential, gaussianTerms(potential)), HUGE)
  })

  it.each([1, 2])('agree with quadrature over %i visible units', (visible) => {
    const potential = randomPotential(6, visible, 4, false, 0.7)
    const step = 0.25
    const points = 120
    const grid = Array.from({ length: points ** visible }, (_, k) =>
      Array.from({ length: visible }, (_, i) => step * ((Math.floor(k / points ** i) % points) - points / 2)),
    )
    const { b, c, W } = potential
    const terms = grid.map((x) => {
      const a = Array.from(c, (cj, j) => cj + sumOf(x.map((xi, i) => xi * W[i * 4 + j])))
      const log = sumOf(a.map((z) => Math.log1p(Math.exp(z)))) - sumOf(x.map((xi, i) => (xi - b[i]) ** 2)) / 2
      return {
        log: log + visible * Math.log(step),
        v: x,
        h: a.map((z) => 1 / (1 + Math.exp(-z))),
        square: x.map((xi) => xi * xi),
      }
    })
    expectMoments(potential, momentsOf(potential, terms), QUADRATURE)
  })
})

describe('every enumeration', () => {
  const models = fc.record({
    seed: fc.nat(),
    visible: fc.integer({ min: 1, max: 7 }),
    hidden: fc.integer({ min: 1, max: 7 }),
    binary: fc.boolean(),
  })

  it('does not depend on the order of the units', () => {
    fc.assert(
      fc.property(models, ({ seed, visible: V, hidden: H, binary }) => {
        const potential = randomPotential(seed, V, H, binary, 1)
        const reversed = {
          ...potential,
          W: potential.W.slice().reverse(),
          b: potential.b.slice().reverse(),
          c: potential.c.slice().reverse(),
        }
        expectClose([logPartition(reversed)], [logPartition(potential)], tolerance.reorder)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  it('has the derivatives of ln Z as its means', () => {
    const h = 1e-5
    const accepted = 1e-8
    fc.assert(
      fc.property(models, ({ seed, visible: V, hidden: H, binary }) => {
        const potential = randomPotential(seed, V, H, binary, 0.5)
        const { b, c } = potential
        const enumeration = new Enumeration(potential)
        const means = enumeration.expectations(b, c)
        const slope = (d: number): number => {
          const [up, down] = [c.slice(), c.slice()]
          up[d] += h
          down[d] -= h
          return (enumeration.logPartition(b, up) - enumeration.logPartition(b, down)) / (2 * h)
        }
        expectClose(means.hidden, fill(H, slope), accepted)
      }),
      { seed: 42, numRuns: 30 },
    )
  })

  it('gains b when a unit that is always on is added', () => {
    const potential = randomPotential(7, 4, 3, true, 1)
    const shift = 60
    const W = new Float64Array(15)
    W.set(potential.W)
    const extended = { ...potential, visible: 5, W, b: Float64Array.of(...potential.b, shift) }
    expectClose([logPartition(extended)], [logPartition(potential) + shift], tolerance.reorder)
  })

  it('serves any number of bias pairs and leaves its arguments alone', () => {
    for (const binary of [true, false]) {
      const first = randomPotential(8, 6, 5, binary, 1)
      const { b, c } = randomPotential(9, 6, 5, binary, 1)
      const kept = structuredClone(first)
      const shared = new Enumeration(first)
      const before = shared.expectations(first.b, first.c)
      const other = shared.expectations(b, c)
      expect(shared.expectations(first.b, first.c)).toEqual(before)
      expect(other).toEqual(new Enumeration(first).expectations(b, c))
      expect(first).toEqual(kept)
    }
  })

  it('goes over the smaller side, with Gaussian visibles over the hidden one', () => {
    expect(enumerableUnits({ visible: 784, hidden: 20, binary: true })).toBe(20)
    expect(enumerableUnits({ visible: 16, hidden: 500, binary: true })).toBe(16)
    expect(enumerableUnits({ visible: 3, hidden: 500, binary: false })).toBe(500)
  })
})
