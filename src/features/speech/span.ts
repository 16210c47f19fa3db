/** Rows of tracks from the first active one to the last, ready for measures. */
import { log } from '../../core/elementary.ts'
import { loudLevel } from './level.ts'
import { BANDS, column } from './names.ts'

/** Rows more than this below the loud are not active, dB. */
const ACTIVE = 30
/** Energies up to here are those of rows without sound, dB. */
const SILENCE = -69.999
/** Lowest pitch among the measures, Hz; the pitch is in semitones above 100 Hz. */
const LOWEST = 50
const SEMITONES: number = 12 / Math.LN2

/** Bands of the loud spectrum and of the modulation spectrum. */
export const FINE = 20
export const COARSE = 8

/** Tracks as rows, with means of neighbouring bands [rows, FINE] and [rows, COARSE], which windows of them share. */
export interface TrackRows {
  data: Float64Array
  cols: number
  fine: Float64Array
  coarse: Float64Array
}

/** Tracks with their merged bands. */
export function trackRows(data: Float64Array, cols: number): TrackRows {
  return { data, cols, fine: mergedBands(data, cols, FINE), coarse: mergedBands(data, cols, COARSE) }
}

function mergedBands(data: Float64Array, cols: number, count: number): Float64Array {
  const width = BANDS / count
  const rows = data.length / cols
  const out = new Float64Array(rows * count)
  for (let t = 0, at = 0; t < rows; t++) {
    let from = t * cols + column.bands
    for (let m = 0; m < count; m++, at++) {
      let sum = 0
      for (const end = from + width; from < end; from++) sum += data[from] / width
      out[at] = sum
    }
  }
  return out
}

/** Rows from the first to the last that is active. */
export interface Span {
  tracks: TrackRows
  /** First row of `tracks`, and how many follow. */
  first: number
  rows: number
  /** Level of the loud, dB. */
  top: number
  /** dB relative to the loud. */
  energy: Float64Array
  /** Rows at most 30 dB below the loud. */
  active: Uint8Array
  /** Active rows with a pitch. */
  voiced: Uint8Array
  /** Semitones above 100 Hz; of voiced rows only. */
  pitch: Float64Array
}

/** Number of marked rows. */
export function countOf(marks: Uint8Array): number {
  let count = 0
  for (let t = 0; t < marks.length; t++) count += marks[t]
  return count
}

/** Values of the marked rows. */
export function markedValues(values: ArrayLike<number>, marks: Uint8Array): Float64Array {
  const out = new Float64Array(countOf(marks))
  for (let t = 0, n = 0; t < marks.length; t++) if (marks[t] !== 0) out[n++] = values[t]
  return out
}

/** Values of a column of the span in the marked rows, in a part of `out` where that has room. */
export function markedColumn(
  { tracks: { data, cols }, first }: Span,
  j: number,
  marks: Uint8Array,
  out: Float64Array = new Float64Array(countOf(marks)),
): Float64Array {
  for (let t = 0, n = 0, at = first * cols + j; t < marks.length; t++, at += cols)
    if (marks[t] !== 0) out[n++] = data[at]
  return out
}

/** The span among the rows from `from` on, before `to`; null where there is no sound. */
export function spanOf(tracks: TrackRows, from: number, to: number): Span | null {
  const { data, cols } = tracks
  const levels = new Float64Array(to - from)
  for (let t = from; t < to; t++) levels[t - from] = data[t * cols + column.energy]
  const top = loudLevel(levels, SILENCE)
  const least = Math.max(top - ACTIVE, SILENCE)
  const start = levels.findIndex((level) => level > least)
  if (start < 0) return null
  const end = levels.findLastIndex((level) => level > least) + 1
  const rows = end - start
  const [energy, pitch] = [new Float64Array(rows), new Float64Array(rows)]
  const [active, voiced] = [new Uint8Array(rows), new Uint8Array(rows)]
  for (let t = 0; t < rows; t++) {
    energy[t] = levels[start + t] - top
    active[t] = levels[start + t] > least ? 1 : 0
    const f0 = data[(from + start + t) * cols + column.f0]
    voiced[t] = f0 > 0 && active[t] !== 0 ? 1 : 0
    pitch[t] = voiced[t] !== 0 ? SEMITONES * log(Math.max(f0, LOWEST) / 100) : 0
  }
  return { tracks, first: from + start, rows, top, energy, active, voiced, pitch }
}
