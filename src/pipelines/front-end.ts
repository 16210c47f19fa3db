import { toMono } from '../audio/mono.ts'
import { resample } from '../audio/resample.ts'
import { checkFinite, toSamples } from '../core/array.ts'
import { checkArray, checkBoolean, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatNdArray, VectorLike } from '../core/types.ts'
import { concatenateColumns } from '../features/columns.ts'
import { deltas } from '../features/deltas.ts'
import { resolveFrames } from '../features/frames.ts'
import { logMelOfChecked, mfccOfChecked } from '../features/mfcc.ts'
import { pitchOfChecked } from '../features/pitch.ts'

/** Features to compute from a recording, as plain JSON. */
export interface FrontEndOptions {
  /** Sample rate, Hz, to which every recording is resampled. Default 16000. */
  sampleRate?: number
  /** `mfcc` (default): the study's cepstra with log energy; `logMel`: log mel energies and the log energy. */
  spectral?: 'mfcc' | 'logMel'
  /** Cepstral coefficients; of `mfcc` at most `filters`. Default 13. */
  coefficients?: number
  /** Mel filters. Default 26. */
  filters?: number
  /** Orders of deltas of all columns. Default 2. */
  deltas?: 0 | 1 | 2
  /** Adds columns of log F0 and voicing. Default false. */
  pitch?: boolean
}

/** {@link FrontEndOptions} with their defaults. */
export type ResolvedFrontEnd = Required<FrontEndOptions>

const orders = [1, 2] as const

/** Checks {@link FrontEndOptions} and fills in the defaults. */
export function resolveFrontEnd(options: FrontEndOptions = {}): ResolvedFrontEnd {
  const where = 'frontEnd'
  checkOptions(where, options, ['sampleRate', 'spectral', 'coefficients', 'filters', 'deltas', 'pitch'])
  const filters = checkInteger(where, 'filters', options.filters ?? 26, { min: 1 })
  const spectral = checkOneOf(where, 'spectral', options.spectral ?? 'mfcc', ['mfcc', 'logMel'] as const)
  const limits = spectral === 'mfcc' ? { min: 1, max: filters } : { min: 1 }
  return {
    sampleRate: checkInteger(where, 'sampleRate', options.sampleRate ?? 16000, { min: 8000 }),
    spectral,
    coefficients: checkInteger(where, 'coefficients', options.coefficients ?? 13, limits),
    filters,
    deltas: checkInteger(where, 'deltas', options.deltas ?? 2, { min: 0, max: 2 }) as 0 | 1 | 2,
    pitch: checkBoolean(where, 'pitch', options.pitch ?? false),
  }
}

/** Increased whenever {@link extractFeatures} changes its results, so that cached features are computed anew. */
export const FRONT_END_REVISION = 1

/** Lowest sample rate, Hz: below it speech has lost too much, and the number is probably a rate in kHz. */
export const LOWEST_RATE = 4000

/**
 * Samples from one frame of {@link extractFeatures} to the next: 10 ms, rounded to whole samples of the front end's
 * rate. At 11025 Hz they are 110, or 9.977 ms: multiply by this, not by 10 ms, to get times.
 */
export function frameStep(sampleRate: number): number {
  return resolveFrames('frontEnd', { sampleRate }).step
}

/** A recording: a rate and its channels, as `decodeWav` gives it. */
export interface Recording {
  sampleRate: number
  channels: readonly VectorLike[]
}

/**
 * A recording: its sample rate, Hz, with the samples of one channel, or with all channels as `decodeWav` gives them.
 */
export type RecordingLike = Recording | { sampleRate: number; samples: VectorLike }

/**
 * Checks a recording; returns it with its channels unchanged.
 *
 * @throws TypeError or RangeError that names `name.sampleRate`, or `sampleRate` where the recording has no name
 */
function toRecording(where: string, name: string, value: unknown): Recording {
  const at = (part: string): string => (name === '' ? part : `${name}.${part}`)
  const form = 'a recording { samples, sampleRate } or { channels, sampleRate }'
  const { sampleRate, channels, samples } = checkObject<Partial<Recording> & { samples?: VectorLike }>(
    ...([where, name, value, form] as const),
  )
  if (typeof samples === 'function') {
    const remedy = 'call it: { samples: x.samples() }'
    throw new TypeError(`${where}: "${at('samples')}" expected samples, got a function; ${remedy}`)
  }
  if ((samples === undefined) === (channels === undefined)) {
    const got = samples === undefined ? 'neither' : 'both'
    throw new TypeError(`${where}: "${name || 'samples'}" expected either "samples" or "channels", got ${got}`)
  }
  checkInteger(where, at('sampleRate'), sampleRate, { min: LOWEST_RATE })
  const list = channels ?? [samples as VectorLike]
  return { sampleRate: sampleRate as number, channels: checkArray<VectorLike>(where, at('channels'), list, 1) }
}

/**
 * Checks a recording: all samples finite, floats in [-1, 1) or integer typed arrays of 16 bit samples.
 *
 * @throws TypeError or RangeError that names `name.samples`, or `samples` where the recording has no name, for the
 * caller gave its parts one by one
 */
export function checkedRecording(where: string, name: string, value: RecordingLike): Recording {
  const recording = toRecording(where, name, value)
  let length: number | undefined
  recording.channels.forEach((channel, i) => {
    const part = 'samples' in value ? 'samples' : `channels[${i}]`
    const path = name === '' ? part : `${name}.${part}`
    const samples = toSamples(where, path, channel, 'float32')
    checkFinite(where, path, samples)
    length ??= samples.length
    if (samples.length !== length) {
      throw new RangeError(
        `${where}: "${path}" expected ${length} samples, as in the first channel, got ${samples.length}`,
      )
    }
  })
  return recording
}

/**
 * Features [frames, D] of a recording, a frame every 10 ms (rounded to whole samples of the front end's rate). A frame
 * depends only on its neighbourhood, except for the pitch, which is tracked over the whole recording.
 *
 * @throws RangeError for recordings below 4000 Hz, and for a sample that is not finite, naming its channel and index
 */
export function extractFeatures(recording: RecordingLike, options: FrontEndOptions = {}): FloatNdArray {
  const frontEnd = resolveFrontEnd(options)
  return featuresOfChecked(checkedRecording('extractFeatures', 'recording', recording), frontEnd)
}

/** {@link extractFeatures} of a recording that {@link checkedRecording} has let pass: no sample is looked at again. */
export function featuresOfChecked({ channels, sampleRate: rate }: Recording, frontEnd: ResolvedFrontEnd): FloatNdArray {
  const { sampleRate, spectral, coefficients, filters, deltas: order } = frontEnd
  // One channel needs no mean, and the resampler copies it anyway.
  const mono =
    channels.length === 1 ? toSamples('extractFeatures', 'samples', channels[0], 'float32') : toMono({ channels })
  const samples = resample(mono, rate, sampleRate)
  const shared = { sampleRate, filters, deltas: order }
  const envelope =
    spectral === 'mfcc'
      ? mfccOfChecked(samples, { ...shared, coefficients })
      : logMelOfChecked(samples, { ...shared, energyColumn: 'frame' })
  if (!frontEnd.pitch) return envelope
  const contour = pitchOfChecked(samples, { sampleRate })
  const dynamics = orders.slice(0, order).map((n) => deltas(contour, { order: n }))
  return concatenateColumns(envelope, contour, ...dynamics)
}
