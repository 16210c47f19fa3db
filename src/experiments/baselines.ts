import Papa from 'papaparse'
import { checkString } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { type Baseline, baseName } from './comparisons.ts'

const fixedColumns = ['file', 'label']

function readTable(csv: string): { rows: Record<string, string>[]; columns: string[] } {
  const { data, errors, meta } = Papa.parse<Record<string, string>>(csv, {
    delimiter: ',',
    header: true,
    skipEmptyLines: true,
    transformHeader: (name) => name.trim(),
  })
  const columns = meta.fields ?? []
  const missing = fixedColumns.find((name) => !columns.includes(name))
  if (missing !== undefined) throw new FormatError(`parseBaselines: row 1: no column "${missing}" in the header`)
  if (errors.length > 0) {
    throw new FormatError(`parseBaselines: row ${(errors[0].row ?? 0) + 2}: ${errors[0].message}`)
  }
  return { rows: data, columns }
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
  const files = rows.map(({ file }) => baseName(file.trim()))
  const twice = files.findIndex((file, i) => files.indexOf(file) < i)
  if (twice >= 0) throw new FormatError(`parseBaselines: row ${twice + 2}: "${files[twice]}" was there already`)
  const systems = columns.filter((name) => !fixedColumns.includes(name))
  const given = rows.map(({ label }, i) => [files[i], label.trim()]).filter(([, label]) => label !== '')
  const labels: Baseline['labels'] = Object.fromEntries(given)
  return systems.map((system) => {
    const answers = rows.map((row, i) => [files[i], row[system].trim()])
    return { name: `${prefix}: ${system}`, said: Object.fromEntries(answers.filter(([, said]) => said !== '')), labels }
  })
}
