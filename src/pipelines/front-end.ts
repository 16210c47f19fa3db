import { toMono } from '../audio/mono.ts'
import { resample } from '../audio/resample.ts'
import { checkFinite, toSamples } from '../core/array.ts'
import { checkArray, checkBoolean, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { concatenateColumns } from '../features/columns.ts'
import type { DeltaSettings } from '../features/delta-rows.ts'
import { deltas } from '../features/deltas.ts'
import { resolveFrames } from '../features/frames.ts'
import { logMelOfChecked, mfccOfChecked } from '../features/mfcc.ts'
import type { LogMelOptions } from '../features/mfcc-options.ts'
import { pitchOfChecked } from '../features/pitch.ts'
import { checkFramed, checkSets, type FeatureSets, leastSecondsOf, setFeatures } from './feature-sets.ts'
import { type GivenColumns, type GivenFrontEnd, resolveGiven, soundFrontEnd } from './given-front-end.ts'

export type { GivenColumns, GivenFrontEnd } from './given-front-end.ts'

/** Features to compute from a recording, as plain JSON: spectral ones, or those of named sets. */
export interface FrontEndOptions {
  /** Sample rate, Hz, to which every recording is resampled. Default 16000. */
  sampleRate?: number
  /**
   * Instead of all options below: `egemaps`, the descriptors of {@link egemapsFrames}; `speech` or `speechAndLevel`, the tracks of
   * {@link speechTracks}; or a list of sets, whose columns stand side by side, cropped to the shortest.
   */
  set?: FeatureSets
  /**
   * With `set`: the statistics of the whole recording ({@link egemaps}, {@link speechMeasures}) in one row, not a row every 10 ms. Default
   * false; of systems on statistics (`functionals-mlp`, `dnn-hf`) true.
   */
  functionals?: boolean
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
  /** Instead of all other options: the features of each recording are given, such as embeddings of another network. */
  given?: GivenColumns
}

/** Spectral features, with all options. */
export type SpectralFrontEnd = Required<Omit<FrontEndOptions, 'set' | 'functionals' | 'given'>> & {
  given?: undefined
  set?: undefined
  functionals?: undefined
}

/** Features of sets, with all options. */
export type SetFrontEnd = Required<Pick<FrontEndOptions, 'sampleRate' | 'set' | 'functionals'>> & {
  [Name in Exclude<keyof FrontEndOptions, 'sampleRate' | 'set' | 'functionals'>]?: undefined
}

/** Features that are computed from sound; `set` tells the two apart. */
export type SoundFrontEnd = SpectralFrontEnd | SetFrontEnd

/** {@link FrontEndOptions} with their defaults; `given` tells those that are not computed. */
export type ResolvedFrontEnd = SoundFrontEnd | GivenFrontEnd

const orders = [1, 2] as const
const spectralNames = ['spectral', 'coefficients', 'filters', 'deltas', 'pitch'] as const

function resolveSets(where: string, options: FrontEndOptions): SetFrontEnd {
  const other = spectralNames.find((name) => options[name] !== undefined)
  if (other !== undefined) throw new RangeError(`${where}: give either "set" or "${other}", not both`)
  const resolved = {
    sampleRate: checkInteger(where, 'sampleRate', options.sampleRate ?? 16000, { min: 8000, max: limits.sampleRate }),
    set: checkSets(where, options.set),
    functionals: checkBoolean(where, 'functionals', options.functionals ?? false),
  }
  checkFramed(where, resolved)
  return resolved
}

function resolveGivenAlone(where: string, options: FrontEndOptions): GivenFrontEnd {
  const other = (['sampleRate', 'set', ...spectralNames] as const).find((name) => options[name] !== undefined)
  if (other !== undefined) throw new RangeError(`${where}: give either "given" or "${other}", not both`)
  const given = resolveGiven(where, options.given)
  const functionals = given.form === 'vector'
  if (checkBoolean(where, 'functionals', options.functionals ?? functionals) === functionals)
    return { given, functionals }
  throw new RangeError(`${where}: "functionals" expected ${functionals}, since "given.form" is ${given.form}`)
}

/** Checks {@link FrontEndOptions} and fills in the defaults. */
export function resolveFrontEnd(options: FrontEndOptions = {}): ResolvedFrontEnd {
  const where = 'frontEnd'
  checkOptions(where, options, ['sampleRate', 'set', 'functionals', ...spectralNames, 'given'])
  if (options.given !== undefined) return resolveGivenAlone(where, options)
  if (options.set !== undefined) return resolveSets(where, options)
  if (checkBoolean(where, 'functionals', options.functionals ?? false)) {
    throw new RangeError(`${where}: "functionals" needs "set"`)
  }
  const filters = checkInteger(where, 'filters', options.filters ?? 26, { min: 1, limit: limits.filters })
  const spectral = checkOneOf(where, 'spectral', options.spectral ?? 'mfcc', ['mfcc', 'logMel'] as const)
  const within = spectral === 'mfcc' ? { min: 1, max: filters } : { min: 1, limit: limits.filters }
  return {
    sampleRate: checkInteger(where, 'sampleRate', options.sampleRate ?? 16000, { min: 8000, limit: limits.sampleRate }),
    spectral,
    coefficients: checkInteger(where, 'coefficients', options.coefficients ?? 13, within),
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

/** Rows of features a second. */
export function rowsASecond(frontEnd: ResolvedFrontEnd): number {
  if (frontEnd.given !== undefined) return 1 / (frontEnd.given.stepSeconds ?? 1)
  return frontEnd.sampleRate / frameStep(frontEnd.sampleRate)
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

/** Least sound, s, of which there are features. */
export function leastSoundOf(frontEnd: SoundFrontEnd): number {
  return frontEnd.set === undefined ? 0.025 : leastSecondsOf(frontEnd)
}

/** Throws where features have no row, as of too few samples; `name` is the sound's. */
export function checkRows(
  where: string,
  name: string,
  { shape }: FloatNdArray,
  samples: ArrayLike<number>,
  frontEnd: SoundFrontEnd,
): void {
  if (shape[0] > 0) return
  const least = `${Math.round(1000 * leastSoundOf(frontEnd))} ms of sound or more`
  throw new RangeError(`${where}: "${name}" expected ${least}, got ${samples.length} samples`)
}

/**
 * Features [frames, D] of a recording, a frame every 10 ms (rounded to whole samples of the front end's rate). A frame
 * depends only on its neighbourhood, except for the pitch, which is tracked over the whole recording. With `functionals`
 * [1, D]. Too short a recording (25 ms; of `egemaps` 60) has no row.
 *
 * @throws RangeError for recordings below 4000 Hz, and for a sample that is not finite, naming its channel and index; StateError for
 *   features that are `given`
 */
export function extractFeatures(recording: RecordingLike, options: FrontEndOptions = {}): FloatNdArray {
  const frontEnd = soundFrontEnd('extractFeatures', resolveFrontEnd(options))
  return featuresOfChecked(checkedRecording('extractFeatures', 'recording', recording), frontEnd)
}

/** {@link extractFeatures} of a recording that {@link checkedRecording} has let pass: no sample is looked at again. */
export function featuresOfChecked(recording: Recording, frontEnd: SoundFrontEnd): FloatNdArray {
  return featuresOfSound(soundOf(recording, frontEnd), frontEnd)
}

/** One channel of a checked recording at the front end's rate. */
export function soundOf({ channels, sampleRate: rate }: Recording, { sampleRate }: SoundFrontEnd): FloatArray {
  // One channel needs no mean, and the resampler copies it anyway.
  const mono =
    channels.length === 1 ? toSamples('extractFeatures', 'samples', channels[0], 'float32') : toMono({ channels })
  return resample(mono, rate, sampleRate)
}

/** The features of the result of {@link soundOf}, or of a part of it. */
export function featuresOfSound(samples: FloatArray, frontEnd: SoundFrontEnd): FloatNdArray {
  if (frontEnd.set !== undefined) return setFeatures(samples, frontEnd.sampleRate, frontEnd)
  const { sampleRate, spectral, deltas: order } = frontEnd
  const options = spectralOptions(frontEnd)
  const envelope = spectral === 'mfcc' ? mfccOfChecked(samples, options) : logMelOfChecked(samples, options)
  if (!frontEnd.pitch) return envelope
  const contour = pitchOfChecked(samples, { sampleRate })
  const dynamics = orders.slice(0, order).map((n) => deltas(contour, { order: n }))
  return concatenateColumns(envelope, contour, ...dynamics)
}

/** Options of the spectral columns, for `mfcc` or `logMel`. */
export function spectralOptions({
  sampleRate,
  spectral,
  coefficients,
  filters,
  deltas,
}: SpectralFrontEnd): LogMelOptions {
  const shared = { sampleRate, filters, deltas }
  return spectral === 'mfcc' ? { ...shared, coefficients } : { ...shared, energyColumn: 'frame' }
}

/** The deltas of the pitch: the defaults of {@link deltas}. */
export const contourDynamics: DeltaSettings = { window: 2, held: false, polynomial: false }
