import { expect, it } from 'vitest'
import { balancedIndices, speakerWeights, subset } from '../../src/pipelines/training-data.ts'

const rows = [
  ...Array.from({ length: 16 }, (_, i) => ({ corpus: 'large', label: i % 2 })),
  ...[0, 0, 1].map((label) => ({ corpus: 'small', label })),
]
const data = {
  sequences: [],
  labels: Int32Array.from(rows, ({ label }) => label),
  speakers: rows.map(() => 's'),
  corpora: rows.map(({ corpus }) => corpus),
}

const powers = (classWeightPower: number, speakerWeightPower = 0) => ({ classWeightPower, speakerWeightPower })

function counts(power: number): number[] {
  const indices = balancedIndices(data, powers(power))
  return ['large', 'small'].flatMap((corpus) =>
    [0, 1].map(
      (label) => Array.from(indices).filter((i) => rows[i].corpus === corpus && rows[i].label === label).length,
    ),
  )
}

it('each class of each corpus comes equally often with the power 1, as it is with 0, and between them with 1/2', () => {
  expect(counts(1)).toEqual([8, 8, 8, 8])
  expect(counts(0)).toEqual([8, 8, 2, 1])
  expect(counts(0.5)).toEqual([8, 8, 4, 3])
})

it('one corpus is taken as it is', () => {
  const once = Int32Array.from(rows, (_, i) => i)
  expect(balancedIndices({ ...data, corpora: undefined }, powers(1))).toEqual(once)
  expect(balancedIndices({ ...data, corpora: rows.map(() => 'a') }, powers(1))).toEqual(once)
})

it('subsets keep the corpora', () => {
  const { corpora } = subset({ ...data, sequences: rows.map(() => null as never) }, Int32Array.of(0, 17))
  expect(corpora).toEqual(['large', 'small'])
})

/** Of class 0 six recordings by `a` and two by `b`; of class 1 one of each; of another corpus one by its own `a`. */
const spoken = {
  labels: Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0),
  speakers: ['a', 'a', 'a', 'a', 'a', 'a', 'b', 'b', 'a', 'b', 'a'],
  corpora: [...new Array<string>(10).fill('x'), 'y'],
}

it('speakers weigh the same within a class of a corpus with the power 1, recordings with 0, the mean is 1 with any', () => {
  expect(Array.from(speakerWeights(spoken, 1))).toEqual([...new Array(6).fill(8 / 12), 2, 2, 1, 1, 1])
  expect(Array.from(speakerWeights(spoken, 0))).toEqual(new Array(11).fill(1))
  const half = speakerWeights(spoken, 0.5)
  expect(half.subarray(0, 8).reduce((sum, weight) => sum + weight)).toBeCloseTo(8, 12)
  expect(half[6] / half[0]).toBeCloseTo(Math.sqrt(3), 12)
  expect(speakerWeights({ ...spoken, corpora: undefined }, 1)[10]).toBeLessThan(1)
})

it('recordings of speakers with few of a class are repeated, also in one corpus', () => {
  const timesOf = (classPower: number, speakerPower: number, corpora: string[]): number[] => {
    const indices = Array.from(balancedIndices({ ...spoken, corpora }, powers(classPower, speakerPower)))
    return spoken.speakers.map((_, i) => indices.filter((at) => at === i).length)
  }
  expect(timesOf(0, 1, spoken.corpora)).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 2, 2, 2])
  const alone = { labels: spoken.labels.slice(0, 10), speakers: spoken.speakers.slice(0, 10) }
  expect(balancedIndices(alone, powers(0, 1))).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7, 8, 8, 9, 9))
  // By class of a corpus times 1, 4 and 8; no recording more often than 8 times.
  expect(timesOf(1, 1, spoken.corpora)).toEqual([1, 1, 1, 1, 1, 1, 3, 3, 6, 6, 8])
  expect(timesOf(1, 0, spoken.corpora)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 4, 4, 8])
})
