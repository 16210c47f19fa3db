/**
 * The Crowd-sourced Emotional Multimodal Actors Dataset (Cao, Cooper, Keutmann, Gur, Nenkova & Verma 2014): 91 actors,
 * twelve English sentences, six classes. `1001_DFA_ANG_XX.wav` is actor, sentence, emotion, level.
 */
import { wavName } from './names.ts'
import type { CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

const FIRST_ACTOR = 1001
const LAST_ACTOR = 1091

/** The female actors, as the corpus' table of demographics lists them; the others are male. */
const female = new Set([
  1002, 1003, 1004, 1006, 1007, 1008, 1009, 1010, 1012, 1013, 1018, 1020, 1021, 1024, 1025, 1028, 1029, 1030, 1037,
  1043, 1046, 1047, 1049, 1052, 1053, 1054, 1055, 1056, 1058, 1060, 1061, 1063, 1072, 1073, 1074, 1075, 1076, 1078,
  1079, 1082, 1084, 1089, 1091,
])

const texts: Record<string, string> = {
  IEO: "It's eleven o'clock.",
  TIE: 'That is exactly what happened.',
  IOM: "I'm on my way to the meeting.",
  IWW: 'I wonder what this is about.',
  TAI: 'The airplane is almost full.',
  MTI: 'Maybe tomorrow it will be cold.',
  IWL: 'I would like a new alarm clock.',
  ITH: "I think I have a doctor's appointment.",
  DFA: "Don't forget a jacket.",
  ITS: "I think I've seen this before.",
  TSI: 'The surface is slick.',
  WSI: "We'll stop in a couple of minutes.",
}

const labels: Record<string, EmotionClass> = {
  ANG: 'anger',
  DIS: 'disgust',
  FEA: 'fear',
  HAP: 'joy',
  NEU: 'neutral',
  SAD: 'sadness',
}

/** One published file, 1040_ITH_SAD_X.wav, lacks a letter. */
const intensities: Record<string, UtteranceInfo['intensity']> = {
  LO: 'low',
  MD: 'medium',
  HI: 'high',
  XX: 'unspecified',
  X: 'unspecified',
}

function parse(path: string): UtteranceInfo | null {
  const match = /^(\d{4})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)$/.exec(wavName(path)?.name ?? '')
  if (!match) return null
  const [, speaker, sentence, emotion, level] = match
  const actor = Number(speaker)
  const text = texts[sentence]
  if (!text || actor < FIRST_ACTOR || actor > LAST_ACTOR) return null
  const gender = female.has(actor) ? 'female' : 'male'
  return { speaker, label: labels[emotion], text, gender, intensity: intensities[level] }
}

/** The grammar of the Crowd-sourced Emotional Multimodal Actors Dataset. */
export const cremad: CorpusGrammar = {
  title: 'CREMA-D (Crowd-sourced Emotional Multimodal Actors Dataset)',
  home: 'https://github.com/CheyneyComputerScience/CREMA-D',
  example: '1001_DFA_ANG_XX.wav',
  language: 'en',
  speakerTable: 'VideoDemographics.csv',
  classes: Object.values(labels),
  parse,
}
