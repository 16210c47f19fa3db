import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { type DeltaEdges, type DeltaFit, deltas } from '../../src/features/deltas.ts'
import { logMel, mfcc } from '../../src/features/mfcc.ts'
import type { MfccOptions } from '../../src/features/mfcc-options.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { Random } from '../../src/numerics/random.ts'

const sampleRate = 8000

function noise(length: number): Float64Array {
  const x = new Float64Array(length)
  new Random(length).uniformInto(x, -0.5, 0.5)
  return x
}

/** A signal of so many frames of the study's, 200 samples every 80. */
function ofFrames(frames: number): Float64Array {
  return noise(frames === 0 ? 100 : 200 + 80 * (frames - 1) + 20)
}

function streamed(stream: MfccStream, x: Float64Array, lengths: number[]): FloatArray[] {
  const rows: FloatArray[] = []
  for (let at = 0, i = 0; at < x.length; at += lengths[i % lengths.length], i++) {
    rows.push(...stream.push(x.subarray(at, at + lengths[i % lengths.length])))
  }
  return [...rows, ...stream.flush()]
}

const edges: DeltaEdges[] = ['nearest', 'interp']
const fits: DeltaFit[] = ['line', 'polynomial']
const kinds = edges.flatMap((deltaEdges) => fits.map((deltaFit) => ({ deltaEdges, deltaFit })))

describe.each(kinds)('deltas with $deltaEdges edges and the fit $deltaFit', ({ deltaEdges, deltaFit }) => {
  const options: MfccOptions = { sampleRate, deltas: 2, deltaEdges, deltaFit, dtype: 'float64' }

  it('of mfcc and logMel are those of deltas', () => {
    for (const [window, frames] of [
      [1, 3],
      [2, 5],
      [4, 9],
      [4, 30],
    ]) {
      const x = ofFrames(frames)
      for (const analyse of [mfcc, logMel]) {
        const statics = analyse(x, { sampleRate, dtype: 'float64' })
        const columns = statics.shape[1]
        const whole = analyse(x, { ...options, deltaWindow: window })
        for (const order of [1, 2]) {
          const expected = deltas(statics, { order, window, edges: deltaEdges, fit: deltaFit, dtype: 'float64' })
          for (let t = 0; t < frames; t++) {
            for (let j = 0; j < columns; j++) expect(whole.get(t, order * columns + j)).toBe(expected.get(t, j))
          }
        }
      }
    }
  })

  it('come from a stream bit for bit, whatever the chunks', () => {
    const drawn = fc.record({
      frames: fc.integer({ min: 0, max: 25 }),
      deltaWindow: fc.integer({ min: 1, max: 4 }),
      order: fc.constantFrom(0 as const, 1 as const, 2 as const),
      lengths: fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }),
    })
    fc.assert(
      fc.property(drawn, ({ frames, deltaWindow, order, lengths }) => {
        const x = ofFrames(frames)
        const own = { ...options, deltas: order, deltaWindow }
        const stream = new MfccStream(own)
        const tooFew = deltaEdges === 'interp' && order > 0 && frames > 0 && frames < 2 * deltaWindow + 1
        if (tooFew) {
          const got = `expected "interp" for ${2 * deltaWindow + 1} frames or more ("deltaWindow": ${deltaWindow}), got ${frames}`
          expect(() => mfcc(x, own)).toThrow(new RangeError(`mfcc: "deltaEdges" ${got}: use "nearest"`))
          expect(() => streamed(stream, x, lengths)).toThrow(
            new RangeError(`MfccStream.flush: "deltaEdges" ${got}: use "nearest"`),
          )
        } else expectSame(streamed(stream, x, lengths), mfcc(x, own).data as Float64Array, frames)
        const next = ofFrames(12)
        expectSame(streamed(stream, next, lengths), mfcc(next, own).data as Float64Array, 12)
      }),
      { seed: 7, numRuns: 150 },
    )
  })

  it('are given out as soon as their frames are there', () => {
    const deltaWindow = 3
    const stream = new MfccStream({ ...options, deltaWindow })
    const lag = deltaFit === 'polynomial' ? deltaWindow : 2 * deltaWindow
    const first = deltaEdges === 'interp' ? lag + deltaWindow : lag
    const x = ofFrames(20)
    let given = 0
    for (let frame = 0; frame < 20; frame++) {
      const [from, to] = frame === 0 ? [0, 200] : [120 + 80 * frame, 200 + 80 * frame]
      given += stream.push(x.subarray(from, to)).length
      expect(given).toBe(frame < first ? 0 : frame + 1 - lag)
    }
  })
})

function expectSame(rows: FloatArray[], expected: Float64Array, frames: number): void {
  expect(rows).toHaveLength(frames)
  expect(Array.from(rows.flatMap((row) => [...row]))).toEqual(Array.from(expected))
}

it("librosa's deltas beside its MFCC", () => {
  const x = noise(sampleRate)
  const librosa = {
    sampleRate,
    ...mfccPresets.librosa,
    deltaWindow: 4,
    deltaEdges: 'interp',
    deltaFit: 'polynomial',
  } as const
  const whole = mfcc(x, { ...librosa, deltas: 2 })
  expect(whole.shape).toEqual([16, 60])
  // The first four rows of deltas are alike: the slope of one line.
  for (let j = 20; j < 60; j++) expect(whole.get(0, j)).toBe(whole.get(4, j))
})

it('options of deltas that are none', () => {
  expect(() => mfcc(noise(4000), { sampleRate, deltaEdges: 'mirror' as never })).toThrow(
    /mfcc: "deltaEdges" expected one of "nearest", "interp"/,
  )
  expect(() => new MfccStream({ sampleRate, deltaFit: 'cubic' as never })).toThrow(
    /MfccStream: "deltaFit" expected one of/,
  )
})
