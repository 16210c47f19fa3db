/**
 * Sums of a polyphase filter in float64; order of operations as in kernels/polyphase.ts, so that every number has the
 * same bits.
 */
import { plus, times } from './pairs'

/**
 * Writes `n` numbers to `out`: the k-th is the sum of the products of the row of taps of its phase with the input from
 * its place on; both move by M / L. Rows have `count` taps, an even number. `sums` is scratch for eight numbers:
 * neighbouring stores let engines join two lanes of 128 bits into one of 256.
 */
export function polyphase(
  out: usize,
  x: usize,
  taps: usize,
  sums: usize,
  n: i32,
  phase: i32,
  L: i32,
  M: i32,
  count: i32,
): void {
  const whole = (<usize>(M / L)) << 3
  const step = M % L
  const row = (<usize>count) << 3
  const body = row & ~63
  for (const last = out + ((<usize>n) << 3); out < last; out += 8) {
    let a = f64x2.splat(0)
    let b = a
    let c = a
    let d = a
    let t = taps + <usize>phase * row
    let p = x
    const end = t + row
    for (const blocks = t + body; t < blocks; t += 64, p += 64) {
      a = plus(a, times(v128.load(t), v128.load(p)))
      b = plus(b, times(v128.load(t, 16), v128.load(p, 16)))
      c = plus(c, times(v128.load(t, 32), v128.load(p, 32)))
      d = plus(d, times(v128.load(t, 48), v128.load(p, 48)))
    }
    for (; t < end; t += 16, p += 16) a = plus(a, times(v128.load(t), v128.load(p)))
    v128.store(sums, a)
    v128.store(sums, b, 16)
    v128.store(sums, c, 32)
    v128.store(sums, d, 48)
    const sum = plus(plus(v128.load(sums), v128.load(sums, 16)), plus(v128.load(sums, 32), v128.load(sums, 48)))
    store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
    x += whole
    phase += step
    if (phase >= L) {
      phase -= L
      x += 8
    }
  }
}
