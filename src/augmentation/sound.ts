/** Augmentation of one channel of sound: its form, and how it is made of a processor or of a function of the whole. */
import { inputDtype, toSamples } from '../core/array.ts'
import { checkInteger, checkObject } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { checkSound } from '../core/input.ts'
import { limits } from '../core/limits.ts'
import { joined } from '../core/storage.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { Random } from '../numerics/random.ts'

/** One channel, in [-1, 1), and its sample rate, Hz. */
export interface SoundInput {
  samples: VectorLike
  sampleRate: number
}

/** One channel and its sample rate, Hz: float64 for float64 input, float32 otherwise. */
export interface AugmentedSound {
  samples: FloatArray
  sampleRate: number
}

/** Changes sound that arrives in chunks. */
export interface SoundProcessor {
  /** Sample rate of the result, Hz. */
  readonly sampleRate: number
  push(chunk: Float64Array): Float64Array
  flush(): Float64Array
}

/** A change of one channel in float64. */
export interface Channel {
  x: Float64Array
  rate: number
}

/** How an augmentation works: in chunks, or, where it must hear the whole before it begins, at once. */
export type Effect =
  | { begin(rate: number, random: Random): SoundProcessor; apply?: undefined }
  | {
      apply(channel: Channel, random: Random): Channel
      /** Why it must hear the whole: completes "… hears the whole recording: ". */
      whole: string
    }

/** An effect with the name of the function which made it. */
export type NamedEffect = Effect & { readonly name: string }

/**
 * A random change of a recording: the same position of the stream gives the same change. A function of this form of your own can stand
 * wherever one is asked for; it may not change the samples that it is given.
 */
export type SoundAugmentation = (sound: SoundInput, random: Random) => AugmentedSound

/** A random change of a sound, `(sound, random) => sound`, or of a sequence, `(sequence, random) => sequence`. */
export type AnyAugmentation = (value: never, random: Random) => unknown

/** The effect of an augmentation of sound by this library. */
export function effectOf(augmentation: AnyAugmentation): NamedEffect | undefined {
  return (augmentation as { effect?: NamedEffect }).effect
}

/** The stream if it is one. */
export function checkRandom(where: string, random: unknown): Random {
  if (random instanceof Random) return random
  throw new TypeError(expectation(where, 'random', 'a Random', random))
}

/** The samples in float64, checked. */
export function channelOf(where: string, sound: SoundInput): Channel {
  const { samples, sampleRate } = checkObject<SoundInput>(where, 'sound', sound, 'samples with their "sampleRate"')
  const x = toSamples(where, 'samples', samples, 'float64') as Float64Array
  checkSound(where, 'samples', x)
  return { x, rate: checkInteger(where, 'sampleRate', sampleRate, { min: 1, limit: limits.sampleRate }) }
}

/** The whole channel after an effect. */
export function changed(effect: Effect, channel: Channel, random: Random): Channel {
  if (effect.apply !== undefined) return effect.apply(channel, random)
  const processor = effect.begin(channel.rate, random)
  return { x: joined([processor.push(channel.x), processor.flush()]), rate: processor.sampleRate }
}

/** The augmentation of an effect; `name` is that of the function which made it, for errors. */
export function augmentationOf(name: string, effect: Effect): SoundAugmentation {
  const augment = (sound: SoundInput, random: Random): AugmentedSound => {
    const channel = channelOf(name, sound)
    const { x, rate } = changed(effect, channel, checkRandom(name, random))
    const wide = inputDtype(sound.samples) === 'float64'
    return { samples: wide ? (x === channel.x ? x.slice() : x) : Float32Array.from(x), sampleRate: rate }
  }
  return Object.assign(augment, { effect: { ...effect, name } })
}

/** An effect that changes each chunk by itself and keeps the rate. */
export function sampleEffect(begin: (random: Random, rate: number) => (chunk: Float64Array) => Float64Array): Effect {
  return {
    begin: (sampleRate, random) => ({
      sampleRate,
      push: begin(random, sampleRate),
      flush: () => new Float64Array(0),
    }),
  }
}
