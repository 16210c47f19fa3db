import type { Segment } from './segment.ts'

/** The names that all corpora here use for what their authors call happy, sad, angry, fearful, and so on. */
export type EmotionClass =
  | 'neutral'
  | 'calm'
  | 'joy'
  | 'sadness'
  | 'anger'
  | 'fear'
  | 'disgust'
  | 'surprise'
  | 'boredom'

/** Facts that a corpus tells about one recording; optional members are those that not every corpus knows. */
export interface UtteranceInfo {
  /** Who speaks; '' where the corpus does not say. */
  speaker: string
  /** The class. */
  label: string
  /** The words that are spoken. */
  text?: string
  gender?: 'female' | 'male'
  /** Which take of the same speaker, text and class. */
  version?: string
  /** How strongly the class is acted. */
  intensity?: 'unspecified' | 'low' | 'medium' | 'high' | 'normal' | 'strong'
  channel?: 'speech' | 'song'
  modality?: 'audio' | 'video' | 'audio-video'
}

/** One recording of a corpus. */
export interface Utterance extends UtteranceInfo {
  /**
   * Where the recording is, relative to the corpus, folders separated by '/'; of a part of a file with its times behind,
   * `a.wav#t=1.5,2.25`.
   */
  path: string
  /** Which part of a file it is; absent for a file of its own. */
  segment?: Segment
}

/** Recordings beside the speech of a corpus, which are loaded when they are asked for alone. */
export type CorpusExtra = 'song' | 'video'

/** How one corpus names its files. */
export interface CorpusGrammar {
  /** The corpus' own name. */
  title: string
  /** Where the corpus and its documentation are to be had. */
  home: string
  /** A path as the corpus writes it. */
  example: string
  /** Its classes, or null where only the files tell them. */
  classes: readonly string[] | null
  /** Reads the path of a sound file; null where it is not named as the corpus names its files. */
  parse(path: string): UtteranceInfo | null
  /** Which kinds of recordings beside the corpus' speech this is one of; none where it is missing. */
  extras?(info: UtteranceInfo): CorpusExtra[]
}
