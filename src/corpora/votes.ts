/** Answers of listeners to recordings: the table `votes.csv`, or `summaryTable.csv`, of CREMA-D, or any with a number for each file. */
import Papa from 'papaparse'
import { FormatError } from '../core/errors.ts'
import { checkTargetColumns, type TargetValues, targetsIn } from './target-columns.ts'

const classes: Readonly<Record<string, string>> = {
  ...{ A: 'anger', D: 'disgust', F: 'fear', H: 'joy', N: 'neutral', S: 'sadness' },
}

/** Names of numbers that a table calls otherwise: how strongly the listeners of CREMA-D heard the emotion in the voice, 0 to 100. */
const otherNames: Readonly<Record<string, string>> = { intensity: 'voiceLevel' }

function tableOf(csv: string): { names: string[]; rows: string[][]; file: number } {
  const { data } = Papa.parse<string[]>(csv.trim(), { delimiter: ',' })
  const [header = [], ...rows] = data
  const names = header.map((name) => name.trim())
  const file = names.findIndex((name) => ['file', 'filename'].includes(name.toLowerCase()))
  return { names, rows, file }
}

/**
 * Reads numbers of recordings by their names without folder and ending: the column `file` (or `FileName`), and a column for each target;
 * `intensity` is also called `voiceLevel`.
 *
 * @throws FormatError for missing columns, and a file that is there twice
 */
export function parseTargetTable(csv: string, targets: readonly string[]): Map<string, TargetValues> {
  const { names, rows, file } = tableOf(csv)
  if (file < 0) throw new FormatError('row 1: expected the column file')
  const columns = new Map(
    targets.map((name) => {
      const other = Object.hasOwn(otherNames, name) && !names.includes(name) ? otherNames[name] : name
      return [name, other]
    }),
  )
  checkTargetColumns(names, [...columns.values()])
  const found = new Map<string, TargetValues>()
  for (const [i, cells] of rows.entries()) {
    const key = (cells[file] ?? '').trim().replace(/^.*[\\/]/, '')
    const name = /\.\w+$/.test(key) ? key.replace(/\.\w+$/, '') : key
    if (found.has(name)) throw new FormatError(`row ${i + 2}: "${name}" is there twice`)
    found.set(name, targetsIn(targets, (target) => cells[names.indexOf(columns.get(target) as string)]).targets)
  }
  return found
}

/**
 * Reads the votes of most listeners by the recordings' names without folder and ending: the columns `file` (or
 * `FileName`) and `voiceVote`, letters of classes, of a tie joined by `:`.
 *
 * @throws FormatError naming the row, the header being row 1
 */
export function parseVotes(csv: string): Map<string, string[]> {
  const { names, rows, file } = tableOf(csv)
  const vote = names.findIndex((name) => name.toLowerCase() === 'voicevote')
  if (file < 0 || vote < 0) throw new FormatError('parseVotes: row 1: expected the columns file and voiceVote')
  return new Map(
    rows.map((cells, i) => {
      const codes = (cells[vote] ?? '').trim().split(':')
      const odd = codes.find((code) => !Object.hasOwn(classes, code))
      if (odd !== undefined) throw new FormatError(`parseVotes: row ${i + 2}: "${odd}" is none of A, D, F, H, N, S`)
      return [(cells[file] ?? '').trim(), codes.map((code) => classes[code])]
    }),
  )
}
