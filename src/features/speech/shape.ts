/** Measures of voice quality and of spectra. */
import { meanAndDeviation, quantileOf } from '../track-statistics.ts'
import { modulationMeasures } from './modulation.ts'
import { BANDS, column, qualityNames } from './names.ts'
import { countOf, markedColumn, type Span } from './span.ts'

/** More voiced rows than these, and voice quality is that of voiced rows; else of the active ones. */
const FEW_VOICED = 3
/** Rows at most this far below the loud are loud, dB. */
const LOUD = 10
/** Bands of the loud spectrum and of the modulation spectrum. */
const FINE = 20
const COARSE = 8

/** Five statistics of each of the 11 tracks; those of harmonics are NaN without voiced rows. */
export function qualityMeasures(span: Span): number[] {
  const enough = countOf(span.voiced) > FEW_VOICED
  const statistics = qualityNames.map((_, i) => {
    const j = column.quality + i
    if (!enough && j >= column.harmonics) return new Array<number>(5).fill(Number.NaN)
    const values = markedColumn(span, j, enough ? span.voiced : span.active)
    const [mean, deviation] = meanAndDeviation(values)
    values.sort()
    return [mean, deviation, ...[0.1, 0.5, 0.9].map((q) => quantileOf(values, q))]
  })
  return [0, 1, 2, 3, 4].flatMap((i) => statistics.map((row) => row[i]))
}

/** Means of neighbouring bands, [rows, count]. */
function mergedBands({ tracks: { data, cols }, first, rows }: Span, count: number): Float64Array {
  const width = BANDS / count
  const out = new Float64Array(rows * count)
  for (let t = 0, at = 0; t < rows; t++) {
    let from = (first + t) * cols + column.bands
    for (let m = 0; m < count; m++, at++) {
      let sum = 0
      for (const end = from + width; from < end; from++) sum += data[from] / width
      out[at] = sum
    }
  }
  return out
}

/** Mean and standard deviation of each band over the rows whose energy is above `least`. */
function bandMoments(
  bands: Float64Array,
  { energy, rows }: Span,
  least: number,
): { mean: Float64Array; deviation: Float64Array } {
  let n = 0
  for (let t = 0; t < rows; t++) if (energy[t] > least) n++
  const [mean, second] = [new Float64Array(FINE), new Float64Array(FINE)]
  for (let t = 0; t < rows; t++) {
    if (energy[t] > least) for (let i = 0; i < FINE; i++) mean[i] += bands[t * FINE + i] / n
  }
  for (let t = 0; t < rows; t++) {
    if (!(energy[t] > least)) continue
    for (let i = 0; i < FINE; i++) {
      const d = bands[t * FINE + i] - mean[i]
      second[i] += (d * d) / n
    }
  }
  return { mean, deviation: second.map(Math.sqrt) }
}

/** The spectrum of the loud rows in 20 bands less its mean, and each band's deviation over the active rows; dB. */
export function loudSpectrumMeasures(span: Span): number[] {
  const bands = mergedBands(span, FINE)
  const { mean } = bandMoments(bands, span, -LOUD)
  const middle = mean.reduce((a, b) => a + b) / FINE
  return [...mean.map((level) => level - middle), ...bandMoments(bands, span, -30).deviation]
}

/** Modulation energies of 8 bands. */
export function bandModulations(span: Span): number[] {
  return modulationMeasures(mergedBands(span, COARSE), span.rows, COARSE)
}
