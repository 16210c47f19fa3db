/** Parts of sound files: one file may hold many recordings. */

/** Where a recording begins and ends in its file, s. */
export interface Segment {
  /** The file, as a list names it. */
  file: string
  start: number
  /** The end of the sound by default. */
  end?: number
}

/** `1.25`, `75.5`, `0:01:15.5`, and `0 days 00:01:15.5` as pandas writes it. */
const clockTime = /^(?:(\d+) days? \+?)?(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)$/
const plainTime = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The seconds that a text tells, undefined for an empty one, NaN for one that is no time from 0 on. */
export function secondsOf(text: string): number | undefined {
  if (text === '') return undefined
  const [, days = '0', hours, minutes, seconds] = clockTime.exec(text) ?? []
  if (hours !== undefined) return 3600 * (24 * Number(days) + Number(hours)) + 60 * Number(minutes) + Number(seconds)
  const value = plainTime.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : Number.NaN
}

/** A name of the recording: its file, and behind it the times as URIs of media write them (W3C Media Fragments), `a.wav#t=1.5,2.25`. */
export function segmentPath({ file, start, end }: Segment): string {
  return `${file}#t=${start}${end === undefined ? '' : `,${end}`}`
}
