/** So many rows or fewer are put in their places one by one. */
const FEW = 256

/** A column, and the rows of a window in ascending order of its values, of which the next window keeps those that it shares. */
export class OrderedColumn {
  readonly values: Float64Array
  private readonly order: Int32Array
  private from = 0
  private to = 0

  constructor(values: Float64Array) {
    this.values = values
    this.order = new Int32Array(values.length)
  }

  /** The rows from `from` on, before `to`, the first so many in the result; null where sorting their values takes less time. */
  orderOf(from: number, to: number): Int32Array | null {
    const { values, order } = this
    const overlaps = from >= this.from && from < this.to && to >= this.to
    let next = overlaps ? this.to : from
    if (to - next > FEW) return null
    let count = 0
    if (overlaps) for (let i = 0; i < next - this.from; i++) if (order[i] >= from) order[count++] = order[i]
    for (; next < to; next++) {
      const value = values[next]
      let i = count++
      for (; i > 0 && values[order[i - 1]] > value; i--) order[i] = order[i - 1]
      order[i] = next
    }
    this.from = from
    this.to = to
    return order
  }
}
