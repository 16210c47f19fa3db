import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { view } from '../../src/core/array.ts'

describe('toMono', () => {
  it('is the mean of the channels', () => {
    const channels = [Float32Array.of(1, 0.5, -1), Float32Array.of(0, 0.25, -1), Float32Array.of(0.5, 0, 1)]
    expect([...toMono({ channels })]).toEqual([0.5, 0.25, Math.fround(-1 / 3)])
    expect([...channels[0]]).toEqual([1, 0.5, -1])
  })

  it('takes integer arrays as 16 bit samples, as the features do', () => {
    expect(toMono({ channels: [Int16Array.of(-32768, 16384)] })).toEqual(Float32Array.of(-1, 0.5))
  })

  it('copies a single channel', () => {
    const channel = Float32Array.of(0.1, -0.2)
    const mono = toMono({ channels: [channel] })
    expect(mono).toEqual(channel)
    mono[0] = 9
    expect(channel[0]).toBe(Math.fround(0.1))
  })

  it('takes strided views and float64', () => {
    const channels = [view(Float32Array.of(1, 9, 3), [2], [2]), Float64Array.of(3, 5)]
    expect(toMono({ channels })).toEqual(Float32Array.of(2, 4))
  })

  it('tells a mean that float32 cannot hold, also where another frame is not finite', () => {
    const [left, right] = [Float64Array.of(0.5, Number.NaN, 1e39), Float64Array.of(0.25, 0, 1e39)]
    expect(() => toMono({ channels: [left, right] })).toThrow(
      'toMono: "channels" expected numbers whose result fits, got up to 1e+39',
    )
    const spoilt = toMono({ channels: [left.subarray(0, 2), Float64Array.of(0.25, Number.POSITIVE_INFINITY)] })
    expect(spoilt).toEqual(Float32Array.of(0.375, Number.NaN))
  })

  it.each([
    [null, TypeError, /toMono: "audio" expected an object with "channels", got null/],
    [{}, TypeError, /"channels" expected an array/],
    [{ channels: [] }, RangeError, /"channels" expected at least 1 item/],
    [{ channels: ['x'] }, TypeError, /"channels\[0\]" expected a typed array/],
    [{ channels: [new Float32Array(2), new Float32Array(3)] }, RangeError, /length 2 and "channels\[1\]" of length 3/],
  ])('refuses %o', (audio, kind, message) => {
    const attempt = (): Float32Array => toMono(audio as never)
    expect(attempt).toThrow(kind)
    expect(attempt).toThrow(message)
  })
})
