/**
 * Harmonics-to-noise ratio: with r the largest normalised cross-correlation of stretches a period apart, the periodic share of
 * the power is r and the rest 1 - r,
 *
 *     r(L) = sum x[n] x[n + L] / sqrt(sum x[n]^2 sum x[n + L]^2)        over P samples about the middle of the frame
 *     HNR = 10 lg(r / (1 - r)) dB,   r = max r(L) between the lags, by a sinc, for lags L of the range of F0
 *
 * P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound",
 * Proc. Inst. Phonetic Sciences Amsterdam 17, 1993; stretches as in Praat's "To Harmonicity (cc)".
 */
import { allocate, checkDtype, floatView, toSoundOfAnyLevel } from '../../core/array.ts'
import { checkNumber, checkOptions } from '../../core/check.ts'
import { log } from '../../core/elementary.ts'
import { cos } from '../../core/trigonometric.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { topHeight } from './likeness.ts'
import { type FramedRows, resolveRows, rowCount, rowMiddle, rowOptionNames, type VoiceRowOptions } from './rows.ts'

/** Options of {@link harmonicsToNoise}. */
export interface HarmonicsToNoiseOptions extends VoiceRowOptions {
  /** Lowest F0, Hz; default 65. */
  lowFrequency?: number
  /** Highest F0, Hz; default 500. */
  highFrequency?: number
  /** Length of the stretches that are compared, in periods of `lowFrequency`; default 1. */
  periods?: number
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

const DECIBELS: number = 10 / Math.LN10
/** dB of frames with nothing periodic in them, silence too; tops of as many dB more are rounding. */
const LEAST = -60
/** Lags on either side of one, for the interpolation. */
const MARGIN = 24
/** Share of a stretch on either side in which it fades. */
const FADE = 0.15

interface Settings {
  rows: FramedRows
  stretch: number
  shortest: number
  longest: number
}

function resolve(where: string, options: HarmonicsToNoiseOptions): Settings {
  const rows = resolveRows(where, options)
  const { sampleRate } = rows
  const low = checkNumber(where, 'lowFrequency', options.lowFrequency ?? 65, { min: 1 })
  const high = checkNumber(where, 'highFrequency', options.highFrequency ?? 500, { above: low, max: sampleRate / 4 })
  const periods = checkNumber(where, 'periods', options.periods ?? 1, { min: 0.5, max: 100 })
  return {
    rows,
    stretch: Math.round((periods * sampleRate) / low),
    shortest: Math.floor(sampleRate / high),
    longest: Math.ceil(sampleRate / low),
  }
}

/** Likeness of stretches at lags from `first` on. */
class Correlation {
  readonly r: Float64Array
  private readonly first: number
  private readonly stretch: number
  /** Sums of squares from the first sample that is looked at on. */
  private readonly sums: Float64Array
  private readonly fade: Float64Array
  /** The first stretch, faded. */
  private readonly head: Float64Array
  /** Sums of products and squares of stretches about one lag behind the same first one. */
  private readonly products = new Float64Array(2 * MARGIN + 1)
  private readonly energies = new Float64Array(2 * MARGIN + 1)

  constructor(first: number, last: number, stretch: number) {
    this.r = new Float64Array(last - first + 1)
    this.first = first
    this.stretch = stretch
    this.sums = new Float64Array(stretch + last + 2)
    this.head = new Float64Array(stretch)
    this.fade = Float64Array.from({ length: stretch }, (_, n) => {
      const inside = Math.min(1, (Math.min(n, stretch - 1 - n) + 0.5) / (FADE * stretch))
      return 0.5 - 0.5 * cos(Math.PI * inside)
    })
  }

  /** Fills `r` for stretches that lie symmetrically about a place; 0 where they leave the clip. */
  compute(x: Float64Array, middle: number): void {
    const { r, first, stretch, sums } = this
    const base = Math.floor(middle - (stretch + first + r.length - 1) / 2)
    for (let n = 0; n + 1 < sums.length; n++) {
      const value = x[base + n] ?? 0
      sums[n + 1] = sums[n] + value * value
    }
    for (let i = 0; i < r.length; i++) {
      const a = Math.floor(middle - (stretch + first + i) / 2)
      const b = a + first + i
      r[i] = 0
      if (a < 0 || b + stretch > x.length) continue
      let product = 0
      for (let n = 0; n < stretch; n++) product += x[a + n] * x[b + n]
      const left = sums[a - base + stretch] - sums[a - base]
      const energies = left * (sums[b - base + stretch] - sums[b - base])
      if (energies > 0) r[i] = product / Math.sqrt(energies)
    }
  }

  /** The largest r, between the lags too. */
  top(x: Float64Array, middle: number): number {
    const { r, first } = this
    let best = 0
    for (let i = 1; i + 1 < r.length; i++) {
      if (r[i] < r[i - 1] || r[i] < r[i + 1]) continue
      // A top is higher than its highest sample, but not by more than it falls to the lower neighbour.
      if (2 * r[i] - Math.min(r[i - 1], r[i + 1]) < best) continue
      best = Math.max(best, this.between(x, middle, first + i))
    }
    return best
  }

  /**
   * The top of r near a lag. The first stretch stays where it is, and both fade in and out: without that the energy of the second
   * is uneven from one lag to the next, and cannot be interpolated.
   */
  private between(x: Float64Array, middle: number, lag: number): number {
    const { stretch, products, energies, fade, head } = this
    const start = Math.floor(middle - (stretch + lag) / 2)
    let energy = 0
    for (let n = 0; n < stretch; n++) {
      head[n] = fade[n] * x[start + n]
      energy += head[n] * x[start + n]
    }
    for (let k = -MARGIN; k <= MARGIN; k++) {
      const from = start + lag + k
      let product = 0
      let square = 0
      const whole = from >= 0 && from + stretch <= x.length
      for (let n = 0; whole && n < stretch; n++) {
        const value = x[from + n]
        product += head[n] * value
        square += fade[n] * value * value
      }
      products[MARGIN + k] = product
      energies[MARGIN + k] = square
    }
    return topHeight(products, energies, energy, MARGIN)
  }
}

/**
 * Harmonics-to-noise ratio in dB, [frames]: 20 means that 1 % of the power is noise. Every frame has one, whether it is voiced
 * or not (`pitchTrack` tells): noise has about -5 dB, a silent or aperiodic frame -60, which is the least. Rows line up with
 * those of `mfcc`.
 *
 * @example
 * ```ts
 * const hum = Float64Array.from({ length: 8000 }, (_, n) => Math.sin(n / 20) + Math.sin(n / 10 + 1))
 * harmonicsToNoise(hum, { sampleRate: 16000 }).get(20) > 50 // true
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function harmonicsToNoise(samples: VectorLike, options: HarmonicsToNoiseOptions): FloatNdArray {
  const where = 'harmonicsToNoise'
  checkOptions(where, options, [...rowOptionNames, 'lowFrequency', 'highFrequency', 'periods', 'dtype'])
  const { rows, stretch, shortest, longest } = resolve(where, options)
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const x = toSoundOfAnyLevel(where, samples)
  const out = allocate(rowCount(x.length, rows), dtype)
  const correlation = new Correlation(Math.max(1, shortest - 1), longest + 1, stretch)
  for (let t = 0; t < out.length; t++) {
    const middle = rowMiddle(t, rows)
    correlation.compute(x, middle)
    const top = Math.min(correlation.top(x, middle), 1 - 1e-10)
    out[t] = top > 0 ? Math.max(LEAST, DECIBELS * log(top / (1 - top))) : LEAST
  }
  return floatView(out, [out.length])
}
