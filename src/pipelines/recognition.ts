/** Answers of a recogniser, and their reasons. */
import type { FloatArray } from '../core/types.ts'
import { argmax } from '../networks/decision.ts'
import { type Confidence, tempered } from './confidence.ts'

/** Probability of each class, by its name; the sum is 1. */
export type Probabilities = Record<string, number>

/** The answer for a stretch of sound. */
export interface Answer {
  /** The most probable class; null where `speech` is false. */
  label: string | null
  /** Of the classes, whether there is speech or not. */
  probabilities: Probabilities
  /** Whether there is speech, as by `speechPresence`; without it no class is named. */
  speech: boolean
  /**
   * Whether there is speech and the largest probability reaches the threshold in the card's `calibration`, 0.5 where it has
   * none.
   */
  sure: boolean
}

/** Result of `Recognizer.predict`; notebooks that ask for `Symbol.for('Jupyter.display')` show bars and lines. */
export interface Recognition extends Answer {
  /** Probabilities in windows of 1 s, every 0.1 s; `time` is the middle of the window, s. */
  timeline: { time: number; probabilities: Probabilities }[]
}

/** Effect of a group of measures. */
export interface GroupEffect {
  group: string
  /** The probability where the group tells nothing: its measures are at the means that the recogniser compares with. */
  without: number
  /** Probability of the answer less `without`: above 0 where the group speaks for the class. */
  effect: number
}

/** Effect of a stretch of time. */
export interface MomentEffect {
  /** s. */
  start: number
  end: number
  /** The probability for the recording without the stretch. */
  without: number
  /** Probability of the answer less `without`. */
  effect: number
}

/** Result of `explainAnswer`, plain JSON; notebooks that ask for `Symbol.for('Jupyter.display')` show bars and a line. */
export interface Explanation {
  label: string
  /** Probability of the label for the whole recording. */
  probability: number
  /** Whether there is speech, as in the answer of `predict`, which names no class without. */
  speech: boolean
  /** By the size of their effects, the largest first. */
  groups: GroupEffect[]
  /** In the order of time; empty where the recording is no longer than a stretch. */
  moments: MomentEffect[]
}

/** A posterior by the names of the classes. */
export function namedBy(classes: readonly string[], posterior: FloatArray | number[]): Probabilities {
  return Object.fromEntries(classes.map((name, k) => [name, posterior[k]]))
}

/** A timeline by the names of the classes; empty where there is none. */
export function namedTimeline(
  classes: readonly string[],
  windows: { seconds: number[]; posteriors: number[][] } | undefined,
  confidence: Confidence,
): Recognition['timeline'] {
  const { seconds, posteriors } = windows ?? { seconds: [], posteriors: [] }
  return seconds.map((time, i) => ({ time, probabilities: namedBy(classes, tempered(posteriors[i], confidence)) }))
}

/** The answer by a posterior at the card's temperature. */
export function answerBy(
  classes: readonly string[],
  posterior: FloatArray,
  speech: boolean,
  { threshold }: Confidence,
): Answer {
  const best = argmax(posterior)
  return {
    label: speech ? classes[best] : null,
    probabilities: namedBy(classes, posterior),
    speech,
    sure: speech && posterior[best] >= threshold,
  }
}
