/** Noise of three colours, added to recordings. */
import { checkOneOf, checkOptions } from '../core/check.ts'
import { exp } from '../core/elementary.ts'
import type { Random } from '../numerics/random.ts'
import { amplitudeOf, belowFactor } from './power.ts'
import { drawFrom, type Range } from './range.ts'
import { augmentationOf, type SoundAugmentation, sampleEffect } from './sound.ts'

/** Colour of noise: power per Hz that does not depend on frequency, falls by 3 dB an octave, or by 6. */
export type NoiseColor = 'white' | 'pink' | 'brown'

const colors: readonly NoiseColor[] = ['white', 'pink', 'brown']

/** Options of {@link addNoise}. */
export interface NoiseOptions {
  /** Default `white`. */
  color?: NoiseColor
  /** Mean power of the recording over that of the noise, dB. Default [5, 25] where `level` is absent. */
  snr?: Range
  /** Mean power of the noise, dB of full scale, in place of `snr`; for streams, whose power is not known when they begin. */
  level?: Range
}

/** Below it pink and brown noise are white, Hz. */
const LOWEST = 20

/**
 * A filter by which white noise takes on a colour, of sections (1 - z B)/(1 - p B): for brown noise one pole at 20 Hz; for pink noise
 * poles an octave apart with zeros half an octave above each, whose slope is on the mean -3 dB an octave (Corsini & Saletti, "A 1/f^gamma
 * power spectrum noise sequence generator", IEEE Trans. IM 37, 1988).
 */
class Coloring {
  private readonly poles: number[]
  private readonly zeros: number[]
  private readonly before: Float64Array
  private readonly after: Float64Array

  constructor(color: NoiseColor, rate: number) {
    const decay = (hertz: number): number => exp((-2 * Math.PI * hertz) / rate)
    const octaves = color === 'white' ? [] : color === 'brown' ? [LOWEST] : octavesTo(rate / 2)
    this.poles = octaves.map(decay)
    this.zeros = octaves.map((hertz) => (color === 'pink' ? decay(Math.SQRT2 * hertz) : 0))
    this.before = new Float64Array(octaves.length)
    this.after = new Float64Array(octaves.length)
  }

  next(value: number): number {
    const { poles, zeros, before, after } = this
    for (let k = 0; k < poles.length; k++) {
      const filtered = value - zeros[k] * before[k] + poles[k] * after[k]
      before[k] = value
      after[k] = filtered
      value = filtered
    }
    return value
  }

  /** Root mean square of the filter's output for white noise of unit power: that of its impulse response. */
  gain(rate: number): number {
    let power = 0
    // 20 Hz fades to e^-30 within 0.24 s.
    for (let n = 0; n < Math.max(1, rate / 4); n++) {
      const value = this.next(n === 0 ? 1 : 0)
      power += value * value
    }
    this.before.fill(0)
    this.after.fill(0)
    return Math.sqrt(power)
  }
}

/** Frequencies an octave apart, from the lowest of colour to another, Hz. */
function octavesTo(highest: number): number[] {
  const octaves: number[] = []
  for (let hertz = LOWEST; hertz < highest; hertz *= 2) octaves.push(hertz)
  return octaves
}

/** A source of noise of unit power. */
export function noiseSource(color: NoiseColor, rate: number, random: Random): () => number {
  if (color === 'white') return () => random.normal()
  const coloring = new Coloring(color, rate)
  const gain = 1 / coloring.gain(rate)
  // Its memory of noise before the recording.
  for (let n = 0; n < rate / 4; n++) coloring.next(random.normal())
  return () => gain * coloring.next(random.normal())
}

/** x with noise of unit power from `next`, the signal so many decibels above it. */
export function withNoise(x: Float64Array, decibels: number, next: () => number): Float64Array {
  const scale = belowFactor(x, 1, decibels)
  return x.map((value) => value + scale * next())
}

/**
 * Adds noise: x + s n, with n of the wanted colour and s so that 10 log10(mean x^2 / mean (s n)^2) is `snr`, in expectation.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const noisy = addNoise({ color: 'pink', snr: [5, 20] })
 * const sound = noisy({ samples: voice.samples(), sampleRate: voice.sampleRate }, new Random(1))
 * sound.sampleRate // 16000
 * ```
 *
 * @throws TypeError or RangeError for options that are none, and for `snr` beside `level`
 */
export function addNoise(options: NoiseOptions = {}): SoundAugmentation {
  const where = 'addNoise'
  checkOptions(where, options, ['color', 'snr', 'level'])
  const color = checkOneOf(where, 'color', options.color ?? 'white', colors)
  if (options.level === undefined) {
    const draw = drawFrom(where, 'snr', options.snr ?? [5, 25], { min: -100, max: 200 })
    return augmentationOf(where, {
      whole: 'its "snr" is of the mean power; give "level" for streams',
      apply: ({ x, rate }, random) => {
        const decibels = draw(random)
        return { x: withNoise(x, decibels, noiseSource(color, rate, random)), rate }
      },
    })
  }
  if (options.snr !== undefined) throw new RangeError(`${where}: expected "snr" or "level", got both`)
  const draw = drawFrom(where, 'level', options.level, { min: -200, max: 100 })
  const effect = sampleEffect((random, rate) => {
    const scale = amplitudeOf(draw(random))
    const next = noiseSource(color, rate, random)
    return (chunk) => chunk.map((value) => value + scale * next())
  })
  return augmentationOf(where, effect)
}
