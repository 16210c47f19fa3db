/**
 * Multinomial logistic regression with an L2 penalty:
 *
 *   z = W x + b,  p = softmax(z)                       for K > 2 classes
 *   p_1 = 1 / (1 + exp(-z)),  p_0 = 1 - p_1            for two, with a single score
 *   J(W, b) = C sum_i w_i (-ln p_(y_i)(x_i)) + 1/2 ||W||_F^2
 *
 * Shapes: x [n, D], W [M, D], b [M] with M = K scores, or 1 for two classes; w_i are weights of the rows. J is convex,
 * so its minimum depends on nothing else; it is that of scikit-learn's `LogisticRegression` with the same C. L-BFGS in
 * float64: Nocedal & Wright (2006), algorithm 7.5.
 */
import { allocate, checkFinite, floatView, type Matrix, toLabels, toMatrix, toVector } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkObject, checkOptions, checkString } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { checkClassNames, type LabelsLike, namesIn } from '../core/labels.ts'
import { counted, Printed } from '../core/printed.ts'
import { checkFormat, savedNumbers } from '../core/saved.ts'
import { toSequence } from '../core/sequence.ts'
import type { FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkParameterCount, savedCount } from '../numerics/restored.ts'
import { type MinimizeOptions, minimize } from '../optim/minimize/minimize.ts'
import { OutputClasses } from '../training/output-classes.ts'
import { argmax } from './decision.ts'
import { type LogisticData, logisticObjective, probabilitiesOf, scoresInto, scoresOf } from './logistic-loss.ts'

/** Options of {@link LogisticRegression}. */
export interface LogisticRegressionOptions {
  /** C > 0: the smaller, the stronger the penalty of large weights. Default 1. */
  C?: number
  /** Whether to learn b; otherwise it is 0. Default true. */
  intercept?: boolean
  /** Names of the K classes. Default: the names among the labels in ascending order, or none and K = 1 + the largest. */
  classes?: readonly string[]
  /** Most steps of L-BFGS. Default 1000. */
  maxIterations?: number
  /** Converged where every element of the gradient of J / (C sum w) is within this. Default 1e-8. */
  gradientTolerance?: number
}

/** Options of {@link LogisticRegression.fit}. */
export interface LogisticFitOptions {
  /** Weight w_i >= 0 of each row. Default 1. */
  sampleWeights?: VectorLike
  /** Called after every step, as by `minimize`; returning false stops. The value is J / (C sum w). */
  onIteration?: MinimizeOptions['onIteration']
}

/** A {@link LogisticRegression} as plain data: JSON but for the parameters. */
export interface LogisticRegressionState {
  format: 'ser-core/logistic-regression'
  version: 1
  options: Required<Omit<LogisticRegressionOptions, 'classes'>>
  /** Names of the classes; null where they have none. */
  classes: string[] | null
  /** K and D; 0 before `fit`. */
  shape: [number, number]
  /** W, row by row. */
  coefficients: FloatArray
  intercepts: FloatArray
}

type Settings = LogisticRegressionState['options']

const optionNames = ['C', 'intercept', 'classes', 'maxIterations', 'gradientTolerance'] as const

function resolve(where: string, options: LogisticRegressionOptions): Settings {
  checkOptions(where, options, optionNames)
  const { C = 1, intercept = true, maxIterations = 1000, gradientTolerance = 1e-8 } = options
  return {
    C: checkNumber(where, 'C', C, { above: 0 }),
    intercept: checkBoolean(where, 'intercept', intercept),
    maxIterations: checkInteger(where, 'maxIterations', maxIterations, { min: 1 }),
    gradientTolerance: checkNumber(where, 'gradientTolerance', gradientTolerance, { min: 0 }),
  }
}

function weightsFor(where: string, given: VectorLike | undefined, rows: number): Float64Array {
  if (given === undefined) return new Float64Array(rows).fill(1)
  const weights = Float64Array.from(toVector(where, 'sampleWeights', given, 'float64'))
  if (weights.length !== rows) {
    throw new RangeError(`${where}: "sampleWeights" expected one for each of the ${rows} rows, got ${weights.length}`)
  }
  checkFinite(where, 'sampleWeights', weights)
  const odd = weights.findIndex((w) => w < 0)
  if (odd >= 0) throw new RangeError(`${where}: "sampleWeights" expected numbers >= 0, got ${weights[odd]} at ${odd}`)
  return weights
}

