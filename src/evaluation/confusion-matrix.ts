import type { NdArray } from 'ndarray'
import { view } from '../core/array.ts'
import { checkArray, checkInteger, checkOptions } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { displayedAs } from '../core/display.ts'
import { checkClassNames, classIndexOf, type Label, type LabelsLike } from '../core/labels.ts'
import { counted, Printed } from '../core/printed.ts'
import { LEAST_TEXT_WIDTH, TEXT_WIDTH } from '../core/text.ts'
import { checkPairs } from './class-labels.ts'
import { confusionHtml } from './confusion-table.ts'
import { confusionText } from './confusion-text.ts'
import { type Interval, wilsonInterval } from './intervals.ts'

/** A {@link ConfusionMatrix} as JSON: rows are true classes, columns predicted ones. */
export interface ConfusionMatrixJson {
  classes: string[]
  counts: number[][]
}

const MAX_COUNT = 2 ** 31 - 1

function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

/**
 * Counts of predicted classes (columns) by true class (rows), and the rates that follow from them. A rate whose
 * denominator is 0 is NaN: the recall of a class that never occurs, the precision of one that is never predicted.
 * `String(matrix)` is a table; notebooks that ask for `Symbol.for('Jupyter.display')` show a heat map.
 *
 * @example
 * ```ts
 * const cm = new ConfusionMatrix(['joy', 'anger'])
 * cm.add('joy', 'anger').add('joy', 'joy').add('anger', 'anger')
 * cm.unweightedRecall // 0.75
 * ```
 */
export class ConfusionMatrix extends Printed {
  /** The names of the K classes, in the order of rows and columns. */
  readonly classes: readonly string[]
  private readonly cells: Int32Array

  static {
    // Isolated declarations cannot name a method by a registered symbol, so it is set here.
    displayedAs(ConfusionMatrix.prototype, function () {
      return { 'text/plain': confusionText(this), 'text/html': confusionHtml(this) }
    })
  }

  /**
   * @param classes - K different names
   * @throws RangeError for an empty list or a repeated name
   */
  constructor(classes: readonly string[]) {
    super()
    this.classes = checkClassNames('ConfusionMatrix', 'classes', classes)
    this.cells = new Int32Array(this.classes.length * this.classes.length)
  }

  /**
   * Counts one prediction, or `count` equal ones.
   *
   * @param truth - the true class, by name or index
   * @param said - the predicted class, by name or index
   * @throws RangeError for an unknown class
   */
  add(truth: Label, said: Label, count: number = 1): this {
    const where = 'ConfusionMatrix.add'
    const at =
      classIndexOf(where, 'truth', truth, this.classes) * this.classes.length +
      classIndexOf(where, 'said', said, this.classes)
    this.cells[at] += checkInteger(where, 'count', count, { min: 0, max: MAX_COUNT - this.cells[at] })
    return this
  }

  /**
   * Counts lists of predictions, names or indices in an array, a typed array or an ndarray. Counts nothing if one of
   * them throws.
   *
   * @throws RangeError for lists of different lengths or an unknown class
   */
  addAll(truth: LabelsLike, said: LabelsLike): this {
    const where = 'ConfusionMatrix.addAll'
    const pairs = checkPairs(where, truth, said)
    const rows = Array.from(pairs.truth, (label) => classIndexOf(where, 'truth', label, this.classes))
    const columns = Array.from(pairs.said, (label) => classIndexOf(where, 'said', label, this.classes))
    rows.forEach((row, i) => {
      this.add(row, columns[i])
    })
    return this
  }

  /**
   * Adds the counts of another matrix, for example of another fold.
   *
   * @throws RangeError unless it has the same classes in the same order
   */
  merge(other: ConfusionMatrix): this {
    checkInstance('ConfusionMatrix.merge', 'other', other, ConfusionMatrix, 'a ConfusionMatrix')
    const { classes } = this
    if (other.classes.length !== classes.length || other.classes.some((name, k) => name !== classes[k])) {
      const [mine, theirs] = [classes.join(', '), other.classes.join(', ')]
      throw new RangeError(`ConfusionMatrix.merge: "other" expected the classes ${mine}, got ${theirs}`)
    }
    other.cells.forEach((count, at) => {
      checkInteger('ConfusionMatrix.merge', 'count', count, { max: MAX_COUNT - this.cells[at] })
    })
    other.cells.forEach((count, at) => {
      this.cells[at] += count
    })
    return this
  }

  /** The counts `[K, K]`, rows true, columns predicted; a copy. */
  get counts(): NdArray<Int32Array> {
    return view(this.cells.slice(), [this.classes.length, this.classes.length])
  }

