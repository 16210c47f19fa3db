/**
 * eGeMAPSv02, the extended Geneva minimalistic acoustic parameter set: F. Eyben et al., "The Geneva minimalistic acoustic
 * parameter set (GeMAPS) for voice research and affective computing", IEEE Trans. Affective Computing 7(2), 2016.
 */
import { floatView } from '../../core/array.ts'
import { checkBoolean, checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../../core/types.ts'
import { takeSamples } from '../frames.ts'
import { contoursOf } from './contours.ts'
import { functionalsOf } from './functionals.ts'
import { geometryOf, wholeFrames } from './geometry.ts'
import { egemapsFrameNames, egemapsNames } from './names.ts'
import { paperContoursOf } from './papers/contours.ts'
import { paperFunctionalsOf, smoothedPresent } from './papers/functionals.ts'
import { quantized } from './quantize.ts'
import { smoothed, smoothedNonZero } from './smoothing.ts'

/** Options of {@link egemaps} and {@link egemapsFrames}. */
export interface EgemapsOptions {
  /** Hz, from 4000 to 1,000,000; nothing is resampled, and values depend on it. */
  sampleRate: number
  /**
   * True (default) for the values of openSMILE 2.6, its quirks included; false for the measures as their papers define them.
   * docs/guide/egemaps.md has the differences.
   */
  compatible?: boolean
}

const LOWEST_RATE = 4000
const HIGHEST_RATE = 1e6

interface Clip {
  x: FloatArray
  sampleRate: number
  compatible: boolean
}

function take(where: string, samples: VectorLike, options: EgemapsOptions): Clip {
  checkOptions(where, options, ['sampleRate', 'compatible'])
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE, max: HIGHEST_RATE })
  const compatible = checkBoolean(where, 'compatible', options.compatible ?? true)
  const x = takeSamples(where, 'samples', samples)
  const { long } = geometryOf(sampleRate)
  if (x.length < long) {
    const wanted = `at least 60 ms, ${long} samples at ${sampleRate} Hz`
    throw new RangeError(expectation(where, 'samples', wanted, samples))
  }
  return { x, sampleRate, compatible }
}

/** Smoothed columns, of which the first `rows` values count. */
function smoothedColumns({ x, sampleRate, compatible }: Clip): Float64Array[] {
  if (!compatible) {
    const { spectral, pitch, voice } = paperContoursOf(Float64Array.from(x), sampleRate)
    return [...spectral, pitch, ...voice].map((column) => smoothedPresent(column).map((value) => value || 0))
  }
  const { spectral, pitch, voice, decided } = contoursOf(quantized(x), sampleRate, true)
  return [...spectral.map(smoothed), ...[pitch, ...voice].map((column) => smoothedNonZero(column, decided))]
}

/**
 * The 25 low-level descriptors of eGeMAPSv02 every 10 ms, [T, 25] in float64, in the order of {@link egemapsFrameNames}: what
 * openSMILE 2.6 gives, its quirks included, or with `compatible: false` the measures as their papers define them
 * (docs/guide/egemaps.md has the differences). Loudness in sone-like units, levels, ratios and shimmer in dB, slopes in dB/Hz, F0
 * in semitones above 27.5 Hz, formants in Hz, jitter as a ratio, flux of magnitudes.
 *
 * N samples have T = floor((N - L) / S) + 2 rows with L = 60 ms and S = 10 ms, both rounded to whole samples. Samples are
 * rounded to 16 bits as in a file; beyond full scale they are clipped, where openSMILE lets them turn negative. With `compatible:
 * false` they are taken as they are, row t is about the middle of the 20 ms that begin at t S, and columns of voices are 0 where a
 * row has no such value.
 *
 * @param samples - One channel, as for {@link mfcc}.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for a sample rate out of range, a sample that is not finite, and clips shorter than 60 ms, of which
 * openSMILE makes a row of NaN.
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const x = egemapsFrames(samples(), { sampleRate })
 * x.shape[1] // 25
 * const column = egemapsFrameNames.indexOf('F0semitoneFrom27.5Hz_sma3nz')
 * x.get(0, column) >= 0 // true
 * ```
 */
export function egemapsFrames(samples: VectorLike, options: EgemapsOptions): FloatNdArray {
  const clip = take('egemapsFrames', samples, options)
  const { long, step } = geometryOf(clip.sampleRate)
  const rows = wholeFrames(clip.x.length, long, step) + 1
  const cols = egemapsFrameNames.length
  const data = new Float64Array(rows * cols)
  for (const [j, column] of smoothedColumns(clip).entries()) {
    for (let t = 0; t < rows; t++) data[t * cols + j] = column[t]
  }
  return floatView(data, [rows, cols])
}

/**
 * The 88 functionals of eGeMAPSv02 of a clip, [88] in float64, in the order of {@link egemapsNames}: what openSMILE 2.6 gives,
 * its quirks included, or with `compatible: false` those of the measures as their papers define them (docs/guide/egemaps.md has
 * the differences). They are statistics of the descriptors of {@link egemapsFrames}, and those of voices without a voiced frame
 * are 0.
 *
 * @param samples - One channel, as for {@link mfcc}.
 * @throws As {@link egemapsFrames}.
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const x = egemaps(samples(), { sampleRate })
 * x.shape // [88]
 * x.get(egemapsNames.indexOf('loudness_sma3_amean')) > 0 // true
 * const y = egemaps(samples(), { sampleRate, compatible: false })
 * y.get(egemapsNames.indexOf('F1amplitudeLogRelF0_sma3nz_amean')) > -60 // true
 * ```
 */
export function egemaps(samples: VectorLike, options: EgemapsOptions): FloatNdArray {
  const { x, sampleRate, compatible } = take('egemaps', samples, options)
  const values = compatible
    ? functionalsOf(contoursOf(quantized(x), sampleRate, false))
    : paperFunctionalsOf(paperContoursOf(Float64Array.from(x), sampleRate))
  return floatView(values, [egemapsNames.length])
}
