import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { frameCount, framedLength, frameSignal, resolveFrames, takeSamples } from '../../src/features/frames.ts'

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

  it.each([
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
