import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import type { MfccOptions } from '../../src/features/mfcc-options.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { type MfccPresetName, mfccPresets } from '../../src/features/presets.ts'
import { Random } from '../../src/numerics/random.ts'
import { chunksOf, numbersHeld, throughJson } from '../support/chunks.ts'

const sampleRate = 16000
const presetNames: MfccPresetName[] = ['study', 'htk', 'kaldi', 'librosa', 'psf', 'psf512']

function noise(length: number): Float64Array {
  const x = new Float64Array(length)
  new Random(length).uniformInto(x, -0.5, 0.5)
  return x
}

function streamed(stream: MfccStream, chunks: Float64Array[]): FloatArray[] {
  return [...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.flush()]
}

function expectSameRows(rows: FloatArray[], x: Float64Array, options: MfccOptions): void {
  const expected = mfcc(x, options)
  const [frames, columns] = expected.shape
  expect(rows.length).toBe(frames)
  for (const [t, row] of rows.entries()) expect(row).toEqual(expected.data.slice(t * columns, (t + 1) * columns))
}

describe('MfccStream', () => {
  it.each(presetNames)('%s: gives the rows of mfcc, bit for bit, whatever the chunks', (preset) => {
    const framing = fc.record({ centered: fc.boolean(), lastFrame: fc.constantFrom('drop' as const, 'pad' as const) })
    const settings = fc.record({
      deltas: fc.constantFrom(0 as const, 1 as const, 2 as const),
      deltaWindow: fc.integer({ min: 1, max: 4 }),
      dtype: fc.constantFrom('float32' as const, 'float64' as const),
      framing: fc.option(framing, { nil: {} }),
    })
    const sizes = fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 900 })), { minLength: 1, maxLength: 12 })
    const cuts = sizes.filter((lengths) => lengths.some((length) => length > 0))
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4500 }), cuts, settings, (length, lengths, { framing, ...rest }) => {
        const options = { sampleRate, ...mfccPresets[preset], topDecibels: 'off', ...rest, ...framing } as const
        const x = noise(length)
        expectSameRows(streamed(new MfccStream(options), chunksOf(x, lengths)), x, options)
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('does so at any frame length and step, also where steps leave samples out', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 })
    const whole = fc.integer({ min: 1, max: 60 })
    const words = fc.record({
      centered: fc.boolean(),
      removeMean: fc.boolean(),
      lastFrame: fc.constantFrom('drop' as const, 'pad' as const),
      preEmphasisScope: fc.constantFrom('frame' as const, 'signal' as const),
      deltas: fc.constantFrom(0 as const, 1 as const, 2 as const),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        whole,
        whole,
        cuts,
        words,
        (length, frameLength, frameStep, lengths, o) => {
          const options = {
            sampleRate,
            frameLength,
            frameStep,
            fftLength: 64,
            filters: 4,
            coefficients: 3,
            ...o,
          } as const
          const x = noise(length)
          expectSameRows(streamed(new MfccStream(options), chunksOf(x, lengths)), x, options)
        },
      ),
      { seed: 42, numRuns: 150 },
    )
  })

  it('does so with mirrored edges, and where the frame lies in the middle of a longer transform', () => {
    const words = fc.record({
      windowPlacement: fc.constantFrom('start' as const, 'middle' as const),
      edges: fc.constantFrom(
        { snipEdges: false },
        { centered: true },
        { centered: true, lastFrame: 'pad' as const },
        {},
        {
          lastFrame: 'pad' as const,
        },
      ),
      fftLength: fc.constantFrom(16, 61, 75, 128),
      preEmphasisScope: fc.constantFrom('frame' as const, 'signal' as const),
      deltas: fc.constantFrom(0 as const, 2 as const),
    })
    const cuts = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 })
    const whole = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        whole,
        fc.integer({ min: 1, max: 150 }),
        cuts,
        words,
        (...drawn) => {
          const [length, frameLength, frameStep, lengths, { edges, ...rest }] = drawn
          const sizes = {
            frameLength,
            frameStep,
            filters: 2,
            coefficients: 2,
            fftRounding: 'none',
            longFrames: 'cut',
          } as const
          const options = { sampleRate, ...sizes, ...rest, ...edges }
          const x = noise(length)
          expectSameRows(streamed(new MfccStream(options), chunksOf(x, lengths)), x, options)
        },
      ),
      { seed: 42, numRuns: 400 },
    )
  })

  it('takes integers and floats of the same samples alike', () => {
    const integers = Int16Array.from(noise(1000), (x) => 32768 * x)
    const floats = Float64Array.from(integers, (x) => x / 32768)
    const stream = new MfccStream({ sampleRate, ...mfccPresets.kaldi })
    const rows = [...stream.push(integers), ...stream.flush()]
    expect(rows).toEqual(streamed(stream, [floats]))
    expect(rows.length).toBe(4)
  })

  it('gives a row out with the sample that completes its right context, not later', () => {
    for (const deltas of [0, 1, 2] as const) {
      for (const deltaWindow of [1, 2, 3]) {
        const stream = new MfccStream({ sampleRate, deltas, deltaWindow })
        const needed = 400 + 160 * deltas * deltaWindow
        expect(stream.push(noise(needed - 1))).toEqual([])
        expect(stream.push(noise(1)).length).toBe(1)
        expect(stream.push(noise(159)).length).toBe(0)
        expect(stream.push(noise(1)).length).toBe(1)
        expect(stream.flush().length).toBe(deltas * deltaWindow)
      }
    }
  })

  it('starts anew after flush and after reset', () => {
    const options = { sampleRate, ...mfccPresets.psf, deltas: 2 } as const
    const stream = new MfccStream(options)
    const first = streamed(stream, [noise(3000)])
    expect(stream.flush()).toEqual([])
    expect(streamed(stream, [noise(3000)])).toEqual(first)
    stream.push(noise(777))
    stream.reset()
    expect(streamed(stream, [noise(3000)])).toEqual(first)
  })

  it('continues from a saved state as if nothing had happened, with every preset and kind of edge', () => {
    const edges = [
      { snipEdges: false, deltas: 2 },
      { centered: true, lastFrame: 'pad' },
      { deltaEdges: 'interp', deltas: 1 },
    ]
    for (const some of [...presetNames.map((name) => mfccPresets[name]), ...edges]) {
      const options = { sampleRate, ...some, topDecibels: 'off' } as MfccOptions
      const x = noise(4000)
      for (const at of [0, 1, 150, 2222]) {
        const first = new MfccStream(options)
        const begun = first.push(x.subarray(0, at))
        const second = new MfccStream(options)
        second.push(noise(3000))
        second.restore(throughJson(first.state()))
        expectSameRows([...begun, ...second.push(x.subarray(at)), ...second.flush()], x, options)
      }
    }
    const stream = new MfccStream({ sampleRate })
    expect(() => stream.restore({} as never)).toThrow(
      'MfccStream.restore: "state" is not that of a ser-core mfcc-stream',
    )
    expect(() => stream.restore(new MfccStream({ sampleRate, deltas: 1 }).state())).toThrow(
      /"state" expected that of a/,
    )
  })

  it('holds no more after a minute than after a second', () => {
    const stream = new MfccStream({ sampleRate, deltas: 2 })
    const chunk = noise(16000)
    stream.push(chunk)
    const held = numbersHeld(stream)
    let rows = 0
    for (let second = 1; second < 60; second++) rows += stream.push(chunk).length
    expect(rows).toBe(59 * 100)
    expect(numbersHeld(stream)).toBe(held)
  })

  it('gives out rows of its own: later frames do not change them', () => {
    const stream = new MfccStream({ sampleRate, deltas: 1 })
    const rows = stream.push(noise(2000))
    const copies = rows.map((row) => row.slice())
    stream.push(noise(9000))
    expect(rows).toEqual(copies)
    expect(rows[0]).toHaveLength(stream.columns)
  })

  it('refuses topDecibels, naming the remedy', () => {
    expect(() => new MfccStream({ sampleRate, ...mfccPresets.librosa })).toThrow(
      'MfccStream: "topDecibels" needs the maximum of the whole clip: set it to "off", or use mfcc on the whole clip',
    )
    expect(() => new MfccStream({ sampleRate, frameStep: 0 })).toThrow('MfccStream: "frameStep" expected an integer')
  })

  it('is as it was before a chunk that it refuses', () => {
    const stream = new MfccStream({ sampleRate })
    const x = noise(1000)
    const bad = noise(500)
    bad[321] = Number.NaN
    const rows = stream.push(x.subarray(0, 600))
    expect(() => stream.push(bad)).toThrow(
      new RangeError('MfccStream.push: "chunk" expected finite numbers, got NaN at index 321'),
    )
    expect(() => stream.push('samples' as never)).toThrow(TypeError)
    expectSameRows([...rows, ...stream.push(x.subarray(600)), ...stream.flush()], x, { sampleRate })
  })
})
