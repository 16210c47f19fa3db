/** Recordings of a corpus on disk, and their problems. */
import type { WavAudio } from '../audio/wav.ts'
import type { FloatNdArray } from '../core/types.ts'
import type { Utterance } from '../corpora/index.ts'

/** A recording whose audio is read on demand. */
export interface CorpusUtterance extends Utterance {
  /** Reads and decodes the recording by `readAudioFile`, anew in each call. */
  read(): Promise<WavAudio>
  /** Reads its given features, of a corpus that has such. */
  features?(): Promise<FloatNdArray>
}

/** A problem of a file that should be a recording of the corpus. */
export interface CorpusProblem {
  /** Relative to the corpus, folders separated by '/'. */
  path: string
  reason: string
  /** True where the recording is used nevertheless; otherwise it is left out. */
  kept?: boolean
}

/**
 * Class for each label of a corpus; null leaves its recordings out. Labels that are not named stay as they are.
 */
export type LabelMap = Readonly<Record<string, string | null>>
