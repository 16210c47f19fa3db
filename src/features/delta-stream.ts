/** Deltas of a sequence that arrives row by row: a row is returned as soon as its right context has arrived. */
import { allocate } from '../core/array.ts'
import type { StreamMemory } from '../core/stream-state.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { type DeltaSettings, type Derivative, derivativeOf, type FeatureRows } from './delta-rows.ts'

interface Level extends FeatureRows {
  /** Rows written so far. */
  count: number
}

/** A level derived from another. */
interface Derived extends Level {
  source: Level
  derivative: Derivative
}

/**
 * A chain of levels: the static features, then deltas, each of the level before or, where polynomials are fitted, of
 * the static features. Each keeps its last rows in a ring buffer: as many as the first level is ahead of the next row
 * to return, and a window more with held edges, where row 0 is known only with row K.
 */
export class DeltaStream {
  private readonly columns: number
  private readonly settings: DeltaSettings
  private readonly dtype: Dtype
  private readonly head: Level
  private readonly derived: Derived[] = []
  /** Rows returned. */
  private given = 0

  constructor(columns: number, order: number, settings: DeltaSettings, dtype: Dtype) {
    this.columns = columns
    this.settings = settings
    this.dtype = dtype
    const capacity = order === 0 ? 1 : (order + 1) * settings.window + 1
    const level = (): Level => ({ data: new Float64Array(capacity * columns), columns, capacity, count: 0 })
    this.head = level()
    for (let n = 1; n <= order; n++) {
      const source = n === 1 || settings.polynomial ? this.head : this.derived[n - 2]
      this.derived.push({ ...level(), source, derivative: derivativeOf(n, settings) })
    }
  }

  /** Rows received. */
  get rows(): number {
    return this.head.count
  }

  /** Appends the row `x[offset..]` of static features; adds the rows that it completes to `out`. */
  push(x: Float64Array, offset: number, out: FloatArray[]): void {
    const { head } = this
    const at = (head.count++ % head.capacity) * this.columns
    for (let j = 0; j < this.columns; j++) head.data[at + j] = x[offset + j]
    this.advance(out, false)
  }

  /** Adds the remaining rows to `out` and resets the stream. */
  flush(out: FloatArray[]): void {
    this.advance(out, true)
    this.reset()
  }

  /** Discards all rows. */
  reset(): void {
    this.head.count = 0
    for (const level of this.derived) level.count = 0
    this.given = 0
  }

  /** All that later rows depend on; shares the stream's arrays. */
  get memory(): StreamMemory {
    const levels = [this.head, ...this.derived].map(({ count, data }, n) => [`level${n}`, { count, data }])
    return { given: this.given, ...Object.fromEntries(levels) }
  }

  /** Continues from the memory of a stream of the same settings. */
  recall(memory: StreamMemory): void {
    this.given = memory.given as number
    for (const [n, level] of [this.head, ...this.derived].entries()) {
      const { count, data } = memory[`level${n}`] as { count: number; data: Float64Array }
      level.count = count
      level.data.set(data)
    }
  }

  private advance(out: FloatArray[], ended: boolean): void {
    const last = this.derived[this.derived.length - 1] ?? this.head
    do {
      for (const level of this.derived) this.extend(level, ended && level.source.count === this.head.count)
      while (this.given < last.count) out.push(this.row(this.given++))
    } while (ended && this.given < this.head.count)
  }

  /** Writes the next row of a level if its source has the rows to the right of it, or is complete. */
  private extend(level: Derived, complete: boolean): void {
    const { window, held } = this.settings
    const { source, count, columns } = level
    const whole = source.count - window
    if (held) this.extendHeld(level, complete, whole)
    else if (count < (complete ? source.count : whole)) {
      level.derivative(level.data, (count % level.capacity) * columns, source, count, source.count - 1)
      level.count++
    }
  }

  /** Writes rows with held edges: those beyond the first and last complete window repeat that row. */
  private extendHeld(level: Derived, complete: boolean, whole: number): void {
    const { window } = this.settings
    const { source, columns, capacity, data } = level
    const t = Math.max(level.count, window)
    if (t < whole) {
      level.derivative(data, (t % capacity) * columns, source, t, source.count - 1)
      for (; level.count < t; level.count++) this.copyRow(level, t, level.count)
      level.count++
    } else if (complete && level.count < source.count) {
      this.copyRow(level, level.count - 1, level.count)
      level.count++
    }
  }

  private copyRow({ data, columns, capacity }: Level, from: number, to: number): void {
    data.copyWithin((to % capacity) * columns, (from % capacity) * columns, ((from % capacity) + 1) * columns)
  }

  private row(t: number): FloatArray {
    const { columns, head, derived } = this
    const levels = [head, ...derived]
    const out = allocate(columns * levels.length, this.dtype)
    for (let n = 0; n < levels.length; n++) {
      const { data, capacity } = levels[n]
      const from = (t % capacity) * columns
      for (let j = 0; j < columns; j++) out[n * columns + j] = data[from + j]
    }
    return out
  }
}
