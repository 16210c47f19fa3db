/** What `npm run test:runtimes` calls red. */
import { expect, it } from 'vitest'
import { compare, type Run, tableOf } from './compare.mjs'

const first: Run = {
  name: 'A',
  results: { js: { one: { hash: '1' } }, simd: { one: { hash: '2' } }, programs: { p: { text: 'x' } } },
}
const problems = (...runs: Run[]): string[][] => compare([first, ...runs]).map((line) => line.problems)

it('takes the same bits and texts, wide kernels with those of simd', () => {
  const [, line] = compare([first, { name: 'B', results: { ...first.results, wide: { one: { hash: '2' } } } }])
  expect(line).toMatchObject({ problems: [], passed: 4, total: 4 })
  expect(line.hashes.wide).toBe(line.hashes.simd)
  expect(line.hashes.js).not.toBe(line.hashes.simd)
})

it('names another hash, another text, an error, kernels that do not run and a runtime that failed', () => {
  const other = { js: { one: { hash: '2' } }, wide: { one: { hash: '1' } }, programs: { p: { text: 'y' } } }
  expect(problems({ name: 'B', results: other, sets: ['js', 'simd'] })[1]).toEqual([
    'the kernels simd do not run',
    'js, one: has 2, the first 1',
    'wide, one: has 1, the first 2',
    'programs, p: printed "y", the first "x"',
  ])
  expect(problems({ name: 'B', results: { js: { one: { error: 'E' } } } })[1]).toEqual(['js, one: E'])
  expect(problems({ name: 'B', failure: 'it ended' })[1]).toEqual(['it ended'])
})

it('says why a runtime was skipped, and is not red for it', () => {
  const lines = compare([first, { name: 'B', skipped: 'not here' }])
  expect(lines[1].problems).toEqual([])
  expect(tableOf(lines)).toContain('| B | skipped: not here |')
})
