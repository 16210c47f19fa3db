/** Levels of sound. */
import { exp } from '../core/elementary.ts'

/** Mean square. */
export function meanSquare(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value * value, 0) / x.length
}

/** Decibels of power as a factor of the amplitude. */
export function amplitudeOf(decibels: number): number {
  return exp((decibels * Math.LN10) / 20)
}

/** Factor that brings sound of the mean square `power` to `decibels` below the power of x; 0 where either is silent. */
export function belowFactor(x: Float64Array, power: number, decibels: number): number {
  return power > 0 ? Math.sqrt(meanSquare(x) / power) / amplitudeOf(decibels) : 0
}
