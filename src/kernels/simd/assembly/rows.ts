/** Loops over rows and blocks of elements; equations in `kernels/types.ts`. */
import { sigmoid4, softplus4, tanh4 } from './elementary'
import { storeFirst } from './lanes'
import { sigmoid16, tanh16 } from './sixteen'

export function sigmoid(out: usize, x: usize, n: i32): void {
  for (; n >= 16; n -= 16, out += 64, x += 64) sigmoid16(out, x)
  for (let i = 0; i < n; i += 4, out += 16, x += 16) storeFirst(out, sigmoid4(v128.load(x)), n - i)
}

export function tanh(out: usize, x: usize, n: i32): void {
  for (; n >= 16; n -= 16, out += 64, x += 64) tanh16(out, x)
  for (let i = 0; i < n; i += 4, out += 16, x += 16) storeFirst(out, tanh4(v128.load(x)), n - i)
}

export function softplus(out: usize, x: usize, n: i32): void {
  let i = 0
  for (; WIDE && i + 8 <= n; i += 8, out += 32, x += 32) {
    const low = softplus4(v128.load(x))
    const high = softplus4(v128.load(x, 16))
    v128.store(out, low)
    v128.store(out, high, 16)
  }
  for (; i < n; i += 4, out += 16, x += 16) storeFirst(out, softplus4(v128.load(x)), n - i)
}

/** Sets every row of out [rows, cols] to b. */
export function fillRows(out: usize, b: usize, rows: i32, cols: i32): void {
  const bytes = (<usize>cols) << 2
  for (let i = 0; i < rows; i++, out += bytes) memory.copy(out, b, bytes)
}

/** sums[j] += sum over rows of x [rows, cols], all in float64. */
export function addColumnSums(sums: usize, x: usize, rows: i32, cols: i32): void {
  const row = (<usize>cols) << 2
  let j = 0
  for (; j + 4 <= cols; j += 4, sums += 32, x += 16) {
    let low = v128.load(sums)
    let high = v128.load(sums, 16)
    for (let i = 0, from = x; i < rows; i++, from += row) {
      const four = v128.load(from)
      low = f64x2.add(low, f64x2.promote_low_f32x4(four))
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f64>(four, four, 1, 1)))
    }
    v128.store(sums, low)
    v128.store(sums, high, 16)
  }
  for (; j < cols; j++, sums += 8, x += 4) {
    let sum = load<f64>(sums)
    for (let i = 0, from = x; i < rows; i++, from += row) sum += <f64>load<f32>(from)
    store<f64>(sums, sum)
  }
}
