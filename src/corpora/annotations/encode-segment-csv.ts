/** Segments as CSV (RFC 4180). */
import { checkBoolean, checkNumber, checkObject, checkString } from '../../core/check.ts'
import { csvField } from '../../core/text.ts'
import { checkLabelled, decimal, type TimedLabel } from './timed-labels.ts'

/** A row of {@link encodeSegmentCsv}. */
export interface CsvSegment extends TimedLabel {
  /** The recording. */
  file?: string
  /** Who speaks, without which `loadCorpus` does not take the table for a list. */
  speaker?: string
  /** Probability of each class. */
  probabilities?: Readonly<Record<string, number>>
  /** Whether speech is heard. */
  speech?: boolean
  /** Whether the answer is sure. */
  sure?: boolean
}

type Cell = (row: CsvSegment, name: string) => string

const flag =
  (name: 'speech' | 'sure'): Cell =>
  (row, at) =>
    row[name] === undefined ? '' : String(checkBoolean('encodeSegmentCsv', `${at}.${name}`, row[name]))

/** Columns that are there where a row has them. */
const optional: Readonly<Record<string, Cell>> = { speech: flag('speech'), sure: flag('sure') }

function probability(row: CsvSegment, name: string, label: string): string {
  const { probabilities } = row
  if (probabilities === undefined || !Object.hasOwn(probabilities, label)) return ''
  return decimal(checkNumber('encodeSegmentCsv', `${name}.probabilities.${label}`, probabilities[label], { min: 0 }))
}

/**
 * Segments, of one recording or of several, as a table: `start`, `end` in seconds, `label`; before them `file`, behind them `speaker`, `tier`, `speech`, `sure`
 * and the probability of each class (`p_joy`), where a segment has these. With `file` and `speaker` it is a list for `loadCorpus`.
 *
 * @example
 * ```ts
 * encodeSegmentCsv([{ file: 'a.wav', start: 0.5, end: 1.25, label: 'joy', sure: true }])
 * // 'file,start,end,label,sure\na.wav,0.5,1.25,joy,true\n'
 * ```
 *
 * @returns text, to be written in UTF-8, rows in the order given
 * @throws TypeError or RangeError for segments without a length or with an empty label
 */
export function encodeSegmentCsv(segments: readonly CsvSegment[]): string {
  const where = 'encodeSegmentCsv'
  checkLabelled(where, segments)
  const has = (name: keyof CsvSegment): boolean => segments.some((one) => one[name] !== undefined)
  const labels = [
    ...new Set(
      segments.flatMap(({ probabilities = {} }, i) =>
        Object.keys(checkObject(where, `segments[${i}].probabilities`, probabilities)),
      ),
    ),
  ]
  const extra = Object.keys(optional).filter((name) => has(name as keyof CsvSegment))
  const columns: [name: string, cell: Cell][] = [
    ...(has('file') ? [['file', ({ file = '' }, at) => checkString(where, `${at}.file`, file)] as [string, Cell]] : []),
    ['start', ({ start }) => decimal(start)],
    ['end', ({ end }) => decimal(end)],
    ['label', ({ label }) => (label === null ? 'no speech' : (label ?? 'speech'))],
    ...(has('speaker')
      ? [['speaker', ({ speaker = '' }, at) => checkString(where, `${at}.speaker`, speaker)] as [string, Cell]]
      : []),
    ...(has('tier') ? [['tier', ({ tier = '' }) => tier] as [string, Cell]] : []),
    ...extra.map((name): [string, Cell] => [name, optional[name]]),
    ...labels.map((label): [string, Cell] => [`p_${label}`, (row, at) => probability(row, at, label)]),
  ]
  const lines = [columns.map(([name]) => csvField(name))]
  for (const [i, row] of segments.entries())
    lines.push(columns.map(([, cell]) => csvField(cell(row, `segments[${i}]`))))
  return `${lines.map((line) => line.join(',')).join('\n')}\n`
}
