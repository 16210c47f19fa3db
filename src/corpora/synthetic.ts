/**
 * A corpus of synthetic emotional speech: deterministic, generated on demand, without any recording. It exercises a
 * whole experiment without a corpus; recognition rates on it say nothing about human speech.
 *
 * Speakers differ in F0, tract length, tempo, level, tilt and breath; sentences are nonsense syllables. The emotions
 * differ in the directions that the literature reports (K. R. Scherer, "Vocal communication of emotion: A review of
 * research paradigms", Speech Communication 40, 2003; F. Burkhardt & W. F. Sendlmeier, "Verification of acoustical
 * correlates of emotional speech using formant-synthesis", ISCA Workshop on Speech and Emotion, 2000); the sizes are
 * ours, chosen so that joy and anger overlap most:
 *
 * | | F0 | F0 range | tempo | level | tilt at 3 kHz | breath | jitter | resonances |
 * | --- | --- | --- | --- | --- | --- | --- | --- | --- |
 * | joy | x 1.30 | x 1.60 | x 1.06 | +4 dB | -3 dB | x 1.0 | x 1.0 | x 1.03 |
 * | neutral | 1 | 1 | 1 | 0 | 0 | 1 | 1 | 1 |
 * | sadness | x 0.94 | x 0.55 | x 0.82 | -5 dB | +6 dB | x 2.0 | x 1.3 | x 1.00 |
 * | anger | x 1.24 | x 1.40 | x 1.12 | +7 dB | -6 dB | x 0.8 | x 1.6 | x 1.01 |
 *
 * Each utterance varies at random about its speaker and emotion: F0 by 7 %, its range by 25 %, tempo by 8 %, level by
 * 2 dB, tilt by 2.5 dB, breath and jitter by 30 %, resonances by 1.5 % (standard deviations).
 */
