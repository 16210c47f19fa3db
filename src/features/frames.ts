/** Scaling of a signal and cutting into frames of L samples, one every S samples. */

import { checkSound, isArrayView, toSamples } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkOneOf } from '../core/check.ts'
import { withDefaults } from '../core/defaults.ts'
import { isFloat32 } from '../core/realm.ts'
import type { StreamMemory } from '../core/stream-state.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { FrameOptions, FrameRounding } from './mfcc-options.ts'
import { mfccPresets } from './presets.ts'

/** Checked {@link FrameOptions}. */
export interface FrameSettings {
  /** Hz. */
  sampleRate: number
  /** L, samples. */
  length: number
  /** S, samples. */
  step: number
  /** Position of the signal's first sample relative to the start of the first frame. */
  margin: number
  /** Samples needed from the start of a frame before it is complete; L or more. */
  reach: number
  /** A signal of N samples has 1 + floor((N + slack) / S) frames. */
  slack: number
  /** Whether frames are centred on multiples of the step, and whether the signal is mirrored at its edges. */
  centered: boolean
  mirrored: boolean
  /** Whether a last frame is completed with zeros. */
  pad: boolean
  /** Multiplier of samples in [-1, 1). */
  scale: number
}

/** Receives a signal in parts and visits its frames. */
export interface FrameSource {
  /** Most frames that are visited at once. */
  readonly mostFrames: number
  /** Appends samples and visits the frames that they complete. */
  append(samples: FloatArray): void
  /** Ends the signal, whose length was `samples`. */
  finish(samples: number): void
  /** Discards the signal and starts a new one. */
  reset(): void
  /** All that later frames depend on; shares the source's arrays. */
  readonly memory: StreamMemory
  /** Continues from a copy of the memory of a source of the same settings. */
  recall(memory: StreamMemory): void
}

/** Largest `scale` with which spectra of any sound are finite. */
const LARGEST_SCALE = 1e30

/** The names of {@link FrameOptions}. */
export const frameOptionNames = [
  'sampleRate',
  'frameLength',
  'frameStep',
  'frameLengthSeconds',
  'frameStepSeconds',
  'frameRounding',
  'centered',
  'snipEdges',
  'lastFrame',
  'scale',
] as const

/** Longest frame and FFT, samples. */
export const longestFrame: number = 2 ** 20

/** Rounds to whole samples; rounding down tolerates float errors, so that 0.29 * 100 gives 29. */
export function wholeSamples(samples: number, rounding: FrameRounding): number {
  const nearest = Math.round(samples)
  return rounding === 'nearest' || Math.abs(samples - nearest) <= 1e-9 * samples ? nearest : Math.floor(samples)
}

/** The value of the option `frameRounding`, checked. */
export function checkRounding(where: string, rounding: FrameRounding | undefined): FrameRounding {
  return checkOneOf(where, 'frameRounding', rounding ?? 'nearest', ['nearest', 'down'])
}

function samplesOf(where: string, name: 'frameLength' | 'frameStep', options: FrameOptions): number {
  const inSeconds = `${name}Seconds` as const
  if (options[name] !== undefined) {
    if (options[inSeconds] !== undefined) {
      throw new RangeError(`${where}: give either "${name}" or "${inSeconds}", not both`)
    }
    return checkInteger(where, name, options[name], { min: 1, max: longestFrame })
  }
  const seconds = checkNumber(where, inSeconds, options[inSeconds] ?? mfccPresets.study[inSeconds], { above: 0 })
  const samples = wholeSamples(seconds * options.sampleRate, checkRounding(where, options.frameRounding))
  if (samples >= 1 && samples <= longestFrame) return samples
  const got = `${seconds} s at ${options.sampleRate} Hz`
  throw new RangeError(`${where}: "${inSeconds}" expected 1 to ${longestFrame} samples, got ${got}`)
}

interface Extent {
  margin: number
  reach: number
  slack: number
}

/** Extent of frames of L samples, each in the middle of `span` samples, which must fit or are centred. */
function extentOf(length: number, span: number, centered: boolean): Extent {
  const before = Math.floor((span - length) / 2)
  if (!centered) return { margin: 0 - before, reach: span - before, slack: -span }
  const zeros = Math.floor(span / 2)
  return { margin: zeros - before, reach: length, slack: 2 * zeros - span }
}

/** Extent of frames with middles at S/2, 3S/2 and so on. */
function mirroredExtent(length: number, step: number): Extent {
  const middle = Math.floor(step / 2)
  return { margin: Math.floor(length / 2) - middle, reach: length, slack: middle - step }
}

