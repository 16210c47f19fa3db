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
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) out[i] = kernels.dot(data, i * cols, data, i * cols, cols)
  return out
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
    return this.values(x, squaresOf(x))
  }

  private values(x: Matrix, squaresOfRows: Float64Array): Float64Array {
    const { data, rows, cols } = this.against
    const out = new Float64Array(x.rows * rows)
    kernels.gemm(out, 0, rows, x.data, 0, cols, false, data, 0, cols, true, x.rows, rows, cols, 1, 0)
    if (this.kernel === 'rbf') this.radial(out, squaresOfRows)
    return out
  }

  /** K of the rows s from `first` on with all s [count, n]. */
  block(first: number, count: number): Float64Array {
    const { data, cols } = this.against
    const block = { data: data.subarray(first * cols, (first + count) * cols), rows: count, cols }
    return this.values(block, this.squares.subarray(first, first + count))
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

/** Rows that are computed at once: one product of matrices takes a third of the time of as many with a vector. */
export const ROWS_OF_BLOCK = 16

/** The number of blocks of rows to keep, of `count` rows of as many numbers. */
export function blocksToKeep(count: number): number {
  return Math.max(2, Math.floor(KEPT_BYTES / (8 * count * ROWS_OF_BLOCK)))
}

/** Rows of a kernel by their index, in blocks, of which the last used ones are kept. */
export class KeptRows {
  private readonly source: Pick<KernelRows, 'block'>
  private readonly count: number
  private readonly most: number
  private readonly kept: Map<number, Float64Array> = new Map()

  /**
   * @param count - number of rows, and of the numbers of each
   * @param most - number of blocks to keep, at least 2
   */
  constructor(source: Pick<KernelRows, 'block'>, count: number, most: number = blocksToKeep(count)) {
    this.source = source
    this.count = count
    this.most = most
  }

  row(i: number): Float64Array {
    const at = Math.floor(i / ROWS_OF_BLOCK)
    const within = i - at * ROWS_OF_BLOCK
    return this.block(at).subarray(within * this.count, (within + 1) * this.count)
  }

  private block(at: number): Float64Array {
    const { kept, most, count } = this
    const known = kept.get(at)
    if (known !== undefined && kept.size < most) return known
    const first = at * ROWS_OF_BLOCK
    const block = known ?? this.source.block(first, Math.min(ROWS_OF_BLOCK, count - first))
    // In the order of use, the oldest first.
    kept.delete(at)
    if (kept.size >= most) kept.delete(kept.keys().next().value as number)
    kept.set(at, block)
    return block
  }
}
