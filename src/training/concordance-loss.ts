/**
 * Concordance loss, for values in place of classes (Lin 1989; as a loss, Weninger, Ringeval, Marchi & Schuller 2016):
 *
 *   CCC_k = N_k / D_k,  N_k = 2 s_ty,  D_k = s_tt + s_yy + (m_y - m_t)^2
 *   L = W (1 - mean_k CCC_k),  dL/dy_rk = -(2 w_r / K) ((t_rk - m_t) D_k - N_k (y_rk - m_t)) / D_k^2
 *
 * with means m, variances s_tt, s_yy and covariance s_ty of column k over the rows of the batch, weighed by w_r / W, W = sum_r w_r
 * (1 unless a batch is one of several parts). It is no sum over rows: a batch of one utterance has no gradient, and larger batches
 * give better estimates of CCC. A column whose targets are met exactly and are all the same has a loss of 0.
 */
import type { FloatArray } from '../core/types.ts'
import type { LossRows } from './loss.ts'

interface Moments {
  mean: number
  numerator: number
  denominator: number
}

/** Moments of column k; W > 0. */
function momentsOf(y: FloatArray, { targets, weights, rows, cols }: LossRows, k: number, mass: number): Moments {
  let [mt, my] = [0, 0]
  for (let r = 0, i = k; r < rows; r++, i += cols) {
    mt += (weights[r] / mass) * targets[i]
    my += (weights[r] / mass) * y[i]
  }
  let [covariance, spread] = [0, 0]
  for (let r = 0, i = k; r < rows; r++, i += cols) {
    const [dt, dy] = [targets[i] - mt, y[i] - my]
    covariance += (weights[r] / mass) * dt * dy
    spread += (weights[r] / mass) * (dt * dt + dy * dy)
  }
  return { mean: mt, numerator: 2 * covariance, denominator: spread + (my - mt) * (my - mt) }
}

/** Outputs of several batches, for a concordance over all of them. */
export class ConcordanceOverBatches {
  private readonly y: number[] = []
  private readonly targets: number[] = []
  private readonly weights: number[] = []

  /** Adds a batch of `count` cases. */
  add(output: FloatArray, { targets, weights, rows, cols }: LossRows, count: number): void {
    for (let i = 0; i < rows * cols; i++) {
      this.y.push(output[i])
      this.targets.push(targets[i])
    }
    for (let r = 0; r < rows; r++) this.weights.push(weights[r] * count)
  }

  /** 1 - CCC, mean over the columns. */
  loss(): number {
    const { y, targets, weights } = this
    const mass = weights.reduce((sum, weight) => sum + weight, 0)
    const rows = weights.length
    const all = {
      targets: Float64Array.from(targets),
      weights: Float64Array.from(weights),
      rows,
      cols: y.length / rows,
    }
    return concordanceLoss(new Float64Array(y.length), Float64Array.from(y), all) / mass
  }
}

/** The concordance loss; writes dL/dy. */
export function concordanceLoss(dy: FloatArray, y: FloatArray, losses: LossRows): number {
  const { targets, weights, rows, cols } = losses
  let mass = 0
  for (let r = 0; r < rows; r++) mass += weights[r]
  dy.fill(0, 0, rows * cols)
  if (mass === 0) return 0
  let loss = 0
  for (let k = 0; k < cols; k++) {
    const { mean, numerator, denominator } = momentsOf(y, losses, k, mass)
    if (denominator === 0) continue
    loss += 1 - numerator / denominator
    for (let r = 0, i = k; r < rows; r++, i += cols) {
      const pull = targets[i] - mean - (numerator / denominator) * (y[i] - mean)
      dy[i] = ((-2 * weights[r]) / cols) * (pull / denominator)
    }
  }
  return (mass * loss) / cols
}
