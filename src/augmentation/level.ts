/** Changes of level: gain, clipping, companding. */

import { decodeMulaw, encodeMulaw } from '../audio/g711.ts'
import { checkOptions } from '../core/check.ts'
import { amplitudeOf } from './power.ts'
import { drawFrom, type Range } from './range.ts'
import { augmentationOf, type SoundAugmentation, sampleEffect } from './sound.ts'

/** Options of {@link changeGain}. */
export interface GainOptions {
  /** dB. Default [-6, 6]. */
  decibels?: Range
}

/**
 * Louder or softer: 10^(g/20) x.
 *
 * @example
 * ```ts
 * const quiet = changeGain({ decibels: -20 })
 * quiet({ samples: Float64Array.of(0.5, -0.2), sampleRate: 16000 }, new Random(1)).samples // 0.05, -0.02
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function changeGain(options: GainOptions = {}): SoundAugmentation {
  const where = 'changeGain'
  checkOptions(where, options, ['decibels'])
  const draw = drawFrom(where, 'decibels', options.decibels ?? [-6, 6], { min: -200, max: 200 })
  const effect = sampleEffect((random) => {
    const factor = amplitudeOf(draw(random))
    return (chunk) => chunk.map((value) => factor * value)
  })
  return augmentationOf(where, effect)
}

/** Options of {@link clipPeaks}. */
export interface ClipOptions {
  /** Where samples are cut off, as a share of full scale. Default [0.05, 0.5]. */
  level?: Range
}

/**
 * Cuts samples off, as an overdriven microphone does: min(a, max(-a, x)).
 *
 * @example
 * ```ts
 * const clipped = clipPeaks({ level: 0.3 })
 * clipped({ samples: Float64Array.of(0.5, -0.2), sampleRate: 16000 }, new Random(1)).samples // 0.3, -0.2
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function clipPeaks(options: ClipOptions = {}): SoundAugmentation {
  const where = 'clipPeaks'
  checkOptions(where, options, ['level'])
  const draw = drawFrom(where, 'level', options.level ?? [0.05, 0.5], { above: 0, max: 1 })
  const effect = sampleEffect((random) => {
    const most = draw(random)
    return (chunk) => chunk.map((value) => limited(value, most))
  })
  return augmentationOf(where, effect)
}

/** The value within [-most, most]. */
export function limited(value: number, most = 1): number {
  return Math.max(-most, Math.min(most, value))
}

/**
 * Rounds samples to the 255 values of mu-law (ITU-T G.711), as telephones do; beyond full scale they are cut off.
 *
 * @example
 * ```ts
 * const coded = compandMulaw()
 * coded({ samples: Float64Array.of(0.5, 0.501), sampleRate: 8000 }, new Random(1)).samples // both 0.4976
 * ```
 */
export function compandMulaw(): SoundAugmentation {
  return augmentationOf(
    'compandMulaw',
    sampleEffect(() => throughMulaw),
  )
}

/** Samples as their mu-law codes tell. */
export function throughMulaw(x: Float64Array): Float64Array {
  return x.map((value) => decodeMulaw(encodeMulaw(value)))
}
