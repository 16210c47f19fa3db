/**
 * Mel-frequency cepstral coefficients and log mel energies of whole clips.
 *
 *     X_t[k]   = FFT of the pre-emphasised, windowed frame t
 *     E_t[m]   = sum_k w[m, k] |X_t[k]|^2                                  mel filters, m = 0..M-1
 *     c_t[n]   = s_n (1 + L/2 sin(pi (n + o) / L)) sum_m ln(max(E_t[m], floor)) cos(pi n (m + 1/2) / M)
 *
 * S. B. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
 * continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980; the variants are described in mfcc-options.ts.
 */
import { matrixView } from '../core/array.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { matrixInto } from '../kernels/frame-features.ts'
import type { FramePlan } from '../kernels/frame-plan.ts'
import { frameFeatures } from '../kernels/simd/frames.ts'
import { appendDeltas, type Matrix64 } from './delta-rows.ts'
import { checkHeldRows } from './deltas.ts'
import { createFrameBuffer } from './frame-buffer.ts'
import { type FrameSettings, frameCount, takeSamples } from './frames.ts'
import type { LogMelOptions, MfccOptions } from './mfcc-options.ts'
import { type FrontEndSettings, logMelSettings, mfccSettings } from './mfcc-settings.ts'
import { cepstrumMatrix, columnsOf, energyColumnOf, framePlan } from './plan-frames.ts'

/** Names of the delta options in error messages of this front end. */
export const optionNames = { edges: 'deltaEdges', window: 'deltaWindow' } as const

/** Samples copied at a time, because copying the whole clip costs as much as its spectra. */
const BLOCK = 16384

/** Static features of a clip, [frames, columns]. */
function staticFeatures(samples: FloatArray, frames: FrameSettings, plan: FramePlan): Matrix64 {
  const cols = plan.columns
  const rows = frameCount(samples.length, frames)
  const out = new Float64Array(rows * cols)
  let at = 0
  const visit = (data: Float64Array, start: number, count: number, end: number): void => {
    frameFeatures(out, at, plan, data, start, count, end)
    at += count * cols
  }
  const buffer = createFrameBuffer(frames, visit, Math.min(samples.length, BLOCK))
  buffer.append(samples)
  buffer.finish(samples.length)
  return { data: out, rows, cols }
}

/** Raises, in place, log mel energies to at least the largest minus `range`; a log energy after them is unchanged. */
export function limitRange({ data, rows, cols }: Matrix64, filters: number, range: number): void {
  let max = Number.NEGATIVE_INFINITY
  for (let t = 0; t < rows; t++) {
    for (let m = 0; m < filters; m++) max = Math.max(max, data[t * cols + m])
  }
  for (let t = 0; t < rows; t++) {
    for (let m = 0; m < filters; m++) data[t * cols + m] = Math.max(data[t * cols + m], max - range)
  }
}

/** {@link staticFeatures} where the cepstrum needs the maximum of the whole clip first. */
function limitedFeatures(where: string, samples: FloatArray, settings: FrontEndSettings): Matrix64 {
  const { filters } = settings.filterbank
  const mel = staticFeatures(samples, settings.frames, framePlan(where, { ...settings, cepstrum: undefined }))
  limitRange(mel, filters, settings.topDecibels)
  if (!settings.cepstrum) return mel
  const matrix = cepstrumMatrix(settings.cepstrum, filters)
  const cols = columnsOf(settings)
  const energyColumn = energyColumnOf(settings)
  const data = new Float64Array(mel.rows * cols)
  for (let t = 0; t < mel.rows; t++) {
    matrixInto(data, t * cols, matrix, cols, mel.data, t * mel.cols, filters)
    if (energyColumn >= 0) data[t * cols + energyColumn] = mel.data[t * mel.cols + filters]
  }
  return { data, rows: mel.rows, cols }
}

function analyze(where: string, samples: FloatArray, settings: FrontEndSettings): FloatNdArray {
  const limited = settings.topDecibels < Number.POSITIVE_INFINITY
  const statics = limited
    ? limitedFeatures(where, samples, settings)
    : staticFeatures(samples, settings.frames, framePlan(where, settings))
  const { deltas, dynamics, dtype } = settings
  if (deltas > 0) checkHeldRows(where, optionNames, dynamics, statics.rows)
  return matrixView(appendDeltas(statics, deltas, dynamics, dtype))
}

/**
 * MFCC of a clip, [frames, coefficients * (1 + deltas)]: the static features, then the deltas, then their deltas.
 *
 * Float samples are in [-1, 1). Integer typed arrays of any width hold 16 bit samples and are divided by 32768. A clip
 * shorter than a frame has no rows where `lastFrame` is `drop` (`study`, `htk`, `kaldi`) and one where it is `pad`
 * (`psf`, `psf512`); without samples there are none. With `topDecibels` off a row depends on its own frame only, with
 * deltas also on `deltas * deltaWindow` frames to either side.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = mfcc(samples, { sampleRate: 16000, coefficients: 13, deltas: 2 }) // [frames, 39]
 * const y = mfcc(samples, { sampleRate: 16000, ...mfccPresets.librosa }) // [frames, 20]
 * x.shape[1] // 39
 * ```
 *
 * @param samples - One channel.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function mfcc(samples: VectorLike, options: MfccOptions): FloatNdArray {
  const settings = mfccSettings('mfcc', options)
  return analyze('mfcc', takeSamples('mfcc', 'samples', samples), settings)
}

/** {@link mfcc} of samples that are known to be finite. @internal */
export function mfccOfChecked(samples: FloatArray, options: MfccOptions): FloatNdArray {
  return analyze('mfcc', samples, mfccSettings('mfcc', options))
}

/**
 * Log mel energies of a clip, [frames, filters * (1 + deltas)]: the input of the cosine transform of {@link mfcc}. With
 * `energyColumn` the static features are `filters + 1` columns, the log energy last. Any preset fits; its cepstral
 * options (`coefficients`, `dct`, `lifter`, `energy`, `c0`) have no effect.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = logMel(samples, { sampleRate: 16000, filters: 40, energyColumn: 'frame', deltas: 1 }) // [frames, 82]
 * x.shape[1] // 82
 * ```
 *
 * @param samples - As for {@link mfcc}.
 * @throws As {@link mfcc}.
 */
export function logMel(samples: VectorLike, options: LogMelOptions): FloatNdArray {
  const settings = logMelSettings('logMel', options)
  return analyze('logMel', takeSamples('logMel', 'samples', samples), settings)
}

/** {@link logMel} of samples that are known to be finite. @internal */
export function logMelOfChecked(samples: FloatArray, options: LogMelOptions): FloatNdArray {
  return analyze('logMel', samples, logMelSettings('logMel', options))
}
