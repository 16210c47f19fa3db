/**
 * The Toronto Emotional Speech Set (Pichora-Fuller & Dupuis 2010): an older and a younger actress (OAF, YAF), 200 words
 * in one carrier phrase, seven classes. `YAF_back_ps.wav` is speaker, word, class (ps: pleasant surprise).
 */
import { wavName } from './names.ts'
import type { CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

const labels: Record<string, EmotionClass> = {
  angry: 'anger',
  disgust: 'disgust',
  fear: 'fear',
  happy: 'joy',
  neutral: 'neutral',
  ps: 'surprise',
  sad: 'sadness',
}

function parse(path: string): UtteranceInfo | null {
  // One published file of speaker OAF lacks a letter: OA_bite_neutral.wav.
  const match = /^(OAF?|YAF)_([a-z]+)_(angry|disgust|fear|happy|neutral|ps|sad)$/.exec(wavName(path)?.name ?? '')
  if (!match) return null
  const [, prefix, word, emotion] = match
  const speaker = prefix === 'OA' ? 'OAF' : prefix
  return { speaker, label: labels[emotion], text: `Say the word ${word}.`, gender: 'female' }
}

/** The grammar of the Toronto Emotional Speech Set. */
export const tess: CorpusGrammar = {
  title: 'TESS (Toronto Emotional Speech Set)',
  home: 'https://tspace.library.utoronto.ca/handle/1807/24487',
  example: 'OAF_back_angry.wav',
  language: 'en',
  people: { OAF: { age: 64 }, YAF: { age: 26 } },
  classes: Object.values(labels),
  parse,
}
