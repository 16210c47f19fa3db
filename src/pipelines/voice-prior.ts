/**
 * Measures of an utterance relative to a voice: clipped z by a mean and a variance of the speaker, room or corpus, shrunk to
 * those of the training corpora, which stand in where there are none:
 *
 *   z_j = (x_j - m_j) / (sqrt(v_j) + e_j), within +-clip
 *   m = (sum x + a m0) / (n + a)        v = (n var x + b w0) / (n + b)
 *
 * with a prior mean m0 that counts as a = 2 recordings and a prior variance w0, the mean variance within a training
 * speaker, that counts as b = 10. Without recordings v is v0, the mean variance within a training corpus.
 */
import type { FloatArray } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'

/** Mean and variance of each measure. */
export interface Spread {
  mean: Float64Array
  variance: Float64Array
}

/** Recordings that the priors count as. */
export interface PriorWeights {
  /** a. */
  meanPrior: number
  /** b. */
  variancePrior: number
}

/** Priors from the training set; each [R]. */
export interface VoicePrior {
  /** m0: mean over the training corpora. */
  mean: Float64Array
  /** v0: mean over the corpora of the variance within each. */
  variance: Float64Array
  /** w0: mean over the speakers of the variance within each. */
  within: Float64Array
  /** e: a thousandth of the deviation over the training set, so that what is constant stays bounded. */
  floor: Float64Array
}

/** Statistics shrunk to the prior; the prior where there are none. */
export function shrunk(
  statistics: SpeakerStatistics | null,
  { mean, variance, within }: VoicePrior,
  { meanPrior: a, variancePrior: b }: PriorWeights,
): Spread {
  const n = statistics?.recordings ?? 0
  if (statistics === null || n === 0) return { mean, variance }
  const own = { mean: statistics.mean, variance: statistics.variance }
  return {
    mean: mean.map((prior, j) => (n * own.mean[j] + a * prior) / (n + a)),
    variance: within.map((prior, j) => (n * own.variance[j] + b * prior) / (n + b)),
  }
}

/** Writes the clipped z [R] of measures to `out` from `at` on. */
export function relativeInto(
  out: Float64Array,
  at: number,
  measures: FloatArray,
  { mean, variance }: Spread,
  floor: Float64Array,
  clip: number,
): void {
  for (let j = 0; j < measures.length; j++) {
    const z = (measures[j] - mean[j]) / (Math.sqrt(variance[j]) + floor[j])
    out[at + j] = Math.min(clip, Math.max(-clip, z))
  }
}
