/** Tables of features of recordings: CSV as audformat and opensmile-python index it, one NumPy matrix, or a summary. */
import { counted } from '../core/printed.ts'
import { csvField } from '../core/text.ts'
import type { FloatNdArray } from '../core/types.ts'
import { WholeFile } from '../node/files.ts'
import { terminal } from './terminal.ts'

/** Features of one recording. */
export interface RecordingFeatures {
  path: string
  /** Its name in archives; of one corpus that has names for its recordings, that. Default: the path. */
  id?: string
  /** Columns before the features; none of files. */
  facts?: readonly string[]
  /** Names of the columns of features. */
  names: readonly string[]
  /** [rows, D]. */
  features: FloatNdArray
  /** Start of a row and its end, s. */
  spanOf(row: number): [number, number]
  /** Seconds from row to row. */
  stepSeconds: number
}

/** Takes features recording by recording. */
export interface FeatureTable {
  add(recording: RecordingFeatures): Promise<void>
  /** Ends the table; returns where it stands, or null where it has told everything. */
  finish(): Promise<string | null>
  /** Removes what was begun. */
  discard(): Promise<void>
}

const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')

/**
 * Seconds as pandas writes and reads them, `0 days 00:00:01.898250`, with nanoseconds where there are any. Their fraction is rounded
 * to nine digits, multiplied and cut off, as `pandas.to_timedelta` does: 1.504875 s are 1.504874999, else tables would not join.
 */
export function timedelta(seconds: number): string {
  const whole = Math.floor(seconds)
  const nanoseconds = Math.trunc(Number((seconds - whole).toFixed(9)) * 1e9)
  const digits = nanoseconds % 1000 === 0 ? 6 : 9
  const fraction = String(nanoseconds).padStart(9, '0').slice(0, digits)
  const clock = [(whole / 3600) % 24, (whole / 60) % 60, whole % 60].map(two).join(':')
  return `${Math.floor(whole / 86400)} days ${clock}.${fraction}`
}

function csvLines({ path, facts = [], features, spanOf }: RecordingFeatures): string {
  const [rows, columns] = features.shape
  const file = csvField(path)
  const told = facts.map(csvField)
  let lines = ''
  for (let t = 0; t < rows; t++) {
    const values = features.data.subarray(t * columns, (t + 1) * columns)
    lines += `${[file, ...spanOf(t).map(timedelta), ...told, ...values].join(',')}\n`
  }
  return lines
}

/** CSV: a line of names, then one for each row, as recordings come; `facts` names the columns before the features. `-` is standard output. */
export function csvTable(path: string, facts: readonly string[]): FeatureTable {
  let file: WholeFile | null = null
  let begun = false
  const write = async (text: string): Promise<void> => {
    if (path === '-') return terminal.result(text)
    file ??= await WholeFile.open(path)
    await file.append(text)
  }
  return {
    async add(recording) {
      const header = begun ? '' : `${['file', 'start', 'end', ...facts, ...recording.names].map(csvField).join(',')}\n`
      await write(header + csvLines(recording))
      begun = true
    },
    async finish() {
      await file?.finish()
      return file === null ? null : path
    },
    async discard() {
      await file?.discard()
    },
  }
}

/** Lines `name  mean  sd` on standard output, over all rows; `name  value` of a single row. */
export function summaryTable(row: string): FeatureTable {
  let rows = 0
  let names: readonly string[] = []
  let means = new Float64Array(0)
  let squares = new Float64Array(0)
  return {
    async add({ features: { data }, names: own }) {
      if (rows === 0) {
        names = own
        means = new Float64Array(names.length)
        squares = new Float64Array(names.length)
      }
      for (let from = 0; from < data.length; from += names.length) {
        rows++
        for (let j = 0; j < names.length; j++) {
          const distance = data[from + j] - means[j]
          means[j] += distance / rows
          squares[j] += distance * (data[from + j] - means[j])
        }
      }
    },
    async finish() {
      const width = Math.max(...names.map(({ length }) => length))
      const line = (...cells: string[]): string =>
        cells.map((cell, i) => (i === 0 ? cell.padEnd(width) : cell.padStart(14))).join('')
      const shown = (x: number): string => String(Number(x.toPrecision(6)))
      const lines = names.map((name, j) =>
        line(name, shown(means[j]), ...(rows === 1 ? [] : [shown(Math.sqrt(squares[j] / rows))])),
      )
      const title = rows === 1 ? line('column', 'value') : line('column', 'mean', 'sd')
      if (rows > 0)
        terminal.result(
          `${[`${counted(rows, row)}, ${counted(names.length, 'column')}`, title, ...lines].join('\n')}\n`,
        )
      return null
    },
    discard: async () => undefined,
  }
}
