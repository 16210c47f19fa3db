/** Log energy and zero crossings: features of the waveform, one number per frame. */
import { allocate, checkDtype, floatView } from '../core/array.ts'
import { checkNumber, checkOptions } from '../core/check.ts'
import { log } from '../core/elementary.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../core/types.ts'
import { frameOptionNames, frameSignal, resolveFrames } from './frames.ts'
import type { FrameOptions } from './mfcc-options.ts'
import { mfccPresets } from './presets.ts'

/** Options of {@link zeroCrossings}. */
export interface ZeroCrossingOptions extends FrameOptions {
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/** Options of {@link logEnergy}. */
export interface LogEnergyOptions extends ZeroCrossingOptions {
  /** Lower limit of the energy before the logarithm; default 1e-10. */
  floor?: number
}

type Measure = (data: Float64Array, start: number, length: number) => number

function perFrame(where: string, samples: VectorLike, options: ZeroCrossingOptions, measure: Measure): FloatNdArray {
  const settings = resolveFrames(where, options)
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const { data, frames } = frameSignal(where, samples, settings)
  const out = allocate(frames, dtype)
  for (let t = 0; t < frames; t++) out[t] = measure(data, t * settings.step, settings.length)
  return floatView(out, [frames])
}

function energyOf(data: Float64Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += data[i] * data[i]
  return sum
}

/**
 * ln(max(sum of squares, floor)) of every frame, [frames]: the energy that replaces c0 in `mfcc` by default.
 *
 * @param samples - As for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range.
 */
export function logEnergy(samples: VectorLike, options: LogEnergyOptions): FloatNdArray {
  checkOptions('logEnergy', options, [...frameOptionNames, 'dtype', 'floor'])
  const floor = checkNumber('logEnergy', 'floor', options.floor ?? mfccPresets.study.floor, { above: 0 })
  return perFrame('logEnergy', samples, options, (data, start, length) =>
    log(Math.max(energyOf(data, start, length), floor)),
  )
}

function countCrossings(data: Float64Array, start: number, length: number): number {
  let count = 0
  for (let i = start + 1; i < start + length; i++) if (data[i] >= 0 !== data[i - 1] >= 0) count++
  return count
}

/**
 * Number of sign changes between neighbouring samples of every frame, [frames]; 0 counts as positive.
 *
 * @param samples - As for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range.
 */
export function zeroCrossings(samples: VectorLike, options: ZeroCrossingOptions): FloatNdArray {
  checkOptions('zeroCrossings', options, [...frameOptionNames, 'dtype'])
  return perFrame('zeroCrossings', samples, options, countCrossings)
}