function checkEdges(where: string, centered: boolean, mirrored: boolean, pad: boolean): void {
  if (!mirrored) return
  if (centered) throw new RangeError(`${where}: "snipEdges" expected true where "centered" is true, got false`)
  if (pad) throw new RangeError(`${where}: "snipEdges" expected true where "lastFrame" is "pad", got false`)
}

/** Checks the options that cut a signal into frames. */
export function resolveFrames(where: string, options: FrameOptions): FrameSettings {
  const o = withDefaults(options, mfccPresets.study)
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { above: 0 })
  const length = samplesOf(where, 'frameLength', options)
  const step = samplesOf(where, 'frameStep', options)
  const centered = checkBoolean(where, 'centered', o.centered)
  const mirrored = !checkBoolean(where, 'snipEdges', o.snipEdges)
  const pad = checkOneOf(where, 'lastFrame', o.lastFrame, ['drop', 'pad']) === 'pad'
  checkEdges(where, centered, mirrored, pad)
  const extent = mirrored ? mirroredExtent(length, step) : extentOf(length, length, centered)
  checkNumber(where, 'scale', o.scale, { above: 0 })
  const scale = checkNumber(where, 'scale', o.scale, { max: LARGEST_SCALE })
  return { sampleRate, length, step, ...extent, centered, mirrored, pad, scale }
}

/** Settings of frames placed in the middle of a longer transform; mirrored edges are unaffected. */
export function placedInMiddle(settings: FrameSettings, fftLength: number): FrameSettings {
  if (settings.mirrored) return settings
  return { ...settings, ...extentOf(settings.length, fftLength, settings.centered) }
}

/**
 * Number of frames of a signal of N samples: with n = N + slack, 1 + floor(n / S) where the last frame is dropped (0 if
 * n < 0), and 1 + ceil(n / S) where it is padded (1 if n < 0). 0 for N = 0.
 */
export function frameCount(samples: number, { step, slack, pad }: FrameSettings): number {
  if (samples === 0) return 0
  const rest = samples + slack
  if (pad) return 1 + Math.ceil(Math.max(0, rest) / step)
  return rest < 0 ? 0 : 1 + Math.floor(rest / step)
}

/** Samples that the frames span, margins and padding included. */
export function framedLength(frames: number, { reach, step }: FrameSettings): number {
  return frames === 0 ? 0 : (frames - 1) * step + reach
}

/** Index of the sample at position i of a signal of n samples mirrored at both ends: -1 maps to 0, n to n - 1. */
export function mirroredIndex(i: number, n: number): number {
  const within = ((i % (2 * n)) + 2 * n) % (2 * n)
  return within < n ? within : 2 * n - 1 - within
}

/** Number of samples, zeros or mirrored, that complete the last frame of a signal of `samples` samples. */
export function paddingOf(samples: number, settings: FrameSettings): number {
  return Math.max(0, framedLength(frameCount(samples, settings), settings) - settings.margin - samples)
}

/**
 * Samples before `scale`, as float32 where they are float32; shares the caller's data where no conversion is needed, so
 * it must not be written to. Float samples are in [-1, 1); integer typed arrays of any width hold 16 bit samples.
 *
 * @throws RangeError for a sample that is not finite or beyond 1e70, naming its index.
 */
export function takeSamples(where: string, name: string, value: VectorLike): FloatArray {
  const data = isArrayView(value) ? value.data : value
  const samples = toSamples(where, name, value, isFloat32(data) ? 'float32' : 'float64')
  checkSound(where, name, samples)
  return samples
}

/** A padded clip: frame t is `data[t * step .. t * step + length - 1]`. */
export interface FramedSignal {
  data: Float64Array
  /** Index after the last sample that is not padding. */
  end: number
  frames: number
}

/** The clip with margins, padded with zeros or mirrored to the end of the last frame. */
export function frameSignal(where: string, value: VectorLike, settings: FrameSettings): FramedSignal {
  const samples = takeSamples(where, 'samples', value)
  const frames = frameCount(samples.length, settings)
  const { margin, mirrored, scale } = settings
  const end = Math.max(0, margin + samples.length)
  const data = new Float64Array(Math.max(end, framedLength(frames, settings)))
  const [from, to] = mirrored && frames > 0 ? [0, data.length] : [Math.max(0, margin), end]
  for (let i = from; i < to; i++) data[i] = samples[mirroredIndex(i - margin, samples.length)] * scale
  return { data, end, frames }
}
