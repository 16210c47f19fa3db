import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import {
  frameCount,
  framedLength,
  frameSignal,
  mirroredIndex,
  resolveFrames,
  takeSamples,
} from '../../src/features/frames.ts'

describe('resolveFrames', () => {
  it('takes samples, seconds, or 25 ms every 10 ms', () => {
    expect(resolveFrames('f', { sampleRate: 16000 })).toMatchObject({ length: 400, step: 160, margin: 0, pad: false })
    expect(resolveFrames('f', { sampleRate: 22050 })).toMatchObject({ length: 551, step: 221 })
    const options = {
      sampleRate: 8000,
      frameLength: 7,
      frameStepSeconds: 0.02,
      centered: true,
      lastFrame: 'pad',
    } as const
    expect(resolveFrames('f', options)).toMatchObject({ length: 7, step: 160, margin: 3, pad: true })
  })

  it('makes seconds whole samples by rounding to the nearest, or down', () => {
    const rates = [8000, 11025, 16000, 22050, 24414, 32000, 44100, 48000]
    const lengths = (frameRounding: 'nearest' | 'down') =>
      rates.map((sampleRate) => {
        const { length, step } = resolveFrames('f', { sampleRate, frameRounding })
        return [length, step]
      })
    expect(lengths('nearest').map(([length]) => length)).toEqual([200, 276, 400, 551, 610, 800, 1103, 1200])
    expect(lengths('nearest').map(([, step]) => step)).toEqual([80, 110, 160, 221, 244, 320, 441, 480])
    expect(lengths('down').map(([length]) => length)).toEqual([200, 275, 400, 551, 610, 800, 1102, 1200])
    expect(lengths('down').map(([, step]) => step)).toEqual([80, 110, 160, 220, 244, 320, 441, 480])
    // 0.29 * 100 is 28.999999999999996.
    const down = { sampleRate: 100, frameRounding: 'down', frameLengthSeconds: 0.29 } as const
    expect(resolveFrames('f', down).length).toBe(29)
  })

  it.each([
    [{ frameRounding: 'up' }, 'f: "frameRounding" expected one of "nearest", "down", got "up"'],
    [{ snipEdges: 0 }, 'f: "snipEdges" expected true or false, got 0'],
    [{ snipEdges: false, centered: true }, 'f: "snipEdges" expected true where "centered" is true, got false'],
    [{ snipEdges: false, lastFrame: 'pad' }, 'f: "snipEdges" expected true where "lastFrame" is "pad", got false'],
    [{ frameLength: 400, frameLengthSeconds: 0.025 }, 'f: give either "frameLength" or "frameLengthSeconds", not both'],
    [{ frameStep: 0 }, 'f: "frameStep" expected an integer >= 1'],
    [{ frameStep: 1.5 }, 'f: "frameStep" expected an integer >= 1'],
    [{ frameStepSeconds: 1e-6 }, 'f: "frameStepSeconds" expected 1 to 1048576 samples, got 0.000001 s at 16000 Hz'],
    [{ frameLengthSeconds: -1 }, 'f: "frameLengthSeconds" expected a finite number > 0, got -1'],
    [{ sampleRate: 0 }, 'f: "sampleRate" expected a finite number > 0, got 0'],
    [{ sampleRate: undefined }, 'f: "sampleRate" expected a finite number > 0, got undefined'],
    [{ centered: 'yes' }, 'f: "centered" expected true or false, got "yes"'],
    [{ lastFrame: 'keep' }, 'f: "lastFrame" expected one of "drop", "pad", got "keep"'],
    [{ scale: 0 }, 'f: "scale" expected a finite number > 0, got 0'],
  ])('refuses %o', (options, message) => {
    expect(() => resolveFrames('f', { sampleRate: 16000, ...options } as never)).toThrow(message)
  })
})

