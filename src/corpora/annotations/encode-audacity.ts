import { checkLabelled, decimal, type TimedLabel } from './timed-labels.ts'

/**
 * Segments as a label track of Audacity: `start TAB end TAB text` in each line, in seconds. Tabs and line ends in a text become spaces.
 *
 * @example
 * ```ts
 * encodeAudacityLabels([{ start: 0.5, end: 1.25, label: 'joy' }]) // '0.5\t1.25\tjoy\n'
 * ```
 *
 * @returns text, to be written in UTF-8
 * @throws TypeError or RangeError for segments without a length or with an empty label
 */
export function encodeAudacityLabels(segments: readonly TimedLabel[]): string {
  const lines = checkLabelled('encodeAudacityLabels', segments).map(({ start, end, text }) => {
    return `${decimal(start)}\t${decimal(end)}\t${text.replace(/\s+/g, ' ').trim()}\n`
  })
  return lines.join('')
}
