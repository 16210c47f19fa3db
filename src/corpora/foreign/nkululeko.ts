/** Lists of nkululeko: CSV with `file`, perhaps `start` and `end`, then columns such as `emotion`, `speaker`, `gender`. */
import { describe, FormatError } from '../../core/errors.ts'
import { personOf } from '../people.ts'
import { checkTargetColumns, targetsIn, UNLABELLED } from '../target-columns.ts'
import { csvRows, timeOf } from './csv.ts'
import { checkTimes, type ForeignList } from './entries.ts'

/** The columns to read. */
export interface ColumnChoice {
  /** Default: `emotion`, else `class_label`, else `label`. */
  label?: string
  /** Default: `speaker`, where there is one. */
  speaker?: string
  /** Columns of numbers. Default: none; with some the list needs no labels. */
  targets?: readonly string[]
}

const usualLabels = ['emotion', 'class_label', 'label']

/** The column of a name, or the first usual one. */
export function chosenColumn(
  columns: readonly string[],
  asked: string | undefined,
  usual: readonly string[],
  remedy: string = ', or its name in "labelFrom"',
): string {
  const found = asked === undefined ? usual.find((name) => columns.includes(name)) : asked
  if (found !== undefined && columns.includes(found)) return found
  const wanted = asked === undefined ? usual.map(describe).join(' or ') : describe(asked)
  const named = asked === undefined ? remedy : ''
  throw new FormatError(`expected a column ${wanted}${named}, got ${columns.filter((name) => name !== '').join(', ')}`)
}

/** The label in a cell; null where it is empty, unless there are targets. */
export function labelOf(cell: string | null, targets: readonly string[]): string | null {
  return cell || (targets.length > 0 ? UNLABELLED : null)
}

/**
 * Reads a list of nkululeko.
 *
 * @throws FormatError that names the row, the header being row 1
 */
export function parseNkululeko(text: string, choice: ColumnChoice = {}): ForeignList {
  const { columns, rows } = csvRows(text)
  const file = chosenColumn(columns, undefined, ['file'], ' with the paths of the sound files')
  const { targets = [] } = choice
  const unlabelled =
    targets.length > 0 && choice.label === undefined && !usualLabels.some((name) => columns.includes(name))
  const label = unlabelled ? null : chosenColumn(columns, choice.label, usualLabels)
  checkTargetColumns(columns, targets)
  const speaker = choice.speaker === undefined ? 'speaker' : chosenColumn(columns, choice.speaker, [])
  const entries = rows.map(({ row, cells }) => {
    if (cells[file] === '') throw new FormatError(`row ${row}: "${file}" is empty`)
    const [start = 0, end] = (['start', 'end'] as const).map((name) => timeOf(cells[name], name, `row ${row}`))
    checkTimes(`row ${row}`, start, end)
    return {
      ...{
        file: cells[file],
        start,
        label: labelOf(label === null ? '' : cells[label], targets),
        speaker: cells[speaker] ?? '',
        place: `row ${row}`,
      },
      ...(end === undefined ? {} : { end }),
      ...personOf(cells),
      ...(cells.text === undefined ? {} : { text: cells.text }),
      ...(targets.length === 0 ? {} : targetsIn(targets, (name) => cells[name])),
    }
  })
  return { entries, problems: [] }
}
