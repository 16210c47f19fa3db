import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { type AdaptationChoice, AdaptationProtocol } from '../../src/pipelines/adaptation-protocol.ts'
import type { Adaptation } from '../../src/pipelines/system.ts'

/** Learns the sum of the rows as "means", from which it can be told which recordings they came from: bits. */
const adaptation: Adaptation = {
  rows: (x) => x,
  predictRows: () => new Float64Array(2),
  adapted: () => expect.fail('not called'),
  learned: (rows, statistics) => ({ statistics, means: Float64Array.of(rows.reduce((sum, x) => sum + x.data[0], 0)) }),
  spread: () => null,
}

const row = (value: number): FloatNdArray => view(Float64Array.of(value), [1, 1])
/** Speakers a (3 recordings), b (1) of corpus x; a (2) of y; one unknown (1) of z. */
const asked = {
  rows: [1, 2, 4, 8, 16, 32, 64].map(row),
  speakers: ['a', 'a', 'a', 'b', 'a', 'a', ''],
  corpora: ['x', 'x', 'x', 'x', 'y', 'y', 'z'],
}

function voices(choice: Partial<AdaptationChoice>, given: typeof asked = asked) {
  const protocol = new AdaptationProtocol(adaptation, given, { adapt: 'speaker', recordings: null, seed: 1, ...choice })
  return given.rows.map((_, i) => {
    const { voice, from, recordings } = protocol.voiceFor(i)
    const total = voice === null ? 0 : Math.round(voice.statistics.mean[0] * voice.statistics.recordings)
    return { from, recordings, total, learned: voice?.means?.[0] }
  })
}

describe('the protocol of adaptation', () => {
  it('takes other recordings of the speaker, else statistics of others of the corpus, else none', () => {
    expect(voices({})).toEqual([
      { from: 'speaker', recordings: 2, total: 6, learned: 6 },
      { from: 'speaker', recordings: 2, total: 5, learned: 5 },
      { from: 'speaker', recordings: 2, total: 3, learned: 3 },
      { from: 'corpus', recordings: 3, total: 7, learned: undefined },
      { from: 'speaker', recordings: 1, total: 32, learned: 32 },
      { from: 'speaker', recordings: 1, total: 16, learned: 16 },
      { from: 'none', recordings: 0, total: 0, learned: undefined },
    ])
  })

  it('takes other recordings of the corpus', () => {
    expect(voices({ adapt: 'corpus' }).map(({ total, learned }) => [total, learned])).toEqual([
      ...[14, 13, 11, 7, 32, 16].map((total) => [total, total]),
      [0, undefined],
    ])
    expect(voices({ adapt: 'none' }).every(({ from, total }) => from === 'none' && total === 0)).toBe(true)
  })

  it('draws as many as asked for, by the seed, never the recording itself', () => {
    const drawn = voices({ adapt: 'corpus', recordings: 2 })
    for (const [i, { recordings, total }] of drawn.entries()) {
      expect(recordings).toBe([2, 2, 2, 2, 1, 1, 0][i])
      expect(total & (1 << i)).toBe(0)
    }
    expect(voices({ adapt: 'corpus', recordings: 2 })).toEqual(drawn)
    const seeds = [2, 3, 4, 5].map((seed) => JSON.stringify(voices({ adapt: 'corpus', recordings: 2, seed })))
    expect(new Set(seeds).size).toBeGreaterThan(1)
  })

  it('takes only those that may adapt', () => {
    const even = voices({ adapt: 'corpus', among: (i) => i % 2 === 0 })
    expect(even.map(({ total }) => total)).toEqual([4, 5, 1, 5, 0, 16, 0])
  })

  it('leaves the recording out of the statistics of a large group, and its fold out of the class means', () => {
    const values = Array.from({ length: 201 }, (_, i) => i + 1)
    const large = { rows: values.map(row), speakers: values.map(() => 'a'), corpora: values.map(() => 'x') }
    const all = (201 * 202) / 2
    const answers = voices({}, large)
    expect(answers.map(({ total }) => total)).toEqual(values.map((value) => all - value))
    const sums = new Map(answers.map(({ learned = 0 }, i) => [learned, (i + 1) * 0]))
    for (const [i, { learned = 0 }] of answers.entries()) sums.set(learned, (sums.get(learned) as number) + values[i])
    expect(sums.size).toBe(5)
    for (const [learned, fold] of sums) expect(learned).toBe(all - fold)
  })
})
