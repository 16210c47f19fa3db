import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError, StateError } from '../../src/core/errors.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { StandardizerStream, type StandardizerStreamOptions } from '../../src/features/standardizer-stream.ts'
import { Random } from '../../src/numerics/random.ts'
import { chunksOf, joined, numbersHeld, throughJson } from '../support/chunks.ts'

/** Rows of three columns: far from 0, constant, and small. */
function rowsOf(count: number, seed: string | number = count): Float64Array[] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => {
    return Float64Array.of(100 + random.normal(), 7, random.normal() / 1000)
  })
}

/** Rows in parts of these lengths in turn. */
function partsOf(rows: Float64Array[], lengths: readonly number[]): Float64Array[][] {
  const indices = Float64Array.from(rows, (_, t) => t)
  return chunksOf(indices, lengths).map((part) => Array.from(part, (t) => rows[t]))
}

const values = (x: { data: ArrayLike<number> }): number[] => Array.from(x.data)

describe('StandardizerStream', () => {
  it('gives each row as the last of its utterance so far, bit for bit, whatever the parts', () => {
    const lengths = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 })
      .filter((l) => l.some(Boolean))
    const options = fc.record({
      dtype: fc.constantFrom('float32' as const, 'float64' as const),
      mask: fc.option(fc.constant([false, false, true]), { nil: undefined }),
      epsilon: fc.constantFrom(1e-10, 0.02),
    })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), lengths, options, (count, cuts, { mask, ...rest }) => {
        const some = mask === undefined ? rest : { ...rest, mask }
        const rows = rowsOf(count)
        const stream = new StandardizerStream({ columns: 3, ...some })
        const got = partsOf(rows, cuts).flatMap((part) => stream.push(part))
        const batch = new Standardizer({ statistics: 'utterance', ...some })
        expect(got).toHaveLength(count)
        for (const [t, row] of got.entries()) {
          const whole = batch.transform(rows.slice(0, t + 1))
          expect(row).toEqual(whole.data.slice(3 * t))
        }
      }),
      { seed: 42, numRuns: 60 },
    )
  })

  it('has, after all rows, the standardizer that fit makes of them, and the statistics of the speaker', () => {
    const [a, b] = [rowsOf(40), rowsOf(25)]
    const stream = new StandardizerStream({ columns: 3 })
    for (const rows of [a, b]) {
      stream.push(rows)
      expect(stream.flush()).toEqual([])
    }
    const fitted = new Standardizer().fit([a, b])
    expect(stream.standardizer().toJSON()).toEqual(fitted.toJSON())
    expect(stream.speaker.toJSON()).toEqual(new SpeakerStatistics(3).add(a).add(b).toJSON())
    expect(String(stream)).toBe('StandardizerStream: 3 columns, 65 rows of the speaker')
  })

  it('goes on from what is known of the speaker, which stays as it was', () => {
    const [a, b] = [rowsOf(40), rowsOf(25)]
    const speaker = new SpeakerStatistics(3).add(a)
    const before = JSON.stringify(speaker)
    const stream = new StandardizerStream({ columns: 3, speaker })
    const once = new StandardizerStream({ columns: 3 })
    once.push(a)
    expect(stream.push(b)).toEqual(once.push(b))
    stream.flush()
    expect(stream.speaker.recordings).toBe(2)
    expect(JSON.stringify(speaker)).toBe(before)
    stream.reset()
    expect(JSON.stringify(stream.speaker)).toBe(before)
  })

  it('begins with the statistics of the training set, which are those of so many rows', () => {
    const [train, own] = [rowsOf(50, 'train').map((row) => row.map((x) => 1.1 * x)), rowsOf(200)]
    const training = new Standardizer({ dtype: 'float64' }).fit([train])
    const stream = new StandardizerStream({ columns: 3, training, trainingRows: 50 })
    expect(values(stream.standardizer().mean)).toEqual(values(training.mean))
    const got = stream.push(own)
    expect(got[0]).toBeInstanceOf(Float64Array)
    // The training rows themselves, then those of the speaker; the constant column counts as one of deviation 1 there.
    const batch = new Standardizer({ dtype: 'float64' })
    for (const t of [0, 1, 60, 199]) {
      const whole = batch.fit([train, own.slice(0, t + 1)]).transform(own[t])
      for (const j of [0, 2]) expect(got[t][j]).toBeCloseTo(whole[j], 9)
    }
    const masked = new Standardizer({ mask: [true, false, false] }).fit([train])
    expect(new StandardizerStream({ columns: 3, training: masked }).push(own)[5][0]).toBe(Math.fround(own[5][0]))
  })

  it('continues from a saved state as if nothing had happened', () => {
    const rows = rowsOf(60)
    const training = new Standardizer().fit([rowsOf(9)])
    for (const options of [{ columns: 3 }, { columns: 3, training }]) {
      const whole = new StandardizerStream(options)
      const expected = whole.push(rows)
      for (const at of [0, 1, 31]) {
        const first = new StandardizerStream(options)
        const begun = first.push(rows.slice(0, at))
        const second = new StandardizerStream({ ...options, speaker: new SpeakerStatistics(3).add(rowsOf(7)) })
        second.restore(throughJson(first.state()))
        expect(joined([...begun, ...second.push(rows.slice(at))])).toEqual(joined(expected))
        for (const one of [whole, second]) one.flush()
        expect(second.speaker.toJSON()).toEqual(whole.speaker.toJSON())
      }
    }
  })

  it('takes ndarrays and rows of streams, and holds no more for more rows', () => {
    const rows = rowsOf(500)
    const stream = new StandardizerStream({ columns: 3 })
    const first: FloatArray[] = stream.push(view(joined(rows), [500, 3]))
    const held = numbersHeld(stream)
    expect(new StandardizerStream({ columns: 3 }).push(rows)).toEqual(first)
    for (let i = 0; i < 20; i++) stream.push(rows)
    expect(stream.push([])).toEqual([])
    expect(numbersHeld(stream)).toBe(held)
  })

  it('is as it was before rows or a state that it refuses', () => {
    const stream = new StandardizerStream({ columns: 3 })
    stream.push(rowsOf(20))
    const before = stream.state()
    expect(() => stream.push([[1, 2]])).toThrow('StandardizerStream.push: "rows" expected 3 columns, got 2')
    expect(() => stream.push([rowsOf(1)[0], [1, Number.NaN, 2]])).toThrow(/expected finite numbers, got NaN at row 1/)
    expect(() => stream.push([[1e200, 0, 0]])).toThrow(/expected numbers whose squares can be summed in column 0/)
    expect(() => stream.push([1, 2, 3] as never)).toThrow(TypeError)
    expect(() => stream.restore({} as never)).toThrow(FormatError)
    expect(() => stream.restore(new StandardizerStream({ columns: 2 }).state())).toThrow(/"state" expected that of/)
    const damaged = { ...before, memory: { ...before.memory, squares: [1, -1, 1] } }
    expect(() => stream.restore(damaged as never)).toThrow(/"state.memory.squares\[1\]" expected a finite number >= 0/)
    expect(stream.state()).toEqual(before)
  })

  it.each([
    [{}, TypeError, /StandardizerStream: "columns" expected an integer >= 1, got undefined/],
    [{ columns: 3, statistics: 'speaker' }, TypeError, /unknown option "statistics"/],
    [{ columns: 3, mask: [true] }, RangeError, /"mask" expected 3 columns, got 1/],
    [{ columns: 3, speaker: {} }, TypeError, /"speaker" expected SpeakerStatistics/],
    [{ columns: 3, speaker: new SpeakerStatistics(2) }, RangeError, /"speaker" expected 3 columns, got 2/],
    [{ columns: 3, training: {} }, TypeError, /"training" expected a Standardizer/],
    [{ columns: 3, training: new Standardizer() }, StateError, /no "mean" of the training set; call fit/],
    [{ columns: 3, training: new Standardizer().fit([[[1]]]) }, RangeError, /"training" expected 3 columns, got 1/],
    [{ columns: 3, trainingRows: 0 }, RangeError, /"trainingRows" expected an integer >= 1, got 0/],
  ])('refuses %o', (options, kind, message) => {
    expect(() => new StandardizerStream(options as StandardizerStreamOptions)).toThrow(kind)
    expect(() => new StandardizerStream(options as StandardizerStreamOptions)).toThrow(message)
  })

  it('has no standardizer before the first row', () => {
    expect(() => new StandardizerStream({ columns: 3 }).standardizer()).toThrow(StateError)
  })
})
