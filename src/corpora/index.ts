/** Corpora recognised by their file names. Files are not accessed here; input is paths and text. */
export { corpora, type NamedCorpus } from './grammars.ts'
export { type Likeness, likenessOf, misfoldered, rivalOf } from './likeness.ts'
export { manifestText, parseManifest } from './manifest.ts'
export type { NamedByRule } from './named.ts'
export { overlapsOf } from './overlaps.ts'
export { type Gender, type PersonFacts, parseSpeakers } from './people.ts'
export type { Segment } from './segment.ts'
export type { CorpusExtra, CorpusGrammar, EmotionClass, Utterance, UtteranceInfo } from './types.ts'
