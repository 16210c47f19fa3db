/** The parts of a recogniser, checks of them, and what it hears. */
import { allocate, checkFinite, floatView, inputDtype, matrixView, toMatrix, toSamples } from '../core/array.ts'
import { checkInteger, checkObject, checkStrings } from '../core/check.ts'
import { describe, messageOf } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, Json, MatrixLike, VectorLike } from '../core/types.ts'
import type { StorageDtype } from '../io/state.ts'
import type { AdaptationState } from './adaptation.ts'
import {
  checkRows,
  featuresOfSound,
  LOWEST_RATE,
  type ResolvedFrontEnd,
  type SoundFrontEnd,
  soundOf,
} from './front-end.ts'
import { columnsOf } from './front-end-columns.ts'
import { soundFrontEnd } from './given-front-end.ts'
import type { Recognition } from './recognition.ts'
import { speechIn } from './speech-presence.ts'
import type { VoiceState } from './system.ts'
import type { SystemConfig } from './systems.ts'

/** The parts of a `Recognizer`. */
export interface RecognizerParts {
  /** The system and its options. */
  system: SystemConfig
  /** Names of the classes, in the order of the posterior. */
  classes: readonly string[]
  /** The result of the trained system's `state()`. */
  state: unknown
  /** Facts for a model card: data, training, accuracy, limits. Default none. */
  card?: { [key: string]: Json }
  /** Statistics of a speaker, as a file holds them. Default none. */
  adaptation?: AdaptationState
}

/** Options of `Recognizer.predict`. */
export interface RecognizeOptions {
  /** Whether to compute the timeline, which takes longer; else it is empty. Default true. */
  timeline?: boolean
}

/** Options of `Recognizer.save`. */
export interface SaveRecognizerOptions {
  /**
   * Element type in the file. Default: unchanged. `float16` halves the file and rounds weights to 11 significant bits.
   */
  dtype?: StorageDtype
}

/** Rows of a recording, and the answer for it in a given voice. @internal */
export interface HeardRecording {
  rows: FloatNdArray
  speech: boolean
  answer(voice: VoiceState | null): Recognition
}

/** Checks the names of classes: two or more, all different. */
export function checkClasses(where: string, classes: unknown): string[] {
  const names = checkStrings(where, 'classes', classes, 2)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "classes" names ${describe(twice)} twice`)
  return names
}

/** Checks the card and copies it. */
export function checkCard(where: string, card: unknown): { [key: string]: Json } {
  checkObject(where, 'card', card)
  try {
    return JSON.parse(JSON.stringify(card))
  } catch (cause) {
    throw new TypeError(`${where}: "card" expected JSON: ${messageOf(cause)}`, { cause })
  }
}

/** Throws unless each class occurs among the labels. */
export function checkOccur(where: string, classes: readonly string[], labels: ReadonlySet<number>): void {
  const missing = classes.filter((_, k) => !labels.has(k))
  if (missing.length === 0) return
  throw new RangeError(`${where}: no recording of ${missing.map(describe).join(', ')}; leave out these classes`)
}

/** Converts features in any form of matrix to the form that systems take. */
export function takeFeatures(where: string, name: string, x: MatrixLike): FloatNdArray {
  return matrixView(toMatrix(where, name, x, inputDtype(x)))
}

/** Checked samples of one channel, their sound at the rate of a front end, and its features. */
export interface HeardSound {
  heard: FloatArray
  /** Whether there is speech. */
  speech: boolean
  features: FloatNdArray
  frontEnd: SoundFrontEnd
}

/** Samples of one channel as a front end hears them; errors name the argument. */
export function heardSound(
  where: string,
  samples: VectorLike,
  sampleRate: number,
  given: ResolvedFrontEnd,
): HeardSound {
  const frontEnd = soundFrontEnd(where, given)
  checkInteger(where, 'sampleRate', sampleRate, { min: LOWEST_RATE })
  const sound = toSamples(where, 'samples', samples, 'float32')
  checkFinite(where, 'samples', sound)
  const heard = soundOf({ sampleRate, channels: [sound] }, frontEnd)
  const features = featuresOfSound(heard, frontEnd)
  checkRows(where, 'samples', features, sound, frontEnd)
  return { heard, features, frontEnd, speech: speechIn(sound, sampleRate) }
}

/** About a second of zero features, to test whether a trained system takes the front end's columns. */
export function silence(frontEnd: ResolvedFrontEnd): FloatNdArray {
  const columns = columnsOf(frontEnd)
  const rows = frontEnd.functionals ? 1 : 100
  return floatView(allocate(rows * columns, 'float32'), [rows, columns])
}
