/**
 * Measures of an utterance relative to a voice: clipped z by a mean and a variance of the speaker, room or corpus, shrunk to
 * those of the training corpora, which stand in where there are none:
 *
 *   z_j = (x_j - m_j) / (sqrt(v_j) + e_j), within +-clip
 *   m = (sum x + a m0) / (n + a)        v = (n var x + b w0) / (n + b)
 *
 * with a prior mean m0 that counts as a = 2 recordings and a prior variance w0, the mean variance within a training
 * speaker, that counts as b = 10. Without recordings v is v0, the mean variance within a training corpus.
 *
 * The level in dB, where it is among the measures, depends on the microphone: it counts only relative to other recordings of
 * the voice, (x - their mean) / 3 within +-4, and is 0 without them. Beyond 12 dB it counts the less, from 24 dB on not at all:
 * nobody speaks so much louder; the gain is another.
 */
import type { FloatArray } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'

/** Mean and variance of each measure, and the mean level; null where it is not known or not measured. */
export interface Voice {
  mean: Float64Array
  variance: Float64Array
  level: number | null
}

/** Settings of measures relative to a voice. */
export interface VoiceSettings {
  /** Recordings that the prior mean and the prior variance count as. */
  meanPrior: number
  variancePrior: number
  clip: number
  /** Column of the level; -1 where it is not measured. */
  level: number
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

/** Vectors of the priors, each converted, as between a state's lists and arrays. */
export function mapPrior<A, B>(
  { mean, variance, within, floor }: Record<keyof VoicePrior, A>,
  convert: (vector: A, name: keyof VoicePrior) => B,
): Record<keyof VoicePrior, B> {
  return {
    mean: convert(mean, 'mean'),
    variance: convert(variance, 'variance'),
    within: convert(within, 'within'),
    floor: convert(floor, 'floor'),
  }
}

/** dB that count as 1, the largest count, and from where on there is none. */
const LEVEL_SCALE = 3
const LEVEL_CLIP = 4
const LEVEL_END = 8

/** A voice by its statistics as they are. */
export function voiceOf({ mean, variance }: SpeakerStatistics, { level }: VoiceSettings): Voice {
  return { mean, variance, level: level < 0 ? null : mean[level] }
}

/** Statistics shrunk to the prior; the prior where there are none. */
export function shrunk(
  statistics: SpeakerStatistics | null,
  { mean, variance, within }: VoicePrior,
  settings: VoiceSettings,
): Voice {
  const n = statistics?.recordings ?? 0
  if (statistics === null || n === 0) return { mean, variance, level: null }
  const { meanPrior: a, variancePrior: b } = settings
  const own = voiceOf(statistics, settings)
  return {
    mean: mean.map((prior, j) => (n * own.mean[j] + a * prior) / (n + a)),
    variance: within.map((prior, j) => (n * own.variance[j] + b * prior) / (n + b)),
    level: own.level,
  }
}

function clipped(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value))
}

/** Writes the clipped z [R] of measures to `out` from `at` on. */
export function relativeInto(
  out: Float64Array,
  at: number,
  measures: FloatArray,
  { mean, variance, level }: Voice,
  floor: Float64Array,
  settings: VoiceSettings,
): void {
  for (let j = 0; j < measures.length; j++) {
    out[at + j] = clipped((measures[j] - mean[j]) / (Math.sqrt(variance[j]) + floor[j]), settings.clip)
  }
  if (settings.level < 0) return
  const louder = level === null ? 0 : (measures[settings.level] - level) / LEVEL_SCALE
  const believed = (LEVEL_END - Math.abs(louder)) / (LEVEL_END - LEVEL_CLIP)
  out[at + settings.level] = clipped(louder, LEVEL_CLIP) * Math.min(1, Math.max(0, believed))
}
