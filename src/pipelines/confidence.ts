/** Whether an answer can be relied upon, by the calibration in a recogniser's card. */
import type { FloatArray, Json } from '../core/types.ts'
import { atTemperature } from '../evaluation/temperature.ts'

/** How a recogniser states its probabilities. */
export interface Confidence {
  /** Temperature of its posteriors; 1 leaves them as they are. */
  temperature: number
  /** Least probability of an answer that is sure. */
  threshold: number
}

/** Where the card has no threshold: the class is more probable than all others together. */
const DEFAULT_THRESHOLD = 0.5

const isPositive = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < Infinity

/** The calibration of a card, `{ temperature, threshold }`; parts that are absent, or no positive numbers, are as without. */
export function confidenceOf(card: { readonly [key: string]: Json }): Confidence {
  const { calibration } = card
  const found =
    typeof calibration === 'object' && calibration !== null && !Array.isArray(calibration) ? calibration : {}
  return {
    temperature: isPositive(found.temperature) ? found.temperature : 1,
    threshold: isPositive(found.threshold) ? found.threshold : DEFAULT_THRESHOLD,
  }
}

/** A posterior at the temperature; at 1 the posterior itself. */
export function tempered<P extends FloatArray | number[]>(posterior: P, { temperature }: Confidence): P | Float64Array {
  return temperature === 1 ? posterior : atTemperature(posterior, temperature)
}
