/** Recordings whose audio is read on demand. */
import { resolve } from 'node:path'
import type { WavAudio } from '../audio/wav.ts'
import { checkString } from '../core/check.ts'
import { FormatError, messageOf, StateError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import type { Utterance } from '../corpora/index.ts'
import { type AudioFile, readRecording } from './audio-file.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import { SegmentFiles } from './segment-files.ts'

/** The file of a recording, relative to the corpus. */
export function fileOf({ path, segment }: Pick<Utterance, 'path' | 'segment'>): string {
  return segment?.file ?? path
}

/** Compares recordings by path (code units), and segments of a file by time. */
export function byPlace(a: Utterance, b: Utterance): number {
  const [first, second] = [fileOf(a), fileOf(b)]
  if (first !== second) return first < second ? -1 : 1
  const [one, other] = [a.segment, b.segment]
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined)
  return one.start - other.start || (one.end ?? Number.MAX_VALUE) - (other.end ?? Number.MAX_VALUE)
}

/** Files of recordings, by their `read`, which copies of a recording share. */
const soundFiles = new WeakMap<CorpusUtterance['read'], string>()

/** The file that a recording is read from, or a part of it; undefined where it has none. */
export function soundFileOf({ read }: Pick<CorpusUtterance, 'read'>): string | undefined {
  return soundFiles.get(read)
}

/**
 * Adds a method `read` to each recording, which works as `readAudioFile`.
 *
 * @param base - folder to which paths are relative
 * @param speaker - returns the speaker for the path of a file
 * @param decode - reads a file
 */
export function makeReadable(
  utterances: readonly Utterance[],
  base: string,
  speaker?: (path: string) => string,
  decode: (file: string) => Promise<AudioFile> = readRecording,
): CorpusUtterance[] {
  const segments = new SegmentFiles(decode)
  return utterances.map((utterance) => {
    const { path } = utterance
    const file = resolve(base, fileOf(utterance))
    const told = speaker ? { speaker: checkString('loadCorpus', 'speaker(path)', speaker(fileOf(utterance))) } : {}
    const segment = utterance.segment === undefined ? undefined : { ...utterance.segment, file }
    if (segment !== undefined) segments.expect(segment)
    const read = (): Promise<WavAudio> => named(path, segment === undefined ? decode(file) : segments.read(segment))
    soundFiles.set(read, file)
    return { ...utterance, ...told, read }
  })
}

/** Adds the name of the recording to errors. */
async function named(path: string, reading: Promise<AudioFile>): Promise<WavAudio> {
  try {
    return { format: 'other', ...(await reading) }
  } catch (cause) {
    const message = `loadCorpus: "${path}": ${messageOf(cause)}`
    // A missing package is not a fault of the recording.
    throw isErrorNamed(cause, 'StateError') ? new StateError(message, { cause }) : new FormatError(message, { cause })
  }
}
