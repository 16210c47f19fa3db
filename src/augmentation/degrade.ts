/** Telephones, noise, rooms and clipping, for training on recordings that went through them. */
import { resample } from '../audio/resample.ts'
import { inputDtype, toSamples } from '../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { bandPass } from './band.ts'
import { convolve } from './convolution.ts'
import { limited, throughMulaw } from './level.ts'
import { noiseSource, withNoise } from './noise.ts'
import { between } from './range.ts'
import { drawRoom } from './reverberation.ts'
import { roomResponse } from './room.ts'
import type { Channel } from './sound.ts'

/**
 * Kind of degradation:
 *
 * - `telephone`: from 250 to 350 Hz to 3300 to 3500 at 8 kHz, by steeper and flatter filters; half of them with white noise at
 *   25 to 45 dB, and mu-law
 * - `narrow`: resampled to 8 kHz
 * - `noisy`: white noise, signal 12 to 25 dB above it
 * - `drowned`: white noise, signal 5 to 12 dB above it
 * - `room`: a reverberant room, by images of the source, 0.25 to 0.8 s, the microphone 0.5 to 1.5 m away
 * - `clipped`: amplified to 3 to 15 times full scale and cut off there
 */
export type Degradation = 'telephone' | 'narrow' | 'noisy' | 'drowned' | 'room' | 'clipped'

/** Changes with the samples of {@link degrade}. */
export const DEGRADATION_REVISION = 2

/** All values of {@link Degradation}. */
export const degradations: readonly Degradation[] = ['telephone', 'narrow', 'noisy', 'drowned', 'room', 'clipped']

/** Options of {@link degrade}. */
export interface DegradeOptions {
  /** Hz. */
  sampleRate: number
  kind: Degradation
  /** Default 1. */
  seed?: Seed
}

/** One channel and its sample rate, Hz. */
export interface DegradedSound {
  samples: FloatArray
  sampleRate: number
}

/** White noise, the signal so many decibels above it. */
function inWhiteNoise({ x, rate }: Channel, decibels: number, random: Random): Channel {
  return { x: withNoise(x, decibels, noiseSource('white', rate, random)), rate }
}

function narrow({ x, rate }: Channel): Channel {
  return { x: resample(x, rate, 8000), rate: 8000 }
}

function telephone(channel: Channel, random: Random): Channel {
  const { x, rate } = narrow(channel)
  const reach = 32 + random.integer(97)
  const band = bandPass(rate, between(random, 250, 350), between(random, 3300, 3500), reach)
  const filtered = { x: convolve(x, band).subarray(reach, reach + x.length), rate }
  if (random.uniform() < 0.5) return filtered
  return { x: throughMulaw(inWhiteNoise(filtered, between(random, 25, 45), random).x), rate }
}

/** A room with its rumble, unlike that of `addReverberation`: the recogniser of the package was trained on such copies. */
function room({ x, rate }: Channel, random: Random): Channel {
  const drawn = drawRoom(
    random,
    () => between(random, 0.5, 1.5),
    () => between(random, 0.25, 0.8),
  )
  return { x: convolve(x, roomResponse(drawn, rate)), rate }
}

function clipped({ x, rate }: Channel, random: Random): Channel {
  const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const gain = between(random, 3, 15) / (peak || 1)
  return { x: x.map((value) => limited(gain * value)), rate }
}

const degraders: Record<Degradation, (channel: Channel, random: Random) => Channel> = {
  telephone,
  narrow,
  noisy: (channel, random) => inWhiteNoise(channel, between(random, 12, 25), random),
  drowned: (channel, random) => inWhiteNoise(channel, between(random, 5, 12), random),
  room,
  clipped,
}

/**
 * A recording as it sounds over a telephone, in noise, in a room or clipped; the same seed gives the same samples. Noise and echo may
 * exceed full scale.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const call = degrade(voice.samples(), { sampleRate: voice.sampleRate, kind: 'telephone', seed: 7 })
 * call.sampleRate // 8000
 * degradations.length // 6
 * ```
 *
 * @param samples - one channel, in [-1, 1)
 * @returns float32 samples, float64 for float64 input; `telephone` and `narrow` are at 8 kHz
 * @throws TypeError or RangeError for other samples, options and rates below 8000 Hz
 */
export function degrade(samples: VectorLike, options: DegradeOptions): DegradedSound {
  const where = 'degrade'
  checkOptions(where, options, ['sampleRate', 'kind', 'seed'])
  const rate = checkInteger(where, 'sampleRate', options.sampleRate, { min: 8000 })
  const kind = checkOneOf(where, 'kind', options.kind, degradations)
  const random = new Random(checkSeed(where, options.seed ?? 1)).substream(kind)
  const input = toSamples(where, 'samples', samples, 'float64') as Float64Array
  const { x, rate: sampleRate } = degraders[kind]({ x: input, rate }, random)
  return { samples: inputDtype(samples) === 'float64' ? x : Float32Array.from(x), sampleRate }
}
