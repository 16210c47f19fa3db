/** Measures of voice quality and of spectra. */
import { meanAndDeviation, quantileOf } from '../track-statistics.ts'
import { modulationMeasures } from './modulation.ts'
import { column } from './names.ts'
import { ACTIVE, COARSE, FINE, markedInto, type Span, sortedOf } from './span.ts'

/** More voiced rows than these, and voice quality is that of voiced rows; else of the active ones. */
const FEW_VOICED = 3
/** Rows at most this far below the loud are loud, dB. */
const LOUD = 10

/** Quantiles of each of the tracks. */
const QUANTILES = [0.1, 0.5, 0.9]

/** Five statistics of each of the 11 tracks; those of harmonics are NaN without voiced rows. */
export function qualityMeasures(span: Span): number[] {
  const { quality, scratch } = span.tracks
  const enough = span.voicedRows > FEW_VOICED
  const marks = enough ? span.voiced : span.active
  const count = quality.length
  const out = new Array<number>(5 * count).fill(Number.NaN)
  for (let i = 0; i < count && (enough || column.quality + i < column.harmonics); i++) {
    const n = markedInto(scratch.values, quality[i].values, span, marks)
    ;[out[i], out[count + i]] = meanAndDeviation(scratch.values, n)
    const sorted = sortedOf(scratch.sorted, quality[i], span, marks)
    for (let q = 0; q < QUANTILES.length; q++) out[(2 + q) * count + i] = quantileOf(sorted, QUANTILES[q])
  }
  return out
}

/** Writes the mean of each band over the rows whose energy is above `least` to the scratch, and gives their number. */
function bandMeans({ tracks: { fine, scratch }, first, energy, rows }: Span, least: number): number {
  const mean = scratch.values
  let n = 0
  for (let t = 0; t < rows; t++) if (energy[t] > least) n++
  mean.fill(0, 0, FINE)
  for (let t = 0; t < rows; t++) {
    if (energy[t] > least) for (let i = 0, at = (first + t) * FINE; i < FINE; i++, at++) mean[i] += fine[at] / n
  }
  return n
}

/** The spectrum of the loud rows in 20 bands less its mean, and each band's deviation over the active rows; dB. */
export function loudSpectrumMeasures(span: Span): number[] {
  const { tracks, first, energy, rows } = span
  const { values: mean, sorted: second } = tracks.scratch
  const out = new Array<number>(2 * FINE).fill(0)
  bandMeans(span, -LOUD)
  let sum = mean[0]
  for (let i = 1; i < FINE; i++) sum += mean[i]
  for (let i = 0; i < FINE; i++) out[i] = mean[i] - sum / FINE
  const n = bandMeans(span, -ACTIVE)
  second.fill(0, 0, FINE)
  for (let t = 0; t < rows; t++) {
    if (!(energy[t] > -ACTIVE)) continue
    for (let i = 0, at = (first + t) * FINE; i < FINE; i++, at++) {
      const d = tracks.fine[at] - mean[i]
      second[i] += (d * d) / n
    }
  }
  for (let i = 0; i < FINE; i++) out[FINE + i] = Math.sqrt(second[i])
  return out
}

/** Modulation energies of 8 bands. */
export function bandModulations({ tracks: { coarse }, first, rows }: Span): number[] {
  return modulationMeasures(coarse.subarray(first * COARSE, (first + rows) * COARSE), rows, COARSE)
}
