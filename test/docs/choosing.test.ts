/** The rates on the page that helps to choose a system are those of the pages that measured them. */
import { expect, it } from 'vitest'
import { textOf } from '../support/code-blocks.ts'

function rowsOf(page: string): string[][] {
  const lines = textOf(page).split('\n')
  return lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2, -2).split(' | '))
}

const rows = rowsOf('docs/guide/choosing-a-system.md')

it('rates on EmoDB are those of the experiments', () => {
  const found = rows.filter((row) => row.length === 5 && /^[\d.]+$/.test(row[1]))
  expect(found.length).toBeGreaterThanOrEqual(9)
  const strict = rowsOf('docs/results/emodb.md').filter(([, protocol]) => protocol === 'strict')
  const speaker = rowsOf('docs/results/emodb-speaker.md').filter(([, protocol]) => protocol === 'speaker')
  const rates = (of: string[][], name: string): (string | undefined)[] => {
    const row = of.find(([system]) => system === name)
    return row === undefined ? ['-', '-'] : [row[2], row[5]]
  }
  for (const [name, ...shown] of found) expect(shown, name).toEqual([...rates(strict, name), ...rates(speaker, name)])
})

it('rates on other corpora and voices are those of the recogniser that ships', () => {
  const found = rows.filter((row) => row.length === 3 && /^[\d.]+$/.test(row[1]))
  expect(found).toHaveLength(4)
  const measured = rowsOf('docs/results/second-edition.md').filter((row) => row.length === 5)
  for (const [name, ...shown] of found) {
    expect(shown, name).toEqual(measured.filter(([first]) => first === name).map((row) => row[4]))
  }
})
