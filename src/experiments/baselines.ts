import Papa from 'papaparse'
import { checkString } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { type Baseline, baseName } from './comparisons.ts'

const fixedColumns = ['file', 'label']

function fail(row: number, message: string): never {
  throw new FormatError(`parseBaselines: row ${row}: ${message}`)
}

/** Cells by their columns, which have any names, `__proto__` as well. */
function readTable(csv: string): { rows: string[][]; columns: string[] } {
  const { data, errors } = Papa.parse<string[]>(csv, { delimiter: ',', skipEmptyLines: true })
  const [header = [], ...rows] = data
  const columns = header.map((name) => name.trim())
  const missing = fixedColumns.find((name) => !columns.includes(name))
  if (missing !== undefined) fail(1, `no column "${missing}" in the header`)
  const twice = columns.find((name, i) => columns.indexOf(name) < i)
  if (twice !== undefined) fail(1, `the column "${twice}" is there twice`)
  if (errors.length > 0) fail((errors[0].row ?? 0) + 1, errors[0].message)
  const odd = rows.findIndex(({ length }) => length !== columns.length)
  if (odd < 0) return { rows, columns }
  const { length } = rows[odd]
  fail(odd + 2, `Too ${length < columns.length ? 'few' : 'many'} fields: expected ${columns.length}, got ${length}`)
}

/**
 * Reads predictions of other systems from CSV: a header `file,label,NAME,...`, then a row for each recording with the
 * class that each system predicted. An empty field means that there is no prediction.
 *
 * @param prefix - their source, put before the names: with `study`, column `lstm` becomes `study: lstm`
 * @param csv - the text of the file
 * @throws FormatError naming the row; the header is row 1
 * @example
 * ```ts
 * const [baseline] = parseBaselines('study', 'file,label,lstm\n03a01Fa.wav,joy,anger')
 * baseline.name // 'study: lstm'
 * baseline.said // { '03a01Fa.wav': 'anger' }
 * ```
 */
export function parseBaselines(prefix: string, csv: string): Baseline[] {
  checkString('parseBaselines', 'prefix', prefix)
  const { rows, columns } = readTable(checkString('parseBaselines', 'csv', csv))
  const cellsOf = (name: string): string[] => rows.map((cells) => cells[columns.indexOf(name)].trim())
  const files = cellsOf('file').map(baseName)
  const seen = new Set<string>()
  for (const [i, file] of files.entries()) {
    if (seen.has(file)) fail(i + 2, `"${file}" was there already`)
    seen.add(file)
  }
  /** A column by files, without its empty cells. */
  const byFile = (name: string): Record<string, string> =>
    Object.fromEntries(cellsOf(name).flatMap((cell, i) => (cell === '' ? [] : [[files[i], cell]])))
  const labels = byFile('label')
  const systems = columns.filter((name) => !fixedColumns.includes(name))
  return systems.map((system) => ({ name: `${prefix}: ${system}`, said: byFile(system), labels }))
}
