/** Limits of frequency, as codecs, telephones and cheap microphones have them. */
import { checkInteger, checkOptions } from '../core/check.ts'
import { cos, sin } from '../core/trigonometric.ts'
import { BlockConvolution } from './block-convolution.ts'
import { drawFrom, highestOf, lowestOf, type Range } from './range.ts'
import { augmentationOf, type SoundAugmentation } from './sound.ts'

/** Options of {@link limitBand}. */
export interface BandOptions {
  /** Lower edge, Hz. Default [50, 350]. */
  low?: Range
  /** Upper edge, Hz; at most half the sample rate counts. Default [3300, 7000]. */
  high?: Range
  /** Taps to either side of the filter, whose edges are about 1.9 rate / reach Hz wide. Default 64. */
  reach?: number
}

/** A band-pass filter of linear phase: a sinc of `2 reach + 1` taps under a Hann window. */
export function bandPass(rate: number, low: number, high: number, reach: number): Float64Array {
  const sinc = (f: number, n: number): number => {
    return n === 0 ? (2 * f) / rate : sin((2 * Math.PI * f * n) / rate) / (Math.PI * n)
  }
  return Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const n = i - reach
    return (0.5 + 0.5 * cos((Math.PI * n) / (reach + 1))) * (sinc(high, n) - sinc(low, n))
  })
}

/**
 * Leaves the band from `low` to `high`, without delay; an edge at 0 or at half the sample rate cuts nothing off.
 *
 * @example
 * ```ts
 * const narrow = limitBand({ low: 300, high: 3400 })
 * const rumble = Float64Array.from({ length: 16000 }, (_, n) => Math.sin((2 * Math.PI * 60 * n) / 16000))
 * Math.max(...narrow({ samples: rumble, sampleRate: 16000 }, new Random(1)).samples.subarray(200, 15800)) // below 0.01
 * ```
 *
 * @throws TypeError or RangeError for options that are none
 */
export function limitBand(options: BandOptions = {}): SoundAugmentation {
  const where = 'limitBand'
  checkOptions(where, options, ['low', 'high', 'reach'])
  const low = drawFrom(where, 'low', options.low ?? [50, 350], { min: 0, max: 1e6 })
  const high = drawFrom(where, 'high', options.high ?? [3300, 7000], { above: 0, max: 1e6 })
  const [mostLow, leastHigh] = [highestOf(options.low ?? [50, 350]), lowestOf(options.high ?? [3300, 7000])]
  if (mostLow >= leastHigh) {
    throw new RangeError(
      `${where}: "low" expected frequencies below those of "high", got up to ${mostLow} and from ${leastHigh} Hz`,
    )
  }
  const reach = checkInteger(where, 'reach', options.reach ?? 64, { min: 1, max: 65536 })
  return augmentationOf(where, {
    begin: (rate, random) => {
      const [from, to] = [low(random), Math.min(high(random), rate / 2)]
      if (from >= to)
        throw new RangeError(
          `${where}: "low" expected a frequency below "high", got ${from} and ${to} Hz at ${rate} Hz`,
        )
      return new BlockConvolution(rate, bandPass(rate, from, to, reach), reach, 0)
    },
  })
}
