/** Other recordings under a recording: mixing, and babble of several voices. */
import { resample } from '../audio/resample.ts'
import { checkArray, checkInteger, checkOptions } from '../core/check.ts'
import type { Random } from '../numerics/random.ts'
import { belowFactor, meanSquare } from './power.ts'
import { drawFrom, type Range } from './range.ts'
import { augmentationOf, type Channel, channelOf, type SoundAugmentation, type SoundInput } from './sound.ts'

/** Options of {@link addSounds}. */
export interface MixOptions {
  /** Recordings of which one is drawn: noises, music, other voices. */
  sounds: readonly SoundInput[]
  /** Mean power of the recording over that of the sound, dB. Default [5, 25]. */
  snr?: Range
}

/** Options of {@link addBabble}. */
export interface BabbleOptions {
  /** Recordings of voices, such as those of the corpus itself. */
  voices: readonly SoundInput[]
  /** How many speak at once: a whole number, or the least and most. Default [3, 7]. */
  talkers?: Range
  /** Mean power of the recording over that of the babble, dB. Default [5, 20]. */
  snr?: Range
}

/** Recordings, checked, each converted to the rates that it is wanted at. */
class Sounds {
  private readonly channels: Channel[]
  private readonly converted = new Map<string, Float64Array>()

  constructor(where: string, name: string, sounds: readonly SoundInput[]) {
    this.channels = checkArray<SoundInput>(where, name, sounds, 1).map((sound, i) =>
      channelOf(`${where} of ${name}[${i}]`, sound),
    )
    const silent = this.channels.findIndex(({ x }) => !x.some((value) => value !== 0))
    if (silent >= 0) throw new RangeError(`${where}: "${name}[${silent}]" expected a sound, got silence`)
  }

  /** Positions of all but those that hold the samples of x. */
  others(x: Float64Array): number[] {
    return [...this.channels.keys()].filter((k) => !sameSamples(this.channels[k].x, x))
  }

  /** `length` samples from a random place of recording k on, from its beginning again after its end. */
  piece(k: number, rate: number, length: number, random: Random): Float64Array {
    const source = this.at(k, rate)
    const from = random.integer(source.length)
    return Float64Array.from({ length }, (_, n) => source[(from + n) % source.length])
  }

  private at(k: number, rate: number): Float64Array {
    const { x, rate: own } = this.channels[k]
    if (own === rate) return x
    const key = `${k} ${rate}`
    const known = this.converted.get(key) ?? resample(x, own, rate)
    this.converted.set(key, known)
    return known
  }
}

function sameSamples(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n])
}

/** x with y, scaled, so many decibels below it. */
function under(x: Float64Array, y: Float64Array, decibels: number): Float64Array {
  const scale = belowFactor(x, meanSquare(y), decibels)
  return x.map((value, n) => value + scale * y[n])
}

/**
 * Adds one of several recordings, from a random place on and again from its beginning where it ends: x + s y, with s so that
 * 10 log10(mean x^2 / mean (s y)^2) is `snr`. A recording is not added to itself.
 *
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
 * const sounds = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * addSounds({ sounds, snr: [0, 10] })(sounds[0], new Random(1)).samples.length === sounds[0].samples.length // true
 * ```
 *
 * @throws TypeError or RangeError for options that are none, and for silent sounds; when it is used, RangeError where the recording is the
 *   only sound
 */
export function addSounds(options: MixOptions): SoundAugmentation {
  const where = 'addSounds'
  checkOptions(where, options, ['sounds', 'snr'])
  const sounds = new Sounds(where, 'sounds', options.sounds)
  const draw = drawFrom(where, 'snr', options.snr ?? [5, 25], { min: -100, max: 200 })
  return augmentationOf(where, {
    whole: 'its "snr" is of the mean power',
    apply: ({ x, rate }, random) => {
      const decibels = draw(random)
      const others = othersOf(where, 'sounds', sounds, x)
      const piece = sounds.piece(others[random.integer(others.length)], rate, x.length, random)
      return { x: under(x, piece, decibels), rate }
    },
  })
}

function othersOf(where: string, name: string, sounds: Sounds, x: Float64Array): number[] {
  const others = sounds.others(x)
  if (others.length > 0) return others
  throw new RangeError(`${where}: "${name}" expected a recording other than the one that it is added to`)
}

/** A whole number from a range, both ends included. */
function drawCount(where: string, name: string, range: Range): (random: Random) => number {
  const ends = typeof range === 'number' ? [range, range] : range
  drawFrom(where, name, range, { min: 1 })
  const [low, high] = ends.map((end) => checkInteger(where, name, end, { min: 1, max: 100 }))
  return (random) => low + random.integer(high - low + 1)
}

/**
 * Adds the babble of several voices of the same power, each from a random place on; voices are drawn one by one, and may speak twice where
 * there are fewer than wanted. A recording is no part of the babble under it.
 *
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 3, sentences: 2 })
 * const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * const augment = addBabble({ voices: recordings, talkers: 4, snr: 10 })
 * augment(recordings[0], new Random(1)).samples.length === recordings[0].samples.length // true
 * ```
 *
 * @throws TypeError or RangeError for options that are none, and for silent voices; when it is used, RangeError where there is no other
 *   voice
 */
export function addBabble(options: BabbleOptions): SoundAugmentation {
  const where = 'addBabble'
  checkOptions(where, options, ['voices', 'talkers', 'snr'])
  const voices = new Sounds(where, 'voices', options.voices)
  const count = drawCount(where, 'talkers', options.talkers ?? [3, 7])
  const draw = drawFrom(where, 'snr', options.snr ?? [5, 20], { min: -100, max: 200 })
  return augmentationOf(where, {
    whole: 'its "snr" is of the mean power',
    apply: ({ x, rate }, random) => {
      const decibels = draw(random)
      const others = othersOf(where, 'voices', voices, x)
      const babble = new Float64Array(x.length)
      for (let left = count(random); left > 0; left--) {
        const voice = voices.piece(others[random.integer(others.length)], rate, x.length, random)
        const power = meanSquare(voice)
        const scale = power > 0 ? 1 / Math.sqrt(power) : 0
        for (let n = 0; n < babble.length; n++) babble[n] += scale * voice[n]
      }
      return { x: under(x, babble, decibels), rate }
    },
  })
}
