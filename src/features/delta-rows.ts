/** Derivatives of rows in a matrix or a ring buffer; equations in deltas.ts. */
import { allocate, type Matrix } from '../core/array.ts'
import type { Dtype } from '../core/types.ts'

/** Checked options of dynamic features. */
export interface DeltaSettings {
  /** K */
  window: number
  /** `interp`: whether K rows at either end repeat the value of the nearest row with a complete window. */
  held: boolean
  /** Whether order n is the derivative of a polynomial fitted to the static features; else the delta of order n - 1. */
  polynomial: boolean
}

/**
 * Rows of features; row t lies at (t mod capacity) * columns, so that a ring buffer can hold part of a long sequence.
 */
export interface FeatureRows {
  data: Float64Array
  columns: number
  capacity: number
}

/**
 * Writes a derivative of row t, of the rows 0..last, to `out` at `offset`; rows t - K..t + K, as far as they exist,
 * must be present.
 */
export type Derivative = (out: Float64Array, offset: number, rows: FeatureRows, t: number, last: number) => void

function slopeOf(window: number): Derivative {
  return (out, offset, { data, columns, capacity }, t, last) => {
    for (let j = 0; j < columns; j++) out[offset + j] = 0
    let squares = 0
    for (let k = 1; k <= window; k++) {
      const after = (Math.min(t + k, last) % capacity) * columns
      const before = (Math.max(t - k, 0) % capacity) * columns
      for (let j = 0; j < columns; j++) out[offset + j] += k * (data[after + j] - data[before + j])
      squares += k * k
    }
    for (let j = 0; j < columns; j++) out[offset + j] /= 2 * squares
  }
}

/** p_n(-K..K) by their recurrence: p_(n+1)(k) = k p_n(k) - n^2 ((2K+1)^2 - n^2) / (4 (4 n^2 - 1)) p_(n-1)(k). */
function orthogonalPolynomial(degree: number, window: number): Float64Array {
  const width = 2 * window + 1
  let before = new Float64Array(width)
  let now = new Float64Array(width).fill(1)
  for (let n = 0; n < degree; n++) {
    const back = (n * n * (width * width - n * n)) / (4 * (4 * n * n - 1))
    const next = now.map((value, i) => (i - window) * value - back * before[i])
    before = now
    now = next
  }
  return now
}

/** Weights of the 2K + 1 frames in the derivative of an order. */
function polynomialWeights(order: number, window: number): Float64Array {
  const p = orthogonalPolynomial(order, window)
  let factor = 1
  for (let n = 2; n <= order; n++) factor *= n
  const squares = p.reduce((sum, value) => sum + value * value, 0)
  return p.map((value) => (factor * value) / squares)
}

function curveOf(order: number, window: number): Derivative {
  const weights = polynomialWeights(order, window)
  return (out, offset, { data, columns, capacity }, t, last) => {
    for (let j = 0; j < columns; j++) out[offset + j] = 0
    for (let k = -window; k <= window; k++) {
      const from = (Math.min(Math.max(t + k, 0), last) % capacity) * columns
      for (let j = 0; j < columns; j++) out[offset + j] += weights[k + window] * data[from + j]
    }
  }
}

/** The derivative of an order: of the static features where polynomials are fitted, else of the order below. */
export function derivativeOf(order: number, { window, polynomial }: DeltaSettings): Derivative {
  return polynomial ? curveOf(order, window) : slopeOf(window)
}

/** A packed matrix in float64. */
export interface Matrix64 extends Matrix {
  data: Float64Array
}

/**
 * Copies the nearest row with a complete window to K rows at either end: the derivative of the fit is constant there.
 */
function holdEdges(data: Float64Array, rows: number, cols: number, window: number): void {
  for (let t = 0; t < window; t++) {
    data.copyWithin(t * cols, window * cols, (window + 1) * cols)
    data.copyWithin((rows - 1 - t) * cols, (rows - 1 - window) * cols, (rows - window) * cols)
  }
}

/**
 * The features of an order from the static ones [rows, cols] and those of the order below; with `held`, rows is 0 or >=
 * 2K + 1.
 */
export function nextOrder(
  statics: Matrix64,
  below: Float64Array,
  order: number,
  settings: DeltaSettings,
): Float64Array {
  const { rows, cols } = statics
  const out = new Float64Array(rows * cols)
  const derivative = derivativeOf(order, settings)
  const source = { data: settings.polynomial ? statics.data : below, columns: cols, capacity: rows }
  for (let t = 0; t < rows; t++) derivative(out, t * cols, source, t, rows - 1)
  if (settings.held && rows > 0) holdEdges(out, rows, cols, settings.window)
  return out
}

/** The features [T, D] followed in each row by their deltas up to an order: [T, D (1 + order)]. */
export function appendDeltas(statics: Matrix64, order: number, settings: DeltaSettings, dtype: Dtype): Matrix {
  const { data, rows, cols } = statics
  const width = cols * (1 + order)
  const out = allocate(rows * width, dtype)
  let level = data
  for (let n = 0; n <= order; n++) {
    if (n > 0) level = nextOrder(statics, level, n, settings)
    for (let t = 0; t < rows; t++) {
      for (let j = 0; j < cols; j++) out[t * width + n * cols + j] = level[t * cols + j]
    }
  }
  return { data: out, rows, cols: width }
}
