/**
 * Kernels of support-vector machines: K(x, s) = x's, or exp(-gamma ||x - s||^2), the latter from |x|^2 + |s|^2 - 2 x's.
 */
import type { Matrix } from '../core/array.ts'
import { exp } from '../core/elementary.ts'
import { kernels } from '../kernels/index.ts'

/** Name of a kernel. */
export type SvcKernel = 'linear' | 'rbf'

/** All values of {@link SvcKernel}. */
export const svcKernels: readonly SvcKernel[] = ['linear', 'rbf']

/** |x_i|^2 of the rows [n]. */
function squaresOf({ data, rows, cols }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => kernels.dot(data, i * cols, data, i * cols, cols))
}

/** A kernel of any row with the rows s [n, D]. */
export class KernelRows {
  private readonly kernel: SvcKernel
  private readonly gamma: number
  private readonly against: Matrix
  private readonly squares: Float64Array

  constructor(kernel: SvcKernel, gamma: number, against: Matrix) {
    this.kernel = kernel
    this.gamma = gamma
    this.against = against
    this.squares = squaresOf(against)
  }

  /** K(s_i, s_i) [n]. */
  diagonal(): Float64Array {
    return this.kernel === 'linear' ? this.squares.slice() : new Float64Array(this.squares.length).fill(1)
  }

  /** K of the rows x [m, D] with all s [m, n]. */
  of(x: Matrix): Float64Array {
    const { data, rows, cols } = this.against
    const out = new Float64Array(x.rows * rows)
    kernels.gemm(out, 0, rows, x.data, 0, cols, false, data, 0, cols, true, x.rows, rows, cols, 1, 0)
    if (this.kernel === 'rbf') this.radial(out, squaresOf(x))
    return out
  }

  /** K of s_i with all s [n]. */
  row(i: number): Float64Array {
    const { data, rows, cols } = this.against
    const out = new Float64Array(rows)
    kernels.gemv(out, 0, data, 0, cols, false, data, i * cols, rows, cols, 1, 0)
    if (this.kernel === 'rbf') this.radial(out, this.squares.subarray(i, i + 1))
    return out
  }

  /** Makes the products of rows, of these squares, with all s the kernel's values. */
  private radial(products: Float64Array, squares: Float64Array): void {
    const { squares: own, gamma } = this
    const n = own.length
    for (let i = 0; i < squares.length; i++) {
      for (let t = 0; t < n; t++) {
        const distance = squares[i] + own[t] - 2 * products[i * n + t]
        products[i * n + t] = exp(-gamma * (distance > 0 ? distance : 0))
      }
    }
  }
}

/** Bytes of rows that are kept. */
const KEPT_BYTES = 2 ** 28

/** The number of rows to keep, of `count` rows of as many numbers. */
export function rowsToKeep(count: number): number {
  return Math.max(2, Math.floor(KEPT_BYTES / (8 * count)))
}

/** Rows of a kernel by their index, the last used ones kept. */
export class KeptRows {
  private readonly source: KernelRows
  private readonly most: number
  private readonly kept: Map<number, Float64Array> = new Map()

  /** @param most - number of rows to keep, at least 2 */
  constructor(source: KernelRows, most: number) {
    this.source = source
    this.most = most
  }

  row(i: number): Float64Array {
    const { kept } = this
    const known = kept.get(i)
    const row = known ?? this.source.row(i)
    if (known !== undefined && kept.size < this.most) return known
    // In the order of use, the oldest first.
    kept.delete(i)
    if (kept.size >= this.most) kept.delete(kept.keys().next().value as number)
    kept.set(i, row)
    return row
  }
}
