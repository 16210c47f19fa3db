/** Rows of voice measures: windows of any length about the middles of the frames that `mfcc` has. */
import { checkNumber } from '../../core/check.ts'
import { checkRounding, type FrameSettings, frameCount, longestFrame, resolveFrames, wholeSamples } from '../frames.ts'
import { loadWindow } from '../load-window.ts'
import type { PitchOptions } from '../pitch-settings.ts'

/** Where the rows of a voice measure lie: as those of `pitch`, so that what `alignedPitch` gives may be spread here. */
export interface VoiceRowOptions
  extends Pick<
    PitchOptions,
    'sampleRate' | 'frameStepSeconds' | 'alignSeconds' | 'frameRounding' | 'centered' | 'lastFrame'
  > {}

/** The names of {@link VoiceRowOptions}. */
export const rowOptionNames: readonly (keyof VoiceRowOptions)[] = [
  ...(['sampleRate', 'frameStepSeconds', 'alignSeconds', 'frameRounding', 'centered', 'lastFrame'] as const),
]

/** Rows whose middles are equally far from each other, samples. */
export interface Rows {
  sampleRate: number
  step: number
  /** Length of the frames to line up with. */
  align: number
  /** Where the first of them begins in the clip. */
  start: number
}

/** Checked {@link VoiceRowOptions}. */
export interface FramedRows extends Rows {
  frames: FrameSettings
}

/** Checks {@link VoiceRowOptions}. */
export function resolveRows(where: string, options: VoiceRowOptions): FramedRows {
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { above: 0 })
  const limits = { min: 1 / sampleRate, max: longestFrame / sampleRate }
  const seconds = checkNumber(where, 'frameStepSeconds', options.frameStepSeconds ?? 0.01, limits)
  const rounding = checkRounding(where, options.frameRounding)
  const step = wholeSamples(seconds * sampleRate, rounding)
  const length = checkNumber(where, 'alignSeconds', options.alignSeconds ?? 0.025, limits)
  const align = wholeSamples(length * sampleRate, rounding)
  const { centered, lastFrame } = options
  const frames = resolveFrames(where, { sampleRate, frameLength: align, frameStep: step, centered, lastFrame })
  return { sampleRate, step, align, start: 0 - frames.margin, frames }
}

/** Rows of a clip of so many samples. */
export function rowCount(samples: number, { frames }: FramedRows): number {
  return frameCount(samples, frames)
}

/** Middle of row t, samples. */
export function rowMiddle(t: number, { step, align, start }: Rows): number {
  return t * step + start + align / 2
}

/** Copies the samples about the middle of row t, less their mean where asked to. */
export function loadRow(window: Float64Array, x: Float64Array, t: number, rows: Rows, removeMean = false): void {
  const { step, start, align } = rows
  loadWindow(window, x, t * step + start + Math.floor((align - window.length) / 2), removeMean)
}
