import { describe, expect, it } from 'vitest'
import { EvenTransform } from '../../src/kernels/even-transform.ts'
import { Random } from '../../src/numerics/random.ts'

describe('EvenTransform', () => {
  it.each([16, 64, 2048])('of %i points is the sum of cosines', (length) => {
    const middle = length / 2
    const values = new Float64Array(middle + 1)
    new Random(length).uniformInto(values)
    for (const count of [1, 2, 5, middle]) {
      const out = new Float64Array(count)
      new EvenTransform(length).into(out, values)
      for (const k of [0, 1, 2, 3, 4, middle - 2, middle - 1].filter((k) => k < count)) {
        let sum = 0
        for (let n = 0; n < length; n++) {
          sum += values[Math.min(n, length - n)] * Math.cos((2 * Math.PI * ((k * n) % length)) / length)
        }
        expect(Math.abs(out[k] - sum)).toBeLessThan(1e-11 * length)
      }
    }
  })
})
