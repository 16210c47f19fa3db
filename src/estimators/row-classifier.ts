/** Base of the estimators that tell the class of a row of numbers. */
import { floatView, type Matrix } from '../core/array.ts'
import { StateError } from '../core/errors.ts'
import { checkClassNames, type LabelsLike } from '../core/labels.ts'
import { Printed } from '../core/printed.ts'
import { toSequence } from '../core/sequence.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { argmax } from '../networks/decision.ts'
import { OutputClasses } from '../training/output-classes.ts'
import { scoresOf } from './linear-scores.ts'
import { type ClassifierWeightOptions, type ClassRows, classRows } from './training-rows.ts'

/** A classifier of rows of numbers. */
export abstract class RowClassifier extends Printed {
  /** Of the class, for messages. */
  private readonly title: string
  private names: readonly string[] | null
  /** K and D; 0 before `fit`. @internal */
  protected shape: [classes: number, columns: number] = [0, 0]

  constructor(title: string, classes: unknown) {
    super()
    this.title = title
    this.names = classes === undefined ? null : checkClassNames(title, 'classes', classes, 2)
  }

  /** Names of the classes, in the order of the outputs; null where they have none. */
  get classes(): readonly string[] | null {
    return this.names
  }

  /**
   * The scores [n, M] by which the rows of x [n, D] are decided: one a class, M = K; for two classes a single one, which is positive
   * for the second. Of more classes the largest decides.
   *
   * @throws StateError before `fit`, RangeError for another number of columns and for numbers that are not finite
   */
  decisionFunction(x: MatrixLike): FloatNdArray {
    const rows = this.rowsOf(`${this.title}.decisionFunction`, x)
    return floatView(this.decisions(rows), [rows.rows, scoresOf(this.shape[0])])
  }

  /** The index of the class of each row of x [n, D]; otherwise as `decisionFunction`. */
  predict(x: MatrixLike): Int32Array {
    return this.indices(`${this.title}.predict`, x)
  }

  /**
   * The name of the class of each row of x [n, D].
   *
   * @throws StateError where the classes have no names; otherwise as `decisionFunction`
   */
  predictLabels(x: MatrixLike): string[] {
    const where = `${this.title}.predictLabels`
    const names = new OutputClasses(where, this.names, this.shape[0]).known(where)
    return Array.from(this.indices(where, x), (k) => names[k])
  }

  /** Name and size, as `toString` begins. @internal */
  protected sizeText(): string {
    const [classes, columns] = this.shape
    return `${this.title}: ${classes === 0 ? 'not fitted' : `[n, ${columns}] -> [n, ${classes}]`}`
  }

  /** `decisionFunction` of checked rows. @internal */
  protected abstract decisions(x: Matrix): Float64Array

  /** Rows to answer, checked. @internal */
  protected rowsOf(where: string, x: MatrixLike): Matrix {
    if (this.shape[0] === 0) throw new StateError(`${where}: nothing is learned yet; call fit first`)
    return toSequence(where, 'x', x, this.shape[1], 'float64', 'n')
  }

  /** Rows to learn from, checked. @internal */
  protected trainingRows(x: MatrixLike, labels: LabelsLike, weights: ClassifierWeightOptions): ClassRows {
    return classRows(`${this.title}.fit`, this.names, x, labels, weights)
  }

  /** Takes the classes of a training, or those saved. @internal */
  protected learned(names: readonly string[] | null, classes: number, columns: number): void {
    if (names !== null && classes > 0) new OutputClasses(`${this.title}.fromState`, names, classes)
    this.names = names
    this.shape = [classes, columns]
  }

  private indices(where: string, x: MatrixLike): Int32Array {
    const rows = this.rowsOf(where, x)
    const z = this.decisions(rows)
    const scores = scoresOf(this.shape[0])
    return Int32Array.from({ length: rows.rows }, (_, i) => {
      return scores === 1 ? Number(z[i] > 0) : argmax(z, i * scores, scores)
    })
  }
}
