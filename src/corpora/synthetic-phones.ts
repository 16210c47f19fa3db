import type { Random } from '../numerics/random.ts'

/** A segment of speech with constant targets; amplitudes are relative to a vowel's voicing. */
export interface Segment {
  seconds: number
  /** Amplitude of the glottal pulses. */
  voice: number
  /** Amplitude of the noise from the glottis. */
  breath: number
  /** Amplitude of the noise from the constriction, its middle frequency and bandwidth in Hz. */
  friction: number
  centre: number
  width: number
  /** First three formants of a man's vocal tract, Hz. */
  formants: readonly [number, number, number]
}

/** A syllable and whether the sentence stresses it. */
export interface Syllable {
  text: string
  segments: Segment[]
  /** Index in `segments` of the vowel. */
  nucleus: number
  accented: boolean
}

type Formants = Segment['formants']

/** Averages of men's vowels after Peterson & Barney (J. Acoust. Soc. Am. 24, 1952), Hz. */
const VOWELS: Record<string, Formants> = {
  a: [730, 1090, 2440],
  e: [530, 1840, 2480],
  i: [270, 2290, 3010],
  o: [570, 840, 2410],
  u: [300, 870, 2240],
}

const LABIAL: Formants = [300, 900, 2200]
const DENTAL: Formants = [300, 1700, 2600]
const VELAR: Formants = [300, 2000, 2300]

function segment(seconds: number, formants: Formants, sound: Partial<Segment>): Segment {
  return { seconds, formants, voice: 0, breath: 0, friction: 0, centre: 3000, width: 1500, ...sound }
}

/** A stop consonant: closure, burst and aspiration; a voiced one has voicing in the closure and little aspiration. */
function stop(formants: Formants, centre: number, voiced: boolean): Segment[] {
  const burst = { friction: 0.5, centre, width: 1500 }
  return voiced
    ? [segment(0.05, formants, { voice: 0.12 }), segment(0.01, formants, { ...burst, voice: 0.2 })]
    : [segment(0.06, formants, {}), segment(0.012, formants, burst), segment(0.025, formants, { breath: 0.25 })]
}

const CONSONANTS: Record<string, Segment[]> = {
  p: stop(LABIAL, 1000, false),
  t: stop(DENTAL, 4000, false),
  k: stop(VELAR, 2000, false),
  b: stop(LABIAL, 1000, true),
  d: stop(DENTAL, 4000, true),
  g: stop(VELAR, 2000, true),
  f: [segment(0.08, LABIAL, { friction: 0.12, centre: 4500, width: 4000 })],
  s: [segment(0.09, DENTAL, { friction: 0.4, centre: 5500, width: 1500 })],
  sh: [segment(0.09, VELAR, { friction: 0.45, centre: 3000, width: 1500 })],
  h: [segment(0.06, [500, 1500, 2500], { breath: 0.3 })],
  v: [segment(0.06, LABIAL, { voice: 0.35, friction: 0.05, centre: 4500, width: 4000 })],
  z: [segment(0.07, DENTAL, { voice: 0.3, friction: 0.2, centre: 5500, width: 1500 })],
  m: [segment(0.07, [270, 1000, 2200], { voice: 0.5 })],
  n: [segment(0.06, [270, 1450, 2400], { voice: 0.5 })],
  l: [segment(0.06, [330, 1050, 2700], { voice: 0.6 })],
}

const CODAS = ['n', 's', 'l', 'm', 'f', 't']

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)]
}

function syllable(random: Random): Syllable {
  const onset = pick(random, Object.keys(CONSONANTS))
  const vowel = pick(random, Object.keys(VOWELS))
  const coda = random.uniform() < 0.25 ? pick(random, CODAS) : ''
  const before = CONSONANTS[onset]
  const after = coda === '' ? [] : CONSONANTS[coda]
  const nucleus = segment(0.085 + 0.03 * random.uniform(), VOWELS[vowel], { voice: 1 })
  return {
    text: onset + vowel + coda,
    segments: [...before, nucleus, ...after],
    nucleus: before.length,
    accented: false,
  }
}

/** Six to eight random syllables with an accent in each half: the same for all speakers of the sentence. */
export function randomSentence(random: Random): Syllable[] {
  const syllables = Array.from({ length: 6 + random.integer(3) }, () => syllable(random))
  const half = syllables.length >> 1
  syllables[random.integer(half)].accented = true
  syllables[half + random.integer(half)].accented = true
  return syllables
}
