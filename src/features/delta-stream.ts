/** Deltas of a sequence whose rows come one by one: each is given out as soon as its right context is there. */
import { allocate } from '../core/array.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { deltaInto, type FeatureRows } from './deltas.ts'

interface Level extends FeatureRows {
  /** Rows written so far. */
  count: number
}

/**
 * A chain of levels, the static features at its head and every other the deltas of the one before. Each keeps its last
 * 2 window + 1 rows in a ring: as many as a delta sees, and as many as the head is ahead of the second deltas.
 */
export class DeltaStream {
  private readonly columns: number
  private readonly window: number
  private readonly dtype: Dtype
  private readonly levels: Level[]
  /** Rows given out. */
  private given = 0

  constructor(columns: number, order: number, window: number, dtype: Dtype) {
    this.columns = columns
    this.window = window
    this.dtype = dtype
    const capacity = order === 0 ? 1 : 2 * window + 1
    this.levels = Array.from({ length: order + 1 }, () => {
      return { data: new Float64Array(capacity * columns), columns, capacity, count: 0 }
    })
  }

  /** Takes in the row `x[offset..]` of static features and adds the row that is complete with it, if any, to `out`. */
  push(x: Float64Array, offset: number, out: FloatArray[]): void {
    const head = this.levels[0]
    const at = (head.count++ % head.capacity) * this.columns
    for (let j = 0; j < this.columns; j++) head.data[at + j] = x[offset + j]
    this.advance(out, false)
  }

  /** Adds the remaining rows, the last frame repeated beyond the end, and starts anew. */
  flush(out: FloatArray[]): void {
    this.advance(out, true)
    this.reset()
  }

  /** Forgets all rows. */
  reset(): void {
    for (const level of this.levels) level.count = 0
    this.given = 0
  }

  private advance(out: FloatArray[], ended: boolean): void {
    const last = this.levels[this.levels.length - 1]
    do {
      for (let n = 1; n < this.levels.length; n++) this.extend(this.levels[n - 1], this.levels[n], ended)
      if (this.given < last.count) out.push(this.row(this.given++))
    } while (ended && this.given < this.levels[0].count)
  }

  /** Writes the next row of `level` if `source` has the rows to its right, or is complete. */
  private extend(source: Level, level: Level, ended: boolean): void {
    const t = level.count
    const complete = ended && source.count === this.levels[0].count
    if (t >= (complete ? source.count : source.count - this.window)) return
    deltaInto(level.data, (t % level.capacity) * this.columns, source, t, source.count - 1, this.window)
    level.count++
  }

  private row(t: number): FloatArray {
    const { columns, levels } = this
    const out = allocate(columns * levels.length, this.dtype)
    for (let n = 0; n < levels.length; n++) {
      const { data, capacity } = levels[n]
      const from = (t % capacity) * columns
      for (let j = 0; j < columns; j++) out[n * columns + j] = data[from + j]
    }
    return out
  }
}
