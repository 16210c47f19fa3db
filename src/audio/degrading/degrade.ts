/** Telephones, noise, rooms and clipping, for training on recordings that went through them. */
import { inputDtype, toSamples } from '../../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../../core/check.ts'
import { exp } from '../../core/elementary.ts'
import { cos, sin } from '../../core/trigonometric.ts'
import type { FloatArray, VectorLike } from '../../core/types.ts'
import { checkSeed, Random, type Seed } from '../../numerics/random.ts'
import { decodeMulaw, encodeMulaw } from '../g711.ts'
import { resample } from '../resample.ts'
import { convolve } from './convolution.ts'
import { roomResponse } from './room.ts'

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

interface Sound {
  x: Float64Array
  rate: number
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** Decibels of power as a factor of the amplitude. */
function amplitudeOf(decibels: number): number {
  return exp((decibels * Math.LN10) / 20)
}

/** Adds white noise, the signal so many decibels above it. */
function withNoise(x: Float64Array, decibels: number, random: Random): Float64Array {
  const power = x.reduce((sum, value) => sum + value * value, 0) / x.length
  const scale = Math.sqrt(power) / amplitudeOf(decibels)
  return x.map((value) => value + scale * random.normal())
}

function limited(value: number): number {
  return Math.max(-1, Math.min(1, value))
}

/** A band-pass filter of linear phase: a sinc of `2 reach + 1` taps under a Hann window. */
function bandPass(rate: number, low: number, high: number, reach: number): Float64Array {
  const sinc = (f: number, n: number): number => {
    return n === 0 ? (2 * f) / rate : sin((2 * Math.PI * f * n) / rate) / (Math.PI * n)
  }
  return Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const n = i - reach
    return (0.5 + 0.5 * cos((Math.PI * n) / (reach + 1))) * (sinc(high, n) - sinc(low, n))
  })
}

function narrow({ x, rate }: Sound): Sound {
  return { x: resample(x, rate, 8000), rate: 8000 }
}

function telephone(sound: Sound, random: Random): Sound {
  const { x, rate } = narrow(sound)
  const reach = 32 + random.integer(97)
  const band = bandPass(rate, between(random, 250, 350), between(random, 3300, 3500), reach)
  const filtered = convolve(x, band).subarray(reach, reach + x.length)
  if (random.uniform() < 0.5) return { x: filtered, rate }
  const noisy = withNoise(filtered, between(random, 25, 45), random)
  return { x: noisy.map((value) => decodeMulaw(encodeMulaw(value))), rate }
}

function room({ x, rate }: Sound, random: Random): Sound {
  const size = [between(random, 3, 5), between(random, 3, 5), between(random, 2.4, 3)] as const
  const [a, b, c] = size.map((length) => length * between(random, 0.35, 0.65))
  const away = between(random, 0.5, 1.5)
  const source = [Math.min(a + away, size[0] - 0.2), Math.min(b + 0.1, size[1] - 0.2), Math.min(c + 0.1, size[2] - 0.2)]
  const place = { size, microphone: [a, b, c], source, reverberation: between(random, 0.25, 0.8) }
  return { x: convolve(x, roomResponse(place, rate)), rate }
}

function clipped({ x, rate }: Sound, random: Random): Sound {
  const peak = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const gain = between(random, 3, 15) / (peak || 1)
  return { x: x.map((value) => limited(gain * value)), rate }
}

const degraders: Record<Degradation, (sound: Sound, random: Random) => Sound> = {
  telephone,
  narrow,
  noisy: ({ x, rate }, random) => ({ x: withNoise(x, between(random, 12, 25), random), rate }),
  drowned: ({ x, rate }, random) => ({ x: withNoise(x, between(random, 5, 12), random), rate }),
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
