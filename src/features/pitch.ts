/**
 * Fundamental frequency and voicing of speech: peaks of the normalised autocorrelation, connected by dynamic
 * programming.
 *
 *   r_t(k)    normalised autocorrelation of the 40 ms about the middle of frame t (pitch-correlation.ts)
 *   q_t(f)    = r_t(sampleRate / f) - octaveCost log2(highFrequency / f) at its peaks; the threshold for "unvoiced"
 *   path      maximises sum_t q_t(f_t) - octaveJumpCost |log2(f_t / f_(t-1))| - voicingCost [voicing changes]
 *   p_t       = 1 / (1 + exp(-(r_t(k_t) - voicingThreshold) / 0.1))
 *
 * The path and the silence level depend on the whole clip, so that a contour cannot be computed chunk by chunk.
 *
 * The form of the path and the costs of its steps follow P. Boersma, "Accurate short-term analysis of the fundamental
 * frequency and the harmonics-to-noise ratio of a sampled sound", Proc. Inst. Phonetic Sciences Amsterdam 17, 1993.
 */
import { allocate, atUsableLevel, checkDtype, floatView, toSoundOfAnyLevel } from '../core/array.ts'
import { checkBoolean, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import { square } from '../core/power.ts'
import type { Dtype, FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { checkRounding, type FrameSettings, frameCount, longestFrame, resolveFrames, wholeSamples } from './frames.ts'
import { loadWindow } from './load-window.ts'
import type { FrameRounding, LastFrame } from './mfcc-options.ts'
import { addCandidates, emptyCandidates, type PitchCandidates } from './pitch-candidates.ts'
import { NormalizedAutocorrelation } from './pitch-correlation.ts'
import { bestPath } from './pitch-path.ts'

/** Options of {@link pitch} and {@link pitchTrack}. */
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
  /** Column 1 of {@link pitch}: the `probability` p_t (default) or the `strength` r_t itself, 0..1. */
  voicing?: 'probability' | 'strength'
  /** Element type of the result of {@link pitch}; default `float32`. */
  dtype?: Dtype
}

/** A pitch contour, one entry per frame; see {@link pitchTrack}. */
export interface PitchTrack {
  /** Hz; 0 in unvoiced frames. */
  f0: Float64Array
  /** 1 in voiced frames, else 0. */
  voiced: Uint8Array
  /** Normalised autocorrelation at the chosen lag, in unvoiced frames its largest; 0..1. */
  strength: Float64Array
  /** Middle of the frame, seconds. */
  times: Float64Array
}

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

/** Voiced candidates kept per frame; the eighth peak hardly ever wins. */
const CANDIDATES = 8

/** Correlation over which the voicing probability rises from 0.5 to 0.73. */
const VOICING_WIDTH = 0.1

type Settings = Required<PitchOptions>

/**
 * Log F0 and voicing, [frames, 2].
 *
 * Column 0: natural log of F0 in Hz; in unvoiced frames interpolated linearly between the voiced neighbours and held at
 * the ends; in a clip without voiced frames constant ln sqrt(lowFrequency * highFrequency), the middle of the range.
 * Column 1: voicing probability in [0, 1] (or strength, see {@link PitchOptions.voicing}).
 *
 * The rows are aligned with 25 ms frames every 10 ms that lie entirely inside the clip: floor((N - 400) / 160) + 1 at
 * 16 kHz, none for a clip shorter than a frame. Samples beyond the ends of the clip count as zero. `alignedPitch` gives
 * options for alignment with other frames.
 *
 * @param samples mono signal [N]
 * @throws TypeError for options or samples of the wrong kind, RangeError for values out of range
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000))
 * const x = pitch(tone, { sampleRate: 16000 })
 * x.shape // [48, 2]
 * Math.exp(x.get(20, 0)) // 200.0
 * ```
 */
export function pitch(samples: VectorLike, options: PitchOptions): FloatNdArray {
  const settings = resolve('pitch', options)
  return pitchColumns(toSoundOfAnyLevel('pitch', samples), settings)
}

/** {@link pitch} of samples that are known to be finite. @internal */
export function pitchOfChecked(samples: FloatArray, options: PitchOptions): FloatNdArray {
  return pitchColumns(atUsableLevel(Float64Array.from(samples)), resolve('pitch', options))
}

function pitchColumns(x: Float64Array, settings: Settings): FloatNdArray {
  const track = trackOf(x, settings)
  const frames = track.f0.length
  const out = allocate(2 * frames, settings.dtype)
  const logF0 = continuousLogF0(track.f0, log(settings.lowFrequency * settings.highFrequency) / 2)
  for (let t = 0; t < frames; t++) {
    out[2 * t] = logF0[t]
    out[2 * t + 1] =
      settings.voicing === 'strength'
        ? track.strength[t]
        : 1 / (1 + exp((settings.voicingThreshold - track.strength[t]) / VOICING_WIDTH))
  }
  return floatView(out, [frames, 2])
}

/** The contour from which {@link pitch} is computed, with voicing decisions; same frames, options and errors. */
export function pitchTrack(samples: VectorLike, options: PitchOptions): PitchTrack {
  return contourOf('pitchTrack', samples, options)
}

/** {@link pitchTrack} with error messages that begin with `where`. */
export function contourOf(where: string, samples: VectorLike, options: PitchOptions): PitchTrack {
  const settings = resolve(where, options)
  return trackOf(toSoundOfAnyLevel(where, samples), settings)
}

/** {@link pitchTrack} of samples that are known to be finite. @internal */
export function contourOfChecked(where: string, samples: Float64Array, options: PitchOptions): PitchTrack {
  return trackOf(atUsableLevel(samples), resolve(where, options))
}

function resolve(where: string, options: PitchOptions): Settings {
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

function trackOf(x: Float64Array, settings: Settings): PitchTrack {
  const candidates = findCandidates(x, settings)
  // Boersma's costs are for steps of 10 ms; over a longer step the voice may change more.
  const haste = 0.01 / settings.frameStepSeconds
  const path = bestPath(candidates, {
    octaveJumpCost: settings.octaveJumpCost * haste,
    voicingCost: settings.voicingCost * haste,
  })
  return readPath(candidates, path, settings)
}

/** Frames to align with, and the start of the first analysis window (negative before the clip); all in samples. */
interface Geometry {
  length: number
  step: number
  frames: FrameSettings
  start: number
}

function geometry(settings: Settings): Geometry {
  const { sampleRate, frameRounding, centered, lastFrame } = settings
  const length = Math.round(settings.frameLengthSeconds * sampleRate)
  const step = wholeSamples(settings.frameStepSeconds * sampleRate, frameRounding)
  const align = wholeSamples(settings.alignSeconds * sampleRate, frameRounding)
  const frames = resolveFrames('pitch', { sampleRate, frameLength: align, frameStep: step, centered, lastFrame })
  return { length, step, frames, start: Math.floor((align - length) / 2) - frames.margin }
}

function findCandidates(x: Float64Array, settings: Settings): PitchCandidates {
  const { length, step, start, frames: aligned } = geometry(settings)
  const frames = frameCount(x.length, aligned)
  const table = emptyCandidates(frames, CANDIDATES + 1, settings.voicingThreshold)
  const maxLag = Math.ceil(settings.sampleRate / settings.lowFrequency) + 1
  const autocorrelation = new NormalizedAutocorrelation(length, maxLag)
  let loudest = 0
  for (let t = 0; t < frames; t++) {
    loadWindow(autocorrelation.frame, x, start + t * step, true)
    loudest = Math.max(loudest, autocorrelation.energy())
  }
  for (let t = 0; t < frames; t++) {
    loadWindow(autocorrelation.frame, x, start + t * step, true)
    autocorrelation.compute(square(settings.silenceThreshold) * loudest)
    addCandidates(table, t, autocorrelation.values, settings)
  }
  return table
}

function readPath(candidates: PitchCandidates, path: Int32Array, settings: Settings): PitchTrack {
  const frames = path.length
  const { step, frames: aligned } = geometry(settings)
  const track: PitchTrack = {
    f0: new Float64Array(frames),
    voiced: new Uint8Array(frames),
    strength: new Float64Array(frames),
    times: new Float64Array(frames),
  }
  for (let t = 0; t < frames; t++) {
    const at = t * candidates.slots + path[t]
    track.voiced[t] = path[t] > 0 ? 1 : 0
    track.f0[t] = path[t] > 0 ? exp(candidates.logF0[at]) : 0
    track.strength[t] = candidates.correlation[at]
    track.times[t] = (t * step - aligned.margin + aligned.length / 2) / settings.sampleRate
  }
  return track
}

/** Natural log of F0 with the gaps (zeros) filled; `fallback` where there is nothing to fill from. */
function continuousLogF0(f0: Float64Array, fallback: number): Float64Array {
  const out = new Float64Array(f0.length).fill(fallback)
  let last = -1
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0) continue
    out[t] = log(f0[t])
    const from = last < 0 ? out[t] : out[last]
    for (let gap = last + 1; gap < t; gap++) {
      out[gap] = last < 0 ? out[t] : from + ((out[t] - from) * (gap - last)) / (t - last)
    }
    last = t
  }
  if (last >= 0) out.fill(out[last], last + 1)
  return out
}
