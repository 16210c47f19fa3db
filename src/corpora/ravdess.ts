/**
 * The Ryerson Audio-Visual Database of Emotional Speech and Song (Livingstone & Russo 2018): 24 actors, two English
 * sentences, eight classes. The seven numbers of `03-01-06-01-02-01-12.wav` are modality, vocal channel, emotion,
 * intensity, statement, repetition and actor; odd actors are male.
 */
import { wavName } from './names.ts'
import type { CorpusExtra, CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

const ACTORS = 24
const modalities = ['audio-video', 'video', 'audio'] as const
const channels = ['speech', 'song'] as const
const labels: EmotionClass[] = ['neutral', 'calm', 'joy', 'sadness', 'anger', 'fear', 'disgust', 'surprise']
const intensities = ['normal', 'strong'] as const
const statements = ['Kids are talking by the door.', 'Dogs are sitting by the door.']
const versions = ['1', '2']

function parse(path: string): UtteranceInfo | null {
  const name = wavName(path)?.name ?? ''
  if (!/^\d\d(-\d\d){6}$/.test(name)) return null
  const numbers = name.split('-').map(Number)
  const limits = [modalities, channels, labels, intensities, statements, versions].map((words) => words.length)
  if (![...limits, ACTORS].every((limit, i) => numbers[i] >= 1 && numbers[i] <= limit)) return null
  const [modality, channel, emotion, intensity, statement, repetition, actor] = numbers
  return {
    speaker: name.slice(-2),
    label: labels[emotion - 1],
    text: statements[statement - 1],
    gender: actor % 2 === 1 ? 'male' : 'female',
    version: versions[repetition - 1],
    intensity: intensities[intensity - 1],
    channel: channels[channel - 1],
    modality: modalities[modality - 1],
  }
}

/** Songs, and sound tracks of videos, which duplicate the recordings of modality `audio`. */
function extras({ channel, modality }: UtteranceInfo): CorpusExtra[] {
  return [...(channel === 'song' ? ['song' as const] : []), ...(modality === 'audio' ? [] : ['video' as const])]
}

/** The grammar of the Ryerson Audio-Visual Database of Emotional Speech and Song. */
export const ravdess: CorpusGrammar = {
  title: 'RAVDESS (Ryerson Audio-Visual Database of Emotional Speech and Song)',
  home: 'https://doi.org/10.5281/zenodo.1188976',
  example: 'Actor_12/03-01-06-01-02-01-12.wav',
  language: 'en',
  classes: labels,
  parse,
  lacks: ({ label, intensity }) => label === 'neutral' && intensity === 'strong',
  extras,
}
