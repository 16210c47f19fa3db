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
import { floatView } from '../core/array.ts'
import { checkBoolean, checkInteger, checkNumber, checkObject, checkOptions } from '../core/check.ts'
import type { LabelsLike } from '../core/labels.ts'
import { checkFormat } from '../core/saved.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import { type MinimizeOptions, minimize } from '../optim/minimize/minimize.ts'
import { LinearClassifier, type LinearClassifierState } from './linear-classifier.ts'
import { scoresOf } from './linear-scores.ts'
import { logisticObjective, probabilitiesOf } from './logistic-loss.ts'
import type { ClassifierWeightOptions } from './training-rows.ts'

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
export interface LogisticFitOptions extends ClassifierWeightOptions {
  /** Called after every step, as by `minimize`; returning false stops. The value is J / (C sum w). */
  onIteration?: MinimizeOptions['onIteration']
}

/** A {@link LogisticRegression} as plain data: JSON but for the parameters. */
export interface LogisticRegressionState extends LinearClassifierState {
  format: 'ser-core/logistic-regression'
  version: 1
  options: Required<Omit<LogisticRegressionOptions, 'classes'>>
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
export class LogisticRegression extends LinearClassifier {
  /** The options with their defaults, but for the names of classes. */
  readonly options: Readonly<LogisticRegressionState['options']>
  private ending: { converged: boolean; iterations: number } | null = null

  constructor(options: LogisticRegressionOptions = {}) {
    const settings = resolve('LogisticRegression', options)
    super('LogisticRegression', options.classes)
    this.options = Object.freeze(settings)
  }

  override toString(): string {
    return this.described(`C ${this.options.C}`)
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
    checkOptions(where, options, ['sampleWeights', 'classWeights', 'onIteration'])
    const data = this.trainingRows(x, labels, options)
    checkHooks(where, options, ['onIteration'])
    const { maxIterations, gradientTolerance } = this.options
    const start = new Float64Array(scoresOf(data.count) * (data.x.cols + 1))
    const found = minimize(logisticObjective(data, data.count, this.options), start, {
      ...{ maxIterations, gradientTolerance, onIteration: options.onIteration },
    })
    if (found.status === 'nonFinite') {
      throw new RangeError(`${where}: "x" and "sampleWeights" expected numbers whose loss is finite`)
    }
    this.parameters = found.x
    this.learned(data.names, data.count, data.x.cols)
    this.ending = { converged: found.status === 'converged', iterations: found.iterations }
    return this
  }

  /**
   * The probability [n, K] of each class for the rows of x [n, D].
   *
   * @throws StateError before `fit`, RangeError for another number of columns and for numbers that are not finite
   */
  forward(x: MatrixLike): FloatNdArray {
    const rows = this.rowsOf('LogisticRegression.forward', x)
    const [classes] = this.shape
    return floatView(probabilitiesOf(this.decisions(rows), rows.rows, classes), [rows.rows, classes])
  }

  /** The model as plain data; {@link LogisticRegression.fromState} makes it again, bit for bit. */
  state(): LogisticRegressionState {
    return {
      format: 'ser-core/logistic-regression',
      version: 1,
      options: { ...this.options },
      ...this.linearState(),
    }
  }

  /** The model that a state describes. */
  static fromState(state: LogisticRegressionState): LogisticRegression {
    const where = 'LogisticRegression.fromState'
    const { options, classes, ...saved } = checkFormat(
      ...([where, state, 'logistic-regression', 'LogisticRegression'] as const),
    )
    checkObject(where, 'options', options)
    const model = new LogisticRegression({ ...options, ...(classes === null ? {} : { classes }) })
    return model.restored(where, { classes, ...saved })
  }
}
