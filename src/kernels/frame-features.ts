/** Features of frames in typed arrays, the reference for simd/frames.ts; equations in {@link FramePlan}. */
import { log } from '../core/elementary.ts'
import type { FramePlan, FrameTaper } from './frame-plan.ts'

function meanOf(x: Float64Array, start: number, length: number): number {
  let sum = 0
  for (let i = start; i < start + length; i++) sum += x[i]
  return sum / length
}

/**
 * Fills the frame with samples minus their mean, pre-emphasised and windowed, in one pass; returns the energy before
 * pre-emphasis and windowing.
 */
export function loadFrame(plan: FrameTaper, signal: Float64Array, start: number, end: number): number {
  const { frame, window, preEmphasis, wholeSignal } = plan
  const { length } = window
  const mean = plan.removeMean ? meanOf(signal, start, length) : 0
  let previous = signal[start] - mean
  if (wholeSignal) previous = (start > 0 ? signal[start - 1] : 0) - mean
  let energy = 0
  for (let i = 0; i < length; i++) {
    const x = signal[start + i] - mean
    frame[i] = (x - preEmphasis * previous) * window[i]
    energy += x * x
    previous = x
  }
  // Pre-emphasis comes before padding: the step from the last sample down to the zeros must not be emphasised.
  const rest = end - start
  if (wholeSignal && rest >= 0 && rest < length) frame[rest] = (1 - preEmphasis) * -mean * window[rest]
  return energy
}

function sumOf(x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]
  return sum
}

/** out = M x for a matrix M [rows, x.length]. */
export function matrixInto(
  out: Float64Array,
  offset: number,
  matrix: Float64Array,
  rows: number,
  x: Float64Array,
  xOffset: number,
  cols: number,
): void {
  for (let j = 0, at = 0; j < rows; j++) {
    let sum = 0
    for (let m = 0; m < cols; m++, at++) sum += matrix[at] * x[xOffset + m]
    out[offset + j] = sum
  }
}

/**
 * Writes to out [frames, columns] the features of the frames that begin at `signal[start]`, `signal[start + step]` and
 * so on; samples from `end` on count as zero. A row depends on its own frame only.
 */
export function referenceFrameFeatures(
  out: Float64Array,
  outOffset: number,
  plan: FramePlan,
  signal: Float64Array,
  start: number,
  frames: number,
  end: number,
): void {
  const { spectrum, filters, bins, outputs, cepstrum, columns, energyColumn, logUnit, floor } = plan
  for (let t = 0; t < frames; t++) {
    const at = outOffset + t * columns
    const frameEnergy = loadFrame(plan, signal, start + t * plan.step, end)
    spectrum.into(bins, plan.frame)
    filters.into(outputs, bins)
    for (let m = 0; m < outputs.length; m++) outputs[m] = logUnit * log(Math.max(outputs[m], floor))
    if (cepstrum) matrixInto(out, at, cepstrum, columns, outputs, 0, outputs.length)
    else out.set(outputs, at)
    if (energyColumn >= 0) {
      const energy = plan.energy === 'frame' ? frameEnergy : sumOf(bins)
      out[at + energyColumn] = logUnit * log(Math.max(energy, floor))
    }
  }
}
