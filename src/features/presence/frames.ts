/** Parts that cues share: lists of numbers, runs of frames, the form of a frame's spectrum. */
import { quantileOf } from '../track-statistics.ts'
import { BANDS, type PresenceTracks } from './tracks.ts'

/** Frames that cues look at. */
export interface PresenceFrames {
  /** Frames within 30 dB of the loud ones. */
  active: number[]
  /** Active frames with a period. */
  voiced: number[]
  /** Active frames without one. */
  unvoiced: number[]
  /** Maximal runs of voiced frames, [first, after the last]. */
  runs: [number, number][]
}

export function framesOf({ frames, active, f0 }: PresenceTracks): PresenceFrames {
  const all = Array.from({ length: frames }, (_, t) => t).filter((t) => active[t] === 1)
  const voiced = all.filter((t) => f0[t] > 0)
  const runs: [number, number][] = []
  for (const t of voiced) {
    const last = runs[runs.length - 1]
    if (last?.[1] === t) last[1] = t + 1
    else runs.push([t, t + 1])
  }
  return { active: all, voiced, unvoiced: all.filter((t) => f0[t] === 0), runs }
}

/** Calls `visit` with each two frames of a run that are `apart` frames apart. */
export function visitPairs(
  runs: readonly [number, number][],
  apart: number,
  visit: (a: number, b: number) => void,
): void {
  for (const [first, end] of runs) for (let t = first; t + apart < end; t++) visit(t, t + apart)
}

/** Mean of `of` over frames; `otherwise` without frames. */
export function meanOver(frames: readonly number[], of: (t: number) => number, otherwise = 0): number {
  return frames.length === 0 ? otherwise : frames.reduce((sum, t) => sum + of(t), 0) / frames.length
}

/** Quantile of values in any order; 0 of none. */
export function quantile(values: readonly number[], q: number): number {
  return quantileOf(Float64Array.from(values).sort(), q)
}

/** The share of values that pass; 0 of none. */
export function share(values: readonly number[], passes: (value: number) => boolean): number {
  return values.length === 0 ? 0 : values.filter(passes).length / values.length
}

/** Depth of a frame's form below its strongest band, dB. */
const FORM_RANGE = 35

/** The strongest band of a frame, dB. */
export function strongestOf(bands: Float64Array, t: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let i = t * BANDS; i < (t + 1) * BANDS; i++) most = Math.max(most, bands[i])
  return most
}

/** The bands of each frame less their mean, at least 35 dB below the strongest, [T * BANDS]. */
export function formsOf({ frames, bands }: PresenceTracks): Float64Array {
  const forms = new Float64Array(bands.length)
  for (let t = 0; t < frames; t++) {
    const [from, end] = [t * BANDS, (t + 1) * BANDS]
    const least = strongestOf(bands, t) - FORM_RANGE
    let mean = 0
    for (let i = from; i < end; i++) {
      forms[i] = Math.max(bands[i], least)
      mean += forms[i] / BANDS
    }
    for (let i = from; i < end; i++) forms[i] -= mean
  }
  return forms
}

/** Mean absolute difference of two frames' forms, dB. */
export function formDistance(forms: Float64Array, a: number, b: number): number {
  let sum = 0
  for (let m = 0; m < BANDS; m++) sum += Math.abs(forms[a * BANDS + m] - forms[b * BANDS + m])
  return sum / BANDS
}
