/**
 * Corpora whose file names are parsed by one regular expression. The rules of BanglaSER and RESD are from their recordings,
 * those of EmoTale and SUBESCO from their authors' pages, the others from lists and recipes of other tools.
 */
import { wavName } from './names.ts'
import type { CorpusGrammar, EmotionClass, UtteranceInfo } from './types.ts'

interface NameRule<Label extends string> extends Omit<CorpusGrammar, 'classes' | 'parse'> {
  /**
   * Matches a name without folders and ending. Groups: `speaker`, `label` (a code), and optionally `text`, `version`, `gender`
   * (f or m) and `intensity`; `text2` and `version2` are put before theirs, `speaker2` after its. Together they are unique.
   */
  pattern: RegExp
  labels: Readonly<Record<string, Label>>
  /** The code for what the group `label` holds, where it is not the code itself. */
  codeOf?: (label: string) => string
}

function genderOf(letter: string): 'female' | 'male' {
  return letter.toLowerCase() === 'f' ? 'female' : 'male'
}

function joined(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('-')
}

function byName<Label extends string>({ pattern, labels, codeOf, ...facts }: NameRule<Label>): CorpusGrammar {
  const parse = (path: string): UtteranceInfo | null => {
    const groups = pattern.exec(wavName(path)?.name ?? '')?.groups
    const code = groups && (codeOf?.(groups.label) ?? groups.label)
    if (!code || !Object.hasOwn(labels, code)) return null
    const { speaker, speaker2, text, text2, version, version2, gender, intensity } = groups
    return {
      speaker: speaker + (speaker2 ?? ''),
      label: labels[code],
      ...(text === undefined ? {} : { text: joined(text2, text) }),
      ...(gender === undefined ? {} : { gender: genderOf(gender) }),
      ...(version === undefined ? {} : { version: joined(version2, version) }),
      ...(intensity === undefined ? {} : { intensity: intensity === '02' ? ('strong' as const) : ('normal' as const) }),
    }
  }
  const classes = Object.values<string>(labels).filter((label) => !facts.apart?.includes(label))
  return { ...facts, classes, parse }
}

/** Names as RAVDESS has them, other codes; anger and surprise are strong, the others normal. Three files begin with 01. */
const banglaser = byName<EmotionClass>({
  title: 'BanglaSER',
  language: 'bn',
  home: 'https://data.mendeley.com/datasets/t9h6p943xy/5',
  example: '03-01-03-02-01-03-34.wav',
  pattern:
    /^(?:03|(?<version2>01))-01-(?<label>0[1-5])-(?<intensity>0[12])-(?<text>0[1-3])-(?<version>0[1-3])-(?<speaker>0[1-9]|[12]\d|3[0-4])$/,
  labels: { '01': 'joy', '02': 'sadness', '03': 'anger', '04': 'surprise', '05': 'neutral' },
  lacks: ({ label, intensity }) => (intensity === 'strong') !== (label === 'anger' || label === 'surprise'),
})

const emovo = byName<EmotionClass>({
  title: 'EMOVO',
  language: 'it',
  home: 'http://voice.fub.it/activities/corpora/emovo/index.html',
  example: 'rab-f1-b1.wav',
  pattern: /^(?<label>[a-z]{3})-(?<speaker>(?<gender>[fm])[1-3])-(?<text>[a-z]+\d*)$/,
  labels: { rab: 'anger', dis: 'disgust', pau: 'fear', gio: 'joy', neu: 'neutral', tri: 'sadness', sor: 'surprise' },
})

/** The number in brackets is the speaker, with or without a leading zero; a letter may follow. */
const aesdd = byName<EmotionClass>({
  title: 'AESDD',
  language: 'el',
  home: 'http://m3c.web.auth.gr/research/aesdd-speech-emotion-recognition/',
  example: 'anger/a01 (1).wav',
  pattern: /^(?<label>[adfhs])(?<text>\d\d?) ?\(0*(?<speaker>\d+)\)(?<version>[a-z])?$/,
  labels: { a: 'anger', d: 'disgust', f: 'fear', h: 'joy', s: 'sadness' },
})

const nemo = byName<EmotionClass>({
  title: 'nEMO',
  language: 'pl',
  home: 'https://arxiv.org/abs/2404.06292',
  example: 'EB0_anger_1.wav',
  pattern: /^(?<speaker>[A-Z]{2}\d)_(?<label>[a-z]+)_(?<text>\d+)$/,
  labels: {
    anger: 'anger',
    fear: 'fear',
    happiness: 'joy',
    neutral: 'neutral',
    sadness: 'sadness',
    surprised: 'surprise',
  },
})

