import { expect, it } from 'vitest'
import { balancedIndices, subset } from '../../src/pipelines/training-data.ts'

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

function counts(power: number): number[] {
  const indices = balancedIndices(data, power)
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
  expect(balancedIndices({ ...data, corpora: undefined }, 1)).toEqual(once)
  expect(balancedIndices({ ...data, corpora: rows.map(() => 'a') }, 1)).toEqual(once)
})

it('subsets keep the corpora', () => {
  const { corpora } = subset({ ...data, sequences: rows.map(() => null as never) }, Int32Array.of(0, 17))
  expect(corpora).toEqual(['large', 'small'])
})
