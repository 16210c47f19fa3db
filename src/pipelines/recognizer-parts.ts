/** The parts of a recogniser, checks of them, and what it hears. */
import { checkFinite, inputDtype, matrixView, toMatrix, toSamples } from '../core/array.ts'
import { checkInteger, checkObject, checkStrings } from '../core/check.ts'
import { describe, messageOf } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, Json, MatrixLike, VectorLike } from '../core/types.ts'
import type { AdaptationState } from './adaptation.ts'
import { checkRows, featuresOfSound, LOWEST_RATE, type ResolvedFrontEnd, soundOf } from './front-end.ts'
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
  sound: FloatArray
  heard: FloatArray
  features: FloatNdArray
}

/** Samples of one channel as a front end hears them; errors name the argument. */
export function heardSound(
  where: string,
  samples: VectorLike,
  sampleRate: number,
  frontEnd: ResolvedFrontEnd,
): HeardSound {
  checkInteger(where, 'sampleRate', sampleRate, { min: LOWEST_RATE })
  const sound = toSamples(where, 'samples', samples, 'float32')
  checkFinite(where, 'samples', sound)
  const heard = soundOf({ sampleRate, channels: [sound] }, frontEnd)
  const features = featuresOfSound(heard, frontEnd)
  checkRows(where, 'samples', features, sound, frontEnd)
  return { sound, heard, features }
}
