/** Rows of tracks from the first active one to the last, ready for measures. */
import { log } from '../../core/elementary.ts'
import { loudLevel } from './level.ts'
import { BANDS, column, qualityNames } from './names.ts'
import { OrderedColumn } from './ordered-column.ts'

/** Rows more than this below the loud are not active, dB. */
export const ACTIVE = 30
/** Energies up to here are those of rows without sound, dB. */
const SILENCE = -69.999
/** Lowest pitch among the measures, Hz; the pitch is in semitones above 100 Hz. */
const LOWEST = 50
const SEMITONES: number = 12 / Math.LN2

/** Bands of the loud spectrum and of the modulation spectrum. */
export const FINE = 20
export const COARSE = 8

/** Space for the measures of one window. */
interface Scratch {
  energy: Float64Array
  pitch: Float64Array
  active: Uint8Array
  voiced: Uint8Array
  /** For any values of rows. */
  values: Float64Array
  sorted: Float64Array
}

/** Tracks as rows, and what windows of them share. */
export interface TrackRows {
  data: Float64Array
  cols: number
  /** Means of neighbouring bands, [rows, FINE] and [rows, COARSE]. */
  fine: Float64Array
  coarse: Float64Array
  levels: OrderedColumn
  /** Semitones above 100 Hz; of rows with a pitch. */
  pitch: OrderedColumn
  quality: OrderedColumn[]
  scratch: Scratch
}

/** Rows beyond those of the tracks for which the scratch has room, on either side. */
export const MARGIN = 4

/** Tracks with what windows share. */
export function trackRows(data: Float64Array, cols: number): TrackRows {
  const rows = data.length / cols
  const numbers = (): Float64Array => new Float64Array(Math.max(FINE, rows + 2 * MARGIN))
  const ordered = (j: number, value = (x: number) => x): OrderedColumn => {
    const values = new Float64Array(rows)
    for (let t = 0; t < rows; t++) values[t] = value(data[t * cols + j])
    return new OrderedColumn(values)
  }
  return {
    ...{ data, cols, fine: mergedBands(data, cols, FINE), coarse: mergedBands(data, cols, COARSE) },
    levels: ordered(column.energy),
    pitch: ordered(column.f0, (f0) => (f0 > 0 ? SEMITONES * log(Math.max(f0, LOWEST) / 100) : 0)),
    quality: qualityNames.map((_, i) => ordered(column.quality + i)),
    scratch: {
      ...{ energy: numbers(), pitch: numbers(), values: numbers(), sorted: numbers() },
      ...{ active: new Uint8Array(rows), voiced: new Uint8Array(rows) },
    },
  }
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

/** Rows from the first to the last that is active; the arrays have room for more. */
export interface Span {
  tracks: TrackRows
  /** The window that it is from: rows from `from` on, before `to`. */
  from: number
  to: number
  /** First row of `tracks`, and how many follow. */
  first: number
  rows: number
  /** Level of the loud, dB. */
  top: number
  /** dB relative to the loud. */
  energy: Float64Array
  /** Rows at most 30 dB below the loud. */
  active: Uint8Array
  activeRows: number
  /** Active rows with a pitch. */
  voiced: Uint8Array
  voicedRows: number
  /** Semitones above 100 Hz; of voiced rows only. */
  pitch: Float64Array
}

/** Writes the values of the marked rows of the span in order of time, and tells how many they are. */
export function markedInto(out: Float64Array, values: Float64Array, { first, rows }: Span, marks: Uint8Array): number {
  let n = 0
  for (let t = 0; t < rows; t++) if (marks[t] !== 0) out[n++] = values[first + t]
  return n
}

/** The same values in ascending order, of `out` the first. */
export function sortedOf(out: Float64Array, column: OrderedColumn, span: Span, marks: Uint8Array): Float64Array {
  const { from, to, first, rows } = span
  const { values } = column
  const order = column.orderOf(from, to)
  if (order === null) return out.subarray(0, markedInto(out, values, span, marks)).sort()
  let n = 0
  for (let i = 0; i < to - from; i++) {
    const t = order[i] - first
    if (t >= 0 && t < rows && marks[t] !== 0) out[n++] = values[order[i]]
  }
  return out.subarray(0, n)
}

/** The span among the rows from `from` on, before `to`; null where there is no sound. */
export function spanOf(tracks: TrackRows, from: number, to: number): Span | null {
  const { data, cols, scratch } = tracks
  const { values: levels } = tracks.levels
  const { energy, pitch, active, voiced } = scratch
  const top = loudLevel(levelsAbove(tracks, from, to))
  const least = Math.max(top - ACTIVE, SILENCE)
  let [first, end] = [from, to]
  while (first < to && !(levels[first] > least)) first++
  if (first === to) return null
  while (!(levels[end - 1] > least)) end--
  const rows = end - first
  let [activeRows, voicedRows] = [0, 0]
  for (let t = 0; t < rows; t++) {
    energy[t] = levels[first + t] - top
    active[t] = levels[first + t] > least ? 1 : 0
    voiced[t] = data[(first + t) * cols + column.f0] > 0 ? active[t] : 0
    pitch[t] = voiced[t] !== 0 ? tracks.pitch.values[first + t] : 0
    activeRows += active[t]
    voicedRows += voiced[t]
  }
  return { tracks, from, to, first, rows, top, energy, active, activeRows, voiced, voicedRows, pitch }
}

/** Levels of the rows with sound, ascending. */
function levelsAbove({ levels, scratch: { sorted } }: TrackRows, from: number, to: number): Float64Array {
  const { values } = levels
  const order = levels.orderOf(from, to)
  let n = 0
  for (let i = 0; i < to - from; i++) {
    const level = values[order === null ? from + i : order[i]]
    if (level > SILENCE) sorted[n++] = level
  }
  const found = sorted.subarray(0, n)
  return order === null ? found.sort() : found
}