describe('frameCount', () => {
  it('equals counting', () => {
    const whole = fc.integer({ min: 1, max: 30 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), whole, whole, fc.boolean(), (n, length, step, centered) => {
        const sizes = { sampleRate: 1, frameLength: length, frameStep: step, centered } as const
        const total = n + 2 * (centered ? Math.floor(length / 2) : 0)
        let whole = 0
        while (whole * step + length <= total) whole++
        let covering = 1
        while ((covering - 1) * step + length < total) covering++
        expect(frameCount(n, resolveFrames('f', sizes))).toBe(whole)
        expect(frameCount(n, resolveFrames('f', { ...sizes, lastFrame: 'pad' }))).toBe(covering)
      }),
      { seed: 42, numRuns: 300 },
    )
  })

  it('is 0 without samples', () => {
    const settings = resolveFrames('f', { sampleRate: 16000, centered: true, lastFrame: 'pad' })
    expect(frameCount(0, settings)).toBe(0)
    expect(framedLength(0, settings)).toBe(0)
  })
})

describe('snipEdges: false', () => {
  it('mirrors the signal at both ends, however short it is', () => {
    expect([-3, -2, -1, 0, 1, 2, 3, 4, 5, 6].map((i) => mirroredIndex(i, 3))).toEqual([2, 1, 0, 0, 1, 2, 2, 1, 0, 0])
    const settings = resolveFrames('f', { sampleRate: 1, frameLength: 5, frameStep: 2, snipEdges: false })
    const { data, frames } = frameSignal('f', Float64Array.of(1, 2, 3, 4), settings)
    expect(frames).toBe(2)
    expect([...data]).toEqual([1, 1, 2, 3, 4, 4, 3].slice(0, data.length))
    expect(frameSignal('f', Float64Array.of(7), settings).frames).toBe(1)
    expect([...frameSignal('f', Float64Array.of(7), settings).data]).toEqual([7, 7, 7, 7, 7])
  })

  it('leaves out what lies between the frames where the step is longer', () => {
    const settings = resolveFrames('f', { sampleRate: 1, frameLength: 2, frameStep: 6, snipEdges: false })
    const { data, frames } = frameSignal('f', Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8), settings)
    expect(frames).toBe(2)
    expect([...data.subarray(0, 2), ...data.subarray(6, 8)]).toEqual([2, 3, 8, 8])
  })
})

describe('takeSamples', () => {
  it('takes floats in [-1, 1) and integers, whatever their width, in the range of 16 bits', () => {
    const values = [-32768, 0, 16384]
    const expected = Float64Array.of(-1, 0, 0.5)
    expect(takeSamples('f', 'x', Int16Array.from(values))).toEqual(expected)
    expect(takeSamples('f', 'x', Int32Array.from(values))).toEqual(expected)
    expect(takeSamples('f', 'x', view(Int16Array.from(values), [3]))).toEqual(expected)
    expect(takeSamples('f', 'x', Float32Array.of(-1, 0, 0.5))).toEqual(Float32Array.from(expected))
    expect(takeSamples('f', 'x', view([-1, 0, 0.5], [3]))).toEqual(expected)
    const settings = resolveFrames('f', { sampleRate: 8000, frameLength: 3, scale: 32768 })
    expect(frameSignal('f', Int16Array.from(values), settings).data).toEqual(Float64Array.from(values))
    expect(frameSignal('f', Float32Array.of(-1, 0, 0.5), settings).data).toEqual(Float64Array.from(values))
  })
})

describe('frameSignal', () => {
  it('puts the samples between margin and padding', () => {
    const settings = resolveFrames('f', {
      sampleRate: 1,
      frameLength: 4,
      frameStep: 3,
      centered: true,
      lastFrame: 'pad',
    })
    const { data, end, frames } = frameSignal('f', Float64Array.of(1, 2, 3), settings)
    expect([...data]).toEqual([0, 0, 1, 2, 3, 0, 0])
    expect(end).toBe(5)
    expect(frames).toBe(2)
  })
})
