/** The update with momentum; equations in `kernels/types.ts`. */
import { plus, storeFirst, times } from './lanes'

/** Returns the largest |w|, NaN where one is. The numbers behind an odd end are read, and do not count. */
export function momentumStep(
  w: usize,
  velocity: usize,
  gradient: usize,
  n: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): f32 {
  let most = f32x4.splat(0)
  let largest: f32 = 0
  for (let i = 0; i < n; i += 4, w += 16, velocity += 16, gradient += 16) {
    const before = v128.load(w)
    const slope = f32x4.sub(v128.load(gradient), times(f32x4.splat(decay), before))
    const change = plus(times(f32x4.splat(momentum), v128.load(velocity)), times(f32x4.splat(rate), slope))
    const after = plus(before, change)
    storeFirst(velocity, change, n - i)
    storeFirst(w, after, n - i)
    if (i + 4 <= n) most = f32x4.max(most, f32x4.abs(after))
    else for (let j: usize = 0; j < <usize>(n - i); j++) largest = max(largest, abs(load<f32>(w + 4 * j)))
  }
  largest = max(largest, f32x4.extract_lane(most, 0))
  largest = max(largest, f32x4.extract_lane(most, 1))
  largest = max(largest, f32x4.extract_lane(most, 2))
  return max(largest, f32x4.extract_lane(most, 3))
}
