/** What the recurrent layers share in WebAssembly: a pass goes through the memory in chunks of steps. */
import type { FloatArray } from '../../core/types.ts'
import { previousOf } from '../recurrent.ts'
import type { PackedPass } from '../types.ts'
import { PANELS, packedLength } from './gemm.ts'
import type { Accelerator, Memory } from './module.ts'
import { copyIn } from './transfer.ts'

/** Rows of a chunk, unless one step has more: what they need stays in the second-level cache between the kernels. */
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

/** Whether none of the arrays is of float64. */
export function areFloat32(...records: object[]): boolean {
  return records.every((record) => Object.values(record).every((value) => !(value instanceof Float64Array)))
}

/** Packs the weights w as B [k, n] of products, for all of a call; `transposed` means that they are stored [n, k]. */
export function packWeights(
  { wasm, memory }: Accelerator,
  w: FloatArray,
  transposed: boolean,
  n: number,
  k: number,
): number {
  const packed = memory.take(packedLength(n, k))
  const mark = memory.mark()
  const raw = copyIn(memory, w as Float32Array, 0, n * k)
  wasm.packColumns(packed, raw, transposed ? 4 * k : 4, transposed ? 4 : 4 * n, n, k)
  memory.clear(mark)
  return packed
}

/** C [m, n] += A B with adjacent rows of A and packed B; `scale` = 0 overwrites C. */
export function multiplyPacked(
  { wasm }: Accelerator,
  panels: number,
  c: number,
  a: number,
  packed: number,
  m: number,
  n: number,
  k: number,
  scale: number,
): void {
  wasm.multiply(c, 4 * n, a, 4 * k, 4, packed, panels, m, n, k, 1, scale)
}

/** C [m, n] += A'B for A [rows, m], `lda` bytes from row to row, and B [rows, n]: how gradients of weights are made. */
export function addTransposedProduct(
  { wasm, memory }: Accelerator,
  panels: number,
  c: number,
  a: number,
  lda: number,
  b: number,
  m: number,
  n: number,
  rows: number,
): void {
  const mark = memory.mark()
  const packed = memory.take(packedLength(n, rows))
  wasm.packColumns(packed, b, 4, 4 * n, n, rows)
  wasm.multiply(c, 4 * n, a, 4, lda, packed, panels, m, n, rows, 1, 1)
  memory.clear(mark)
}

/** Room for the panels of A. */
export function takePanels(memory: Memory): number {
  return memory.take(PANELS)
}

/** Copies the values of the step before of every row of a chunk; returns their address. */
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

/** The sums of float64 numbers that a call ends with. */
export function takeSums(memory: Memory, n: number): number {
  const at = memory.take(2 * n)
  memory.floats.fill(0, at / 4, at / 4 + 2 * n)
  return at
}

/** x += sums */
export function addSums(x: FloatArray, memory: Memory, at: number, n: number): void {
  const sums = new Float64Array(memory.floats.buffer, at, n)
  for (let i = 0; i < n; i++) x[i] += sums[i]
}
