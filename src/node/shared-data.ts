import { floatView } from '../core/array.ts'
import type { FoldData } from '../experiments/jobs.ts'

/** {@link FoldData} with all features in shared memory, which is not copied when it is sent to a thread. */
export interface SharedFoldData extends Omit<FoldData, 'sequences'> {
  features: SharedArrayBuffer
  /** Shape [frames, D] of each sequence, in their order. */
  shapes: number[][]
}

/** Copies the data to shared memory. */
export function shareData({ sequences, ...rest }: FoldData): SharedFoldData {
  const total = sequences.reduce((sum, { data }) => sum + data.length, 0)
  const features = new SharedArrayBuffer(total * Float32Array.BYTES_PER_ELEMENT)
  const all = new Float32Array(features)
  let offset = 0
  for (const { data } of sequences) {
    all.set(data, offset)
    offset += data.length
  }
  return { ...rest, features, shapes: sequences.map(({ shape }) => [...shape]) }
}

/** The data for jobs, as views of the shared memory. */
export function viewShared({ features, shapes, ...rest }: SharedFoldData): FoldData {
  const all = new Float32Array(features)
  let offset = 0
  const sequences = shapes.map(([rows, cols]) => {
    const start = offset
    offset += rows * cols
    return floatView(all.subarray(start, offset), [rows, cols])
  })
  return { ...rest, sequences }
}
