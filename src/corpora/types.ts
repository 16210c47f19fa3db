import type { PersonFacts } from './people.ts'
import type { Segment } from './segment.ts'
import type { TargetValues } from './target-columns.ts'

/** Common class names of all corpora, for what their authors call happy, sad, angry, fearful, and so on. */
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

/** Information of a corpus about one recording; optional members are not available in every corpus. */
export interface UtteranceInfo extends PersonFacts {
  /** The speaker; '' where unknown. */
  speaker: string
  /** The class. */
  label: string
  /** The words that are spoken, or their number in the corpus. */
  text?: string
  /** Take of the same speaker, text and class. */
  version?: string
  /** Intensity of the acted emotion. */
  intensity?: 'unspecified' | 'low' | 'medium' | 'high' | 'normal' | 'strong'
  channel?: 'speech' | 'song'
  modality?: 'audio' | 'video' | 'audio-video'
}

/** One recording of a corpus. */
export interface Utterance extends UtteranceInfo {
  /**
   * Path relative to the corpus, folders separated by '/'; for a part of a file followed by its times,
   * `a.wav#t=1.5,2.25`.
   */
  path: string
  /** Part of the file; absent for a whole file. */
  segment?: Segment
  /** Name in the list that it comes from, such as Kaldi's; only where such names are. */
  id?: string
  /** Numbers that a list gives for it, such as arousal, by their names; only where they are asked for. */
  targets?: TargetValues
  /** Class that most listeners heard, of a tie several joined by `:`; only with a table of votes. */
  heard?: string
  /** Name of the corpus, where there are several; path and speaker then begin with it. */
  corpus?: string
}

/** Recordings of a corpus other than speech, loaded only on request. */
export type CorpusExtra = 'song' | 'video'

/** File naming scheme of a corpus. */
export interface CorpusGrammar {
  /** Full name of the corpus. */
  title: string
  /** Web address of the corpus and its documentation. */
  home: string
  /** An example path. */
  example: string
  /** Its classes, or null where they depend on the files. */
  classes: readonly string[] | null
  /** Facts about speakers that their names alone tell, by their names, from the corpus' documentation. */
  people?: Readonly<Record<string, PersonFacts>>
  /** Language of a recording, as of {@link PersonFacts}. */
  language?: string | ((info: UtteranceInfo) => string)
  /** Name of a table of speakers in the corpus' folder, as published. */
  speakerTable?: string
  /** Parses the path of a sound file; null where it does not follow the scheme. */
  parse(path: string): UtteranceInfo | null
  /** Classes by the class that they count as where that one is asked for and they are not: a corpus' own neutral. */
  standIns?: Readonly<Record<string, string>>
  /** Classes loaded only on request, because other corpora have no such class. */
  apart?: readonly string[]
  /** Whether the corpus has no such recording, although its names allow it; separates corpora with names of one form. */
  lacks?(info: UtteranceInfo): boolean
  /** Kinds of extra recordings to which this one belongs; without this method, none. */
  extras?(info: UtteranceInfo): CorpusExtra[]
}
