/** `gemm` in WebAssembly: blocks of the operands are copied in, blocks of the result copied out. */
import { isFloat32 } from '../../core/realm.ts'
import type { Kernels } from '../types.ts'
import type { Accelerator } from './module.ts'
import { copyRowsIn, copyRowsOut, copyRowsTo, type Placed } from './transfer.ts'

/** Largest blocks: 4 MB of A, twice 8 MB of B, 8 MB of C. The depth is a multiple of the module's own blocks. */
const ROWS = 1024
const COLUMNS = 2048
const DEPTH = 1024
/** Elements of the sums of a tile. */
const SUMS = 96
/** Elements of the sums of a tile and of the panels of A, see `multiply`. */
export const PANELS: number = SUMS + (192 + 6) * 256
/** Up to this many rows of A, B is read in place instead of packed. */
const FEW_ROWS = 2

/** Elements of a packed B [k, n]. */
export function packedLength(n: number, k: number): number {
  return Math.ceil(n / 8) * 8 * k
}

/** Creates a `gemm` for float32 arrays; others go to `fallback`. */
export function createSimdGemm({ wasm, memory }: Accelerator, fallback: Kernels['gemm']): Kernels['gemm'] {
  function multiply(
    at: number,
    a: Placed,
    transA: boolean,
    b: Placed,
    packed: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    beta: number,
  ): void {
    const [stride, step] = transA ? [4, a.ld] : [a.ld, 4]
    const product = [at, 4 * n, a.at, stride, step] as const
    if (packed !== 0) wasm.multiply(...product, packed, memory.take(PANELS), m, n, k, alpha, beta)
    else wasm.multiplyRows(memory.take(SUMS), ...product, b.at, b.ld, m, n, k, alpha, beta)
  }

  function pack(b: Placed, transB: boolean, n: number, k: number): number {
    const packed = memory.take(packedLength(n, k))
    wasm.packColumns(packed, b.at, transB ? b.ld : 4, transB ? 4 : b.ld, n, k)
    return packed
  }

  return function gemm(c, cOffset, ldc, a, aOffset, lda, transA, b, bOffset, ldb, transB, m, n, k, alpha, beta): void {
    if (!(isFloat32(c) && isFloat32(a) && isFloat32(b))) {
      fallback(c, cOffset, ldc, a, aOffset, lda, transA, b, bOffset, ldb, transB, m, n, k, alpha, beta)
      return
    }
    const few = m <= FEW_ROWS && !transB
    for (let j = 0; j < n; j += COLUMNS) {
      const cols = Math.min(COLUMNS, n - j)
      for (let p = 0; p < k || p === 0; p += DEPTH) {
        const depth = Math.min(DEPTH, k - p)
        const scale = p === 0 ? beta : 1
        memory.clear()
        const bBlock = transB
          ? copyRowsIn(memory, b, bOffset + j * ldb + p, ldb, cols, depth)
          : copyRowsIn(memory, b, bOffset + p * ldb + j, ldb, depth, cols)
        const packed = few ? 0 : pack(bBlock, transB, cols, depth)
        const mark = memory.mark()
        for (let i = 0; i < m; i += ROWS) {
          const rows = Math.min(ROWS, m - i)
          const from = cOffset + i * ldc + j
          memory.clear(mark)
          const aBlock = transA
            ? copyRowsIn(memory, a, aOffset + p * lda + i, lda, depth, rows)
            : copyRowsIn(memory, a, aOffset + i * lda + p, lda, rows, depth)
          const at = memory.take(rows * cols)
          if (scale !== 0) copyRowsTo(memory, at, c, from, ldc, rows, cols)
          multiply(at, aBlock, transA, bBlock, packed, rows, cols, depth, alpha, scale)
          copyRowsOut(c, from, ldc, memory, at, rows, cols)
        }
      }
    }
  }
}
