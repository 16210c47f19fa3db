import Papa from 'papaparse'
import { checkString, checkStrings } from '../core/check.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { lfsRemedy, lfsSignature } from '../core/lfs.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { type ColumnPlaces, columnsOf, delimiterOf, type ManifestColumn } from './manifest-columns.ts'
import { personOf } from './people.ts'
import { type Segment, secondsOf, segmentPath } from './segment.ts'
import { checkTargetColumns, targetsIn, UNLABELLED } from './target-columns.ts'
import type { Utterance } from './types.ts'

function fail(message: string): never {
  throw new FormatError(`parseManifest: ${message}`)
}

/** Number, from 1, of the first line that is not valid UTF-8. */
function faultyLine(bytes: Uint8Array): number {
  let line = 1
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start)
    const next = end < 0 ? bytes.length : end + 1
    if (decodeUtf8(bytes.subarray(start, next)) === null) return line
    start = next
  }
  return line
}

/** Name of the binary format of a table, by its first four bytes, or undefined. */
function otherFormat(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4))
  if (start === 'PK\x03\x04' || start === '\xd0\xcf\x11\xe0') return 'a workbook, as of Excel'
  return start === 'PAR1' ? 'in Parquet' : undefined
}

/** Whether the text is UTF-16, by its byte order mark or by a zero byte in the first character. */
function isUtf16(bytes: Uint8Array): boolean {
  if (bytes.length < 2) return false
  if (bytes[0] === 0 || bytes[1] === 0) return true
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
}

/**
 * The text of a list's file, with or without a byte order mark.
 *
 * @throws FormatError that names the first line that is not valid UTF-8
 */
export function manifestText(bytes: Uint8Array): string {
  const other = otherFormat(bytes)
  if (other !== undefined) fail(`the file is ${other}: save it as CSV`)
  if (isUtf16(bytes)) fail('the file is in UTF-16: save it as UTF-8')
  return decodeUtf8(bytes) ?? fail(`line ${faultyLine(bytes)} is not in UTF-8: save the file as UTF-8`)
}

/** The rows of the text, header first; all cells are kept as text. */
function readRows(csv: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(csv, { delimiter: delimiterOf(csv) })
  if (errors.length > 0) fail(`row ${(errors[0].row ?? 0) + 1}: ${errors[0].message}`)
  return data
}

