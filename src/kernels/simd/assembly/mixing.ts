/** Rows mixed of neighbouring columns; order of operations as in kernels/mixing.ts, so that every number has the same bits. */
import { plus, times } from './pairs'

export * from './normals'

/** Two float32 at an address as two float64. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function two(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address))
}

/**
 * Two columns at a time. Where `cols` is odd, a row writes one number beyond its end, which the next row overwrites; all
 * arrays have room for it. `from` [cols] holds numbers of bytes.
 */
export function mixRows(
  out: usize,
  x: usize,
  noises: usize,
  rows: i32,
  cols: i32,
  from: usize,
  shares: usize,
  shift: usize,
  offsets: usize,
): void {
  const row = (<usize>cols) << 2
  for (let t = 0; t < rows; t++, x += row, noises += row, out += row) {
    for (let j: usize = 0; j < row; j += 8) {
      const first = times(two(x + load<u32>(from + j)), v128.load(shares + (j << 2)))
      const second = times(two(x + load<u32>(from + j, 4)), v128.load(shares + (j << 2), 16))
      const sum = plus(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3))
      const mixed = f32x4.demote_f64x2_zero(plus(sum, v128.load(shift + (j << 1))))
      const moved = plus(v128.load(offsets + (j << 1)), two(noises + j))
      v128.store64_lane(out + j, f32x4.demote_f64x2_zero(plus(f64x2.promote_low_f32x4(mixed), moved)), 0)
    }
  }
}
