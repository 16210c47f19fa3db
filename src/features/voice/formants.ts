/**
 * Formants: resonances of the filter that linear prediction finds, z_i being the roots of 1 + sum a_i z^-i above the real axis:
 *
 *     F = R arg(z) / (2 pi)      B = -R ln|z| / pi      R = 2 * highFrequency, the rate that each frame is brought to
 *
 * A frame of x under a Gaussian window is band-limited to half of R, emphasised, y[n] - exp(-2 pi f / R) y[n-1], and predicted.
 * J. D. Markel & A. H. Gray, Linear prediction of speech, Springer, 1976; the settings are those of Praat's "To Formant (burg)".
 */

import { atan2 } from '../../core/arctangent.ts'
import { allocate, checkDtype, floatView, toSoundOfAnyLevel } from '../../core/array.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../../core/check.ts'
import { exp, log } from '../../core/elementary.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { PolynomialRoots } from '../../numerics/polynomial-roots.ts'
import { longestFrame } from '../frames.ts'
import { BandLimitedFrame } from './band-limited-frame.ts'
import { BandLimitedLags } from './band-limited-lags.ts'
import { LinearPrediction, type LpcMethod, lpcMethods } from './linear-prediction.ts'
import {
  type FramedRows,
  loadRow,
  type Rows,
  resolveRows,
  rowCount,
  rowOptionNames,
  type VoiceRowOptions,
} from './rows.ts'

/** Options of {@link formants}. */
export interface FormantOptions extends VoiceRowOptions {
  /** Formants in a row; default 3. */
  count?: number
  /** Upper end of the band in which resonances are looked for, Hz; default 5500, which suits women; 5000 suits men, 8000 children. */
  highFrequency?: number
  /** Coefficients of the prediction, twice the formants expected in the band; default 10, at 8 kHz 8: less where the sound ends below it. */
  order?: number
  /** Default `burg`. */
  method?: LpcMethod
  /** Whole length of the Gaussian window, half of which counts; default 0.05. */
  windowSeconds?: number
  /** Frequency above which the spectrum is raised by 6 dB an octave, Hz; default 50. */
  preEmphasisFrequency?: number
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/** The names of {@link FormantOptions}. */
export const formantOptionNames: readonly (keyof FormantOptions)[] = [
  ...rowOptionNames,
  ...(['count', 'highFrequency', 'order', 'method', 'windowSeconds', 'preEmphasisFrequency', 'dtype'] as const),
]

/** Resonances nearer than this to 0 Hz or to the end of the band are none of the vocal tract. */
const EDGE = 50

/** Checked {@link FormantOptions}. */
export interface FormantSettings<R extends Rows = FramedRows> {
  rows: R
  count: number
  highFrequency: number
  order: number
  method: LpcMethod
  /** Samples. */
  window: number
  preEmphasisFrequency: number
}

/** Formants expected below `highFrequency`. */
const USUAL_FORMANTS = 5

/**
 * Coefficients for a band: 10, and two less for each formant that lies above half the sample rate. More of them than resonances
 * would put false ones between the true ones.
 */
export function formantOrder(sampleRate: number, highFrequency: number, count: number): number {
  const heard = Math.round(USUAL_FORMANTS * Math.min(1, sampleRate / (2 * highFrequency)))
  return 2 * Math.max(count, heard)
}

/** Checks {@link FormantOptions}. */
export function resolveFormants(where: string, options: FormantOptions): FormantSettings {
  const rows = resolveRows(where, options)
  const { sampleRate } = rows
  const asked = checkInteger(where, 'order', options.order ?? 2 * USUAL_FORMANTS, { min: 2, max: 100 })
  const count = checkInteger(where, 'count', options.count ?? 3, { min: 1, max: Math.floor(asked / 2) })
  const high = checkNumber(where, 'highFrequency', options.highFrequency ?? 5500, { above: 4 * EDGE })
  const order = options.order === undefined ? formantOrder(sampleRate, high, count) : asked
  const limits = { min: (order + 1) / Math.min(sampleRate, 2 * high), max: longestFrame / sampleRate }
  return {
    rows,
    count,
    highFrequency: high,
    order,
    method: checkOneOf(where, 'method', options.method ?? 'burg', lpcMethods),
    window: Math.round(checkNumber(where, 'windowSeconds', options.windowSeconds ?? 0.05, limits) * sampleRate),
    preEmphasisFrequency: checkNumber(where, 'preEmphasisFrequency', options.preEmphasisFrequency ?? 50, { min: 0 }),
  }
}

/** exp(-48 u^2), u from -1/2 to 1/2 over the window, less what it is at the ends. */
function gaussian(length: number): Float64Array {
  const edge = exp(-12)
  return Float64Array.from({ length }, (_, n) => {
    const u = (n - (length - 1) / 2) / (length + 1)
    return (exp(-48 * u * u) - edge) / (1 - edge)
  })
}

/** Predicts the frame that it holds. */
interface Predictor {
  readonly frame: Float64Array
  /** Hz. */
  readonly sampleRate: number
  /** Gives 1, a_1..a_p. */
  predict(): Float64Array
}

function predictorOf(settings: FormantSettings<Rows>): Predictor {
  const { rows, highFrequency, order, method, window, preEmphasisFrequency } = settings
  const emphasisOf = (rate: number): number => exp((-2 * Math.PI * preEmphasisFrequency) / rate)
  if (method === 'autocorrelation') {
    const source = new BandLimitedLags(window, rows.sampleRate, 2 * highFrequency, order, emphasisOf)
    const prediction = new LinearPrediction(method, order, 0)
    return {
      frame: source.frame,
      sampleRate: source.sampleRate,
      predict() {
        source.compute()
        prediction.predictFrom(source.lags)
        return prediction.a
      },
    }
  }
  const source = new BandLimitedFrame(window, rows.sampleRate, 2 * highFrequency)
  const { frame, samples, sampleRate } = source
  const prediction = new LinearPrediction(method, order, samples.length)
  const emphasis = emphasisOf(sampleRate)
  return {
    frame,
    sampleRate,
    predict() {
      source.compute()
      for (let n = samples.length - 1; n > 0; n--) samples[n] -= emphasis * samples[n - 1]
      prediction.predict(samples)
      return prediction.a
    },
  }
}

/** Formants of one frame after the other. */
export class FormantFrame {
  /** F_1..F_count, Hz; 0 where there is none. */
  readonly frequencies: Float64Array
  /** B_1..B_count, Hz. */
  readonly bandwidths: Float64Array
  private readonly rows: Rows
  private readonly window: Float64Array
  private readonly predictor: Predictor
  private readonly roots: PolynomialRoots

