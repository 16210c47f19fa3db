import { readFileSync } from 'node:fs'
import { floatView } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'

interface Weighted {
  data: string
  weighted: boolean
  decision: number[]
}

interface RidgeCase extends Weighted {
  rows: number
  alpha: number
  intercept: boolean
  targets: number[]
  columns: number
}

interface RidgeClassifierCase extends Weighted {
  alpha: number
  balanced: boolean
  said: number[]
}

interface SvcCase extends Weighted {
  kernel: 'linear' | 'rbf'
  C: number
  gamma: 'scale' | 'auto' | number
  balanced: boolean
  support: number
  pairs: number[]
  said: number[]
}

/** Made by vectors/sklearn-estimators.py with scikit-learn. */
export const vectors: {
  data: Record<string, { x: number[]; columns: number; y: number[] }>
  ridge: Record<string, RidgeCase>
  ridgeClassifier: Record<string, RidgeClassifierCase>
  svc: Record<string, SvcCase>
} = JSON.parse(readFileSync(new URL('../vectors/sklearn-estimators.json', import.meta.url), 'utf8'))

/** Rows with labels and weights. */
interface EstimatorData {
  x: FloatNdArray
  labels: number[]
  /** Every third row. */
  third: FloatNdArray
  sampleWeights: number[] | undefined
}

/** The rows of a case. */
export function dataOf({ data, weighted }: Weighted, rows?: number): EstimatorData {
  const { x, columns, y } = vectors.data[data]
  const labels = y.slice(0, rows)
  const matrix = floatView(Float64Array.from(x.slice(0, labels.length * columns)), [labels.length, columns])
  const weights = labels.map((_, i) => 1 + (i % 5) / 2)
  return {
    x: matrix,
    labels: labels,
    third: matrix.step(3, 1) as FloatNdArray,
    sampleWeights: weighted ? weights : undefined,
  }
}

/** max |a_i - b_i|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}
