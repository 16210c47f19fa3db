/** The corpora that are loaded by name; one more is one more entry here. */
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