  /** Number of predictions. */
  get total(): number {
    return this.cells.reduce((sum, count) => sum + count, 0)
  }

  /** Share of correct predictions (weighted average recall, WAR). */
  get accuracy(): number {
    return this.right / this.total
  }

  /** Mean recall of the classes that occur (unweighted average recall, UAR). */
  get unweightedRecall(): number {
    return mean(Object.values(this.recall))
  }

  /** Mean F1 of the classes that occur or are predicted. */
  get macroF1(): number {
    return mean(Object.values(this.f1))
  }

  /** By class: the share of its occurrences that are predicted correctly; NaN for a class that never occurs. */
  get recall(): Record<string, number> {
    return this.perClass((k) => this.cell(k, k) / this.rowSum(k))
  }

  /** By class: the share of its predictions that are correct; NaN for a class that is never predicted. */
  get precision(): Record<string, number> {
    return this.perClass((k) => this.cell(k, k) / this.columnSum(k))
  }

  /** By class: the harmonic mean of precision and recall, 2 correct / (occurs + predicted); NaN where that is 0 / 0. */
  get f1(): Record<string, number> {
    return this.perClass((k) => (2 * this.cell(k, k)) / (this.rowSum(k) + this.columnSum(k)))
  }

  /** Wilson's 95 % interval of {@link ConfusionMatrix.accuracy}, which assumes independent predictions. */
  get accuracyInterval(): Interval {
    return wilsonInterval(this.right, this.total)
  }

  /** By class: Wilson's 95 % interval of its recall. */
  get recallIntervals(): Record<string, Interval> {
    return this.perClass((k) => wilsonInterval(this.cell(k, k), this.rowSum(k)))
  }

  /**
   * A table of counts, row percentages and rates for a fixed-width font. If it is too wide, recalls and intervals move
   * below the counts; then the percentages are left out, and finally the names of the columns are shortened.
   *
   * @param options - `width`: columns of the terminal or page, default 80
   * @throws RangeError for a width below 40
   * @example
   * ```ts
   * const matrix = new ConfusionMatrix(['joy', 'anger']).add('joy', 'anger').add('joy', 'joy')
   * console.log(matrix.toString({ width: 60 }))
   * ```
   */
  override toString(options: { width?: number } = {}): string {
    const where = 'ConfusionMatrix.toString'
    checkOptions(where, options, ['width'])
    return confusionText(this, checkInteger(where, 'width', options.width ?? TEXT_WIDTH, { min: LEAST_TEXT_WIDTH }))
  }

  /** @internal */
  override get line(): string {
    const answers = this.cells.reduce((sum, count) => sum + count, 0)
    return `ConfusionMatrix: ${counted(this.classes.length, 'class', 'classes')}, ${counted(answers, 'answer')}`
  }

  /** The counts as plain JSON; {@link ConfusionMatrix.fromJSON} reads it. */
  toJSON(): ConfusionMatrixJson {
    const classes = [...this.classes]
    return { classes, counts: classes.map((_, i) => classes.map((_, j) => this.cell(i, j))) }
  }

  /** The matrix that {@link ConfusionMatrix.toJSON} wrote. */
  static fromJSON(json: ConfusionMatrixJson): ConfusionMatrix {
    const where = 'ConfusionMatrix.fromJSON'
    checkOptions(where, json, ['classes', 'counts'])
    const matrix = new ConfusionMatrix(json.classes)
    const size = matrix.classes.length
    const rows = checkArray(where, 'counts', json.counts).map((row) => checkArray<number>(where, 'counts', row))
    if (rows.length !== size || rows.some((row) => row.length !== size)) {
      throw new RangeError(`${where}: "counts" expected ${size} rows of ${size} counts for as many classes`)
    }
    rows.forEach((row, i) => {
      row.forEach((count, j) => {
        matrix.add(i, j, count)
      })
    })
    return matrix
  }

  private get right(): number {
    return this.classes.reduce((sum, _, k) => sum + this.cell(k, k), 0)
  }

  private cell(row: number, column: number): number {
    return this.cells[row * this.classes.length + column]
  }

  private rowSum(k: number): number {
    return this.classes.reduce((sum, _, j) => sum + this.cell(k, j), 0)
  }

  private columnSum(k: number): number {
    return this.classes.reduce((sum, _, i) => sum + this.cell(i, k), 0)
  }

  private perClass<T>(value: (k: number) => T): Record<string, T> {
    return Object.fromEntries(this.classes.map((name, k) => [name, value(k)]))
  }
}