/** Throws unless two or more classes, and all of them, have rows that weigh something: b would grow without bound. */
function checkPresent(where: string, { labels, weights }: LogisticData, classes: number): void {
  const present = new Float64Array(classes)
  for (const [i, k] of labels.entries()) present[k] += weights[i]
  const missing = present.indexOf(0)
  if (classes < 2 || missing >= 0) {
    const got = classes < 2 ? `${classes}` : `none of class ${missing}`
    throw new RangeError(`${where}: "labels" expected rows of two classes or more, and of each of them, got ${got}`)
  }
}

/**
 * Logistic regression of K classes on rows of numbers, trained to the minimum of its convex loss.
 *
 * @example
 * ```ts
 * const model = new LogisticRegression({ C: 10 })
 * model.fit([[0, 1], [1, 1], [4, 0], [5, 1]], ['calm', 'calm', 'angry', 'angry'], { sampleWeights: [1, 1, 2, 1] })
 * model.classes // ['angry', 'calm']
 * model.predictLabels([[0.5, 0.5]]) // ['calm']
 * const again = loadModel(saveModel(model), LogisticRegression)
 * again.forward([[0.5, 0.5]]).get(0, 1) > 0.9 // true
 * ```
 */
export class LogisticRegression extends Printed {
  /** The options with their defaults, but for the names of classes. */
  readonly options: Readonly<LogisticRegressionState['options']>
  private names: readonly string[] | null
  /** W, then b. */
  private parameters: Float64Array = new Float64Array(0)
  private shape: [classes: number, columns: number] = [0, 0]
  private ending: { converged: boolean; iterations: number } | null = null

  constructor(options: LogisticRegressionOptions = {}) {
    super()
    const where = 'LogisticRegression'
    this.options = Object.freeze(resolve(where, options))
    this.names = options.classes === undefined ? null : checkClassNames(where, 'classes', options.classes, 2)
  }

  override toString(): string {
    const [classes, columns] = this.shape
    const size = classes === 0 ? 'not fitted' : `[n, ${columns}] -> [n, ${classes}]`
    return `LogisticRegression: ${size}, C ${this.options.C}, ${counted(this.parameters.length, 'parameter')}`
  }

  /** Names of the classes, in the order of the outputs; null where they have none. */
  get classes(): readonly string[] | null {
    return this.names
  }

  /** W [M, D]: a row for each class; for two classes a single one, of the second. A copy. */
  get coefficients(): FloatNdArray {
    const [classes, columns] = this.shape
    const outputs = scoresOf(classes)
    return floatView(this.parameters.slice(0, outputs * columns), [outputs, columns])
  }

  /** b [M]. A copy. */
  get intercepts(): Float64Array {
    const [classes, columns] = this.shape
    return this.parameters.slice(scoresOf(classes) * columns)
  }

  /** Whether the last `fit` reached `gradientTolerance`, and its steps; null before it and in a model that was loaded. */
  get training(): { converged: boolean; iterations: number } | null {
    return this.ending
  }

  /**
   * Learns W and b from the rows of x [n, D], from scratch. Returns at the minimum, after `maxIterations` steps, or where
   * rounding allows no further one; `training` tells which.
   *
   * @param labels - [n] names of classes, or their indices
   * @throws TypeError or RangeError for wrong arguments, for a class without a row of any weight, and for numbers so
   * large that the loss overflows; the model then stays as it was.
   */
  fit(x: MatrixLike, labels: LabelsLike, options: LogisticFitOptions = {}): this {
    const where = 'LogisticRegression.fit'
    checkOptions(where, options, ['sampleWeights', 'onIteration'])
    const rows = toMatrix(where, 'x', x, 'float64')
    checkFinite(where, 'x', rows.data, rows.cols)
    const { indices, names, count } = this.encoded(where, labels)
    if (indices.length !== rows.rows) {
      throw new RangeError(`${where}: "labels" expected one for each of the ${rows.rows} rows, got ${indices.length}`)
    }
    const data = { x: rows, labels: indices, weights: weightsFor(where, options.sampleWeights, rows.rows) }
    checkPresent(where, data, count)
    checkHooks(where, options, ['onIteration'])
    const { maxIterations, gradientTolerance } = this.options
    const start = new Float64Array(scoresOf(count) * (rows.cols + 1))
    const found = minimize(logisticObjective(data, count, this.options), start, {
      ...{ maxIterations, gradientTolerance, onIteration: options.onIteration },
    })
    if (found.status === 'nonFinite') {
      throw new RangeError(`${where}: "x" and "sampleWeights" expected numbers whose loss is finite`)
    }
    this.parameters = found.x
    this.shape = [count, rows.cols]
    this.names = names
    this.ending = { converged: found.status === 'converged', iterations: found.iterations }
    return this
  }

