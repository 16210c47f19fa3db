import { wavName } from './names.ts'
import type { CorpusGrammar } from './types.ts'

/**
 * Recordings sorted into a folder a class, in any depth: the class is the name of the folder that a file lies in, as it
 * is written. Nothing tells the speaker (''), so a split by speakers needs to be told who speaks.
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
