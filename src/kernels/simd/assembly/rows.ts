/** Loops over rows and blocks of elements; equations in `kernels/types.ts`. */
import { innerSigmoid4, sigmoid4, softplus4, tanh4 } from './elementary'
import { storeFirst } from './lanes'

/** Bits of 87 without the sign's place: below it {@link innerSigmoid4} serves. */
const FAR: i32 = 0x42ae0000 << 1
/** Numbers looked at before they are computed: a look at every sixteen would cost more than it saves. */
const LOOK: i32 = 256

/** Whether |x| <= 87 for n numbers, a multiple of eight; compared as integers, of which NaN is a large one. */
function areNear(x: usize, n: i32): bool {
  let most0 = i32x4.splat(0)
  let most1 = i32x4.splat(0)
  for (let i = 0; i < n; i += 8, x += 32) {
    most0 = i32x4.max_u(most0, i32x4.shl(v128.load(x), 1))
    most1 = i32x4.max_u(most1, i32x4.shl(v128.load(x, 16), 1))
  }
  return !v128.any_true(i32x4.gt_u(i32x4.max_u(most0, most1), i32x4.splat(FAR)))
}

/** Sixteen at a time, whose steps overlap. All are loaded before any is stored, and stored together: V8 then makes pairs. */
function nearSigmoid(out: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i += 16, out += 64, x += 64) {
    const a = innerSigmoid4(v128.load(x))
    const b = innerSigmoid4(v128.load(x, 16))
    const c = innerSigmoid4(v128.load(x, 32))
    const d = innerSigmoid4(v128.load(x, 48))
    v128.store(out, a)
    v128.store(out, b, 16)
    v128.store(out, c, 32)
    v128.store(out, d, 48)
  }
}

function anySigmoid(out: usize, x: usize, n: i32): void {
  let i = 0
  for (; i + 8 <= n; i += 8, out += 32, x += 32) {
    const low = sigmoid4(v128.load(x))
    const high = sigmoid4(v128.load(x, 16))
    v128.store(out, low)
    v128.store(out, high, 16)
  }
  for (; i < n; i += 4, out += 16, x += 16) storeFirst(out, sigmoid4(v128.load(x)), n - i)
}

export function sigmoid(out: usize, x: usize, n: i32): void {
  while (n >= 16) {
    const count = min(n & ~15, LOOK)
    if (areNear(x, count)) nearSigmoid(out, x, count)
    else anySigmoid(out, x, count)
    n -= count
    out += (<usize>count) << 2
    x += (<usize>count) << 2
  }
  anySigmoid(out, x, n)
}

export function tanh(out: usize, x: usize, n: i32): void {
  let i = 0
  for (; i + 8 <= n; i += 8, out += 32, x += 32) {
    const low = tanh4(v128.load(x))
    const high = tanh4(v128.load(x, 16))
    v128.store(out, low)
    v128.store(out, high, 16)
  }
  for (; i < n; i += 4, out += 16, x += 16) storeFirst(out, tanh4(v128.load(x)), n - i)
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