/** Normalises a path: `./a.wav`, `b/../a.wav` and `b\..\a.wav` become `a.wav`. */
function oneSpelling(path: string): string {
  const parts: string[] = []
  for (const part of path.split(/[\\/]/)) {
    const isRoot = part === '' && parts.length === 0
    if ((part === '' && !isRoot) || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}

/** Throws where an earlier row has the same recording; records it otherwise. */
function checkNew(
  rows: Map<string, { row: number; path: string }>,
  row: number,
  { path, segment }: Pick<Utterance, 'path' | 'segment'>,
): void {
  const key = segment ? segmentPath({ ...segment, file: oneSpelling(segment.file) }) : oneSpelling(path)
  const first = rows.get(key)
  if (first?.path === path) fail(`row ${row}: "${path}" is in row ${first.row} already`)
  if (first !== undefined) fail(`row ${row}: "${path}" is in row ${first.row} already, as "${first.path}"`)
  rows.set(key, { row, path })
}

/** Path and segment of a recording, folders separated by '/'. */
function placeOf(path: string, segment: Segment | undefined): Pick<Utterance, 'path' | 'segment'> {
  const file = path.replaceAll('\\', '/')
  return segment ? { path: segmentPath({ ...segment, file }), segment: { ...segment, file } } : { path: file }
}

/** The seconds in a column of a row; undefined where it is empty or the column is missing. */
function timeIn(column: ManifestColumn, cells: readonly string[], columns: ColumnPlaces, row: number) {
  const text = columns[column] < 0 ? '' : cells[columns[column]].trim()
  const seconds = secondsOf(text)
  if (!Number.isNaN(seconds)) return seconds
  fail(`row ${row}: "${column}" expected seconds, such as 1.25, or h:mm:ss, got "${text}"`)
}

/** The part of the file given in a row; undefined for the whole file. */
function segmentIn(file: string, cells: readonly string[], columns: ColumnPlaces, row: number): Segment | undefined {
  const [start = 0, stated, duration] = (['start', 'end', 'duration'] as const).map((column) =>
    timeIn(column, cells, columns, row),
  )
  // Sums are rounded to nanoseconds, the finest resolution of written times.
  const end = duration === undefined ? stated : Math.round((start + duration) * 1e9) / 1e9
  if (end !== undefined && end <= start) {
    const name = duration === undefined ? 'end' : 'duration'
    fail(`row ${row}: "${name}" expected a time after "start", ${start} s, got ${end} s`)
  }
  if (end !== undefined) return { file, start, end }
  return start === 0 ? undefined : { file, start }
}

/** Options of {@link parseManifest}. */
export interface ManifestOptions {
  /** Names of columns of numbers to read, such as `arousal`. Default: none. */
  targets?: readonly string[]
}

/** Indices of the columns of targets. */
function targetPlaces(header: readonly string[], targets: readonly string[]): Map<string, number> {
  const names = header.map((name) => name.trim())
  try {
    checkTargetColumns(names, targets)
  } catch (error) {
    fail(`row 1: ${messageOf(error)}`)
  }
  return new Map(targets.map((name) => [name, names.indexOf(name)]))
}

/**
 * Reads a list of recordings in CSV (RFC 4180): a header naming the columns `path`, `label`, `speaker` and, if wanted,
 * `text`, `gender`, `age` (years) and `language`, in any order and in upper or lower case (others are ignored), then one row per recording. Columns are
 * separated by commas, semicolons or tabs. Accepted synonyms: `file`, `filename`, `wav`, `audio`; `emotion`, `class`;
 * `speaker_id`, `spk`, `actor`; `transcript`, `sentence`. Paths are relative to the list, folders separated by `/` or
 * `\`. The speaker may be empty where unknown; empty rows are ignored. Labels and speakers are kept as text: `03`,
 * `1e5`, `NA`, `True`.
 *
 * Columns `start` and `end` (`begin`, `onset`, `stop`; or a `start` and a `duration`) give the part of the file, in
 * seconds (`1.25`, `0:00:01.25`, `0 days 00:00:01.25`); an empty start or end is that of the file.
 *
 * With `targets`, names of columns of numbers, the list needs no labels: recordings without one are of the class `any`. Cells that are
 * empty or no numbers are told by whoever needs them.
 *
 * @param csv - the text of the file, see {@link manifestText}
 * @throws FormatError naming the row, the header being row 1
 */
export function parseManifest(csv: string, { targets = [] }: ManifestOptions = {}): Utterance[] {
  checkString('parseManifest', 'csv', csv)
  checkStrings('parseManifest', 'targets', targets)
  const [header = [], ...rows] = readRows(csv)
  if (csv.startsWith(lfsSignature)) fail(lfsRemedy('list'))
  const columns = columnsOf(header, targets)
  if (typeof columns === 'string') fail(`row 1: ${columns}`)
  const places = targetPlaces(header, targets)
  const seen = new Map<string, { row: number; path: string }>()
  return rows.flatMap((cells, i) => {
    if (cells.every((cell) => cell.trim() === '')) return []
    const row = i + 2
    if (cells.length !== header.length) fail(`row ${row}: expected ${header.length} fields, got ${cells.length}`)
    const [path, given, speaker] = [columns.path, columns.label, columns.speaker].map((k) => (cells[k] ?? '').trim())
    const label = given === '' && targets.length > 0 ? UNLABELLED : given
    if (path === '' || label === '') fail(`row ${row}: "${path === '' ? 'path' : 'label'}" is empty`)
    const segment = segmentIn(path, cells, columns, row)
    checkNew(seen, row, { path: segment ? segmentPath(segment) : path, segment })
    const text = columns.text < 0 ? '' : cells[columns.text].trim()
    const person = personOf({
      gender: cells[columns.gender],
      age: cells[columns.age],
      language: cells[columns.language],
    })
    const numbers = targets.length === 0 ? {} : targetsIn(targets, (name) => cells[places.get(name) as number])
    const words = text === '' ? {} : { text }
    return [{ ...placeOf(path, segment), label, speaker, ...words, ...person, ...numbers }]
  })
}
