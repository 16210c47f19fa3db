/** Preparation of a recording for tracks that depend on nothing but its speech. */

import { log } from '../../core/elementary.ts'
import { extentOf } from '../../core/extent.ts'
import type { FloatArray } from '../../core/types.ts'
import { resampledLength, resampleInto } from '../../kernels/resampler.ts'
import { mirroredIndex } from '../frames.ts'

/** Hz: the rate of the analysis. */
export const RATE = 16000
/** Samples from one row to the next. */
export const STEP = 160
/** Samples of the longest window, that of the pitch. */
export const LONG = 1024
/** Equal samples at an end, in seconds, from which on they are silence and no part of the sound. */
const CONSTANT = 0.01
/** Largest magnitude of the samples. */
const PEAK = 0.5
const DECIBELS: number = 20 / Math.LN10

/** Sound at 16 kHz whose rows are analysed, mirrored at its ends for half a long window. */
export interface SpeechSound {
  /** Rows of the recording: one for every 10 ms begun. */
  rows: number
  /** First row with sound, and how many there are. */
  first: number
  count: number
  /** `data[middle + i * STEP]` is the middle of row `first + i`. */
  data: Float64Array
  middle: number
  /** dB by which the recording is louder than `data`. */
  gain: number
}

/** Samples between constant runs at the ends. */
function keptRange(x: FloatArray, least: number): { from: number; to: number } {
  let from = 1
  while (from < x.length && x[from] === x[0]) from++
  if (from < least) from = 0
  let to = x.length - 1
  while (to > from && x[to - 1] === x[x.length - 1]) to--
  if (x.length - to < least) to = x.length
  return { from, to }
}

/** Mean of a sound, and the largest distance of a sample from it. */
interface Level {
  mean: number
  peak: number
}

/** Rounding keeps the order of differences: the farthest sample is the least or the largest. */
function levelOf(x: FloatArray): Level {
  const { sum, low, high } = extentOf(x)
  const mean = sum / x.length
  return { mean, peak: Math.max(high - mean, mean - low) }
}

/** Writes x less its mean, with the largest magnitude `PEAK`, at the rate of the analysis. */
function levelledInto(y: Float64Array, x: FloatArray, { mean, peak }: Level, sampleRate: number): void {
  const level = sampleRate === RATE ? y : new Float64Array(x.length)
  for (let n = 0; n < x.length; n++) level[n] = ((x[n] - mean) / peak) * PEAK
  if (level !== y) resampleInto(y, level, sampleRate, RATE)
}

function placeOfPeak(x: Float64Array): number {
  let [best, most] = [0, Math.abs(x[0])]
  for (let n = 1; n < x.length; n++) {
    const size = Math.abs(x[n])
    if (size > most) [best, most] = [n, size]
  }
  return best
}

/**
 * Samples without the constant runs of 10 ms and more at either end, less their mean, with a peak of 0.5, at 16 kHz. Row t
 * is one of the 10 ms from t / 100 s on; its middle lies a multiple of 10 ms from the largest sample, so that silence
 * before the sound moves no window.
 */
export function prepareSound(x: FloatArray, sampleRate: number): SpeechSound {
  const rows = Math.ceil((x.length * RATE) / STEP / sampleRate)
  const { from, to } = keptRange(x, Math.max(2, Math.round(CONSTANT * sampleRate)))
  const sound = x.subarray(from, to)
  const level = levelOf(sound)
  // Less is the rounding error of an offset.
  if (!(level.peak > 1e-12 * Math.abs(level.mean))) {
    return { rows, first: 0, count: 0, data: new Float64Array(0), middle: 0, gain: 0 }
  }
  const margin = LONG / 2
  const data = new Float64Array(resampledLength(sound.length, sampleRate, RATE) + LONG)
  const y = data.subarray(margin, data.length - margin)
  levelledInto(y, sound, level, sampleRate)
  const phase = placeOfPeak(y) % STEP
  const first = Math.min(rows - 1, Math.floor(((from * RATE) / sampleRate + phase) / STEP))
  const count = Math.min(rows - first, Math.floor((y.length - 1 - phase) / STEP) + 1)
  for (let i = 0; i < margin; i++) {
    data[margin - 1 - i] = y[mirroredIndex(-1 - i, y.length)]
    data[margin + y.length + i] = y[mirroredIndex(y.length + i, y.length)]
  }
  return { rows, first, count, data, middle: margin + phase, gain: DECIBELS * log(level.peak / PEAK) }
}
