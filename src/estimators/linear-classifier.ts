/** Base of the classifiers whose scores are linear in the row. */
import { floatView, type Matrix } from '../core/array.ts'
import { checkInteger } from '../core/check.ts'
import { counted } from '../core/printed.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { savedParameters, scoresInto, scoresOf } from './linear-scores.ts'
import { RowClassifier } from './row-classifier.ts'

/** The learned numbers as plain data. */
export interface LinearClassifierState {
  /** Names of the classes; null where they have none. */
  classes: string[] | null
  /** K and D; 0 before `fit`. */
  shape: [number, number]
  /** W, row by row. */
  coefficients: FloatArray
  intercepts: FloatArray
}

/** A classifier by the scores z = W x + b. */
export abstract class LinearClassifier extends RowClassifier {
  /** W, then b. @internal */
  protected parameters: Float64Array = new Float64Array(0)

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

  /** The size in words, after the words of an option. @internal */
  protected described(option: string): string {
    return `${this.sizeText()}, ${option}, ${counted(this.parameters.length, 'parameter')}`
  }

  /** @internal */
  protected decisions(x: Matrix): Float64Array {
    const outputs = scoresOf(this.shape[0])
    const z = new Float64Array(x.rows * outputs)
    scoresInto(z, x, this.parameters, outputs)
    return z
  }

  /** @internal */
  protected linearState(): LinearClassifierState {
    const { classes, shape, coefficients, intercepts } = this
    return { classes: classes && [...classes], shape: [...shape], coefficients: coefficients.data, intercepts }
  }

  /** Takes what was saved; the classes are those of the constructor. @internal */
  protected restored(where: string, { shape, ...saved }: LinearClassifierState): this {
    const [count, columns] = [0, 1].map((i) => checkInteger(where, `shape[${i}]`, shape?.[i], { min: 0 }))
    this.parameters = savedParameters(where, saved, scoresOf(count), columns)
    this.learned(this.classes, count, columns)
    return this
  }
}
