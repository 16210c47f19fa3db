import Papa from 'papaparse'
import { checkString } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import type { Utterance } from './types.ts'

const required = ['path', 'label', 'speaker'] as const

function fail(message: string): never {
  throw new FormatError(`parseManifest: ${message}`)
}

/** The rows of the text, the header first. */
function readRows(csv: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(csv, { delimiter: ',' })
  if (errors.length > 0) fail(`row ${(errors[0].row ?? 0) + 1}: ${errors[0].message}`)
  return data
}

function readHeader(header: readonly string[]): Record<'path' | 'label' | 'speaker' | 'text', number> {
  const columns = header.map((name) => name.trim().toLowerCase())
  const missing = required.filter((name) => !columns.includes(name))
  if (missing.length > 0) {
    fail(`row 1: no column ${missing.map((name) => `"${name}"`).join(', ')} in the header "${header.join(',')}"`)
  }
  const at = (name: string) => columns.indexOf(name)
  return { path: at('path'), label: at('label'), speaker: at('speaker'), text: at('text') }
}

/**
 * Reads a list of recordings in CSV (RFC 4180): a header naming the columns `path`, `label`, `speaker` and, if wanted,
 * `text`, in any order (others are not looked at), then a row for each recording. Paths are relative to the list. The
 * speaker may be empty where unknown; empty lines do not count.
 *
 * @param csv - the text of the file
 * @throws FormatError naming the row, the header being row 1
 */
export function parseManifest(csv: string): Utterance[] {
  checkString('parseManifest', 'csv', csv)
  const rows = readRows(csv)
  const columns = readHeader(rows[0] ?? [])
  const rowOf = new Map<string, number>()
  return rows.flatMap((cells, i) => {
    if (i === 0 || (cells.length === 1 && cells[0].trim() === '')) return []
    const row = i + 1
    if (cells.length !== rows[0].length) fail(`row ${row}: expected ${rows[0].length} fields, got ${cells.length}`)
    const [path, label, speaker] = required.map((name) => cells[columns[name]].trim())
    if (path === '' || label === '') fail(`row ${row}: "${path === '' ? 'path' : 'label'}" is empty`)
    if (rowOf.has(path)) fail(`row ${row}: "${path}" is in row ${rowOf.get(path)} already`)
    rowOf.set(path, row)
    const text = columns.text < 0 ? '' : cells[columns.text].trim()
    return [text === '' ? { path, label, speaker } : { path, label, speaker, text }]
  })
}
