/** Parameter updates; equations in `kernels/types.ts`. Lanes beyond the last element are processed but unused. */
import { plus, times } from './lanes'

/** Returns the largest |w|, NaN where one is. */
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
    v128.store(velocity, change)
    v128.store(w, after)
    if (i + 4 <= n) most = f32x4.max(most, f32x4.abs(after))
    else for (let j: usize = 0; j < <usize>(n - i); j++) largest = max(largest, abs(load<f32>(w + 4 * j)))
  }
  largest = max(largest, f32x4.extract_lane(most, 0))
  largest = max(largest, f32x4.extract_lane(most, 1))
  largest = max(largest, f32x4.extract_lane(most, 2))
  return max(largest, f32x4.extract_lane(most, 3))
}

/** The step follows g + momentum v where `nesterov` is not 0. */
export function sgdStep(
  w: usize,
  velocity: usize,
  gradient: usize,
  n: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
  nesterov: i32,
): void {
  const inertia = f32x4.splat(momentum)
  for (let i = 0; i < n; i += 4, w += 16, velocity += 16, gradient += 16) {
    const before = v128.load(w)
    const slope = plus(v128.load(gradient), times(f32x4.splat(decay), before))
    const speed = plus(times(inertia, v128.load(velocity)), slope)
    const step = nesterov ? plus(slope, times(inertia, speed)) : speed
    v128.store(velocity, speed)
    v128.store(w, f32x4.sub(before, times(f32x4.splat(rate), step)))
  }
}

/**
 * `rest` is 1 - beta; `rate` includes the first moment's correction, `scale` is the second's; w loses the part
 * `shrink`.
 */
export function adamStep(
  w: usize,
  first: usize,
  second: usize,
  gradient: usize,
  n: i32,
  rate: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  scale: f32,
  epsilon: f32,
  decay: f32,
  shrink: f32,
): void {
  for (let i = 0; i < n; i += 4, w += 16, first += 16, second += 16, gradient += 16) {
    const before = v128.load(w)
    const slope = plus(v128.load(gradient), times(f32x4.splat(decay), before))
    const mean = plus(times(f32x4.splat(beta1), v128.load(first)), times(f32x4.splat(rest1), slope))
    const square = plus(times(f32x4.splat(beta2), v128.load(second)), times(f32x4.splat(rest2), times(slope, slope)))
    const size = plus(f32x4.sqrt(times(square, f32x4.splat(scale))), f32x4.splat(epsilon))
    const step = f32x4.div(times(f32x4.splat(rate), mean), size)
    v128.store(first, mean)
    v128.store(second, square)
    v128.store(w, f32x4.sub(before, plus(step, times(f32x4.splat(shrink), before))))
  }
}
