import type { Matrix } from '../core/array.ts'

/** A filter bank stored without its zero weights. */
export class SparseFilters {
  /** Number of filters. */
  readonly count: number
  /** First bin of each filter. */
  readonly first: Int32Array
  /** [count + 1] offset of each filter's weights in `weights`, then the end of the last. */
  readonly start: Int32Array
  readonly weights: Float64Array

  constructor({ data, rows, cols }: Matrix) {
    this.count = rows
    this.first = new Int32Array(rows)
    this.start = new Int32Array(rows + 1)
    const weights: number[] = []
    for (let m = 0; m < rows; m++) {
      let from = m * cols
      let to = from + cols
      while (from < to && data[from] === 0) from++
      while (from < to && data[to - 1] === 0) to--
      this.first[m] = from - m * cols
      for (let i = from; i < to; i++) weights.push(data[i])
      this.start[m + 1] = weights.length
    }
    this.weights = Float64Array.from(weights)
  }

  /** out[m] = sum_k weight[m, k] spectrum[k]. */
  into(out: Float64Array, spectrum: Float64Array): void {
    const { count, first, start, weights } = this
    for (let m = 0; m < count; m++) {
      const end = start[m + 1]
      let sum = 0
      for (let w = start[m], k = first[m]; w < end; w++, k++) sum += weights[w] * spectrum[k]
      out[m] = sum
    }
  }
}
