import { wavName } from './names.ts'
import type { CorpusGrammar } from './types.ts'

/**
 * Recordings in one folder per class, at any depth: the label is the name of the folder that contains the file. The
 * speaker is unknown (''), so that splits by speaker need this information from elsewhere.
 */
export const folder: CorpusGrammar = {
  title: 'a folder for each class',
  home: '',
  example: 'joy/1.wav',
  classes: null,
  parse: (path) => {
    const label = wavName(path)?.folders.at(-1)
    return label ? { speaker: '', label } : null
  },
}