  /**
   * The probability [n, K] of each class for the rows of x [n, D].
   *
   * @throws StateError before `fit`, RangeError for another number of columns and for numbers that are not finite
   */
  forward(x: MatrixLike): FloatNdArray {
    return this.probabilities('LogisticRegression.forward', x)
  }

  /** The index of the most probable class of each row of x [n, D]; otherwise as `forward`. */
  predict(x: MatrixLike): Int32Array {
    return this.indices('LogisticRegression.predict', x)
  }

  /**
   * The name of the most probable class of each row of x [n, D].
   *
   * @throws StateError where the classes have no names; otherwise as `forward`
   */
  predictLabels(x: MatrixLike): string[] {
    const where = 'LogisticRegression.predictLabels'
    const names = new OutputClasses(where, this.names, this.shape[0]).known(where)
    return Array.from(this.indices(where, x), (k) => names[k])
  }

  /** The model as plain data; {@link LogisticRegression.fromState} makes it again, bit for bit. */
  state(): LogisticRegressionState {
    return {
      format: 'ser-core/logistic-regression',
      version: 1,
      options: { ...this.options },
      classes: this.names && [...this.names],
      shape: [...this.shape],
      coefficients: this.coefficients.data,
      intercepts: this.intercepts,
    }
  }

  /** The model that a state describes. */
  static fromState(state: LogisticRegressionState): LogisticRegression {
    const where = 'LogisticRegression.fromState'
    const { options, classes, shape, coefficients, intercepts } = checkFormat(
      ...([where, state, 'logistic-regression', 'LogisticRegression'] as const),
    )
    checkObject(where, 'options', options)
    const model = new LogisticRegression({ ...options, ...(classes === null ? {} : { classes }) })
    const [count, columns] = [0, 1].map((i) => checkInteger(where, `shape[${i}]`, shape?.[i], { min: 0 }))
    const outputs = scoresOf(count)
    checkParameterCount(where, savedCount(where, 'coefficients', coefficients), outputs * columns)
    checkParameterCount(where, savedCount(where, 'intercepts', intercepts), outputs)
    const saved = [savedNumbers(where, 'coefficients', coefficients), savedNumbers(where, 'intercepts', intercepts)]
    if (model.names !== null && count > 0) new OutputClasses(where, model.names, count)
    model.parameters = new Float64Array(outputs * (columns + 1))
    model.parameters.set(saved[0])
    model.parameters.set(saved[1], outputs * columns)
    model.shape = [count, columns]
    return model
  }

  private probabilities(where: string, x: MatrixLike): FloatNdArray {
    const [classes, columns] = this.shape
    if (classes === 0) throw new StateError(`${where}: nothing is learned yet; call fit first`)
    const rows: Matrix = toSequence(where, 'x', x, columns, 'float64', 'n')
    const z = allocate(rows.rows * scoresOf(classes), 'float64') as Float64Array
    scoresInto(z, rows, this.parameters, scoresOf(classes))
    return floatView(probabilitiesOf(z, rows.rows, classes), [rows.rows, classes])
  }

  private indices(where: string, x: MatrixLike): Int32Array {
    const { data, shape } = this.probabilities(where, x)
    const [rows, classes] = shape
    return Int32Array.from({ length: rows }, (_, i) => argmax(data.subarray(i * classes, (i + 1) * classes)))
  }

  /** Class indices of the labels, and the classes they belong to. */
  private encoded(
    where: string,
    labels: LabelsLike,
  ): { indices: Int32Array; names: readonly string[] | null; count: number } {
    const isNamed = Array.isArray(labels) && typeof labels[0] === 'string'
    const found = isNamed ? labels.map((label, i) => checkString(where, `labels[${i}]`, label)) : null
    const names = this.names ?? (found && namesIn(found))
    if (names !== null) {
      const given = new OutputClasses(where, names, names.length).encode(where, labels)
      return { indices: toLabels(where, 'labels', given, names.length), names, count: names.length }
    }
    const indices = toLabels(where, 'labels', labels)
    const count = indices.reduce((most, k) => Math.max(most, k + 1), 0)
    return { indices, names: null, count }
  }
}
