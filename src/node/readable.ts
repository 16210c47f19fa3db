/** Recordings whose audio is read when asked for. */
import { resolve } from 'node:path'
import type { WavAudio } from '../audio/wav.ts'
import { checkString } from '../core/check.ts'
import { FormatError, messageOf, StateError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import type { Utterance } from '../corpora/index.ts'
import { type AudioFile, readAudioFile } from './audio-file.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import { SegmentFiles } from './segment-files.ts'

/** The file of a recording, relative to the corpus. */
export function fileOf({ path, segment }: Pick<Utterance, 'path' | 'segment'>): string {
  return segment?.file ?? path
}

/** By code unit of their paths, segments of a file by time. */
export function byPlace(a: Utterance, b: Utterance): number {
  const [first, second] = [fileOf(a), fileOf(b)]
  if (first !== second) return first < second ? -1 : 1
  const [one, other] = [a.segment, b.segment]
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined)
  return one.start - other.start || (one.end ?? Number.MAX_VALUE) - (other.end ?? Number.MAX_VALUE)
}

/**
 * Adds to each recording how it is read, as `readAudioFile` does.
 *
 * @param base - the folder that paths are relative to
 * @param speaker - tells who speaks by the path of the file
 */
export function makeReadable(
  utterances: readonly Utterance[],
  base: string,
  speaker?: (path: string) => string,
): CorpusUtterance[] {
  const segments = new SegmentFiles(readAudioFile)
  return utterances.map((utterance) => {
    const { path } = utterance
    const file = resolve(base, fileOf(utterance))
    const told = speaker ? { speaker: checkString('loadCorpus', 'speaker(path)', speaker(fileOf(utterance))) } : {}
    if (utterance.segment === undefined) {
      return { ...utterance, ...told, read: () => named(path, readAudioFile(file)) }
    }
    const segment = { ...utterance.segment, file }
    segments.expect(segment)
    return { ...utterance, ...told, read: () => named(path, segments.read(segment)) }
  })
}

/** Errors name the recording. */
async function named(path: string, reading: Promise<AudioFile>): Promise<WavAudio> {
  try {
    return { format: 'other', ...(await reading) }
  } catch (cause) {
    const message = `loadCorpus: "${path}": ${messageOf(cause)}`
    // A package that is missing is no fault of the recording.
    throw isErrorNamed(cause, 'StateError') ? new StateError(message, { cause }) : new FormatError(message, { cause })
  }
}
