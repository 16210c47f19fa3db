/**
 * Ridge regression of classes: the targets are 1 for the class of a row and -1 for every other, and the largest answer decides; two
 * classes have a single target, 1 for the second. It is scikit-learn's `RidgeClassifier` with the same alpha.
 * Hoerl & Kennard (1970) for the regression.
 */
import { checkObject, checkOptions } from '../core/check.ts'
import type { LabelsLike } from '../core/labels.ts'
import { checkFormat } from '../core/saved.ts'
import type { MatrixLike } from '../core/types.ts'
import { LinearClassifier, type LinearClassifierState } from './linear-classifier.ts'
import { scoresOf } from './linear-scores.ts'
import { type RidgeOptions, resolveRidge } from './ridge.ts'
import { ridgeSolution } from './ridge-solution.ts'
import type { ClassifierWeightOptions } from './training-rows.ts'

/** Options of {@link RidgeClassifier}. */
export interface RidgeClassifierOptions extends RidgeOptions {
  /** Names of the K classes. Default: the names among the labels in ascending order, or none and K = 1 + the largest. */
  classes?: readonly string[]
}

/** Options of {@link RidgeClassifier.fit}. */
export type RidgeClassifierFitOptions = ClassifierWeightOptions

/** A {@link RidgeClassifier} as plain data: JSON but for the parameters. */
export interface RidgeClassifierState extends LinearClassifierState {
  format: 'ser-core/ridge-classifier'
  version: 1
  options: Required<RidgeOptions>
}

/**
 * A linear classifier by ridge regression, learned in one step.
 *
 * @example
 * ```ts
 * const model = new RidgeClassifier({ alpha: 0.1 })
 * model.fit([[0, 1], [1, 1], [4, 0], [5, 1]], ['calm', 'calm', 'angry', 'angry'], { classWeights: 'balanced' })
 * model.predictLabels([[0.5, 0.5]]) // ['calm']
 * model.decisionFunction([[0.5, 0.5]]).get(0, 0) > 0 // true: the second of ['angry', 'calm']
 * loadModel(saveModel(model), RidgeClassifier).classes // ['angry', 'calm']
 * ```
 */
export class RidgeClassifier extends LinearClassifier {
  /** The options with their defaults, but for the names of classes. */
  readonly options: Readonly<RidgeClassifierState['options']>

  constructor(options: RidgeClassifierOptions = {}) {
    checkOptions('RidgeClassifier', options, ['alpha', 'intercept', 'classes'])
    const settings = resolveRidge('RidgeClassifier', options)
    super('RidgeClassifier', options.classes)
    this.options = Object.freeze(settings)
  }

  override toString(): string {
    return this.described(`alpha ${this.options.alpha}`)
  }

  /**
   * Learns W and b from the rows of x [n, D], from scratch.
   *
   * @param labels - [n] names of classes, or their indices
   * @throws TypeError or RangeError for wrong arguments, for a class without a row of any weight, and as {@link Ridge.fit} does; the
   * model then stays as it was
   */
  fit(x: MatrixLike, labels: LabelsLike, options: RidgeClassifierFitOptions = {}): this {
    const where = 'RidgeClassifier.fit'
    checkOptions(where, options, ['sampleWeights', 'classWeights'])
    const { x: rows, labels: indices, weights, names, count } = this.trainingRows(x, labels, options)
    const cols = scoresOf(count)
    const data = new Float64Array(indices.length * cols).fill(-1)
    for (const [i, k] of indices.entries()) if (cols > 1 || k === 1) data[i * cols + (cols > 1 ? k : 0)] = 1
    this.parameters = ridgeSolution(where, rows, { data, rows: indices.length, cols }, weights, this.options)
    this.learned(names, count, rows.cols)
    return this
  }

  /** The model as plain data; {@link RidgeClassifier.fromState} makes it again, bit for bit. */
  state(): RidgeClassifierState {
    return { format: 'ser-core/ridge-classifier', version: 1, options: { ...this.options }, ...this.linearState() }
  }

  /** The model that a state describes. */
  static fromState(state: RidgeClassifierState): RidgeClassifier {
    const where = 'RidgeClassifier.fromState'
    const { options, classes, ...saved } = checkFormat(where, state, 'ridge-classifier', 'RidgeClassifier')
    checkObject(where, 'options', options)
    const model = new RidgeClassifier({ ...options, ...(classes === null ? {} : { classes }) })
    return model.restored(where, { classes, ...saved })
  }
}
