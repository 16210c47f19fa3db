/** Common parts of the recurrent layers in WebAssembly: a pass is processed in chunks of consecutive steps. */
import { isFloat32 } from '../../core/realm.ts'
import type { FloatArray } from '../../core/types.ts'
import { previousOf } from '../recurrent.ts'
import type { PackedPass } from '../types.ts'
import type { Memory } from './module.ts'

/** Rows of a chunk, unless one step has more: its operands then stay in the second-level cache between kernels. */
const CHUNK = 256

/** Steps first .. end-1 and their rows. */
export interface Chunk {
  first: number
  end: number
  row: number
  rows: number
}

/** The chunks of a pass from its first step to its last. */
export function chunksOf({ offsets }: PackedPass): Chunk[] {
  const chunks: Chunk[] = []
  const steps = offsets.length - 1
  for (let first = 0; first < steps; ) {
    let end = first + 1
    while (end < steps && offsets[end + 1] - offsets[first] <= CHUNK) end++
    chunks.push({ first, end, row: offsets[first], rows: offsets[end] - offsets[first] })
    first = end
  }
  return chunks
}

/** Whether a pass is of float32: all of its arrays are of one type. */
export function isFloat32Pass({ x, h, wx }: PackedPass & { wx: FloatArray }): boolean {
  return isFloat32(x) && isFloat32(h) && isFloat32(wx)
}

/** Copies the previous step's values for every row of a chunk; returns their address. */
export function copyPrevious(
  memory: Memory,
  pass: PackedPass,
  { first, end, row, rows }: Chunk,
  initial: FloatArray,
  values: FloatArray,
): number {
  const { offsets, units: H } = pass
  const at = memory.take(rows * H)
  for (let t = first; t < end; t++) {
    const [source, before] = previousOf(pass, t, initial, values)
    const length = (offsets[t + 1] - offsets[t]) * H
    memory.floats.set(source.subarray(before, before + length), at / 4 + (offsets[t] - row) * H)
  }
  return at
}
