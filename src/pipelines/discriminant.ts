/**
 * Linear discriminant analysis with a shrunk covariance, in closed form:
 *
 *   m_k = weighted mean of class k, less the mean over the classes
 *   S = mean over the classes of the weighted covariance within them
 *   S' = (1 - s) S + s tr(S)/R I        f_k(z) = z' S'^-1 m_k - 1/2 m_k' S'^-1 m_k        p = softmax(t f)
 *
 * Class means can move to what unlabelled z of one voice show, by a few steps of soft EM:
 *
 *   p_i = softmax(0.3 f(z_i)),  n_k = sum_i p_ik,  a_k = min(n_k / (n_k + 20), 0.4)
 *   m_k = (1 - a_k) m_k of the training + a_k (sum_i p_ik z_i) / n_k, less the mean over the classes
 *
 * Directions S'^-1 m_k can be mixed with those by other covariances: f_k(z) = z' d_k - 1/2 m_k' d_k.
 *
 * Fisher (1936); Ledoit & Wolf (2004) for the target of the shrinkage.
 */

import { checkObject } from '../core/check.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { addWeightedRows } from '../kernels/weighted-rows.ts'
import { inverseOfPositiveDefinite, inverseOfShrunk, shrunkCovariance } from '../numerics/positive-definite.ts'
import { checkParameterCount, savedCount } from '../numerics/restored.ts'
import type { MixedDirections, WeightedRows } from './linear-model.ts'

/** Settings of the moves of class means. */
export interface MoveSettings {
  moves: number
  /** Factor of the scores before their softmax. */
  moveSharpness: number
  /** Recordings of a class that its training mean counts as. */
  moveStrength: number
  /** Largest share of what the recordings show. */
  moveLimit: number
}

/** Settings of a mixed covariance. */
export interface CovarianceSettings {
  shrinkage: number
  /** Of the covariance of the other rows. */
  share: number
}

/** State of a discriminant. */
export interface DiscriminantState {
  /** [K, R] */
  means: FloatArray
  /** Upper triangle of S'^-1, row by row, with its diagonal. */
  inverse: FloatArray
}

/** Subtracts the mean over the K rows. */
export function centre(means: Float64Array, columns: number): void {
  const classes = means.length / columns
  for (let j = 0; j < columns; j++) {
    let mean = 0
    for (let k = 0; k < classes; k++) mean += means[k * columns + j] / classes
    for (let k = 0; k < classes; k++) means[k * columns + j] -= mean
  }
}

/** Weighted means [K, R]; weights of a class sum to more than 0. */
export function classMeans({ data, columns, labels, weights }: WeightedRows, classes: number): Float64Array {
  const means = new Float64Array(classes * columns)
  const totals = new Float64Array(classes)
  for (const [i, k] of labels.entries()) {
    totals[k] += weights[i]
    kernels.axpy(means, k * columns, weights[i], data, i * columns, columns)
  }
  return means.map((sum, at) => sum / totals[Math.floor(at / columns)])
}

/** Mean over the classes of the weighted covariances, each divided by V1 - V2 / V1 [R, R]. */
export function covarianceWithin(rows: WeightedRows, means: Float64Array, classes: number): Float64Array {
  const { data, columns, labels, weights } = rows
  const [first, second] = [new Float64Array(classes), new Float64Array(classes)]
  for (const [i, k] of labels.entries()) {
    first[k] += weights[i]
    second[k] += weights[i] * weights[i]
  }
  const scaled = new Float64Array(data.length)
  for (const [i, k] of labels.entries()) {
    const factor = Math.sqrt(weights[i] / (first[k] - second[k] / first[k]) / classes)
    for (let j = 0; j < columns; j++) {
      scaled[i * columns + j] = factor * (data[i * columns + j] - means[k * columns + j])
    }
  }
  const out = new Float64Array(columns * columns)
  const n = labels.length
  kernels.gemm(out, 0, columns, scaled, 0, columns, true, scaled, 0, columns, false, columns, columns, n, 1, 0)
  return out
}

