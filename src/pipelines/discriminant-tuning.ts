/** Discriminants tuned to the labelled recordings of a new corpus, see `measures-tuning.ts`. */
import { inverseOfPositiveDefinite, shrunkCovariance } from '../numerics/positive-definite.ts'
import {
  centre,
  classMeans,
  covarianceWithin,
  Discriminant,
  type DiscriminantState,
  upperTriangle,
} from './discriminant.ts'
import type { TuningRows } from './measures-tuning.ts'

/** Settings of a tuning. */
export interface TuningSettings {
  /** Recordings that a class mean of the start counts as. */
  strength: number
  shrinkage: number
}

/** Recordings for each measure that the covariance of the start counts as. */
const COVARIANCE_STRENGTH = 5

/** Means [K, R] of the start's classes that the new ones have, less the mean over these; NaN for new classes. */
function knownMeans(means: Float64Array, columns: number, from: readonly number[]): Float64Array {
  const out = new Float64Array(from.length * columns).fill(Number.NaN)
  for (const [k, before] of from.entries()) {
    if (before >= 0) out.set(means.subarray(before * columns, (before + 1) * columns), k * columns)
  }
  return out
}

/** Subtracts the mean over the rows that are known, which the two sets of means share. */
function centreKnown(means: Float64Array, columns: number, from: readonly number[]): void {
  const known = from.flatMap((before, k) => (before >= 0 ? [k] : []))
  for (let j = 0; j < columns; j++) {
    const mean = known.reduce((sum, k) => sum + means[k * columns + j], 0) / known.length
    for (let k = 0; k < from.length; k++) means[k * columns + j] -= mean
  }
}

/** Class means mixed of the start's and those of the rows, each by its recordings. */
function mixedMeans(
  start: Float64Array,
  own: Float64Array,
  { columns, counts }: TuningRows,
  from: readonly number[],
  strength: number,
): Float64Array {
  const before = knownMeans(start, columns, from)
  centreKnown(before, columns, from)
  centreKnown(own, columns, from)
  const means = own.map((value, at) => {
    const k = Math.floor(at / columns)
    const share = counts[k] / (counts[k] + strength)
    return from[k] < 0 ? value : (1 - share) * before[at] + share * value
  })
  centre(means, columns)
  return means
}

/**
 * The discriminant with class means tuned to the rows, and with `covariance` its covariance too.
 *
 * @throws RangeError where no class of the start is among the new ones
 */
export function tunedDiscriminant(
  state: DiscriminantState,
  rows: TuningRows,
  covariance: boolean,
  from: readonly number[],
  { strength, shrinkage }: TuningSettings,
): Discriminant {
  const { columns, counts } = rows
  if (from.every((before) => before < 0)) {
    throw new RangeError('tune: "classes" expected one or more of those of the start, got none')
  }
  const start = Discriminant.from(state)
  const raw = classMeans(rows, from.length)
  const means = mixedMeans(start.means, raw.slice(), rows, from, strength)
  const whole = Float32Array.from(means)
  if (!covariance || counts.some((n) => n < 2)) return Discriminant.from({ means: whole, inverse: state.inverse })
  const before = start.covariance()
  const n = counts.reduce((sum, count) => sum + count, 0)
  const share = n / (n + COVARIANCE_STRENGTH * columns)
  const own = shrunkCovariance(covarianceWithin(rows, raw, from.length), columns, shrinkage)
  const mixed = before?.map((value, at) => (1 - share) * value + share * own[at])
  const inverse = mixed === undefined ? null : inverseOfPositiveDefinite(mixed, columns)
  return Discriminant.from({
    means: whole,
    inverse: inverse === null ? state.inverse : upperTriangle(inverse, columns),
  })
}
