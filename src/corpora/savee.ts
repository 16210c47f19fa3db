/**
 * The Surrey Audio-Visual Expressed Emotion database (Haq & Jackson 2010): four male speakers, seven classes. A file is
 * `DC/sa07.wav` as published, or `DC_sa07.wav` in copies with all files in one folder: speaker, class, sentence number.
 */
import { wavName } from './names.ts'
import type { CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

const labels: Record<string, EmotionClass> = {
  a: 'anger',
  d: 'disgust',
  f: 'fear',
  h: 'joy',
  n: 'neutral',
  sa: 'sadness',
  su: 'surprise',
}

function parse(path: string): UtteranceInfo | null {
  const wav = wavName(path)
  if (!wav) return null
  const full = wav.name.includes('_') ? wav.name : `${wav.folders.at(-1)}_${wav.name}`
  const match = /^(DC|JE|JK|KL)_(a|d|f|h|n|sa|su)(\d\d)$/.exec(full)
  if (!match) return null
  return { speaker: match[1], label: labels[match[2]], gender: 'male', version: match[3] }
}

/** The grammar of the Surrey Audio-Visual Expressed Emotion database; `version` is the number of the sentence. */
export const savee: CorpusGrammar = {
  title: 'SAVEE (Surrey Audio-Visual Expressed Emotion)',
  home: 'http://kahlan.eps.surrey.ac.uk/savee/',
  example: 'DC_a01.wav',
  language: 'en',
  classes: Object.values(labels),
  parse,
}
