/**
 * The probability that a sound is speech: an additive logistic model of cues,
 *
 *     p = sigmoid(bias + sum over cues c and their steps (v, s) of s [c > v])
 *
 * fitted by boosting of single steps (J. Friedman, T. Hastie & R. Tibshirani, "Additive logistic regression: a
 * statistical view of boosting", Annals of Statistics 28, 2000).
 */
import { sigmoid } from '../../core/elementary.ts'
import type { FloatArray } from '../../core/types.ts'
import { type CueName, type Cues, cuesOf } from './cues.ts'
import { presenceTracks } from './tracks.ts'
import { presenceWeights } from './weights.ts'

/** Probability of speech, and the cues by which it was told. */
export interface PresenceAnswer {
  probability: number
  /** Null where there is nothing to tell by: silence, and less than a frame of 32 ms. */
  cues: Cues | null
}

/** The probability of speech for cues. */
export function presenceProbability(cues: Cues): number {
  const { bias, steps } = presenceWeights
  let score = bias
  for (const [name, table] of Object.entries(steps)) {
    for (let i = 0; i < table.length && cues[name as CueName] > table[i]; i += 2) score += table[i + 1]
  }
  return sigmoid(score)
}

/** The answer for a sound at 8 kHz without an offset. */
export function presenceOf(x: FloatArray): PresenceAnswer {
  const tracks = presenceTracks(x)
  if (tracks === null) return { probability: 0, cues: null }
  const cues = cuesOf(tracks)
  return { probability: presenceProbability(cues), cues }
}
