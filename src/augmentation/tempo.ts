/** Changes of speed, tempo and pitch. */
import { ResampleStream } from '../audio/resample-stream.ts'
import { checkOptions } from '../core/check.ts'
import { exp } from '../core/elementary.ts'
import { stretched } from './overlap-add.ts'
import { drawFrom, type Range } from './range.ts'
import { augmentationOf, changed, type Effect, type SoundAugmentation } from './sound.ts'

/** Options of {@link changeSpeed}. */
export interface SpeedOptions {
  /** Above 1 the recording is shorter and higher. Default [0.9, 1.1]. */
  factor?: Range
}

/** Options of {@link changeTempo}. */
export interface TempoOptions {
  /** Above 1 the recording is shorter; its pitch stays. Default [0.9, 1.1]. */
  factor?: Range
}

/** Options of {@link shiftPitch}. */
export interface PitchShiftOptions {
  /** Default [-2, 2]. */
  semitones?: Range
}

/** Factors of speed are multiples of 1/200, so that few taps serve all. */
const STEPS = 200

/** Slowest and fastest. */
const bounds = { min: 0.25, max: 4 }

/** Plays at another speed, by a resampler of the ratio `steps` / 200. */
function atSpeed(steps: number): Extract<Effect, { apply?: undefined }> {
  return {
    begin: (sampleRate) => {
      const stream = new ResampleStream({ fromRate: steps, toRate: STEPS, dtype: 'float64' })
      return {
        sampleRate,
        push: (chunk) => stream.push(chunk) as Float64Array,
        flush: () => stream.flush() as Float64Array,
      }
    },
  }
}

function stepsOf(factor: number): number {
  return Math.round(STEPS * factor)
}

/**
 * Plays a recording faster or slower, as a tape does: x(f t). Pitch, formants and tempo change alike. Factors are rounded to multiples of
 * 0.005.
 *
 * @example
 * ```ts
 * const second = { samples: new Float32Array(16000), sampleRate: 16000 }
 * changeSpeed({ factor: 1.25 })(second, new Random(1)).samples.length // 12800
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function changeSpeed(options: SpeedOptions = {}): SoundAugmentation {
  const where = 'changeSpeed'
  checkOptions(where, options, ['factor'])
  const draw = drawFrom(where, 'factor', options.factor ?? [0.9, 1.1], bounds)
  return augmentationOf(where, {
    begin: (rate, random) => atSpeed(stepsOf(draw(random))).begin(rate, random),
  })
}

/**
 * Makes a recording longer or shorter and keeps its pitch, by overlap-add of similar pieces (WSOLA).
 *
 * @example
 * ```ts
 * const second = { samples: new Float32Array(16000), sampleRate: 16000 }
 * changeTempo({ factor: 0.8 })(second, new Random(1)).samples.length // 20000
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function changeTempo(options: TempoOptions = {}): SoundAugmentation {
  const where = 'changeTempo'
  checkOptions(where, options, ['factor'])
  const draw = drawFrom(where, 'factor', options.factor ?? [0.9, 1.1], bounds)
  return augmentationOf(where, {
    whole: 'it looks ahead for similar pieces',
    apply: ({ x, rate }, random) => ({ x: stretched(x, rate, draw(random)), rate }),
  })
}

/**
 * Moves pitch and formants by so many semitones and keeps the length: another tempo (WSOLA), then a speed that makes up for it. The factor
 * 2^(s/12) is rounded to a multiple of 0.005, at most 5 cents for shifts up to an octave down.
 *
 * @example
 * ```ts
 * const second = { samples: new Float32Array(16000), sampleRate: 16000 }
 * shiftPitch({ semitones: 3 })(second, new Random(1)).samples.length // 16000
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function shiftPitch(options: PitchShiftOptions = {}): SoundAugmentation {
  const where = 'shiftPitch'
  checkOptions(where, options, ['semitones'])
  const draw = drawFrom(where, 'semitones', options.semitones ?? [-2, 2], { min: -24, max: 24 })
  return augmentationOf(where, {
    whole: 'it looks ahead for similar pieces',
    apply: ({ x, rate }, random) => {
      const steps = stepsOf(exp((draw(random) * Math.LN2) / 12))
      const slow = { x: stretched(x, rate, STEPS / steps), rate }
      const { x: shifted } = changed(atSpeed(steps), slow, random)
      const out = new Float64Array(x.length)
      out.set(shifted.subarray(0, x.length))
      return { x: out, rate }
    },
  })
}