const ased = byName<EmotionClass>({
  title: 'ASED',
  language: 'am',
  home: 'https://github.com/wgwangang/ASED_V1',
  example: 'n1-01-01-1-01.wav',
  pattern: /^(?<label>[nfhsa])(?<version2>\d)-(?<text>\d\d)-(?<version>\d\d)-\d-(?<speaker>\d\d)$/i,
  labels: { n: 'neutral', f: 'fear', h: 'joy', s: 'sadness', a: 'anger' },
  codeOf: (letter) => letter.toLowerCase(),
})

/** The text is one word. Calm is its neutral, and counts as such among classes that have neutral and no calm. */
const turev = byName<EmotionClass>({
  title: 'TurEV',
  language: 'tr',
  home: 'https://github.com/Xeonen/TurEV-DB',
  example: 'Angry/1157_kz_acik.wav',
  pattern: /^(?<speaker>\d+)_(?<label>[a-z]{2})_(?<text>.+)$/,
  labels: { kz: 'anger', mt: 'joy', hl: 'sadness', sk: 'calm' },
  standIns: { calm: 'neutral' },
})

/** Most speakers speak one class. */
const urdu = byName<EmotionClass>({
  title: 'URDU',
  language: 'ur',
  home: 'https://github.com/siddiquelatif/URDU-Dataset',
  example: 'SM1_F10_A010.wav',
  pattern: /^(?<speaker>S(?<gender>[MF])\d+)_(?<version2>F\d+)_(?<label>[AHNS])(?<version>\d+)$/,
  labels: { A: 'anger', H: 'joy', N: 'neutral', S: 'sadness' },
})

/** Danish and English of the same speakers. */
const emotale = byName<EmotionClass>({
  title: 'EmoTale',
  language: ({ text = '' }) => (text.startsWith('DK') ? 'da' : 'en'),
  home: 'https://github.com/snehadas/EmoTale',
  example: 'DK_001_A_1.wav',
  pattern: /^(?<text2>[A-Z]{2})_(?<speaker>\d{3})_(?<label>[ABHNS])_(?<text>\d+)$/,
  labels: { A: 'anger', B: 'boredom', H: 'joy', N: 'neutral', S: 'sadness' },
})

/** Each speaker's files are numbered through, 350 of a class. */
const esd = byName<EmotionClass>({
  title: 'ESD',
  // Speakers 1 to 10 speak Mandarin, the others English.
  language: ({ speaker }) => (Number(speaker) <= 10 ? 'zh' : 'en'),
  home: 'https://github.com/HLTSingapore/Emotional-Speech-Data',
  example: '0011/Angry/0011_000351.wav',
  pattern: /^(?<speaker>00(?:0[1-9]|1\d|20))_(?<version>(?<label>\d{6}))$/,
  labels: { 1: 'neutral', 2: 'anger', 3: 'joy', 4: 'sadness', 5: 'surprise' },
  codeOf: (number) => String(Math.ceil(Number(number) / 350)),
})

const subesco = byName<EmotionClass>({
  title: 'SUBESCO',
  language: 'bn',
  home: 'https://doi.org/10.1371/journal.pone.0250173',
  example: 'F_01_OISHI_S_1_ANGRY_1.wav',
  pattern: /^(?<speaker>(?<gender>[FM])_\d\d)_[A-Z]+_S_(?<text>\d+)_(?<label>[A-Z]+)_(?<version>\d+)$/,
  labels: {
    ANGRY: 'anger',
    DISGUST: 'disgust',
    FEAR: 'fear',
    HAPPY: 'joy',
    NEUTRAL: 'neutral',
    SAD: 'sadness',
    SURPRISE: 'surprise',
  },
})

/** A speaker is a role in a dialogue, `01a`, and plays one emotion; those of a dialogue hear each other. */
const resd = byName<EmotionClass | 'enthusiasm'>({
  title: 'RESD',
  language: 'ru',
  home: 'https://huggingface.co/datasets/Aniemore/resd',
  example: '01_happiness_anger_a_010.wav',
  pattern: /^(?<speaker>\d\d)_[a-z]+_[a-z]+_(?<speaker2>(?<label>[ahnsdef]))_(?<version>\d+)$/,
  labels: {
    a: 'anger',
    h: 'joy',
    n: 'neutral',
    s: 'sadness',
    d: 'disgust',
    f: 'fear',
    e: 'enthusiasm',
  },
  apart: ['enthusiasm'],
})

/** Corpora whose grammar is one rule. */
export type NamedByRule =
  | 'banglaser'
  | 'emovo'
  | 'aesdd'
  | 'nemo'
  | 'ased'
  | 'turev'
  | 'urdu'
  | 'emotale'
  | 'esd'
  | 'subesco'
  | 'resd'

/** Their grammars by the corpus names of the API. */
export const namedByRule: Readonly<Record<NamedByRule, CorpusGrammar>> = {
  ...{ banglaser, emovo, aesdd, nemo, ased, turev, urdu, emotale, esd, subesco, resd },
}
