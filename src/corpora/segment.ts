/** Parts of sound files: one file may hold many recordings. */

/** Start and end of a recording in its file, s. */
export interface Segment {
  /** The file, as named in the list. */
  file: string
  start: number
  /** Default: the end of the file. */
  end?: number
  /** Channel of the file, from 1. Default: all of them. */
  channel?: number
}

/** `1.25`, `75.5`, `0:01:15.5`, and as pandas writes it `0 days 00:01:15.5`, or of a column of whole days `0 days`. */
const clockTime = /^(?:(\d+) days? \+?)?(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)$/
const wholeDays = /^(\d+) days?$/
const plainTime = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The seconds in a text; undefined for an empty text, NaN for one that is not a time >= 0. */
export function secondsOf(text: string): number | undefined {
  if (text === '') return undefined
  const [, whole] = wholeDays.exec(text) ?? []
  if (whole !== undefined) return 86400 * Number(whole)
  const [, days = '0', hours, minutes, seconds] = clockTime.exec(text) ?? []
  if (hours !== undefined) return 3600 * (24 * Number(days) + Number(hours)) + 60 * Number(minutes) + Number(seconds)
  const value = plainTime.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : Number.NaN
}

/**
 * A name for the recording: its file and the times as a W3C Media Fragment, `a.wav#t=1.5,2.25`, and its channel if it has but one,
 * `a.wav#t=1.5,2.25&channel=2`.
 */
export function segmentPath({ file, start, end, channel }: Segment): string {
  const times = `${file}#t=${start}${end === undefined ? '' : `,${end}`}`
  return channel === undefined ? times : `${times}&channel=${channel}`
}
