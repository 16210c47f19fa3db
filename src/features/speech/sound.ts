/** Preparation of a recording for tracks that depend on nothing but its speech. */

import { log } from '../../core/elementary.ts'
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
function keptRange(x: Float64Array, least: number): { from: number; to: number } {
  let from = 1
  while (from < x.length && x[from] === x[0]) from++
  if (from < least) from = 0
  let to = x.length - 1
  while (to > from && x[to - 1] === x[x.length - 1]) to--
  if (x.length - to < least) to = x.length
  return { from, to }
}

/** x less its mean, with the largest magnitude `PEAK`, and the peak it had; empty where x is constant. */
function levelled(x: Float64Array): { level: Float64Array; peak: number } {
  let mean = 0
  for (let n = 0; n < x.length; n++) mean += x[n]
  mean /= x.length
  let peak = 0
  for (let n = 0; n < x.length; n++) {
    const size = Math.abs(x[n] - mean)
    if (size > peak) peak = size
  }
  // Less is the rounding error of an offset.
  if (!(peak > 1e-12 * Math.abs(mean))) return { level: new Float64Array(0), peak: PEAK }
  const level = new Float64Array(x.length)
  for (let n = 0; n < x.length; n++) level[n] = ((x[n] - mean) / peak) * PEAK
  return { level, peak }
}

function atAnalysisRate(x: Float64Array, sampleRate: number): Float64Array {
  if (sampleRate === RATE) return x
  const out = new Float64Array(resampledLength(x.length, sampleRate, RATE))
  resampleInto(out, x, sampleRate, RATE)
  return out
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
export function prepareSound(x: Float64Array, sampleRate: number): SpeechSound {
  const rows = Math.ceil((x.length * RATE) / STEP / sampleRate)
  const { from, to } = keptRange(x, Math.max(2, Math.round(CONSTANT * sampleRate)))
  const { level, peak } = levelled(x.subarray(from, to))
  if (level.length === 0) return { rows, first: 0, count: 0, data: level, middle: 0, gain: 0 }
  const y = atAnalysisRate(level, sampleRate)
  const phase = placeOfPeak(y) % STEP
  const first = Math.min(rows - 1, Math.floor(((from * RATE) / sampleRate + phase) / STEP))
  const count = Math.min(rows - first, Math.floor((y.length - 1 - phase) / STEP) + 1)
  const margin = LONG / 2
  const data = new Float64Array(y.length + LONG)
  data.set(y, margin)
  for (let i = 0; i < margin; i++) {
    data[margin - 1 - i] = y[mirroredIndex(-1 - i, y.length)]
    data[margin + y.length + i] = y[mirroredIndex(y.length + i, y.length)]
  }
  return { rows, first, count, data, middle: margin + phase, gain: DECIBELS * log(peak / PEAK) }
}
