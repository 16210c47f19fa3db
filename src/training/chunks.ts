import { longestFirst } from '../layers/batch.ts'
import type { Dataset } from './dataset.ts'

/** One stretch of time of a batch. */
export interface Chunk {
  dataset: Dataset
  /** Those of the batch's sequences that still run. */
  members: Int32Array
  /** Share of the batch's frames. */
  share: number
}

function cut({ sequences, targets, frameWeights }: Dataset, members: Int32Array, from: number, end: number): Dataset {
  const parts = [...sequences]
  const weights = [...(frameWeights ?? [])]
  for (const i of members) {
    const { data, rows, cols } = sequences[i]
    const last = Math.min(end, rows)
    parts[i] = { data: data.subarray(from * cols, last * cols), rows: last - from, cols }
    if (frameWeights !== undefined) weights[i] = frameWeights[i].subarray(from, last)
  }
  return {
    sequences: parts,
    targets: { ...targets, write: (out, at, i, t) => targets.write(out, at, i, t + from) },
    ...(frameWeights !== undefined && { frameWeights: weights }),
  }
}

/**
 * Cuts a batch along time every `length` steps; the same sequence keeps its place in the packed rows of every chunk, since
 * the longest come first, so that layer states fit from chunk to chunk.
 */
export function cutBatch(dataset: Dataset, members: ArrayLike<number>, length: number): Chunk[] {
  const { sequences } = dataset
  const sorted = longestFirst(members, (i) => sequences[i].rows)
  const frames = sorted.reduce((sum, i) => sum + sequences[i].rows, 0)
  const chunks: Chunk[] = []
  for (let from = 0; from < sequences[sorted[0]].rows; from += length) {
    const running = sorted.filter((i) => sequences[i].rows > from)
    const part = cut(dataset, running, from, from + length)
    const rows = running.reduce((sum, i) => sum + part.sequences[i].rows, 0)
    chunks.push({ dataset: part, members: running, share: rows / frames })
  }
  return chunks
}