  constructor(settings: FormantSettings<Rows>) {
    const { rows, count, order, window } = settings
    this.rows = rows
    this.frequencies = new Float64Array(count)
    this.bandwidths = new Float64Array(count)
    this.window = gaussian(window)
    this.predictor = predictorOf(settings)
    this.roots = new PolynomialRoots(order)
  }

  /** Finds the formants about the middle of row t of the clip. */
  find(x: Float64Array, t: number): void {
    const { window, predictor, roots } = this
    const { frame } = predictor
    loadRow(frame, x, t, this.rows)
    for (let n = 0; n < window.length; n++) frame[n] *= window[n]
    roots.find(predictor.predict().subarray(1))
    this.sort()
  }

  /** Keeps the lowest resonances in ascending order. */
  private sort(): void {
    const { frequencies, bandwidths, roots } = this
    const rate = this.predictor.sampleRate
    frequencies.fill(0)
    bandwidths.fill(0)
    let found = 0
    for (let i = 0; i < roots.re.length; i++) {
      const f = (rate * atan2(roots.im[i], roots.re[i])) / (2 * Math.PI)
      if (!(f >= EDGE && f <= rate / 2 - EDGE)) continue
      let at = found
      while (at > 0 && frequencies[at - 1] > f) at--
      if (at === frequencies.length) continue
      frequencies.copyWithin(at + 1, at, -1)
      bandwidths.copyWithin(at + 1, at, -1)
      frequencies[at] = f
      bandwidths[at] = (-rate * log(roots.re[i] * roots.re[i] + roots.im[i] * roots.im[i])) / (2 * Math.PI)
      found = Math.min(found + 1, frequencies.length)
    }
  }
}

/**
 * Formants and their bandwidths, Hz, [frames, 2 * count]: F1, F2 .. then B1, B2 ..; 0 where a frame has no such resonance, as
 * in silence. Consonants and pauses have resonances too: whether a frame is voiced `pitchTrack` tells.
 *
 * The rows line up with those of `mfcc`: 25 ms frames every 10 ms that lie within the clip, the window about their middle.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus()
 * const x = formants(voice.samples(), { sampleRate: 16000, count: 2, highFrequency: 5000 })
 * x.shape // [163, 4]
 * x.get(80, 0) < x.get(80, 1) // true
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function formants(samples: VectorLike, options: FormantOptions): FloatNdArray {
  const where = 'formants'
  checkOptions(where, options, formantOptionNames)
  const settings = resolveFormants(where, options)
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const x = toSoundOfAnyLevel(where, samples)
  const rows = rowCount(x.length, settings.rows)
  const frame = new FormantFrame(settings)
  const cols = 2 * settings.count
  const out = allocate(rows * cols, dtype)
  for (let t = 0; t < rows; t++) {
    frame.find(x, t)
    out.set(frame.frequencies, t * cols)
    out.set(frame.bandwidths, t * cols + settings.count)
  }
  return floatView(out, [rows, cols])
}
