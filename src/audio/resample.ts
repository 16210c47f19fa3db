/** Conversion between sample rates by a linear-phase windowed sinc; equations in kernels/resampler.ts. */
import { allocate, checkOverflow, exactDtype, inputDtype, toSamples } from '../core/array.ts'
import { checkInteger } from '../core/check.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { resampledLength, resampleInto } from '../kernels/resampler.ts'

/** Most samples of output: 2 GB of float64, over an hour at 48 kHz. */
const LONGEST_OUTPUT = 2 ** 28

/**
 * Resamples a signal: flat within 0.001 dB up to 0.9 of the lower Nyquist frequency, at most -90 dB from that Nyquist
 * frequency on, no delay. The result has `ceil(n * toRate / fromRate)` samples, so that the end is included; sox and
 * soxr round instead, so that 44,101 samples at 44.1 kHz become 16,000 at 16 kHz there and 16,001 here. Equal rates
 * give a copy. The signal is zero beyond its ends; a sample that is not finite affects the output for 64 samples of the
 * lower rate to either side.
 *
 * @example
 * ```ts
 * const second = new Float32Array(44100)
 * resample(second, 44100, 16000).length // 16000
 * ```
 *
 * @param samples - One channel.
 * @param fromRate - Its sample rate, a whole number of Hz.
 * @param toRate - The wanted sample rate, a whole number of Hz.
 * @returns A `Float64Array` for float64 input, a `Float32Array` otherwise.
 * @throws TypeError for arguments of the wrong kind.
 * @throws RangeError for a rate other than an integer >= 1, too much output for an array, or overflow of finite
 *   samples.
 */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array
export function resample(samples: Float64Array, fromRate: number, toRate: number): Float64Array
export function resample(samples: VectorLike, fromRate: number, toRate: number): FloatArray
export function resample(samples: VectorLike, fromRate: number, toRate: number): FloatArray {
  const input = toSamples('resample', 'samples', samples, exactDtype(samples))
  checkInteger('resample', 'fromRate', fromRate, { min: 1 })
  checkInteger('resample', 'toRate', toRate, { min: 1 })
  const length = resampledLength(input.length, fromRate, toRate)
  checkInteger('resample', 'length of the output', length, { max: LONGEST_OUTPUT })
  const output = allocate(length, inputDtype(samples))
  if (fromRate === toRate) output.set(input)
  else resampleInto(output, input, fromRate, toRate)
  checkOverflow('resample', 'samples', output, input)
  return output
}
