import { checkFinite, toSamples } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { extentOf } from '../core/extent.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { Cues } from '../features/presence/cues.ts'
import { type PresenceAnswer, presenceOf } from '../features/presence/presence.ts'
import { PRESENCE_RATE } from '../features/presence/tracks.ts'
import { presenceWeights } from '../features/presence/weights.ts'
import { createResampler, outputPlace, resampledLength } from '../kernels/resampler.ts'
import { LOWEST_RATE } from './front-end.ts'

/** Options of {@link speechPresence}. */
export interface SpeechPresenceOptions {
  /** Hz, a whole number >= 4000. */
  sampleRate: number
}

/** Result of {@link speechPresence}. */
export interface SpeechPresence {
  /** Probability that there is speech, 0 to 1. */
  probability: number
  /** Whether there is speech: the probability is above a threshold at which hardly any speech is missed. */
  speech: boolean
  /** The cues of the piece with the largest probability; null in silence and for less than 32 ms. */
  cues: Cues | null
}

/** Longest piece that is told by itself, s. */
const LONGEST_PIECE = 5
/** Largest deviation from a constant, relative to it, that float32 leaves of one. */
const ROUNDING = 1e-6
/** Levels at which sound is scaled. */
const [QUIET, LOUD] = [2 ** -100, 2 ** 100]

/** Scale and mean that a sound is brought to before cues are taken: x' = scale (x - mean). */
interface Centring {
  mean: number
  scale: number
}

/** The centring of a sound; null where no more than an offset is left. */
function centringOf(sound: FloatArray): Centring | null {
  const { sum, low, high } = extentOf(sound)
  const mean = sum / sound.length
  const most = Math.max(Math.max(high, 0) - mean, mean - Math.min(low, 0))
  if (!(most > ROUNDING * Math.abs(mean))) return null
  // Far from 1, float32 would end: the level plays no part.
  return { mean, scale: most < QUIET ? 1 / QUIET : most > LOUD ? 1 / LOUD : 1 }
}

/** Samples `from` up to `to` of a sound, centred, in float32. */
function centred(sound: FloatArray, { mean, scale }: Centring, from: number, to: number): Float32Array {
  const out = new Float32Array(to - from)
  for (let n = from; n < to; n++) out[n - from] = scale * (sound[n] - mean)
  return out
}

/** Samples `from` up to `to` at the rate of cues of a finite sound, with the bits that they have among all. */
function pieceAt8kHz(
  sound: FloatArray,
  centring: Centring,
  sampleRate: number,
  from: number,
  to: number,
): Float32Array {
  if (sampleRate === PRESENCE_RATE) return centred(sound, centring, from, to)
  const { reach, fill } = createResampler(sampleRate, PRESENCE_RATE)
  const place = outputPlace(from, sampleRate, PRESENCE_RATE)
  const first = Math.max(0, place.whole + 1 - reach)
  const end = Math.min(sound.length, outputPlace(to, sampleRate, PRESENCE_RATE).whole + 1 + reach)
  const out = new Float32Array(to - from)
  fill(out, centred(sound, centring, first, end), { ...place, whole: place.whole - first })
  return out
}

/** Answers for the pieces of a finite sound, one after another; none where nothing but an offset is heard. */
function* answersOf(sound: FloatArray, sampleRate: number): Generator<PresenceAnswer> {
  const centring = centringOf(sound)
  if (centring === null) return
  const length = resampledLength(sound.length, sampleRate, PRESENCE_RATE)
  const pieces = Math.max(1, Math.ceil(length / (LONGEST_PIECE * PRESENCE_RATE)))
  for (let i = 0; i < pieces; i++) {
    const [from, to] = [i, i + 1].map((k) => Math.floor((k * length) / pieces))
    yield presenceOf(pieceAt8kHz(sound, centring, sampleRate, from, to))
  }
}

/** Whether {@link speechPresence} finds speech in samples that are known to be finite: up to the first piece that tells. @internal */
export function speechIn(sound: FloatArray, sampleRate: number): boolean {
  for (const { probability } of answersOf(sound, sampleRate)) if (probability > presenceWeights.threshold) return true
  return false
}

/**
 * Tells speech from other sounds: silence, hum, noise, tones, clicks, music, engines. The sound is brought to 8 kHz and
 * cut into equal pieces of at most 5 s; in one of them a voice must be heard. The cues are movements of pitch and
 * spectrum, together and alone, the steadiness of harmonics, changes of level, and the form of spectra; offset and
 * level play no part. They are weighed by a model trained on recordings and on synthesised sounds
 * (`docs/results/speech-presence.md`). Whispered speech, singing and animals are not what it was trained for.
 *
 * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples
 * @throws TypeError or RangeError for samples that are not finite and rates below 4000 Hz
 * @example
 * ```ts
 * const [voice] = syntheticCorpus()
 * const tone = Float32Array.from({ length: 16000 }, (_, n) => Math.sin(0.1 * n))
 * speechPresence(voice.samples(), { sampleRate: voice.sampleRate }).speech // true
 * speechPresence(tone, { sampleRate: 16000 }).speech // false
 * ```
 */
export function speechPresence(samples: VectorLike, options: SpeechPresenceOptions): SpeechPresence {
  const where = 'speechPresence'
  checkOptions(where, options, ['sampleRate'])
  const sampleRate = checkInteger(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE })
  const sound = toSamples(where, 'samples', samples, 'float32')
  checkFinite(where, 'samples', sound)
  let answer: PresenceAnswer = { probability: 0, cues: null }
  for (const found of answersOf(sound, sampleRate)) {
    if (answer.cues === null || found.probability > answer.probability) answer = found
  }
  return { ...answer, speech: answer.probability > presenceWeights.threshold }
}
