/** Classes from outputs, and the coefficient of determination. */
import type { Matrix } from '../core/array.ts'
import { square } from '../core/power.ts'
import type { Targets } from '../training/targets.ts'
import { argmax } from './decision.ts'

/** The class of each row of outputs [n, K]: the largest; for a single output 1 above the threshold, else 0. */
export function classesOf({ data, rows, cols }: Matrix, threshold: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, r) => {
    return cols === 1 ? Number(data[r] > threshold) : argmax(data, r * cols, cols)
  })
}

/**
 * Coefficient of determination, 1 - sum (t - y)^2 / sum (t - mean t)^2, mean over the columns. A constant
 * column counts 1 where it is met exactly, else 0.
 */
export function rSquared({ data, rows, cols }: Matrix, targets: Targets): number {
  const wanted = new Float64Array(rows * cols)
  for (let r = 0; r < rows; r++) targets.write(wanted, r * cols, r, 0)
  let sum = 0
  for (let k = 0; k < cols; k++) {
    // Differences from the first target: equal targets then have a mean of exactly 0.
    let mean = 0
    for (let i = k; i < wanted.length; i += cols) mean += (wanted[i] - wanted[k]) / rows
    let residual = 0
    let variation = 0
    for (let i = k; i < wanted.length; i += cols) {
      residual += square(wanted[i] - data[i])
      variation += square(wanted[i] - wanted[k] - mean)
    }
    sum += variation > 0 ? 1 - residual / variation : Number(residual === 0)
  }
  return sum / cols
}