/** Rows [n, R] times a square matrix [R, R]. */
function productOf(rows: Float64Array, square: Float64Array, columns: number): Float64Array {
  const out = new Float64Array(rows.length)
  const n = rows.length / columns
  kernels.gemm(out, 0, columns, rows, 0, columns, false, square, 0, columns, false, n, columns, columns, 1, 0)
  return out
}

export function upperTriangle(square: Float64Array, columns: number): Float32Array {
  const out = new Float32Array((columns * (columns + 1)) / 2)
  for (let i = 0, at = 0; i < columns; i++) for (let j = i; j < columns; j++) out[at++] = square[i * columns + j]
  return out
}

function fromUpperTriangle(triangle: FloatArray, columns: number): Float64Array {
  const out = new Float64Array(columns * columns)
  for (let i = 0, at = 0; i < columns; i++) {
    for (let j = i; j < columns; j++, at++) {
      out[i * columns + j] = triangle[at]
      out[j * columns + i] = triangle[at]
    }
  }
  return out
}

/** Classes by linear scores of z [R]. */
export class Discriminant {
  readonly classes: number
  private readonly columns: number
  private readonly inverse: Float64Array
  private readonly trained: Float64Array
  /** The class means in use [K, R]. */
  readonly means: Float64Array
  /** S'^-1 m_k [K, R]. */
  readonly directions: Float64Array
  /** Of each class. */
  private readonly offsets: Float64Array

  private constructor(trained: Float64Array, inverse: Float64Array, means: Float64Array, directions?: Float64Array) {
    this.columns = Math.sqrt(inverse.length)
    this.classes = trained.length / this.columns
    this.trained = trained
    this.inverse = inverse
    this.means = means
    this.directions = directions ?? this.directionsOf(means)
    this.offsets = this.offsetsOf(means, this.directions)
  }

  /** Fits rows; null where the shrunk covariance is not positive definite. */
  static fit(rows: WeightedRows, classes: number, shrinkage: number): Discriminant | null {
    const { columns } = rows
    const means = classMeans(rows, classes)
    const covariance = covarianceWithin(rows, means, classes)
    centre(means, columns)
    const inverse = inverseOfShrunk(covariance, columns, shrinkage)
    // Rounded as in the file, so that it gives the same bits.
    return inverse && Discriminant.from({ means: Float32Array.from(means), inverse: upperTriangle(inverse, columns) })
  }

  /** The discriminant of a state; RangeError where its parts do not fit together. */
  static from(state: DiscriminantState): Discriminant {
    const { means, inverse } = checkObject<DiscriminantState>('discriminant', 'model', state)
    const count = savedCount('discriminant', 'inverse', inverse)
    const columns = Math.round((Math.sqrt(8 * count + 1) - 1) / 2)
    checkParameterCount('discriminant', count, (columns * (columns + 1)) / 2)
    const trained = savedNumbers('discriminant', 'means', means)
    checkParameterCount('discriminant', trained.length, columns * Math.max(1, Math.round(trained.length / columns)))
    const triangle = savedNumbers('discriminant', 'inverse', inverse)
    return new Discriminant(trained, fromUpperTriangle(triangle, columns), trained)
  }

  state(): DiscriminantState {
    const { inverse, columns, trained } = this
    return { means: Float32Array.from(trained), inverse: upperTriangle(inverse, columns) }
  }

  /** Probabilities [K] of z [R]: softmax of `factor` times the scores. */
  probabilities(z: Float64Array, factor: number): Float64Array {
    return this.posteriors(z, this.directions, this.offsets, factor)
  }

  /** S' [R, R]; null where it cannot be told from its inverse. */
  covariance(): Float64Array | null {
    return inverseOfPositiveDefinite(this.inverse, this.columns)
  }

  /** The discriminant with other class means [K, R], such as of `moved`. */
  withMeans(means: Float64Array): Discriminant {
    checkParameterCount('discriminant', means.length, this.trained.length)
    return new Discriminant(this.trained, this.inverse, means)
  }

