/** Recordings in the forms that people hold them in, and the features of each. */
import { checkFinite, toSamples } from '../core/array.ts'
import { checkArray, checkInteger, checkObject, checkString } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray, VectorLike } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { extractFeatures, type FrontEndOptions, LOWEST_RATE, type Recording } from './front-end.ts'

/** A recording: its sample rate, Hz, with the samples of one channel, or with all channels as `decodeWav` gives them. */
export type RecordingLike = Recording | { sampleRate: number; samples: VectorLike }

/** How a list of recordings is gone through. */
export interface RecordingHooks {
  /** Stops before the next recording; the call then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called after the features of each recording. */
  onRecording?: (done: number, all: number) => unknown
}

/**
 * The recording with its channels; floats in [-1, 1), integer typed arrays hold 16 bit samples. Errors call its parts
 * `name.samples`, or `samples` where it has no name, for the caller gave them one by one.
 */
export function toRecording(where: string, name: string, value: unknown): Recording {
  const at = (part: string): string => (name === '' ? part : `${name}.${part}`)
  const { sampleRate, channels, samples } = checkObject<Partial<Recording> & { samples?: VectorLike }>(
    where,
    name,
    value,
    'a recording { samples, sampleRate } or { channels, sampleRate }',
  )
  if (typeof samples === 'function') {
    throw new TypeError(
      `${where}: "${at('samples')}" expected samples, got a function; call it: { samples: x.samples() }`,
    )
  }
  if (samples === undefined && channels === undefined) {
    throw new TypeError(expectation(where, name, '"samples" or "channels"', value))
  }
  const rate = checkInteger(where, at('sampleRate'), sampleRate, { min: LOWEST_RATE })
  const list = channels === undefined ? { samples } : named(checkArray(where, at('channels'), channels, 1))
  const taken = Object.entries(list).map(([part, channel]) => {
    const sound = toSamples(where, at(part), channel as VectorLike, 'float32')
    checkFinite(where, at(part), sound)
    return sound
  })
  return { sampleRate: rate, channels: taken }
}

/** The channels by the words that errors call them by. */
function named(channels: unknown[]): Record<string, unknown> {
  return Object.fromEntries(channels.map((channel, i) => [`channels[${i}]`, channel]))
}

/**
 * Features [frames >= 1, D] of a recording.
 *
 * @throws RangeError for less than a frame of sound
 */
export function recordingFeatures(
  where: string,
  name: string,
  recording: Recording,
  frontEnd: FrontEndOptions,
): FloatNdArray {
  const features = extractFeatures(recording, frontEnd)
  if (features.shape[0] > 0) return features
  const { length } = recording.channels[0] as ArrayLike<number>
  throw new RangeError(`${where}: "${name || 'samples'}" expected 25 ms of sound or more, got ${length} samples`)
}

/** The features of each recording, in turn; the event loop stays alive. */
export async function featuresOfAll(
  where: string,
  name: string,
  recordings: readonly RecordingLike[],
  frontEnd: FrontEndOptions,
  { signal, onRecording }: RecordingHooks,
): Promise<FloatNdArray[]> {
  const taken = checkArray(where, name, recordings, 1).map((value, i) => toRecording(where, `${name}[${i}]`, value))
  const all: FloatNdArray[] = []
  for (const [i, recording] of taken.entries()) {
    throwIfAborted(signal)
    all.push(recordingFeatures(where, `${name}[${i}]`, recording, frontEnd))
    await onRecording?.(i + 1, taken.length)
    await yieldToEventLoop()
  }
  return all
}

/** Throws unless there is a label, and a speaker where they are told, for each recording. */
export function checkTruth(
  where: string,
  { recordings, labels, speakers }: { recordings: unknown; labels: unknown; speakers?: unknown },
): void {
  const { length } = checkArray(where, 'recordings', recordings, 1)
  const lists = { labels, ...(speakers !== undefined && { speakers }) }
  for (const [name, list] of Object.entries(lists)) {
    const names = checkArray(where, name, list).map((value, i) => checkString(where, `${name}[${i}]`, value))
    if (names.length !== length) {
      throw new RangeError(`${where}: "${name}" expected one for each of the ${length} recordings, got ${names.length}`)
    }
  }
}
