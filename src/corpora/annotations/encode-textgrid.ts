/** Praat's TextGrids, in the long text form (Praat's manual, "TextGrid file formats"). */
import { checkNumber, checkOptions, checkString } from '../../core/check.ts'
import { checkLabelled, TIER, type TimedLabel, tiersOf, type WrittenLabel } from './timed-labels.ts'

/** Options of {@link encodeTextGrid}. */
export interface EncodeTextGridOptions {
  /** Length of the recording, s, which Praat's other windows expect. Default: the end of the last segment. */
  seconds?: number
  /** Tier of segments that name none. Default `emotion`. */
  tier?: string
}

interface Interval {
  start: number
  end: number
  text: string
}

/** The intervals of a tier: those between labels have an empty text. */
function intervalsOf(labels: readonly WrittenLabel[], seconds: number): Interval[] {
  const intervals: Interval[] = []
  let at = 0
  for (const { start, end, text } of labels) {
    if (start > at) intervals.push({ start: at, end: start, text: '' })
    intervals.push({ start, end, text })
    at = end
  }
  if (seconds > at) intervals.push({ start: at, end: seconds, text: '' })
  return intervals
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

function tierLines(name: string, intervals: readonly Interval[], seconds: number, number: number): string[] {
  return [
    `    item [${number}]:`,
    ...['class = "IntervalTier"', `name = ${quoted(name)}`, 'xmin = 0', `xmax = ${seconds}`].map((x) => `        ${x}`),
    `        intervals: size = ${intervals.length}`,
    ...intervals.flatMap(({ start, end, text }, i) => [
      `        intervals [${i + 1}]:`,
      ...[`xmin = ${start}`, `xmax = ${end}`, `text = ${quoted(text)}`].map((x) => `            ${x}`),
    ]),
  ]
}

/**
 * Segments as a TextGrid for Praat: an interval for each, and intervals without text between them. Times are written to the last digit. Segments
 * of one tier that overlap stand on further tiers (`emotion 2`).
 *
 * @example
 * ```ts
 * const text = encodeTextGrid([{ start: 0.5, end: 1.25, label: 'joy' }], { seconds: 2 })
 * text.includes('text = "joy"') // true
 * text.includes('intervals: size = 3') // true
 * ```
 *
 * @returns text, to be written in UTF-8
 * @throws TypeError or RangeError for segments without a length or with an empty label, and where `seconds` is before the end of one, or is
 *   not given and there is none
 */
export function encodeTextGrid(segments: readonly TimedLabel[], options: EncodeTextGridOptions = {}): string {
  const where = 'encodeTextGrid'
  checkOptions(where, options, ['seconds', 'tier'])
  const tier = checkString(where, 'tier', options.tier ?? TIER)
  const labels = checkLabelled(where, segments, tier)
  const last = labels.reduce((most, { end }) => Math.max(most, end), 0)
  const seconds = options.seconds ?? last
  checkNumber(where, 'seconds', seconds, labels.length === 0 ? { above: 0 } : { min: last })
  const tiers = tiersOf(labels, tier)
  const lines = [
    ...['File type = "ooTextFile"', 'Object class = "TextGrid"', ''],
    ...['xmin = 0', `xmax = ${seconds}`, 'tiers? <exists>', `size = ${tiers.length}`, 'item []:'],
    ...tiers.flatMap((one, i) => tierLines(one.name, intervalsOf(one.labels, seconds), seconds, i + 1)),
  ]
  return `${lines.join('\n')}\n`
}
