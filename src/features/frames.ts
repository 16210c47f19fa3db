/** How a signal is taken in and cut into frames of L samples, one every S samples. */
import { checkFinite, isArrayView, toSamples } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkOneOf } from '../core/check.ts'
import { isFloat32 } from '../core/realm.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { FrameOptions } from './options.ts'
import { mfccPresets } from './presets.ts'

/** Checked {@link FrameOptions}. */
export interface FrameSettings {
  /** Hz. */
  sampleRate: number
  /** L, samples. */
  length: number
  /** S, samples. */
  step: number
  /** Zeros before the first sample; as many follow the last. */
  margin: number
  /** Whether a last frame is completed with zeros. */
  pad: boolean
  /** Multiplier of samples in [-1, 1). */
  scale: number
}

/** The names of {@link FrameOptions}. */
export const frameOptionNames: readonly (keyof FrameOptions)[] = [
  'sampleRate',
  'frameLength',
  'frameStep',
  'frameLengthSeconds',
  'frameStepSeconds',
  'centered',
  'lastFrame',
  'scale',
]

/** No frame and no FFT may be longer than this. */
export const longestFrame: number = 2 ** 20

/** The options, completed from `defaults` wherever one is missing or undefined. */
export function withDefaults<T extends object, D extends object>(options: T, defaults: D): T & D {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as T & D
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
  const samples = Math.round(seconds * options.sampleRate)
  if (samples >= 1 && samples <= longestFrame) return samples
  const got = `${seconds} s at ${options.sampleRate} Hz`
  throw new RangeError(`${where}: "${inSeconds}" expected 1 to ${longestFrame} samples, got ${got}`)
}

/** Checks the options that cut a signal into frames. */
export function resolveFrames(where: string, options: FrameOptions): FrameSettings {
  const { centered, lastFrame, scale } = withDefaults(options, mfccPresets.study)
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { above: 0 })
  const length = samplesOf(where, 'frameLength', options)
  return {
    sampleRate,
    length,
    step: samplesOf(where, 'frameStep', options),
    margin: checkBoolean(where, 'centered', centered) ? Math.floor(length / 2) : 0,
    pad: checkOneOf(where, 'lastFrame', lastFrame, ['drop', 'pad']) === 'pad',
    scale: checkNumber(where, 'scale', scale, { above: 0 }),
  }
}

/**
 * Number of frames of a signal of N samples; with n = N + 2 margin it is 1 + floor((n - L) / S) where the last frame is
 * dropped (0 if n < L) and 1 + ceil((n - L) / S) where it is padded (1 if n < L). No samples, no frames.
 */
export function frameCount(samples: number, { length, step, margin, pad }: FrameSettings): number {
  if (samples === 0) return 0
  const rest = samples + 2 * margin - length
  if (pad) return 1 + Math.ceil(Math.max(0, rest) / step)
  return rest < 0 ? 0 : 1 + Math.floor(rest / step)
}

/** Samples that the frames span, margins and padding included. */
export function framedLength(frames: number, { length, step }: FrameSettings): number {
  return frames === 0 ? 0 : (frames - 1) * step + length
}

/** Zeros that complete the last frame of a signal of so many samples, the margin behind it among them. */
export function paddingOf(samples: number, settings: FrameSettings): number {
  return Math.max(0, framedLength(frameCount(samples, settings), settings) - settings.margin - samples)
}

/**
 * Samples before `scale`, float32 where they were that: the caller's own where they need no conversion, not to be written
 * to. Float samples are in [-1, 1); integer typed arrays hold 16 bit samples, -32768..32767, whatever their width.
 *
 * @throws RangeError for a sample that is not finite, naming its index.
 */
export function takeSamples(where: string, name: string, value: VectorLike): FloatArray {
  const data = isArrayView(value) ? value.data : value
  const samples = toSamples(where, name, value, isFloat32(data) ? 'float32' : 'float64')
  checkFinite(where, name, samples)
  return samples
}

/** A clip ready to be cut: frame t is `data[t * step .. t * step + length - 1]`. */
export interface FramedSignal {
  data: Float64Array
  /** Index after the last sample that is not padding. */
  end: number
  frames: number
}

/** The clip between its margins, with zeros up to the end of the last frame. */
export function frameSignal(where: string, value: VectorLike, settings: FrameSettings): FramedSignal {
  const samples = takeSamples(where, 'samples', value)
  const frames = frameCount(samples.length, settings)
  const end = settings.margin + samples.length
  const data = new Float64Array(Math.max(end, framedLength(frames, settings)))
  for (let i = 0; i < samples.length; i++) data[settings.margin + i] = samples[i] * settings.scale
  return { data, end, frames }
}
