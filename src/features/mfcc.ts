/**
 * Mel-frequency cepstral coefficients and log mel energies of whole clips.
 *
 *     X_t[k]   = FFT of the pre-emphasised, windowed frame t
 *     E_t[m]   = sum_k w[m, k] |X_t[k]|^2                                  mel filters, m = 0..M-1
 *     c_t[n]   = s_n (1 + L/2 sin(pi n / L)) sum_m ln(max(E_t[m], floor)) cos(pi n (m + 1/2) / M)
 *
 * S. B. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition in
 * continuously spoken sentences", IEEE Trans. ASSP 28(4), 1980; the variants are described in options.ts.
 */
import { matrixView } from '../core/array.ts'
import type { FloatNdArray, VectorLike } from '../core/types.ts'
import { appendDeltas, type Matrix64 } from './deltas.ts'
import { FrameAnalyzer } from './frame-analyzer.ts'
import { frameSignal } from './frames.ts'
import type { LogMelOptions, MfccOptions } from './options.ts'
import { type FrontEndSettings, logMelSettings, mfccSettings } from './settings.ts'

/** Log mel energies and log energy, [frames, melWidth]. */
function melRows(where: string, samples: VectorLike, settings: FrontEndSettings, analyzer: FrameAnalyzer): Matrix64 {
  const signal = frameSignal(where, samples, settings.frames)
  const width = analyzer.melWidth
  const data = new Float64Array(signal.frames * width)
  for (let t = 0; t < signal.frames; t++) {
    analyzer.melInto(data, t * width, signal.data, t * settings.frames.step, signal.end)
  }
  return { data, rows: signal.frames, cols: width }
}

/** Raises, in place, log mel energies that lie more than `range` below the largest; the log energy column stays. */
function limitRange({ data, cols }: Matrix64, range: number): void {
  const isMel = (i: number): boolean => i % cols < cols - 1
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < data.length; i++) if (isMel(i)) max = Math.max(max, data[i])
  for (let i = 0; i < data.length; i++) if (isMel(i)) data[i] = Math.max(data[i], max - range)
}

function analyze(where: string, samples: VectorLike, settings: FrontEndSettings): FloatNdArray {
  const analyzer = new FrameAnalyzer(where, settings)
  const mel = melRows(where, samples, settings, analyzer)
  if (settings.topDecibels < Number.POSITIVE_INFINITY) limitRange(mel, settings.topDecibels)
  const cols = analyzer.columns
  const data = new Float64Array(mel.rows * cols)
  for (let t = 0; t < mel.rows; t++) analyzer.columnsInto(data, t * cols, mel.data, t * mel.cols)
  const { deltas, deltaWindow, dtype } = settings
  return matrixView(appendDeltas({ data, rows: mel.rows, cols }, deltas, deltaWindow, dtype))
}

/**
 * MFCC of a clip, [frames, coefficients * (1 + deltas)]: the static features, then the deltas, then their deltas.
 *
 * Float samples are in [-1, 1). An integer typed array holds 16 bit samples whatever its width, and gives what the same
 * samples divided by 32768 give. A clip shorter than a frame has no rows where `lastFrame` is `drop` (`study`, `htk`,
 * `kaldi`), one where it is `pad` (`psf`); without samples there are none. Where `topDecibels` is off a row depends on
 * its own frame alone, with deltas on `deltas * deltaWindow` more to either side.
 *
 * @example
 * const x = mfcc(samples, { sampleRate: 16000, coefficients: 13, deltas: 2 }) // [frames, 39]
 * const y = mfcc(samples, { sampleRate: 16000, ...mfccPresets.librosa })      // [frames, 20]
 *
 * @param samples - One channel.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function mfcc(samples: VectorLike, options: MfccOptions): FloatNdArray {
  return analyze('mfcc', samples, mfccSettings('mfcc', options))
}

/**
 * Log mel energies of a clip, [frames, filters * (1 + deltas)]: what {@link mfcc} takes its cosine transform of. With
 * `energyColumn` the static features are `filters + 1` columns, the log energy last. Any preset fits; its cepstral
 * options (`coefficients`, `dct`, `lifter`, `energy`, `c0`) play no part.
 *
 * @example
 * const x = logMel(samples, { sampleRate: 16000, filters: 40, energyColumn: 'frame', deltas: 1 }) // [frames, 82]
 *
 * @param samples - As for {@link mfcc}.
 * @throws As {@link mfcc}.
 */
export function logMel(samples: VectorLike, options: LogMelOptions): FloatNdArray {
  return analyze('logMel', samples, logMelSettings('logMel', options))
}
