import { describe, expect, it } from 'vitest'
import { SingleTransform } from '../../src/kernels/single-transform.ts'
import { Random } from '../../src/numerics/random.ts'
import { sound } from '../features/egemaps/reference.ts'

/** Error of single precision, as a share of the root of the sum of squares. */
const ROUNDING = 5e-7

describe('SingleTransform', () => {
  it.each(sound.spectra)('gives the bits that openSMILE has of a frame, set %#', ({ window, bins }) => {
    const frame = new Float32Array(bins.length)
    frame.set(window, Math.floor((bins.length - window.length) / 2))
    const transform = new SingleTransform(bins.length)
    transform.transform(frame)
    const { output } = transform
    expect([output[0], output[bins.length]]).toEqual([bins[0], bins[1]])
    expect(output.slice(2, bins.length)).toEqual(bins.slice(2))
    expect([output[1], output[bins.length + 1]]).toEqual([0, 0])
  })

  it.each([8, 16, 32, 64, 128, 256, 512, 2048, 4096])('is the transform of %i samples', (length) => {
    const frame = new Float32Array(length)
    new Random(length).normalInto(frame, 0, 1)
    const transform = new SingleTransform(length)
    transform.transform(frame)
    for (const k of [0, 1, 2, 3, length / 4 - 1, length / 4, length / 2 - 1, length / 2]) {
      let [re, im] = [0, 0]
      for (let n = 0; n < length; n++) {
        re += frame[n] * Math.cos((2 * Math.PI * ((k * n) % length)) / length)
        im += frame[n] * Math.sin((2 * Math.PI * ((k * n) % length)) / length)
      }
      const error = Math.hypot(transform.output[2 * k] - re, transform.output[2 * k + 1] - im)
      expect(error / Math.sqrt(length)).toBeLessThan(10 * ROUNDING)
    }
  })

  it('leaves the frame alone, and does not remember the one before', () => {
    const transform = new SingleTransform(64)
    const frame = Float32Array.from({ length: 64 }, (_, n) => Math.sin(n * n))
    transform.transform(frame)
    const first = transform.output.slice()
    transform.transform(new Float32Array(64).fill(1))
    transform.transform(frame)
    expect(transform.output).toEqual(first)
    expect(frame).toEqual(Float32Array.from({ length: 64 }, (_, n) => Math.sin(n * n)))
  })
})
