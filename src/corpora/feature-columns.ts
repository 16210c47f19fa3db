/** The columns of a table of features: names of recordings, times, facts that are no features, and the features. */
import { describe, FormatError } from '../core/errors.ts'

/** Places of the columns of a table; -1 for a missing one. */
export interface FeatureColumns {
  /** Whether the first line has names. */
  header: boolean
  file: number
  start: number
  end: number
  /** Indices of the features. */
  features: number[]
  /** Names of the features; null where the table has none. */
  names: string[] | null
  /** Names of columns that are no features. */
  left: string[]
}

/** Names of a column with recordings, the first found counts. `name` is openSMILE's. */
const fileNames = [
  'file',
  'path',
  'filename',
  'file_name',
  'filepath',
  'file_path',
  'wav',
  'audio',
  'recording',
  'name',
]
const startNames = ['start', 'frametime', 'start_time']
const endNames = ['end', 'end_time']
/** An index that pandas writes without a name. */
const indexNames = ['', 'index', 'unnamed: 0']
/** Columns that tell about a recording, by which a system would cheat or which are no measures of it. */
const facts = [
  ...[
    'label',
    'emotion',
    'emo',
    'class',
    'category',
    'speaker',
    'speaker_id',
    'spk',
    'actor',
    'subject',
    'participant',
  ],
  ...[
    'corpus',
    'gender',
    'sex',
    'language',
    'text',
    'transcript',
    'sentence',
    'split',
    'set',
    'fold',
    'id',
    'frameindex',
  ],
]

/** A number in a cell; NaN for `nan` and an empty cell, undefined for a text that is none. */
export function numberIn(cell: string): number | undefined {
  const text = cell.trim()
  if (text === '' || /^[+-]?nan$/i.test(text)) return Number.NaN
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function plain(cell: string): string {
  return cell.trim().replace(/^'(.*)'$/, '$1')
}

const firstOf = (cells: readonly string[], names: readonly string[]): number =>
  names.map((name) => cells.indexOf(name)).find((at) => at >= 0) ?? -1

/** A table without names: all numbers, or one name of a recording before them. */
function unnamed(first: readonly string[], file: number): FeatureColumns {
  const features = first.map((_, j) => j).filter((j) => j !== file)
  return { header: false, file, start: -1, end: -1, features, names: null, left: [] }
}

/**
 * Tells the columns by the first lines of a table.
 *
 * @param second - the line after the first, for an index without a name; absent where there is none
 * @throws FormatError where there is no feature, or a name stands twice
 */
export function featureColumns(first: readonly string[], second: readonly string[] | undefined): FeatureColumns {
  const numbers = first.map((cell) => numberIn(cell) !== undefined)
  // pandas calls columns without names 0, 1, 2, ...
  const counting = (from: number): boolean =>
    first.length > from + 1 && first.slice(from).every((cell, i) => cell.trim() === String(i))
  const cells = first.map((cell) => plain(cell).toLowerCase())
  const named = firstOf(cells, fileNames) >= 0 || indexNames.includes(cells[0]) || counting(0)
  if (!named && numbers.every((is) => is)) return unnamed(first, -1)
  if (!named && first.length > 1 && numbers.slice(1).every((is) => is)) return unnamed(first, 0)
  return namedColumns(first.map(plain), cells, second)
}

function namedColumns(
  names: readonly string[],
  cells: readonly string[],
  second: readonly string[] | undefined,
): FeatureColumns {
  const twice = names.find((name, j) => name !== '' && names.indexOf(name) < j)
  if (twice !== undefined) throw new FormatError(`the column ${describe(twice)} is there twice`)
  const index = indexNames.includes(cells[0]) ? 0 : -1
  const told = firstOf(cells, fileNames)
  const indexed = index === 0 && told < 0 && second !== undefined && numberIn(second[0] ?? '') === undefined
  const file = indexed ? 0 : told
  const [start, end] = [firstOf(cells, startNames), firstOf(cells, endNames)]
  const apart = new Set([file, start, end, index])
  const isFact = (j: number): boolean => facts.includes(cells[j].replace(/[\s-]+/g, '_'))
  const features = cells.map((_, j) => j).filter((j) => !apart.has(j) && !isFact(j))
  if (features.length === 0) throw new FormatError(`no column of features beside ${names.map(describe).join(', ')}`)
  const left = cells.flatMap((_, j) => (!apart.has(j) && isFact(j) ? [names[j]] : []))
  return { header: true, file, start, end, features, names: features.map((j) => names[j]), left }
}
