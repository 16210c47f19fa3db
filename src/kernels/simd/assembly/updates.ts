/** Parameter updates; equations in `kernels/types.ts`. Some process lanes beyond the last element, which are unused. */
import { plus, times } from './lanes'

// @ts-expect-error: AssemblyScript decorates functions
@inline
function momentumChange(before: v128, velocity: v128, gradient: v128, rate: v128, momentum: v128, decay: v128): v128 {
  return plus(times(momentum, velocity), times(rate, f32x4.sub(gradient, times(decay, before))))
}

/**
 * Returns the largest |w|, NaN where one is. Magnitudes are compared as integers, which have their order, with NaN above
 * all: a maximum of floats would make each step wait for the one before.
 */
export function momentumStep(
  w: usize,
  velocity: usize,
  gradient: usize,
  n: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): f32 {
  const rates = f32x4.splat(rate)
  const inertia = f32x4.splat(momentum)
  const decays = f32x4.splat(decay)
  let most0 = i32x4.splat(0)
  let most1 = i32x4.splat(0)
  let i = 0
  for (; i + 8 <= n; i += 8, w += 32, velocity += 32, gradient += 32) {
    const before0 = v128.load(w)
    const before1 = v128.load(w, 16)
    const change0 = momentumChange(before0, v128.load(velocity), v128.load(gradient), rates, inertia, decays)
    const change1 = momentumChange(before1, v128.load(velocity, 16), v128.load(gradient, 16), rates, inertia, decays)
    const after0 = plus(before0, change0)
    const after1 = plus(before1, change1)
    v128.store(velocity, change0)
    v128.store(velocity, change1, 16)
    v128.store(w, after0)
    v128.store(w, after1, 16)
    most0 = i32x4.max_s(most0, f32x4.abs(after0))
    most1 = i32x4.max_s(most1, f32x4.abs(after1))
  }
  most0 = i32x4.max_s(most0, most1)
  const halves = i32x4.max_s(most0, v128.shuffle<i32>(most0, most0, 2, 3, 2, 3))
  let largest = max(i32x4.extract_lane(halves, 0), i32x4.extract_lane(halves, 1))
  for (; i < n; i++, w += 4, velocity += 4, gradient += 4) {
    const before = load<f32>(w)
    const change = momentum * load<f32>(velocity) + rate * (load<f32>(gradient) - decay * before)
    store<f32>(velocity, change)
    store<f32>(w, before + change)
    largest = max(largest, load<i32>(w) & 0x7fffffff)
  }
  return reinterpret<f32>(largest)
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

/** Sum of x_i^2 in float64, in four sums as in the reference. */
export function squaredNorm(x: usize, n: i32): f64 {
  let low = f64x2.splat(0)
  let high = low
  let i = 0
  for (; i + 4 <= n; i += 4, x += 16) {
    const first = f64x2.promote_low_f32x4(v128.load64_zero(x))
    const second = f64x2.promote_low_f32x4(v128.load64_zero(x, 8))
    low = f64x2.add(low, f64x2.mul(first, first))
    high = f64x2.add(high, f64x2.mul(second, second))
  }
  let sum = f64x2.extract_lane(low, 0)
  for (; i < n; i++, x += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(x)
  return sum + f64x2.extract_lane(low, 1) + (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
}
