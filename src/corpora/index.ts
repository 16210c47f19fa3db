/** The corpora that are known by the names of their files. No file is touched here, only paths and text are read. */
import { cremad } from './cremad.ts'
import { emodb } from './emodb.ts'
import { folder } from './folder.ts'
import { ravdess } from './ravdess.ts'
import { savee } from './savee.ts'
import { tess } from './tess.ts'
import type { CorpusGrammar } from './types.ts'

/** A corpus whose paths tell everything. */
export type NamedCorpus = 'emodb' | 'ravdess' | 'savee' | 'cremad' | 'tess' | 'folder'

/** The grammars by the name that programs use for them. */
export const corpora: Readonly<Record<NamedCorpus, CorpusGrammar>> = { emodb, ravdess, savee, cremad, tess, folder }

export { cremad } from './cremad.ts'
export { emodb } from './emodb.ts'
export { folder } from './folder.ts'
export { type Likeness, likenessOf } from './likeness.ts'
export { manifestText, parseManifest } from './manifest.ts'
export { ravdess } from './ravdess.ts'
export { savee } from './savee.ts'
export type { Segment } from './segment.ts'
export { tess } from './tess.ts'
export type { CorpusExtra, CorpusGrammar, EmotionClass, Utterance, UtteranceInfo } from './types.ts'
