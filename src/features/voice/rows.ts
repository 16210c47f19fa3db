/** Rows of voice measures: windows of any length about the middles of the frames that `mfcc` has. */
import { checkNumber } from '../../core/check.ts'
import { checkRounding, longestFrame, wholeSamples } from '../frames.ts'
import type { FrameRounding } from '../mfcc-options.ts'

/** Where the rows of a voice measure lie. */
export interface RowOptions {
  /** Hz. */
  sampleRate: number
  /** Time between rows; default 0.01. */
  frameStepSeconds?: number
  /** Length of the frames to line up with: row t is centred at t * step + half of this; default 0.025, as `mfcc`. */
  alignSeconds?: number
  /** How step and `alignSeconds` become whole samples, as for `mfcc`; default `nearest`. */
  frameRounding?: FrameRounding
}

/** The names of {@link RowOptions}. */
export const rowOptionNames: readonly (keyof RowOptions)[] = [
  'sampleRate',
  'frameStepSeconds',
  'alignSeconds',
  'frameRounding',
]

/** Checked {@link RowOptions}, samples. */
export interface Rows {
  sampleRate: number
  step: number
  align: number
}

/** Checks {@link RowOptions}. */
export function resolveRows(where: string, options: RowOptions): Rows {
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { above: 0 })
  const limits = { min: 1 / sampleRate, max: longestFrame / sampleRate }
  const step = checkNumber(where, 'frameStepSeconds', options.frameStepSeconds ?? 0.01, limits)
  const align = checkNumber(where, 'alignSeconds', options.alignSeconds ?? 0.025, limits)
  const rounding = checkRounding(where, options.frameRounding)
  return {
    sampleRate,
    step: wholeSamples(step * sampleRate, rounding),
    align: wholeSamples(align * sampleRate, rounding),
  }
}

/** Rows of a clip of so many samples: those whose frame lies within it. */
export function rowCount(samples: number, { step, align }: Rows): number {
  return samples < align ? 0 : Math.floor((samples - align) / step) + 1
}

/** Middle of row t, seconds. */
export function rowTime(t: number, { sampleRate, step, align }: Rows): number {
  return (t * step + align / 2) / sampleRate
}

/**
 * Copies the samples about the middle of row t, zeros where the clip has none; with `removeMean` less their mean, which zeros
 * outside the clip are no part of.
 */
export function loadRow(
  window: Float64Array,
  x: Float64Array,
  t: number,
  { step, align }: Rows,
  removeMean = false,
): void {
  const start = t * step + Math.floor((align - window.length) / 2)
  const from = Math.max(0, -start)
  const to = Math.min(window.length, x.length - start)
  let sum = 0
  for (let n = from; removeMean && n < to; n++) sum += x[start + n]
  const mean = sum / (to - from)
  window.fill(0)
  for (let n = from; n < to; n++) window[n] = x[start + n] - mean
}
