/**
 * Softmax of rows, and its cross-entropy; equations in `kernels/types.ts`. A row has the same bits alone and among
 * many. Its last lanes may be written beyond its end, where the next row comes, or room for four elements.
 */
import { exp4, log4 } from './elementary'
import { plus, times } from './lanes'

const LANES: usize = memory.data<i32>([0, 1, 2, 3])

/** The lanes of x that belong to a row of which `left` elements are left, `other` in the rest. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function within(x: v128, other: v128, left: i32): v128 {
  return left >= 4 ? x : v128.bitselect(x, other, i32x4.lt_s(v128.load(LANES), i32x4.splat(left)))
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function sumOfLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}

function largest(x: usize, cols: i32): f32 {
  const lowest = f32x4.splat(-Infinity)
  let most = lowest
  for (let j = 0; j < cols; j += 4, x += 16) most = f32x4.max(most, within(v128.load(x), lowest, cols - j))
  const half = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 2, 3))
  return max(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1))
}

/** out = exp(x - most); returns the sum of it. */
function exponentials(out: usize, x: usize, cols: i32, most: f32): f32 {
  const zero = f32x4.splat(0)
  let sum = zero
  for (let j = 0; j < cols; j += 4, x += 16, out += 16) {
    const e = exp4(f32x4.sub(v128.load(x), f32x4.splat(most)))
    v128.store(out, e)
    sum = plus(sum, within(e, zero, cols - j))
  }
  return sumOfLanes(sum)
}

/** out = softmax(x), row by row; `out` is not `x`. */
export function softmax(out: usize, x: usize, rows: i32, cols: i32): void {
  const width = (<usize>cols) << 2
  for (let i = 0; i < rows; i++, out += width, x += width) {
    const sum = exponentials(out, x, cols, largest(x, cols))
    for (let j = 0, at = out; j < cols; j += 4, at += 16) {
      v128.store(at, f32x4.div(v128.load(at), f32x4.splat(sum)))
    }
  }
}

/** sum_k t_k (logSum + most - x_k), 0 where t_k is 0, summed in float64. */
function rowLoss(x: usize, targets: usize, cols: i32, most: f32, logSum: f32): f64 {
  const zero = f32x4.splat(0)
  let sums = f64x2.splat(0)
  for (let j = 0; j < cols; j += 4, x += 16, targets += 16) {
    const t = within(v128.load(targets), zero, cols - j)
    const distance = f32x4.sub(f32x4.splat(logSum), f32x4.sub(v128.load(x), f32x4.splat(most)))
    const terms = v128.andnot(times(t, distance), f32x4.eq(t, zero))
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(terms))
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<f64>(terms, terms, 1, 1)))
  }
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
}

/** Writes dz [rows, cols], which is not `z`, and returns the loss; the weights [rows] are float64. */
export function crossEntropy(dz: usize, z: usize, targets: usize, weights: usize, rows: i32, cols: i32): f64 {
  const width = (<usize>cols) << 2
  const zero = f32x4.splat(0)
  let loss: f64 = 0
  for (let i = 0; i < rows; i++, dz += width, z += width, targets += width, weights += 8) {
    const most = largest(z, cols)
    const sum = exponentials(dz, z, cols, most)
    const weight = load<f64>(weights)
    loss += weight * rowLoss(z, targets, cols, most, f32x4.extract_lane(log4(f32x4.splat(sum)), 0))
    let masses = zero
    for (let j = 0, from = targets; j < cols; j += 4, from += 16) {
      masses = plus(masses, within(v128.load(from), zero, cols - j))
    }
    const share = f32x4.splat(sumOfLanes(masses) / sum)
    for (let j = 0, at = dz, from = targets; j < cols; j += 4, at += 16, from += 16) {
      const difference = f32x4.sub(times(v128.load(at), share), v128.load(from))
      v128.store(at, times(f32x4.splat(<f32>weight), difference))
    }
  }
  return loss
}
