import type { Matrix } from '../core/array.ts'
import { longestFirst } from '../layers/batch.ts'
import { byMember } from './dataset.ts'

/** A batch between two time steps. */
export interface Chunk {
  /** Members of the batch whose sequences have not ended yet. */
  members: Int32Array
  /** The frames of these sequences in this chunk. */
  sequences: Matrix[]
  /** The first time step. */
  from: number
  /** Share of the batch's frames. */
  share: number
}

function stretch({ data, rows, cols }: Matrix, from: number, end: number): Matrix {
  const last = Math.min(end, rows)
  return { data: data.subarray(from * cols, last * cols), rows: last - from, cols }
}

/**
 * Cuts a batch along time every `length` steps. A sequence keeps its place in the packed rows of every chunk, since
 * the longest come first, so that layer states fit from chunk to chunk.
 */
export function cutBatch(members: ArrayLike<number>, whole: readonly Matrix[], length: number): Chunk[] {
  const sequenceOf = byMember(members, whole)
  const sorted = longestFirst(members, (i) => sequenceOf(i).rows)
  const frames = sorted.reduce((sum, i) => sum + sequenceOf(i).rows, 0)
  const chunks: Chunk[] = []
  for (let from = 0; from < sequenceOf(sorted[0]).rows; from += length) {
    const running = sorted.filter((i) => sequenceOf(i).rows > from)
    const sequences = Array.from(running, (i) => stretch(sequenceOf(i), from, from + length))
    const rows = sequences.reduce((sum, sequence) => sum + sequence.rows, 0)
    chunks.push({ members: running, sequences, from, share: rows / frames })
  }
  return chunks
}
