/** Measures of voice quality and of spectra. */
import { meanAndDeviation, quantileOf } from '../track-statistics.ts'
import { modulationMeasures } from './modulation.ts'
import { column, qualityNames } from './names.ts'
import { COARSE, countOf, FINE, markedColumn, type Span } from './span.ts'

/** More voiced rows than these, and voice quality is that of voiced rows; else of the active ones. */
const FEW_VOICED = 3
/** Rows at most this far below the loud are loud, dB. */
const LOUD = 10

/** Five statistics of each of the 11 tracks; those of harmonics are NaN without voiced rows. */
export function qualityMeasures(span: Span): number[] {
  const enough = countOf(span.voiced) > FEW_VOICED
  const marks = enough ? span.voiced : span.active
  const values = new Float64Array(countOf(marks))
  const statistics = qualityNames.map((_, i) => {
    const j = column.quality + i
    if (!enough && j >= column.harmonics) return new Array<number>(5).fill(Number.NaN)
    markedColumn(span, j, marks, values)
    const [mean, deviation] = meanAndDeviation(values)
    values.sort()
    return [mean, deviation, ...[0.1, 0.5, 0.9].map((q) => quantileOf(values, q))]
  })
  return [0, 1, 2, 3, 4].flatMap((i) => statistics.map((row) => row[i]))
}

/** Mean and standard deviation of each band over the rows whose energy is above `least`. */
function bandMoments(
  { tracks: { fine }, first, energy, rows }: Span,
  least: number,
): { mean: Float64Array; deviation: Float64Array } {
  let n = 0
  for (let t = 0; t < rows; t++) if (energy[t] > least) n++
  const [mean, second] = [new Float64Array(FINE), new Float64Array(FINE)]
  for (let t = 0; t < rows; t++) {
    if (energy[t] > least) for (let i = 0; i < FINE; i++) mean[i] += fine[(first + t) * FINE + i] / n
  }
  for (let t = 0; t < rows; t++) {
    if (!(energy[t] > least)) continue
    for (let i = 0; i < FINE; i++) {
      const d = fine[(first + t) * FINE + i] - mean[i]
      second[i] += (d * d) / n
    }
  }
  return { mean, deviation: second.map(Math.sqrt) }
}

/** The spectrum of the loud rows in 20 bands less its mean, and each band's deviation over the active rows; dB. */
export function loudSpectrumMeasures(span: Span): number[] {
  const { mean } = bandMoments(span, -LOUD)
  const middle = mean.reduce((a, b) => a + b) / FINE
  return [...mean.map((level) => level - middle), ...bandMoments(span, -30).deviation]
}

/** Modulation energies of 8 bands. */
export function bandModulations({ tracks: { coarse }, first, rows }: Span): number[] {
  return modulationMeasures(coarse.subarray(first * COARSE, (first + rows) * COARSE), rows, COARSE)
}
