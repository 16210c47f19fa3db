/**
 * The Berlin Database of Emotional Speech (Burkhardt, Paeschke, Rolfes, Sendlmeier & Weiss 2005): ten actors, ten
 * German sentences, seven classes. `03a01Wa.wav` is speaker 03, text a01, W for Wut (anger), take a.
 */
import { wavName } from './names.ts'
import type { CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

/** Ages of the speakers in years, from the documentation of the corpus. */
const ages = { '03': 31, '08': 34, '09': 21, '10': 32, '11': 26, '12': 30, '13': 32, '14': 35, '15': 25, '16': 31 }
const people = /* @__PURE__ */ Object.fromEntries(Object.entries(ages).map(([speaker, age]) => [speaker, { age }]))

const genders: Record<string, 'female' | 'male'> = {
  '03': 'male',
  '08': 'female',
  '09': 'female',
  '10': 'male',
  '11': 'male',
  '12': 'male',
  '13': 'female',
  '14': 'female',
  '15': 'male',
  '16': 'female',
}

const texts: Record<string, string> = {
  a01: 'Der Lappen liegt auf dem Eisschrank.',
  a02: 'Das will sie am Mittwoch abgeben.',
  a04: 'Heute Abend könnte ich es ihm sagen.',
  a05: 'Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.',
  a07: 'In sieben Stunden wird es soweit sein.',
  b01: 'Was sind denn das für Tüten, die da unter dem Tisch stehen?',
  b02: 'Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.',
  b03: 'An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.',
  b09: 'Ich will das eben wegbringen und dann mit Karl was trinken gehen.',
  b10: 'Die wird auf dem Platz sein, wo wir sie immer hinlegen.',
}

/** Classes by the initials of Freude, neutral, Trauer, Wut, Angst, Ekel, Langeweile. */
const labels: Record<string, EmotionClass> = {
  F: 'joy',
  N: 'neutral',
  T: 'sadness',
  W: 'anger',
  A: 'fear',
  E: 'disgust',
  L: 'boredom',
}

function parse(path: string): UtteranceInfo | null {
  const match = /^(\d\d)([ab]\d\d)([FNTWAEL])([a-z])$/.exec(wavName(path)?.name ?? '')
  if (!match) return null
  const [, speaker, code, letter, version] = match
  const gender = genders[speaker]
  const text = texts[code]
  return gender && text ? { speaker, label: labels[letter], text, gender, version } : null
}

/** The grammar of the Berlin Database of Emotional Speech. */
export const emodb: CorpusGrammar = {
  title: 'EmoDB (Berlin Database of Emotional Speech)',
  home: 'http://emodb.bilderbar.info',
  example: '03a01Fa.wav',
  language: 'de',
  people,
  classes: Object.values(labels),
  parse,
}
