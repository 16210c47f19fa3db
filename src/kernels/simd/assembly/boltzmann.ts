/** Elementwise operations of contrastive divergence; equations in `kernels/boltzmann.ts`. */
import { lanes, ONE } from './elementary'
import { plus, storeFirst } from './lanes'
import { sigmoid } from './rows'

/** out_i = 1 where draws_i < p_i, else 0. */
export function bernoulli(out: usize, p: usize, draws: usize, n: i32): void {
  let i = 0
  for (; i + 8 <= n; i += 8, out += 32, p += 32, draws += 32) {
    const on0 = v128.and(f32x4.lt(v128.load(draws), v128.load(p)), lanes(ONE))
    const on1 = v128.and(f32x4.lt(v128.load(draws, 16), v128.load(p, 16)), lanes(ONE))
    v128.store(out, on0)
    v128.store(out, on1, 16)
  }
  for (; i < n; i += 4, out += 16, p += 16, draws += 16) {
    storeFirst(out, v128.and(f32x4.lt(v128.load(draws), v128.load(p)), lanes(ONE)), n - i)
  }
}

/** out [rows, cols] += x, whose rows are `ldx` apart; then the sigmoid of it where `squash` is not 0. */
export function addRows(out: usize, x: usize, ldx: usize, rows: i32, cols: i32, squash: i32): void {
  let to = out
  for (let i = 0; i < rows; i++, x += ldx) {
    let j = 0
    let from = x
    for (; j + 8 <= cols; j += 8, to += 32, from += 32) {
      const sum0 = plus(v128.load(to), v128.load(from))
      const sum1 = plus(v128.load(to, 16), v128.load(from, 16))
      v128.store(to, sum0)
      v128.store(to, sum1, 16)
    }
    for (; j < cols; j += 4, from += 16) {
      const count = min(4, cols - j)
      storeFirst(to, plus(v128.load(to), v128.load(from)), count)
      to += (<usize>count) << 2
    }
  }
  if (squash) sigmoid(out, out, rows * cols)
}

/** out [rows, cols] = x, whose rows are `ldx` apart. */
export function copyRows(out: usize, x: usize, ldx: usize, rows: i32, cols: i32): void {
  const width = (<usize>cols) << 2
  for (let i = 0; i < rows; i++, out += width, x += ldx) memory.copy(out, x, width)
}

/** Row r of out [rows, cols] = cols numbers from data[starts_r] on. */
export function gatherRows(out: usize, data: usize, starts: usize, rows: i32, cols: i32): void {
  const width = (<usize>cols) << 2
  for (let i = 0; i < rows; i++, out += width, starts += 4) {
    memory.copy(out, data + ((<usize>load<u32>(starts)) << 2), width)
  }
}

/** out = x - y for x, y [rows, cols] without gaps and rows of out that are `ldOut` apart. */
export function subtractRows(out: usize, ldOut: usize, x: usize, y: usize, rows: i32, cols: i32): void {
  const width = (<usize>cols) << 2
  for (let i = 0; i < rows; i++, out += ldOut, x += width, y += width) {
    for (let j = 0, at: usize = 0; j < cols; j += 4, at += 16) {
      storeFirst(out + at, f32x4.sub(v128.load(x + at), v128.load(y + at)), cols - j)
    }
  }
}

/** Sum of (x_i - y_i)^2 in float64. */
export function squaredDistance(x: usize, y: usize, n: i32): f64 {
  let even = f64x2.splat(0)
  let odd = even
  let i = 0
  for (; i + 4 <= n; i += 4, x += 16, y += 16) {
    const low = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(x)), f64x2.promote_low_f32x4(v128.load64_zero(y)))
    const high = f64x2.sub(
      f64x2.promote_low_f32x4(v128.load64_zero(x, 8)),
      f64x2.promote_low_f32x4(v128.load64_zero(y, 8)),
    )
    even = f64x2.add(even, f64x2.mul(low, low))
    odd = f64x2.add(odd, f64x2.mul(high, high))
  }
  const sums = f64x2.add(even, odd)
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; i < n; i++, x += 4, y += 4) {
    const difference = <f64>load<f32>(x) - <f64>load<f32>(y)
    sum += difference * difference
  }
  return sum
}
