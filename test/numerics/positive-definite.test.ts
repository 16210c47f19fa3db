import { describe, expect, it } from 'vitest'
import { inverseOfPositiveDefinite } from '../../src/numerics/positive-definite.ts'
import { Random } from '../../src/numerics/random.ts'

describe('the inverse of a positive definite matrix', () => {
  it.each([1, 2, 7, 40])('times the matrix is the identity, %d by itself', (n) => {
    const random = new Random(n)
    const b = new Float64Array(n * n)
    random.normalInto(b)
    const a = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let k = 0; k < n; k++) a[i * n + j] += b[i * n + k] * b[j * n + k]
        if (i === j) a[i * n + j] += 1
      }
    }
    const before = a.slice()
    const inverse = inverseOfPositiveDefinite(a, n) as Float64Array
    expect(a).toEqual(before)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let k = 0; k < n; k++) sum += a[i * n + k] * inverse[k * n + j]
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 10)
        expect(inverse[i * n + j]).toBe(inverse[j * n + i])
      }
    }
  })

  it('is none of a matrix that is not', () => {
    expect(inverseOfPositiveDefinite(Float64Array.of(1, 2, 2, 1), 2)).toBeNull()
    expect(inverseOfPositiveDefinite(new Float64Array(4), 2)).toBeNull()
    expect(inverseOfPositiveDefinite(Float64Array.of(Number.NaN), 1)).toBeNull()
  })
})
