/**
 * Tables of features as text: CSV by commas, semicolons or tabs, of audformat, opensmile-python, SMILExtract, pandas and `ser features`; one
 * row of a recording, or several over time.
 */
import Papa from 'papaparse'
import { describe, FormatError } from '../core/errors.ts'
import { lfsRemedy, lfsSignature } from '../core/lfs.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { type FeatureColumns, featureColumns, numberIn } from './feature-columns.ts'
import { timeOf } from './foreign/csv.ts'

/** A row of a table, beside its numbers. */
export interface FeatureRow {
  /** Name of the recording; '' where the table names none. */
  file: string
  /** s; absent where the table has none. */
  start?: number
  end?: number
  /** Number of the row in its file, from 1, the names counted. */
  row: number
}

/** A table of features. */
export interface FeatureTable extends Pick<FeatureColumns, 'names' | 'left'> {
  /** Number of features. */
  columns: number
  rows: FeatureRow[]
  /** [rows, columns]; NaN where a cell is empty. */
  data: Float32Array
  /** Whether rows name their recordings. */
  named: boolean
}

const delimiters = [',', ';', '\t']

function delimiterOf(text: string): string {
  const cells = delimiters.map(
    (delimiter) => Papa.parse<string[]>(text, { delimiter, preview: 1 }).data[0]?.length ?? 0,
  )
  return delimiters[cells.indexOf(Math.max(...cells))]
}

/** Numbers that grow by doubling. */
class Growing {
  private data = new Float32Array(1024)
  private length = 0

  push(value: number): void {
    if (this.length === this.data.length) {
      const wider = new Float32Array(2 * this.length)
      wider.set(this.data)
      this.data = wider
    }
    this.data[this.length++] = value
  }

  all(): Float32Array {
    return this.data.slice(0, this.length)
  }
}

/** The text of a table's file. */
function textOf(bytes: Uint8Array): string {
  const start = String.fromCharCode(...bytes.subarray(0, 4))
  if (start === 'PAR1') throw new FormatError('a table in Parquet: save it as CSV')
  if (start.startsWith('PK')) throw new FormatError('a workbook or an archive: save it as CSV')
  const text = decodeUtf8(bytes)
  if (text === null) throw new FormatError('not in UTF-8: save it as CSV in UTF-8')
  if (text.startsWith(lfsSignature)) throw new FormatError(lfsRemedy('table'))
  return text.replace(/^\ufeff/, '')
}

interface Reading {
  table: FeatureColumns
  width: number
}

function rowOf(cells: readonly string[], row: number, { table, width }: Reading, out: Growing): FeatureRow {
  if (cells.length !== width) throw new FormatError(`row ${row}: expected ${width} cells, got ${cells.length}`)
  const { file, start, end, features, names } = table
  for (const [i, j] of features.entries()) {
    const value = numberIn(cells[j])
    if (value === undefined) {
      const column = names === null ? `column ${j + 1}` : `column ${describe(names[i])}`
      throw new FormatError(
        `row ${row}, ${column}: expected a number, got ${describe(cells[j])}; leave the column out if it is no feature`,
      )
    }
    out.push(value)
  }
  const seconds = (at: number, name: string): number | undefined =>
    at < 0 ? undefined : timeOf(cells[at], name, `row ${row}`)
  const name = file < 0 ? '' : cells[file].trim().replace(/^'(.*)'$/, '$1')
  if (file >= 0 && name === '') throw new FormatError(`row ${row}: no name of a recording`)
  return { file: name, start: seconds(start, 'start'), end: seconds(end, 'end'), row }
}

/**
 * Parses a table of features. A column `file` (or `path`, `filename`, openSMILE's `name`) names the recording of each row; `start` and `end`, as seconds
 * or as pandas writes times, tell its part; labels, speakers and the like are left out. All other columns are features.
 *
 * @throws FormatError that names the row and the column
 */
export function parseFeatureTable(bytes: Uint8Array): FeatureTable {
  const text = textOf(bytes)
  const delimiter = delimiterOf(text)
  const [first, second] = Papa.parse<string[]>(text, { delimiter, preview: 2, skipEmptyLines: true }).data
  if (first === undefined) throw new FormatError('an empty table')
  const table = featureColumns(first, second)
  const rows: FeatureRow[] = []
  const out = new Growing()
  let row = 0
  let header = table.header
  Papa.parse<string[]>(text, {
    delimiter,
    step: ({ data: cells, errors: [fault] }) => {
      row++
      if (cells.length === 1 && cells[0].trim() === '') return
      if (fault !== undefined) throw new FormatError(`row ${row}: ${fault.message}`)
      if (header) header = false
      else rows.push(rowOf(cells, row, { table, width: first.length }, out))
    },
  })
  if (rows.length === 0) throw new FormatError('a table without rows')
  const { names, left, features, file } = table
  return { names, left, columns: features.length, rows, data: out.all(), named: file >= 0 }
}
