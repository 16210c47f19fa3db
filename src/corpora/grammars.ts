/** The corpora that are loaded by name; a new corpus needs an entry here. */
import { cremad } from './cremad.ts'
import { emodb } from './emodb.ts'
import { folder } from './folder.ts'
import { type NamedByRule, namedByRule } from './named.ts'
import { ravdess } from './ravdess.ts'
import { savee } from './savee.ts'
import { tess } from './tess.ts'
import type { CorpusGrammar } from './types.ts'

/** A corpus whose paths contain label and, except for `folder`, speaker. */
export type NamedCorpus = 'emodb' | 'ravdess' | 'savee' | 'cremad' | 'tess' | NamedByRule | 'folder'

/** The grammars by the corpus names of the API. */
export const corpora: Readonly<Record<NamedCorpus, CorpusGrammar>> = {
  ...{ emodb, ravdess, savee, cremad, tess, ...namedByRule, folder },
}
