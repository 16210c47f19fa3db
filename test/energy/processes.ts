/** Processes whose best one-step predictions are known. */
import type { NdArray } from 'ndarray'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'

type Sequence = NdArray<Float32Array>

/** Each column with mean 0 and deviation 1 by the first `training` rows. */
export function standardised(x: Float64Array, cols: number, training: number): Sequence {
  const out = new Float32Array(x.length)
  for (let j = 0; j < cols; j++) {
    const column = Array.from({ length: training }, (_, t) => x[t * cols + j])
    const mean = column.reduce((a, b) => a + b) / training
    const deviation = Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / training)
    for (let at = j; at < x.length; at += cols) out[at] = (x[at] - mean) / deviation
  }
  return view(out, [x.length / cols, cols])
}

/** A stable vector autoregression x_t = sum_l A_l x_{t-l} + e: coefficients so small that their norms sum to 0.95. */
export function vectorAutoregression(seed: string, D: number, order: number, frames: number): Float64Array {
  const random = new Random(seed)
  const coefficients = Array.from({ length: order }, () => {
    const a = new Float64Array(D * D)
    random.normalInto(a)
    const norm = spectralNorm(a, D)
    return a.map((value) => (0.95 * value) / (order * norm))
  })
  const x = new Float64Array(frames * D)
  for (let t = order; t < frames; t++) {
    for (let i = 0; i < D; i++) {
      let sum = random.normal()
      for (let l = 0; l < order; l++) {
        for (let j = 0; j < D; j++) sum += coefficients[l][i * D + j] * x[(t - 1 - l) * D + j]
      }
      x[t * D + i] = sum
    }
  }
  return x
}

/** By power iteration on A'A. */
function spectralNorm(a: Float64Array, D: number): number {
  let v = new Float64Array(D).fill(1)
  let norm = 0
  for (let step = 0; step < 200; step++) {
    const u = new Float64Array(D)
    for (let i = 0; i < D; i++) for (let j = 0; j < D; j++) u[i] += a[i * D + j] * v[j]
    const w = new Float64Array(D)
    for (let i = 0; i < D; i++) for (let j = 0; j < D; j++) w[j] += a[i * D + j] * u[i]
    norm = Math.hypot(...w)
    v = w.map((value) => value / norm)
  }
  return Math.sqrt(norm)
}

/** x_t = r x_{t-1} (1 - x_{t-1}): chaos without noise. */
export function logisticMap(r: number, frames: number): Float64Array {
  const x = new Float64Array(frames)
  x[0] = 0.3
  for (let t = 1; t < frames; t++) x[t] = r * x[t - 1] * (1 - x[t - 1])
  return x
}

/** x_t = 0.8 x_{t-1} - 1.5 sign(x_{t-1}) + 0.3 e: switches between two regimes. */
export function switching(seed: string, frames: number): Float64Array {
  const random = new Random(seed)
  const x = new Float64Array(frames)
  for (let t = 1; t < frames; t++) x[t] = 0.8 * x[t - 1] - 1.5 * Math.sign(x[t - 1] || 1) + 0.3 * random.normal()
  return x
}

/** Solves the symmetric positive definite system a x = b (b [n, m]) by Cholesky's factors, in place of b. */
function solve(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]
    }
  }
  for (let c = 0; c < m; c++) {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) b[i * m + c] -= a[i * n + k] * b[k * m + c]
      b[i * m + c] /= a[i * n + i]
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) b[i * m + c] -= a[k * n + i] * b[k * m + c]
      b[i * m + c] /= a[i * n + i]
    }
  }
  return b
}

/** 1, x_{t-1}, ..., x_{t-order} of a frame. */
function regressors({ data, shape: [, D] }: Sequence, order: number, t: number): Float64Array {
  return Float64Array.of(
    1,
    ...Array.from({ length: order * D }, (_, k) => data[(t - 1) * D - Math.floor(k / D) * D + (k % D)]),
  )
}

/** Mean squared one-step error on `test` of the linear predictor that is best on `train`. */
export function leastSquaresError(train: Sequence, test: Sequence, order: number): number {
  const D = train.shape[1]
  const n = 1 + order * D
  const gram = new Float64Array(n * n)
  const joint = new Float64Array(n * D)
  for (let t = order; t < train.shape[0]; t++) {
    const z = regressors(train, order, t)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) gram[i * n + j] += z[i] * z[j]
      for (let d = 0; d < D; d++) joint[i * D + d] += z[i] * train.data[t * D + d]
    }
  }
  const w = solve(gram, joint, n, D)
  let sum = 0
  for (let t = order; t < test.shape[0]; t++) {
    const z = regressors(test, order, t)
    for (let d = 0; d < D; d++) {
      const predicted = z.reduce((total, value, i) => total + value * w[i * D + d], 0)
      sum += (test.data[t * D + d] - predicted) ** 2
    }
  }
  return sum / ((test.shape[0] - order) * D)
}

/** Mean squared difference of predictions [T - order, D] from the frames they predict. */
export function predictionError(predicted: { data: ArrayLike<number> }, test: Sequence, order: number): number {
  const D = test.shape[1]
  let sum = 0
  for (let at = 0; at < predicted.data.length; at++) sum += (test.data[order * D + at] - predicted.data[at]) ** 2
  return sum / predicted.data.length
}

/** The rows from..to-1 as a sequence. */
export function part({ data, shape: [, D] }: Sequence, from: number, to: number): Sequence {
  return view(data.slice(from * D, to * D), [to - from, D])
}
