/** Options of pitch, their checks, and what follows from them for frames and paths. */
import { checkDtype } from '../core/array.ts'
import { checkBoolean, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import type { Dtype } from '../core/types.ts'
import { checkRounding, type FrameSettings, longestFrame, resolveFrames, wholeSamples } from './frames.ts'
import type { FrameRounding, LastFrame } from './mfcc-options.ts'
import type { PathCosts } from './pitch-path.ts'

/** Options of `pitch` and `pitchTrack`. */
export interface PitchOptions {
  /** Hz. */
  sampleRate: number
  /** Window of the autocorrelation, s, at least two periods of `lowFrequency`; default 0.04. */
  frameLengthSeconds?: number
  /** Time between frames, s; default 0.01. */
  frameStepSeconds?: number
  /** Length of the frames to align with, s: frame t is centred at t * step + half of this; default 0.025. */
  alignSeconds?: number
  /**
   * Rounding of step and `alignSeconds` to samples, as for `mfcc`: `nearest` (default), or `down` with the preset
   * `kaldi`.
   */
  frameRounding?: FrameRounding
  /** As for `mfcc`, for use with the preset `librosa`: puts the middle of frame t at t * step; default false. */
  centered?: boolean
  /** As for `mfcc`, for use with `psf` and `psf512`: `pad` completes the last frame with zeros; default `drop`. */
  lastFrame?: LastFrame
  /** Lowest F0, Hz; default 65. */
  lowFrequency?: number
  /** Highest F0, Hz, at most a quarter of the sample rate; default 500. */
  highFrequency?: number
  /** Correlation at which a frame counts as voiced, in (0, 1); default 0.45. */
  voicingThreshold?: number
  /** Amplitude relative to the clip's loudest frame at which correlations are halved, in (0, 1); default 0.03. */
  silenceThreshold?: number
  /** Advantage of a candidate over one an octave lower; default 0.02. */
  octaveCost?: number
  /** Cost of a jump by an octave within 10 ms; default 0.35. */
  octaveJumpCost?: number
  /** Cost of a change of voicing within 10 ms; default 0.14. */
  voicingCost?: number
  /** Column 1 of `pitch`: the `probability` p_t (default) or the `strength` r_t itself, 0..1. */
  voicing?: 'probability' | 'strength'
  /** Element type of the result of `pitch`; default `float32`. */
  dtype?: Dtype
}

/** {@link PitchOptions}, all of them. */
export type PitchSettings = Required<PitchOptions>

const KNOWN = [
  'sampleRate',
  'frameLengthSeconds',
  'frameStepSeconds',
  'alignSeconds',
  'frameRounding',
  'centered',
  'lastFrame',
  'lowFrequency',
  'highFrequency',
  'voicingThreshold',
  'silenceThreshold',
  'octaveCost',
  'octaveJumpCost',
  'voicingCost',
  'voicing',
  'dtype',
] as const

/** Checked options with their defaults. */
export function pitchSettings(where: string, options: PitchOptions): PitchSettings {
  checkOptions(where, options, KNOWN)
  const number = (name: keyof PitchOptions, fallback: number | undefined, limits: Parameters<typeof checkNumber>[3]) =>
    checkNumber(where, name, options[name] === undefined ? fallback : options[name], limits)
  const sampleRate = number('sampleRate', undefined, { above: 0 })
  const lowFrequency = number('lowFrequency', 65, { above: 0 })
  return {
    sampleRate,
    lowFrequency,
    highFrequency: number('highFrequency', 500, { above: lowFrequency, max: sampleRate / 4 }),
    frameLengthSeconds: number('frameLengthSeconds', 0.04, { min: 2 / lowFrequency, max: longestFrame / sampleRate }),
    frameStepSeconds: number('frameStepSeconds', 0.01, { min: 1 / sampleRate, max: longestFrame / sampleRate }),
    alignSeconds: number('alignSeconds', 0.025, { min: 1 / sampleRate, max: longestFrame / sampleRate }),
    frameRounding: checkRounding(where, options.frameRounding),
    centered: checkBoolean(where, 'centered', options.centered ?? false),
    lastFrame: checkOneOf(where, 'lastFrame', options.lastFrame ?? 'drop', ['drop', 'pad']),
    voicingThreshold: number('voicingThreshold', 0.45, { above: 0, below: 1 }),
    silenceThreshold: number('silenceThreshold', 0.03, { above: 0, below: 1 }),
    octaveCost: number('octaveCost', 0.02, { min: 0 }),
    octaveJumpCost: number('octaveJumpCost', 0.35, { min: 0 }),
    voicingCost: number('voicingCost', 0.14, { min: 0 }),
    voicing: checkOneOf(where, 'voicing', options.voicing ?? 'probability', ['probability', 'strength']),
    dtype: checkDtype(where, options.dtype ?? 'float32'),
  }
}

/** Frames to align with, and the start of the first analysis window (negative before the clip); all in samples. */
export interface PitchGeometry {
  length: number
  step: number
  frames: FrameSettings
  start: number
}

/** Places of frames and windows. */
export function pitchGeometry(settings: PitchSettings): PitchGeometry {
  const { sampleRate, frameRounding, centered, lastFrame } = settings
  const length = Math.round(settings.frameLengthSeconds * sampleRate)
  const step = wholeSamples(settings.frameStepSeconds * sampleRate, frameRounding)
  const align = wholeSamples(settings.alignSeconds * sampleRate, frameRounding)
  const frames = resolveFrames('pitch', { sampleRate, frameLength: align, frameStep: step, centered, lastFrame })
  return { length, step, frames, start: Math.floor((align - length) / 2) - frames.margin }
}

/** Boersma's costs are for steps of 10 ms; over a longer step the voice may change more. */
export function pathCosts({ frameStepSeconds, octaveJumpCost, voicingCost }: PitchSettings): PathCosts {
  const haste = 0.01 / frameStepSeconds
  return { octaveJumpCost: octaveJumpCost * haste, voicingCost: voicingCost * haste }
}
