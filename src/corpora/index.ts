/** The corpora that are known by the names of their files. No file is touched here, only paths and text are read. */
export { corpora, type NamedCorpus } from './grammars.ts'
export { type Likeness, likenessOf, misfoldered } from './likeness.ts'
export { manifestText, parseManifest } from './manifest.ts'
export { overlapsOf } from './overlaps.ts'
export type { Segment } from './segment.ts'
export type { CorpusExtra, CorpusGrammar, EmotionClass, Utterance, UtteranceInfo } from './types.ts'
