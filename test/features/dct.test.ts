import { describe, expect, it } from 'vitest'
import { dctMatrix, lifterWeights } from '../../src/features/dct.ts'

const tolerance = 1e-14

describe('dctMatrix', () => {
  it('is orthogonal', () => {
    const { data } = dctMatrix(26, 26)
    for (let i = 0; i < 26; i++) {
      for (let j = 0; j < 26; j++) {
        let product = 0
        for (let n = 0; n < 26; n++) product += data[i * 26 + n] * data[j * 26 + n]
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(tolerance)
      }
    }
  })

  it('differs between the norms in row 0 alone, by a factor of sqrt(2)', () => {
    const ortho = dctMatrix(3, 8, 'ortho').data
    const htk = dctMatrix(3, 8, 'htk').data
    expect(htk[0] / ortho[0]).toBeCloseTo(Math.SQRT2, 14)
    expect(htk[0]).toBeCloseTo(0.5, 14)
    expect(htk.slice(8)).toEqual(ortho.slice(8))
    expect(ortho[8 + 2]).toBeCloseTo(0.5 * Math.cos((Math.PI * 2.5) / 8), 14)
  })
})

describe('lifterWeights', () => {
  it('equals 1 + L/2 sin(pi n / L), and 1 for L = 0', () => {
    const weights = lifterWeights(13, 22)
    expect(weights[0]).toBe(1)
    expect(weights[11]).toBeCloseTo(12, 13)
    expect(weights[1]).toBeCloseTo(1 + 11 * Math.sin(Math.PI / 22), 13)
    expect([...lifterWeights(3, 0)]).toEqual([1, 1, 1])
  })
})
