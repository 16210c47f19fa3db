/**
 * Packed batches. Sequences of unequal length are sorted by decreasing length and stored step by step: step t has the
 * rows offsets[t] .. offsets[t+1]-1, one for each sequence that has not ended. There is no padding that could change a
 * result.
 */
import type { Matrix } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'

/** Layout of a batch in packed rows: sequence b at step t has the row offsets[t] + b. */
export interface BatchPlan {
  /** order[b] is the caller's index of packed sequence b. */
  order: Int32Array
  /** [B] lengths, decreasing. */
  lengths: Int32Array
  /** [T + 1] first row of each step, and the number of rows at the end. */
  offsets: Int32Array
}

/** Packed activations [rows, cols] of a batch. */
export interface Activations {
  data: FloatArray
  cols: number
  plan: BatchPlan
}

/** Members by decreasing length; those of equal length by index. */
export function longestFirst(members: ArrayLike<number>, lengthOf: (member: number) => number): Int32Array {
  return Int32Array.from(members).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b)
}

/** The last row of packed sequence b. */
export function lastRow({ lengths, offsets }: BatchPlan, b: number): number {
  return offsets[lengths[b] - 1] + b
}

/** The plan for sequences of the given lengths; equal lengths keep their order. */
export function planBatch(lengths: ArrayLike<number>): BatchPlan {
  const order = longestFirst(
    Int32Array.from(lengths, (_, i) => i),
    (i) => lengths[i],
  )
  return packedPlan(
    order,
    Int32Array.from(order, (i) => lengths[i]),
  )
}

/** The plan for sequences already in packed order: `lengths`, all >= 1, must not increase. */
export function packedPlan(order: Int32Array, lengths: Int32Array): BatchPlan {
  const steps = lengths.length > 0 ? lengths[0] : 0
  const offsets = new Int32Array(steps + 1)
  for (let t = 0, running = lengths.length; t < steps; t++) {
    while (running > 0 && lengths[running - 1] <= t) running--
    offsets[t + 1] = offsets[t] + running
  }
  return { order, lengths, offsets }
}

/** The plan for n sequences of one row each. */
export function rowPlan(n: number): BatchPlan {
  return packedPlan(
    Int32Array.from({ length: n }, (_, i) => i),
    new Int32Array(n).fill(1),
  )
}

/** The plan of a pooling layer's output: one row for each sequence. */
export function pooledPlan({ order, lengths }: BatchPlan): BatchPlan {
  const B = lengths.length
  return { order, lengths: new Int32Array(B).fill(1), offsets: Int32Array.of(0, B) }
}

/** Rows of the packed matrix. */
export function rowsOf({ offsets }: BatchPlan): number {
  return offsets[offsets.length - 1]
}

/** Writes sequences (in the caller's order) to packed rows. */
export function packInto(out: FloatArray, plan: BatchPlan, sequences: readonly Matrix[]): void {
  const { order, lengths, offsets } = plan
  for (let b = 0; b < order.length; b++) {
    const { data, cols } = sequences[order[b]]
    for (let t = 0; t < lengths[b]; t++) {
      const to = (offsets[t] + b) * cols
      const from = t * cols
      for (let j = 0; j < cols; j++) out[to + j] = data[from + j]
    }
  }
}

/** Copies packed rows back into one matrix for each sequence, in the caller's order. */
export function unpack({ data, cols, plan }: Activations): Matrix[] {
  const { order, lengths, offsets } = plan
  const sequences = new Array<Matrix>(order.length)
  for (let b = 0; b < order.length; b++) {
    const out = data.slice(0, lengths[b] * cols)
    for (let t = 0; t < lengths[b]; t++) {
      const from = (offsets[t] + b) * cols
      for (let j = 0; j < cols; j++) out[t * cols + j] = data[from + j]
    }
    sequences[order[b]] = { data: out, rows: lengths[b], cols }
  }
  return sequences
}

/** Sequences per batch in inference. */
export const INFERENCE_BATCH = 32

/** Calls `run` on batches of the items, so that long lists need no more memory than a batch; joins the results. */
export function inBatches<T, R>(items: readonly T[], run: (batch: T[]) => R[]): R[] {
  const results: R[] = []
  for (let from = 0; from < items.length; from += INFERENCE_BATCH) {
    results.push(...run(items.slice(from, from + INFERENCE_BATCH)))
  }
  return results
}
