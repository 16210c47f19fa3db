/**
 * Ridge regression of one or several targets:
 *
 *   J(W, b) = sum_i w_i ||y_i - W x_i - b||^2 + alpha ||W||_F^2
 *
 * Shapes: x [n, D], y [n, T], W [T, D], b [T]; w_i are weights of the rows. The minimum is found exactly, by Cholesky's factors; it is
 * that of scikit-learn's `Ridge` with the same alpha. Hoerl & Kennard (1970), "Ridge Regression: Biased Estimation for Nonorthogonal
 * Problems".
 */
import { checkFinite, floatView, isVector, type Matrix, toMatrix, toVector } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkObject, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import { checkFormat } from '../core/saved.ts'
import { toSequence } from '../core/sequence.ts'
import type { FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import { savedParameters, scoresInto } from './linear-scores.ts'
import { type RidgeSettings, ridgeSolution } from './ridge-solution.ts'
import { designOf, type RowWeightOptions, sampleWeightsOf } from './training-rows.ts'

/** Options of {@link Ridge}. */
export interface RidgeOptions {
  /** alpha >= 0: the larger, the stronger the penalty of large weights. Default 1. */
  alpha?: number
  /** Whether to learn b, which has no penalty; otherwise it is 0. Default true. */
  intercept?: boolean
}

/** Options of {@link Ridge.fit}. */
export type RidgeFitOptions = RowWeightOptions

/** A {@link Ridge} as plain data: JSON but for the parameters. */
export interface RidgeState {
  format: 'ser-core/ridge'
  version: 1
  options: Required<RidgeOptions>
  /** T and D; 0 before `fit`. */
  shape: [number, number]
  /** W, row by row. */
  coefficients: FloatArray
  intercepts: FloatArray
}

/** Fills in the options of ridge regression. */
export function resolveRidge(where: string, { alpha = 1, intercept = true }: RidgeOptions): RidgeSettings {
  return {
    alpha: checkNumber(where, 'alpha', alpha, { min: 0 }),
    intercept: checkBoolean(where, 'intercept', intercept),
  }
}

/** Throws unless some row weighs something. */
export function checkWeighed(where: string, weights: Float64Array): void {
  if (weights.some((w) => w > 0)) return
  throw new RangeError(`${where}: "sampleWeights" expected some numbers > 0, got none`)
}

function targetsOf(where: string, y: VectorLike | MatrixLike, rows: number): Matrix {
  const matrix = isVector(y)
    ? { data: toVector(where, 'y', y, 'float64'), rows: -1, cols: 1 }
    : toMatrix(where, 'y', y, 'float64')
  const targets = { ...matrix, rows: matrix.rows < 0 ? matrix.data.length : matrix.rows }
  checkFinite(where, 'y', targets.data, isVector(y) ? 0 : targets.cols)
  if (targets.rows === rows && targets.cols > 0) return targets
  throw new RangeError(`${where}: "y" expected targets of each of the ${rows} rows, got ${targets.rows}`)
}

/**
 * Linear regression with an L2 penalty, of one target or several at once.
 *
 * @example
 * ```ts
 * const model = new Ridge({ alpha: 0.1 })
 * model.fit([[0, 1], [1, 1], [4, 0], [5, 1]], [[0, 1], [0.2, 1], [0.8, 0.1], [1, 0.9]]) // arousal and valence, say
 * model.predict([[2, 1]]).shape // [1, 2]
 * const again = loadModel(saveModel(model), Ridge)
 * again.predict([[2, 1]]).get(0, 0) === model.predict([[2, 1]]).get(0, 0) // true
 * ```
 */
export class Ridge extends Printed {
  /** The options with their defaults. */
  readonly options: Readonly<RidgeState['options']>
  /** W, then b. */
  private parameters: Float64Array = new Float64Array(0)
  private shape: [targets: number, columns: number] = [0, 0]

  constructor(options: RidgeOptions = {}) {
    super()
    checkOptions('Ridge', options, ['alpha', 'intercept'])
    this.options = Object.freeze(resolveRidge('Ridge', options))
  }

  override toString(): string {
    const [targets, columns] = this.shape
    const size = targets === 0 ? 'not fitted' : `[n, ${columns}] -> [n, ${targets}]`
    return `Ridge: ${size}, alpha ${this.options.alpha}, ${counted(this.parameters.length, 'parameter')}`
  }

  /** W [T, D]. A copy. */
  get coefficients(): FloatNdArray {
    const [targets, columns] = this.shape
    return floatView(this.parameters.slice(0, targets * columns), [targets, columns])
  }

  /** b [T]. A copy. */
  get intercepts(): Float64Array {
    const [targets, columns] = this.shape
    return this.parameters.slice(targets * columns)
  }

  /**
   * Learns W and b from the rows of x [n, D], from scratch.
   *
   * @param y - targets [n, T], or [n] of a single one
   * @throws TypeError or RangeError for wrong arguments, weights that are all 0, and columns that depend on each other where alpha is
   * too small to decide between them; the model then stays as it was
   */
  fit(x: MatrixLike, y: VectorLike | MatrixLike, options: RidgeFitOptions = {}): this {
    const where = 'Ridge.fit'
    checkOptions(where, options, ['sampleWeights'])
    const rows = designOf(where, x)
    const targets = targetsOf(where, y, rows.rows)
    const weights = sampleWeightsOf(where, options.sampleWeights, rows.rows)
    checkWeighed(where, weights)
    this.parameters = ridgeSolution(where, rows, targets, weights, this.options)
    this.shape = [targets.cols, rows.cols]
    return this
  }

  /**
   * The targets [n, T] of the rows of x [n, D].
   *
   * @throws StateError before `fit`, RangeError for another number of columns and for numbers that are not finite
   */
  predict(x: MatrixLike): FloatNdArray {
    const where = 'Ridge.predict'
    const [targets, columns] = this.shape
    if (targets === 0) throw new StateError(`${where}: nothing is learned yet; call fit first`)
    const rows = toSequence(where, 'x', x, columns, 'float64', 'n')
    const out = new Float64Array(rows.rows * targets)
    scoresInto(out, rows, this.parameters, targets)
    return floatView(out, [rows.rows, targets])
  }

  /** The model as plain data; {@link Ridge.fromState} makes it again, bit for bit. */
  state(): RidgeState {
    const { options, shape, coefficients, intercepts } = this
    return {
      ...{ format: 'ser-core/ridge', version: 1, options: { ...options }, shape: [...shape] },
      ...{ coefficients: coefficients.data, intercepts },
    }
  }

  /** The model that a state describes. */
  static fromState(state: RidgeState): Ridge {
    const where = 'Ridge.fromState'
    const { options, shape, ...saved } = checkFormat(where, state, 'ridge', 'Ridge')
    const model = new Ridge(checkObject(where, 'options', options))
    const [targets, columns] = [0, 1].map((i) => checkInteger(where, `shape[${i}]`, shape?.[i], { min: 0 }))
    model.parameters = savedParameters(where, saved, targets, columns)
    model.shape = [targets, columns]
    return model
  }
}
