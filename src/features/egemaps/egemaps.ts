/**
 * eGeMAPSv02, the extended Geneva minimalistic acoustic parameter set: F. Eyben et al., "The Geneva minimalistic acoustic
 * parameter set (GeMAPS) for voice research and affective computing", IEEE Trans. Affective Computing 7(2), 2016.
 */
import { floatView } from '../../core/array.ts'
import { checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { FloatNdArray, VectorLike } from '../../core/types.ts'
import { takeSamples } from '../frames.ts'
import { type Contours, contoursOf } from './contours.ts'
import { functionalsOf } from './functionals.ts'
import { geometryOf } from './geometry.ts'
import { egemapsFrameNames, egemapsNames } from './names.ts'
import { quantized } from './quantize.ts'
import { smoothed, smoothedNonZero } from './smoothing.ts'

/** Options of {@link egemaps} and {@link egemapsFrames}. */
export interface EgemapsOptions {
  /** Hz, from 4000 to 1,000,000; nothing is resampled, and values depend on it. */
  sampleRate: number
}

const LOWEST_RATE = 4000
const HIGHEST_RATE = 1e6

function analyze(where: string, samples: VectorLike, options: EgemapsOptions, everywhere: boolean): Contours {
  checkOptions(where, options, ['sampleRate'])
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE, max: HIGHEST_RATE })
  const x = takeSamples(where, 'samples', samples)
  const { long } = geometryOf(sampleRate)
  if (x.length < long) {
    const wanted = `at least 60 ms, ${long} samples at ${sampleRate} Hz`
    throw new RangeError(expectation(where, 'samples', wanted, samples))
  }
  return contoursOf(quantized(x), sampleRate, everywhere)
}

/**
 * The 25 low-level descriptors of eGeMAPSv02 every 10 ms, [T, 25] in float64, in the order of {@link egemapsFrameNames}: what
 * openSMILE 2.6 gives, its quirks included (docs/guide/egemaps.md lists them). Loudness in sone-like units, levels, ratios and
 * shimmer in dB, slopes in dB/Hz, F0 in semitones above 27.5 Hz, formants in Hz, jitter as a ratio, flux of magnitudes.
 *
 * N samples have T = floor((N - L) / S) + 2 rows with L = 60 ms and S = 10 ms, both rounded to whole samples. Samples are
 * rounded to 16 bits as in a file; beyond full scale they are clipped, where openSMILE lets them turn negative.
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
  const { spectral, pitch, voice, decided } = analyze('egemapsFrames', samples, options, true)
  const voiced = [pitch, ...voice].map((x) => smoothedNonZero(x, decided))
  const rows = pitch.length + 1
  const cols = egemapsFrameNames.length
  const data = new Float64Array(rows * cols)
  for (const [j, column] of [...spectral.map(smoothed), ...voiced].entries()) {
    for (let t = 0; t < rows; t++) data[t * cols + j] = column[t]
  }
  return floatView(data, [rows, cols])
}

/**
 * The 88 functionals of eGeMAPSv02 of a clip, [88] in float64, in the order of {@link egemapsNames}: what openSMILE 2.6 gives,
 * its quirks included (docs/guide/egemaps.md lists them). They are statistics of the descriptors of {@link egemapsFrames}, and
 * those of voices without a voiced frame are 0.
 *
 * @param samples - One channel, as for {@link mfcc}.
 * @throws As {@link egemapsFrames}.
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const x = egemaps(samples(), { sampleRate })
 * x.shape // [88]
 * x.get(egemapsNames.indexOf('loudness_sma3_amean')) > 0 // true
 * ```
 */
export function egemaps(samples: VectorLike, options: EgemapsOptions): FloatNdArray {
  return floatView(functionalsOf(analyze('egemaps', samples, options, false)), [egemapsNames.length])
}
