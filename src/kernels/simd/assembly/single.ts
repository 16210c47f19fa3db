/**
 * out[n] = ((start + x[0] w[0, n]) + x[1] w[1, n]) + ..., sixteen sums at a time, four in a vector; the weights of sixteen sums lie
 * together, a row of them for each term.
 */
export function runningSums(out: usize, start: f32, x: usize, terms: i32, weights: usize, blocks: i32): void {
  const end = x + ((<usize>terms) << 2)
  for (let b = 0; b < blocks; b++, out += 64) {
    let first = f32x4.splat(start)
    let second = first
    let third = first
    let fourth = first
    for (let at = x; at < end; at += 4, weights += 64) {
      const value = v128.load32_splat(at)
      first = f32x4.add(first, f32x4.mul(value, v128.load(weights)))
      second = f32x4.add(second, f32x4.mul(value, v128.load(weights, 16)))
      third = f32x4.add(third, f32x4.mul(value, v128.load(weights, 32)))
      fourth = f32x4.add(fourth, f32x4.mul(value, v128.load(weights, 48)))
    }
    v128.store(out, first)
    v128.store(out, second, 16)
    v128.store(out, third, 32)
    v128.store(out, fourth, 48)
  }
}
