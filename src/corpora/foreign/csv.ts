/** CSV tables of other tools, whose cells stay text. */
import Papa from 'papaparse'
import { describe, FormatError } from '../../core/errors.ts'
import { secondsOf } from '../segment.ts'

/** A row by the names of the columns, and its line. */
export interface CsvRow {
  row: number
  cells: Readonly<Record<string, string>>
}

/** The rows of a table with a header; the header is row 1. Cells are as they are written. */
export function csvRows(text: string): { columns: string[]; rows: CsvRow[] } {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), { delimiter: ',' })
  const [fault] = errors
  if (fault !== undefined) throw new FormatError(`row ${(fault.row ?? 0) + 1}: ${fault.message}`)
  const [columns = [], ...lines] = data
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) < i)
  if (twice !== undefined) throw new FormatError(`row 1: the column ${describe(twice)} is there twice`)
  const rows = lines.flatMap((line, i): CsvRow[] => {
    if (line.length === 1 && line[0] === '') return []
    if (line.length !== columns.length) {
      throw new FormatError(`row ${i + 2}: expected ${columns.length} fields, got ${line.length}`)
    }
    return [{ row: i + 2, cells: Object.fromEntries(columns.map((name, k) => [name, line[k]])) }]
  })
  return { columns, rows }
}

/** Seconds in a cell: as a number, or as pandas writes spans of time; undefined for an empty one and for `NaT`. `place` is for errors. */
export function timeOf(text: string | undefined, name: string, place: string): number | undefined {
  const trimmed = (text ?? '').trim()
  if (trimmed === 'NaT' || /^nan$/i.test(trimmed)) return undefined
  const seconds = secondsOf(trimmed)
  if (!Number.isNaN(seconds)) return seconds
  throw new FormatError(
    `${place}: "${name}" expected seconds or a time such as 0 days 00:00:01.5, got ${describe(trimmed)}`,
  )
}
