/** Recordings in every accepted form, and their features. */
import { checkArray, checkStrings } from '../core/check.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import {
  checkedRecording,
  checkRows,
  featuresOfChecked,
  type Recording,
  type RecordingLike,
  type ResolvedFrontEnd,
} from './front-end.ts'
import { soundFrontEnd } from './given-front-end.ts'

/** Recordings with the names of their classes. */
export interface LabelledRecordings {
  recordings: readonly RecordingLike[]
  labels: readonly string[]
  /** Speaker of each recording; needed where the scaler has `speaker` statistics, without effect otherwise. */
  speakers?: readonly string[]
}

/** Progress and cancellation of work on a list of recordings. */
export interface RecordingHooks {
  /** Stops before the next recording; the call then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Called after the features of each recording. */
  onRecording?: (done: number, all: number) => unknown
}

/**
 * Features [frames >= 1, D] of a checked recording.
 *
 * @throws RangeError for less than a frame of sound
 */
export function recordingFeatures(
  where: string,
  name: string,
  recording: Recording,
  given: ResolvedFrontEnd,
): FloatNdArray {
  const frontEnd = soundFrontEnd(where, given)
  const features = featuresOfChecked(recording, frontEnd)
  checkRows(where, name || 'samples', features, recording.channels[0] as ArrayLike<number>, frontEnd)
  return features
}

/** The features of each recording, in turn; the event loop stays alive. */
export async function featuresOfAll(
  where: string,
  name: string,
  recordings: readonly RecordingLike[],
  frontEnd: ResolvedFrontEnd,
  { signal, onRecording }: RecordingHooks,
): Promise<FloatNdArray[]> {
  const taken = checkArray<RecordingLike>(where, name, recordings, 1).map((value, i) =>
    checkedRecording(where, `${name}[${i}]`, value),
  )
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
    const names = checkStrings(where, name, list)
    if (names.length !== length) {
      throw new RangeError(`${where}: "${name}" expected one for each of the ${length} recordings, got ${names.length}`)
    }
  }
}
