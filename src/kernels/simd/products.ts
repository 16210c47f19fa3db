/** Products of matrices already in the memory of a module: building blocks of the fused kernels. */
import type { FloatArray } from '../../core/types.ts'
import { PANELS, packedLength } from './gemm.ts'
import type { Accelerator, Memory } from './module.ts'
import { copyIn } from './transfer.ts'

/** Packs the weights w as right factor B [k, n] once per call; `transposed` means that w is stored [n, k], `at` where it lies in the memory. */
export function packWeights(
  { wasm, memory }: Accelerator,
  w: FloatArray,
  transposed: boolean,
  n: number,
  k: number,
  at = 0,
): number {
  const packed = memory.take(packedLength(n, k))
  const mark = memory.mark()
  const raw = at > 0 ? at : copyIn(memory, w as Float32Array, 0, n * k)
  wasm.packColumns(packed, raw, transposed ? 4 * k : 4, transposed ? 4 : 4 * n, n, k)
  memory.clear(mark)
  return packed
}

/** C [m, n] = A B + scale C with contiguous rows of A and packed B; `scale` = 0 overwrites C. */
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

/** C [m, n] = alpha A'B + scale C for A [rows, m] and B [rows, n], whose rows are `lda` and `ldb` bytes apart. */
export function multiplyTransposed(
  { wasm, memory }: Accelerator,
  panels: number,
  c: number,
  [a, lda]: readonly [number, number],
  [b, ldb]: readonly [number, number],
  [m, n, rows]: readonly [number, number, number],
  alpha = 1,
  scale = 1,
): void {
  const mark = memory.mark()
  const packed = memory.take(packedLength(n, rows))
  wasm.packColumns(packed, b, 4, ldb, n, rows)
  wasm.multiply(c, 4 * n, a, 4, lda, packed, panels, m, n, rows, alpha, scale)
  memory.clear(mark)
}

/** Allocates the panels of A. */
export function takePanels(memory: Memory): number {
  return memory.take(PANELS)
}

/** Allocates n float64 sums, which end a call. */
export function takeSums(memory: Memory, n: number): number {
  const at = memory.take(2 * n)
  memory.floats.fill(0, at / 4, at / 4 + 2 * n)
  return at
}

/** Adds n float64 sums at an address to x. */
export function addSums(x: FloatArray, memory: Memory, at: number, n: number): void {
  const sums = new Float64Array(memory.floats.buffer, at, n)
  for (let i = 0; i < n; i++) x[i] += sums[i]
}