  /**
   * Directions [n, R] of means [n, R] by S' and, by its share, the covariance within the classes of other rows, shrunk alike; by S'
   * alone where a class has less than two rows.
   */
  directionsWithin(means: Float64Array, rows: WeightedRows, { shrinkage, share }: CovarianceSettings): Float64Array {
    const { columns, classes, inverse } = this
    const counts = new Float64Array(classes)
    for (const k of rows.labels) counts[k]++
    const trained = counts.every((n) => n > 1) ? inverseOfPositiveDefinite(inverse, columns) : null
    if (trained === null) return this.directionsOf(means)
    const within = covarianceWithin(rows, classMeans(rows, classes), classes)
    const own = shrunkCovariance(within, columns, shrinkage)
    const both = trained.map((value, at) => (1 - share) * value + share * own[at])
    const mixed = inverseOfPositiveDefinite(both, columns)
    return mixed === null ? this.directionsOf(means) : productOf(means, mixed, columns)
  }

  /**
   * Discriminants with these class means and, weighted, differences [n, K, R], and with mixed directions of them. Directions are linear
   * in the means, so that those of the differences are computed once.
   */
  shifted(differences: Float64Array): (weights: ArrayLike<number>, mixed?: MixedDirections) => Discriminant {
    const { trained, inverse, means, directions } = this
    const turned = this.directionsOf(differences)
    return (weights, mixed) => {
      const [own, ownDirections] = [means.slice(), directions.slice()]
      addWeightedRows(own, weights, differences)
      addWeightedRows(ownDirections, weights, turned)
      if (mixed !== undefined) {
        for (let at = 0; at < own.length; at++) ownDirections[at] = mixed.own * ownDirections[at] + mixed.others[at]
      }
      return new Discriminant(trained, inverse, own, ownDirections)
    }
  }

  /** Class means [K, R] that unlabelled z [n, R] show, from this discriminant's on. */
  moved(z: Float64Array, { moves, moveSharpness, moveStrength, moveLimit }: MoveSettings): Float64Array {
    const { columns, classes, means: first } = this
    let means = first
    for (let move = 0; move < moves; move++) {
      const directions = this.directionsOf(means)
      const p = this.posteriors(z, directions, this.offsetsOf(means, directions), moveSharpness)
      const rows = z.length / columns
      const sums = new Float64Array(classes * columns)
      kernels.gemm(sums, 0, columns, p, 0, classes, true, z, 0, columns, false, classes, columns, rows, 1, 0)
      means = first.slice()
      for (let k = 0; k < classes; k++) {
        let n = 0
        for (let i = k; i < p.length; i += classes) n += p[i]
        if (n === 0) continue
        const share = Math.min(n / (n + moveStrength), moveLimit)
        for (let at = k * columns; at < (k + 1) * columns; at++) {
          means[at] = (1 - share) * first[at] + (share * sums[at]) / n
        }
      }
      centre(means, columns)
    }
    return means
  }

  /** S'^-1 m of means [n, R]. */
  directionsOf(means: Float64Array): Float64Array {
    return productOf(means, this.inverse, this.columns)
  }

  private offsetsOf(means: Float64Array, directions: Float64Array): Float64Array {
    const { columns, classes } = this
    return Float64Array.from({ length: classes }, (_, k) => {
      return -0.5 * kernels.dot(means, k * columns, directions, k * columns, columns)
    })
  }

  /** softmax(factor (z directions' + offsets)) [n, K]. */
  private posteriors(z: Float64Array, directions: Float64Array, offsets: Float64Array, factor: number): Float64Array {
    const { columns, classes } = this
    const rows = z.length / columns
    const scores = new Float64Array(rows * classes)
    for (let i = 0; i < scores.length; i++) scores[i] = factor * offsets[i % classes]
    kernels.gemm(
      ...([scores, 0, classes, z, 0, columns, false, directions, 0, columns, true] as const),
      ...([rows, classes, columns, factor, 1] as const),
    )
    kernels.softmax(scores, 0, scores, 0, rows, classes)
    return scores
  }
}
