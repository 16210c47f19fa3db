/** Recordings of a corpus on disk, and what may be wrong with them. */
import type { WavAudio } from '../audio/wav.ts'
import type { Utterance } from '../corpora/index.ts'

/** A recording whose audio is read when asked for. */
export interface CorpusUtterance extends Utterance {
  /** Reads and decodes the recording as `readAudioFile` does, anew on each call. */
  read(): Promise<WavAudio>
}

/** A problem of a file that ought to be a recording of the corpus. */
export interface CorpusProblem {
  /** Relative to the corpus, folders separated by '/'. */
  path: string
  reason: string
  /** True where the recording is among the utterances nonetheless; those of all others are left out. */
  kept?: boolean
}
