import { describe, expect, it } from 'vitest'
import { AnyLengthTransform, createAnyLengthTransform } from '../../src/kernels/any-length-transform.ts'
import { MixedRadixTransform, radicesOf } from '../../src/kernels/mixed-radix.ts'
import { Random } from '../../src/numerics/random.ts'

/** Of the largest value. */
const tolerance = 1e-14

function noise(points: number): Float64Array {
  const x = new Float64Array(2 * points)
  new Random(points).normalInto(x)
  return x
}

/** The definition, term by term. */
function definition(x: Float64Array): Float64Array {
  const N = x.length / 2
  const out = new Float64Array(2 * N)
  for (let k = 0; k < N; k++) {
    for (let n = 0; n < N; n++) {
      const angle = (2 * Math.PI * ((k * n) % N)) / N
      out[2 * k] += x[2 * n] * Math.cos(angle) + x[2 * n + 1] * Math.sin(angle)
      out[2 * k + 1] += x[2 * n + 1] * Math.cos(angle) - x[2 * n] * Math.sin(angle)
    }
  }
  return out
}

function expectClose(out: Float64Array, expected: Float64Array): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const worst = out.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0)
  expect(worst / largest).toBeLessThan(tolerance)
}

describe('MixedRadixTransform', () => {
  const lengths = [...Array.from({ length: 130 }, (_, i) => i + 1), 200, 240, 275, 276, 441, 551, 600]

  it('equals the definition, at every length with small factors', () => {
    let tried = 0
    for (const length of lengths) {
      const radices = radicesOf(length)
      if (radices === null) continue
      tried++
      const x = noise(length)
      const kept = x.slice()
      const out = new Float64Array(2 * length)
      const transform = new MixedRadixTransform(length, radices)
      transform.transform(out, x)
      expectClose(out, definition(x))
      expect(x).toEqual(kept)
      const again = new Float64Array(2 * length)
      transform.transform(again, x)
      expect(again).toEqual(out)
    }
    expect(tried).toBeGreaterThan(100)
  })

  it('agrees with the convolution', () => {
    for (const length of [200, 276, 1103 * 2, 3 * 5 * 7 * 11]) {
      const x = noise(length)
      const [ours, theirs] = [new Float64Array(2 * length), new Float64Array(2 * length)]
      createAnyLengthTransform(length).transform(ours, x)
      new AnyLengthTransform(length).transform(theirs, x)
      expectClose(ours, theirs)
    }
  })
})

it('factors: fours first, none that is too large', () => {
  expect(radicesOf(1)).toEqual([])
  expect(radicesOf(600)).toEqual([4, 2, 3, 5, 5])
  expect(radicesOf(276)).toEqual([4, 3, 23])
  expect(radicesOf(59 * 2)).toEqual([2, 59])
  expect(radicesOf(61)).toBeNull()
  expect(createAnyLengthTransform(1103)).toBeInstanceOf(AnyLengthTransform)
  expect(createAnyLengthTransform(200)).toBeInstanceOf(MixedRadixTransform)
})
