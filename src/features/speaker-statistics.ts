/**
 * Running mean and variance of the measures of a speaker's recordings: all that adaptation keeps of them.
 *
 *   n' = n + 1,  m' = m + (x - m) / n',  S' = S + (x - m)(x - m'),  variance = S / n       (Welford, Technometrics 4, 1962)
 *
 * Two are merged by Chan, Golub & LeVeque (1983); the update is undone to leave one recording out.
 */
import { checkFinite, type Matrix, toMatrix } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import type { MatrixLike } from '../core/types.ts'
import { addRow } from './standardizer-moments.ts'

/** {@link SpeakerStatistics} as plain JSON; numbers survive exactly. */
export interface SpeakerStatisticsJson {
  recordings: number
  /** Rows of all recordings: one a recording, or its frames. */
  rows: number
  mean: number[]
  /** Sums of squares about the mean. */
  squares: number[]
}

/**
 * Statistics of a speaker, room or corpus, added up recording by recording. They hold neither sound nor labels.
 *
 * @example
 * ```ts
 * const first = new SpeakerStatistics(2).add([[1, 4]])
 * const both = new SpeakerStatistics(2).add([[3, 4]]).merge(first)
 * both.mean // [2, 4]
 * both.variance // [1, 0]
 * SpeakerStatistics.fromJSON(JSON.parse(JSON.stringify(both))).without([[3, 4]]).recordings // 1
 * ```
 */
export class SpeakerStatistics extends Printed {
  private count = 0
  private total = 0
  private readonly means: Float64Array
  private readonly squares: Float64Array

  /** @param columns - number of measures */
  constructor(columns: number) {
    super()
    checkInteger('SpeakerStatistics', 'columns', columns, { min: 1 })
    this.means = new Float64Array(columns)
    this.squares = new Float64Array(columns)
  }

  override toString(): string {
    return `SpeakerStatistics: ${counted(this.count, 'recording')}, ${counted(this.columns, 'measure')}`
  }

  /** Number of measures. */
  get columns(): number {
    return this.means.length
  }

  /** Recordings added. */
  get recordings(): number {
    return this.count
  }

  /** Rows added: one a recording, or its frames. */
  get rows(): number {
    return this.total
  }

  /** Mean of each measure; 0 before the first recording. A copy. */
  get mean(): Float64Array {
    return this.means.slice()
  }

  /** Variance of each measure; 0 before the second row. */
  get variance(): Float64Array {
    return this.squares.map((sum) => Math.max(sum, 0) / Math.max(this.total, 1))
  }

  /**
   * Adds the rows [n, D] of one recording.
   *
   * @throws RangeError for another number of columns, and for numbers that are not finite
   */
  add(rows: MatrixLike): this {
    const { data, rows: n, cols } = this.checked('SpeakerStatistics.add', rows)
    for (let t = 0; t < n; t++) addRow(this.means, this.squares, data, t * cols, ++this.total)
    this.count++
    return this
  }

  /** Adds all recordings of another. */
  merge(other: SpeakerStatistics): this {
    const where = 'SpeakerStatistics.merge'
    if (!(other instanceof SpeakerStatistics))
      throw new TypeError(expectation(where, 'other', 'SpeakerStatistics', other))
    this.checkColumns(where, 'other', other.columns)
    return this.combine(other, 1)
  }

  /**
   * The statistics without one of the recordings, in the time of one. Rounding leaves variances of about 1e-16 of the squares.
   *
   * @param rows - of a recording that was added
   * @throws RangeError where there are fewer rows than these
   */
  without(rows: MatrixLike): SpeakerStatistics {
    const where = 'SpeakerStatistics.without'
    this.checked(where, rows)
    const one = new SpeakerStatistics(this.columns).add(rows)
    if (one.total > this.total) {
      throw new RangeError(`${where}: "rows" expected at most the ${this.total} rows that were added, got ${one.total}`)
    }
    return new SpeakerStatistics(this.columns).combine(this, 1).combine(one, -1)
  }

  /** The statistics as plain JSON; {@link SpeakerStatistics.fromJSON} reads them. */
  toJSON(): SpeakerStatisticsJson {
    const { count, total, means, squares } = this
    return { recordings: count, rows: total, mean: Array.from(means), squares: Array.from(squares) }
  }

  /** The statistics that {@link SpeakerStatistics.toJSON} wrote. */
  static fromJSON(json: SpeakerStatisticsJson): SpeakerStatistics {
    const where = 'SpeakerStatistics.fromJSON'
    checkOptions(where, json, ['recordings', 'rows', 'mean', 'squares'])
    const columns = checkArray(where, 'mean', json.mean, 1).length
    const made = new SpeakerStatistics(columns)
    made.checkColumns(where, 'squares', checkArray(where, 'squares', json.squares).length)
    made.count = checkInteger(where, 'recordings', json.recordings, { min: 0 })
    made.total = checkInteger(where, 'rows', json.rows, { min: made.count > 0 ? 1 : 0 })
    for (let j = 0; j < columns; j++) {
      made.means[j] = checkNumber(where, `mean[${j}]`, json.mean[j])
      made.squares[j] = checkNumber(where, `squares[${j}]`, json.squares[j], { min: 0 })
    }
    return made
  }

  /** Adds (`sign` 1) or takes away (-1) the rows of another. */
  private combine(other: SpeakerStatistics, sign: 1 | -1): this {
    const before = this.total
    this.count += sign * other.count
    this.total += sign * other.total
    const share = this.total === 0 ? 0 : (sign * other.total) / this.total
    for (let j = 0; j < this.means.length; j++) {
      const difference = other.means[j] - this.means[j]
      const squares = this.squares[j] + sign * other.squares[j] + difference * difference * before * share
      this.means[j] = this.total === 0 ? 0 : this.means[j] + difference * share
      this.squares[j] = this.total === 0 ? 0 : Math.max(0, squares)
    }
    return this
  }

  private checked(where: string, rows: MatrixLike): Matrix {
    const matrix = toMatrix(where, 'rows', rows, 'float64')
    if (matrix.rows === 0) throw new RangeError(`${where}: "rows" expected at least one row, got none`)
    this.checkColumns(where, 'rows', matrix.cols)
    checkFinite(where, 'rows', matrix.data, matrix.cols)
    return matrix
  }

  private checkColumns(where: string, name: string, columns: number): void {
    if (columns === this.columns) return
    throw new RangeError(`${where}: "${name}" expected ${this.columns} measures, got ${columns}`)
  }
}
