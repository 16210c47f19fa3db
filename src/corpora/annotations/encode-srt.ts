/** Subtitles in the form of SubRip. */
import { checkLabelled, type TimedLabel } from './timed-labels.ts'

/** `01:02:03,456`. */
function clock(milliseconds: number): string {
  const padded = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0')
  const seconds = milliseconds / 1000
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => padded(part, 2))
  return `${parts.join(':')},${padded(milliseconds % 1000, 3)}`
}

/**
 * Segments as subtitles (`.srt`), which players show over a recording, in whole milliseconds. Empty lines in a text, which would end it, are left
 * out, and `-->` becomes `->`; players take `<i>` and the like as markup.
 *
 * @example
 * ```ts
 * encodeSrt([{ start: 0.5, end: 1.25, label: 'joy' }]) // '1\n00:00:00,500 --> 00:00:01,250\njoy\n'
 * ```
 *
 * @returns text, to be written in UTF-8
 * @throws TypeError or RangeError for segments without a length or with an empty label
 */
export function encodeSrt(segments: readonly TimedLabel[]): string {
  const blocks = checkLabelled('encodeSrt', segments).map(({ start, end, text }, i) => {
    const [from, to] = [start, end].map((seconds) => clock(Math.round(seconds * 1000)))
    const lines = text.replaceAll('-->', '->').split(/\r\n|\r|\n/)
    const shown = lines.filter((line) => line.trim() !== '').join('\n')
    return `${i + 1}\n${from} --> ${to}\n${shown}\n`
  })
  return blocks.join('\n')
}