import { checkArray, checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import { expectation } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { pow } from '../core/power.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { randomSentence, type Syllable } from './synthetic-phones.ts'
import { controlsOf, type Manner } from './synthetic-prosody.ts'
import { renderVoice } from './synthetic-voice.ts'

/** The emotions of the synthetic corpus. */
export type SyntheticEmotion = 'joy' | 'neutral' | 'sadness' | 'anger'

/** Options of {@link syntheticCorpus}. */
export interface SyntheticCorpusOptions {
  /** Default 1. */
  seed?: Seed
  /** Number of speakers, men and women alternating; default 6. */
  speakers?: number
  /** Number of sentences per speaker and emotion; default 4. */
  sentences?: number
  /** Hz, at least 8000; default 16000. */
  sampleRate?: number
  /** The labels; default joy, neutral, sadness, anger. */
  emotions?: readonly SyntheticEmotion[]
}

/** An utterance of {@link syntheticCorpus}. */
export interface SyntheticUtterance {
  /** Speaker, sentence and emotion, such as `s01-t03-joy`. */
  id: string
  /** `s01`, `s02`, ... */
  speaker: string
  gender: 'female' | 'male'
  label: SyntheticEmotion
  /** The syllables, such as `ba-shon-ti`. */
  text: string
  /**
   * Dimensions of its manner relative to the speaker's, about -1 to 1: `arousal`, in which F0, its range, tempo, level and brightness rise, and
   * `valence`, in which resonances rise and jitter falls, which is harder to hear.
   */
  targets: { arousal: number; valence: number }
  /** Hz. */
  sampleRate: number
  /** Generates the signal, about 1.5 s within [-1, 1]; the same at every call, not cached. */
  samples(): Float32Array
}

/** Factors on a speaker's manner; values in decibels are added. */
const EMOTIONS: Record<SyntheticEmotion, Manner> = {
  joy: { pitch: 1.3, range: 1.6, tempo: 1.06, level: 4, tilt: -3, breath: 1, jitter: 1, formants: 1.03 },
  neutral: { pitch: 1, range: 1, tempo: 1, level: 0, tilt: 0, breath: 1, jitter: 1, formants: 1 },
  sadness: { pitch: 0.94, range: 0.55, tempo: 0.82, level: -5, tilt: 6, breath: 2, jitter: 1.3, formants: 1 },
  anger: { pitch: 1.24, range: 1.4, tempo: 1.12, level: 7, tilt: -6, breath: 0.8, jitter: 1.6, formants: 1.01 },
}

/** Standard deviations of an utterance about its speaker and emotion: of logarithms, and of decibels. */
const VARIATION: Manner = {
  pitch: 0.07,
  range: 0.25,
  tempo: 0.08,
  level: 2,
  tilt: 2.5,
  breath: 0.3,
  jitter: 0.3,
  formants: 0.015,
}

/** A neutral man; speakers vary about him. */
const LOW_VOICE: Manner = {
  pitch: 110,
  range: 1,
  tempo: 1,
  level: -28,
  tilt: 9,
  breath: 0.02,
  jitter: 0.006,
  formants: 1,
}

/** A neutral woman; speakers vary about her. */
const HIGH_VOICE: Manner = { ...LOW_VOICE, pitch: 200, formants: 1.16, breath: 0.03 }

/** Standard deviations of speakers. */
const SPEAKERS: Manner = {
  pitch: 0.1,
  range: 0.15,
  tempo: 0.06,
  level: 1.5,
  tilt: 1.5,
  breath: 0.2,
  jitter: 0.2,
  formants: 0.03,
}

const WORDS = /* @__PURE__ */ Object.keys(EMOTIONS) as SyntheticEmotion[]

/** Background noise, so that a pause has a spectrum: amplitude of uniform noise, -75 dB. */
const BACKGROUND = 3e-4

/** The largest sample; a louder utterance is scaled down. */
const PEAK = 0.98

/**
 * Every sentence of every speaker in every emotion, ordered by speaker, sentence, emotion. An utterance depends on the
 * seed and its own speaker, sentence and emotion, not on how many others there are.
 *
 * @throws TypeError for options of the wrong kind, RangeError for values out of range
 *
 * @example
 * ```ts
 * const corpus = syntheticCorpus({ seed: 7, speakers: 4 })
 * corpus.length // 64
 * corpus[0].id // 's01-t01-joy'
 * const samples = corpus[0].samples() // Float32Array at 16 kHz
 * ```
 */
export function syntheticCorpus(options: SyntheticCorpusOptions = {}): SyntheticUtterance[] {
  const where = 'syntheticCorpus'
  checkOptions(where, options, ['seed', 'speakers', 'sentences', 'sampleRate', 'emotions'])
  const { seed = 1, speakers = 6, sentences = 4, sampleRate = 16000, emotions = WORDS } = options
  checkInteger(where, 'speakers', speakers, { min: 1, limit: limits.voices })
  checkInteger(where, 'sentences', sentences, { min: 1, limit: limits.voices })
  checkInteger(where, 'sampleRate', sampleRate, { min: 8000, limit: limits.sampleRate })
  const labels = checkEmotions(where, emotions)
  const random = new Random(seed).substream(where)
  const texts = Array.from({ length: sentences }, (_, i) => randomSentence(random.substream(`sentence/${i}`)))
  return Array.from({ length: speakers }, (_, i) => {
    const voice = random.substream(`speaker/${i}`)
    const speaker = speakerOf(i, voice)
    return texts.flatMap((sentence, k) =>
      labels.map((label) => utterance(speaker, sentence, k, label, sampleRate, voice.substream(`${k}/${label}`))),
    )
  }).flat()
}

interface Speaker {
  name: string
  gender: 'female' | 'male'
  manner: Manner
}

function speakerOf(index: number, random: Random): Speaker {
  const gender = index % 2 === 0 ? 'male' : 'female'
  const manner = vary(gender === 'male' ? LOW_VOICE : HIGH_VOICE, SPEAKERS, random)
  return { name: `s${twoDigits(index)}`, gender, manner }
}

function utterance(
  speaker: Speaker,
  sentence: readonly Syllable[],
  index: number,
  label: SyntheticEmotion,
  sampleRate: number,
  random: Random,
): SyntheticUtterance {
  const manner = vary(combine(speaker.manner, EMOTIONS[label]), VARIATION, random.substream('manner'))
  return {
    id: `${speaker.name}-t${twoDigits(index)}-${label}`,
    speaker: speaker.name,
    gender: speaker.gender,
    label,
    text: sentence.map((syllable) => syllable.text).join('-'),
    targets: dimensionsOf(manner, speaker.manner),
    sampleRate,
    samples: () => {
      const controls = controlsOf(sentence, manner, random.substream('prosody'))
      const voice = renderVoice(controls, manner, sampleRate, random.substream('voice'))
      return record(voice, manner.level, random.substream('background'))
    },
  }
}

/** Dimensions of a manner relative to a speaker's, each 0 for the speaker's own. */
function dimensionsOf(manner: Manner, own: Manner): SyntheticUtterance['targets'] {
  const { joy, anger } = EMOTIONS
  const ratio = (name: keyof Manner, most: Manner): number => log(manner[name] / own[name]) / log(most[name])
  const shift = (name: 'level' | 'tilt'): number => (manner[name] - own[name]) / anger[name]
  const strength = [ratio('pitch', joy), ratio('range', joy), ratio('tempo', anger), shift('level'), shift('tilt')]
  return {
    arousal: strength.reduce((sum, part) => sum + part, 0) / strength.length,
    valence: (ratio('formants', joy) - ratio('jitter', anger)) / 2,
  }
}

/** A dimension of synthetic voices. */
export type SyntheticTarget = keyof SyntheticUtterance['targets']

/** Their names. */
export const syntheticTargets: readonly SyntheticTarget[] = ['arousal', 'valence']

/** Scales the voice to a level in dB relative to full scale, adds background noise and limits it to {@link PEAK}. */
function record(voice: Float64Array, level: number, random: Random): Float32Array {
  const power = voice.reduce((sum, x) => sum + x * x, 0) / voice.length
  const peak = voice.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
  const gain = Math.min(pow(10, level / 20) / Math.sqrt(power), (PEAK - BACKGROUND) / peak)
  const out = new Float32Array(voice.length)
  for (let n = 0; n < out.length; n++) out[n] = gain * voice[n] + BACKGROUND * (2 * random.uniform() - 1)
  return out
}

/** A random variation of a manner: log-normal, for decibels normal. */
function vary(manner: Manner, deviation: Manner, random: Random): Manner {
  const factor = (name: keyof Manner) => manner[name] * exp(deviation[name] * random.substream(name).normal())
  const decibels = (name: keyof Manner) => manner[name] + deviation[name] * random.substream(name).normal()
  return {
    pitch: factor('pitch'),
    range: factor('range'),
    tempo: factor('tempo'),
    level: decibels('level'),
    tilt: decibels('tilt'),
    breath: factor('breath'),
    jitter: factor('jitter'),
    formants: factor('formants'),
  }
}

function combine(speaker: Manner, emotion: Manner): Manner {
  return {
    pitch: speaker.pitch * emotion.pitch,
    range: speaker.range * emotion.range,
    tempo: speaker.tempo * emotion.tempo,
    level: speaker.level + emotion.level,
    tilt: speaker.tilt + emotion.tilt,
    breath: speaker.breath * emotion.breath,
    jitter: speaker.jitter * emotion.jitter,
    formants: speaker.formants * emotion.formants,
  }
}

function checkEmotions(where: string, emotions: unknown): SyntheticEmotion[] {
  const labels = checkArray(where, 'emotions', emotions, 1).map((label, i) =>
    checkOneOf(where, `emotions[${i}]`, label, WORDS),
  )
  if (new Set(labels).size < labels.length) {
    throw new RangeError(expectation(where, 'emotions', 'different words', labels.join(', ')))
  }
  return labels
}

function twoDigits(index: number): string {
  return String(index + 1).padStart(2, '0')
}
