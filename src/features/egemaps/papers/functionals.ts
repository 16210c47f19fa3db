/** The 88 functionals of contours that have NaN where a row has no value. */
import { log } from '../../../core/elementary.ts'
import { momentsOf, type Track, trackOf, trackStatistics } from '../../track-statistics.ts'
import { LEAST_LEVEL } from '../functionals.ts'
import type { PaperContours } from './contours.ts'

/** Means of the values among a row, the one before and the one behind; none where the row has none. */
export function smoothedPresent(x: Float64Array): Float64Array {
  return x.map((value, t) => {
    if (Number.isNaN(value)) return value
    let [sum, count] = [0, 0]
    for (let i = Math.max(0, t - 1); i < Math.min(x.length, t + 2); i++) {
      if (Number.isNaN(x[i])) continue
      sum += x[i]
      count++
    }
    return sum / count
  })
}

/** Mean, and the deviation over its magnitude, which is 0 where the mean is, and where the values differ by rounding alone. */
function normed([mean, deviation]: Float64Array): [mean: number, deviation: number] {
  const size = Math.abs(mean)
  return [mean, deviation > 1e-12 * size && size > 0 ? deviation / size : 0]
}

/** Those of the values of a smoothed contour; 0 where there are none. */
function moments(x: Float64Array): [mean: number, deviation: number] {
  return normed(momentsOf(smoothedPresent(x).filter((value) => !Number.isNaN(value))))
}

/** The ten numbers of F0 and loudness. */
function contourStatistics(track: Track): number[] {
  const [low, middle, high] = trackStatistics.quantiles(track)
  const slopes = trackStatistics.slopes(track)
  return [...normed(track.moments), low, middle, high, high - low, ...slopes]
}

/** The functionals. */
export function paperFunctionalsOf({ spectral, pitch, voice, meanSquare, step }: PaperContours): Float64Array {
  const settings = { quantiles: [0.2, 0.5, 0.8], step }
  // The lowest pitch is 12 semitones: 0 marks the unvoiced.
  const melody = trackOf(
    smoothedPresent(pitch).map((value) => value || 0),
    { ...settings, nonZero: true },
  )
  const loudness = trackOf(smoothedPresent(spectral[0]), { ...settings, nonZero: false })
  const where = (x: Float64Array, voiced: boolean) => x.map((v, t) => (pitch[t] > 0 === voiced ? v : Number.NaN))
  return Float64Array.of(
    ...contourStatistics(melody),
    ...contourStatistics(loudness),
    ...spectral.slice(5).flatMap(moments),
    ...voice.flatMap(moments),
    ...spectral.slice(1).flatMap((x) => moments(where(x, true))),
    ...spectral.slice(1, 6).map((x) => moments(where(x, false))[0]),
    ...trackStatistics.peaks(loudness),
    ...trackStatistics.segments(melody),
    Math.max(LEAST_LEVEL, (10 / Math.LN10) * log(meanSquare)),
  )
}
