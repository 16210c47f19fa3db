/**
 * Normalised autocorrelations of frames, two frames at a time, one in each lane; order of operations as in
 * kernels/frame-correlations.ts, so that every number has the same bits.
 */
import { correlate, TransformPlan } from './even'
import { power, transform } from './fourier'
import { both, minus, pair, plus, put, times } from './pairs'

/** `CorrelationPlan` in memory, in the order in which simd/correlations.ts writes it. */
@unmanaged
class CorrelationPlan extends TransformPlan {
  /** Address of 1 - k/N. */
  shares: usize
}

/** Address of frame t, or of the last one in its place. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function frameAt(signal: usize, t: i32, frames: i32, step: usize): usize {
  return signal + <usize>min(t, frames - 1) * step
}

/** Writes means, and energies less the mean; of four frames at once, since a sum waits for the one before. */
export function frameMoments(address: usize, means: usize, energies: usize, signal: usize, frames: i32): void {
  const plan = changetype<CorrelationPlan>(address)
  const bytes = (<usize>plan.length) << 3
  const length = f64x2.splat(<f64>plan.length)
  const step = (<usize>plan.step) << 3
  for (let t = 0; t < frames; t += 4) {
    const a = frameAt(signal, t, frames, step)
    const b = frameAt(signal, t + 1, frames, step)
    const c = frameAt(signal, t + 2, frames, step)
    const d = frameAt(signal, t + 3, frames, step)
    let sum = f64x2.splat(0)
    let sum2 = sum
    for (let at: usize = 0; at < bytes; at += 8) {
      sum = plus(sum, pair(a + at, b + at))
      sum2 = plus(sum2, pair(c + at, d + at))
    }
    const mean = f64x2.div(sum, length)
    const mean2 = f64x2.div(sum2, length)
    let energy = f64x2.splat(0)
    let energy2 = energy
    for (let at: usize = 0; at < bytes; at += 8) {
      const x = minus(pair(a + at, b + at), mean)
      const y = minus(pair(c + at, d + at), mean2)
      energy = plus(energy, times(x, x))
      energy2 = plus(energy2, times(y, y))
    }
    put(frameAt(means, t, frames, 8), frameAt(means, t + 1, frames, 8), mean)
    put(frameAt(energies, t, frames, 8), frameAt(energies, t + 1, frames, 8), energy)
    put(frameAt(means, t + 2, frames, 8), frameAt(means, t + 3, frames, 8), mean2)
    put(frameAt(energies, t + 2, frames, 8), frameAt(energies, t + 3, frames, 8), energy2)
  }
}

/** Writes the sums of products in `folded`, divided, to rows at a and b, and the number and lags of their peaks. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function normalise(
  plan: CorrelationPlan,
  a: usize,
  b: usize,
  peaksA: usize,
  peaksB: usize,
  energy: v128,
  floor: f64,
): void {
  const zero = f64x2.splat(0)
  const one = f64x2.splat(1)
  const least = f64x2.splat(-1)
  const floors = f64x2.splat(floor)
  const scale = f64x2.splat(1 / <f64>plan.points)
  const frame = plan.frame
  const end = frame + 16 * ((<usize>plan.length) - 1)
  let left = energy
  let right = energy
  let share = plan.shares
  // Lag 0 is no peak, below what is said to be before it.
  let before = f64x2.splat(3)
  let now = f64x2.splat(2)
  let toA = peaksA
  let toB = peaksB
  let lag = -1
  const last = (<usize>plan.lags) << 3
  for (let at: usize = 0; at < last; at += 8, share += 8) {
    const divisor = plus(f64x2.sqrt(f64x2.max(times(left, right), zero)), times(floors, both(share)))
    const r = f64x2.div(times(v128.load(plan.folded + 2 * at), scale), divisor)
    const next = v128.and(f64x2.max(least, f64x2.min(one, r)), f64x2.gt(divisor, zero))
    put(a + at, b + at, next)
    const peak = v128.and(v128.and(f64x2.gt(now, next), f64x2.ge(now, before)), f64x2.gt(now, zero))
    // Written always and kept where it is a peak: a branch would be guessed wrong too often.
    const bits = i64x2.bitmask(peak)
    store<i32>(toA, lag, 4)
    store<i32>(toB, lag, 4)
    toA += (<usize>bits & 1) << 2
    toB += (<usize>bits & 2) << 1
    lag++
    before = now
    now = next
    const x = v128.load(frame + 2 * at)
    const y = v128.load(end - 2 * at)
    left = minus(left, times(y, y))
    right = minus(right, times(x, x))
  }
  store<i32>(peaksB, <i32>((toB - peaksB) >> 2))
  store<i32>(peaksA, <i32>((toA - peaksA) >> 2))
}

/**
 * Writes correlations [frames, lags] of the frames that begin at `signal`, and the number and lags of their peaks in rows as long
 * as half of `lags` and one more.
 */
export function frameCorrelations(
  address: usize,
  out: usize,
  peaks: usize,
  means: usize,
  energies: usize,
  signal: usize,
  frames: i32,
  floor: f64,
): void {
  const plan = changetype<CorrelationPlan>(address)
  const n = <usize>plan.points >> 1
  const bytes = (<usize>plan.length) << 3
  const step = (<usize>plan.step) << 3
  const row = (<usize>plan.lags) << 3
  const peakRow = (1 + ((<usize>plan.lags) >> 1)) << 2
  for (let t = 0; t < frames; t += 2, signal += 2 * step, out += 2 * row, means += 16, energies += 16) {
    const ofPeaks = peaks + (<usize>t) * peakRow
    const single = t + 1 === frames
    const second = single ? signal : signal + step
    const far: usize = single ? 0 : 8
    const mean = pair(means, means + far)
    for (let at: usize = 0; at < bytes; at += 8) {
      v128.store(plan.frame + 2 * at, minus(pair(signal + at, second + at), mean))
    }
    transform(plan.half, plan.frame, plan.order, plan.roots, n, plan.firstPoints)
    power(plan.bins, plan.half, plan.turns, n)
    const secondOut = single ? out : out + row
    correlate(plan)
    normalise(plan, out, secondOut, ofPeaks, single ? ofPeaks : ofPeaks + peakRow, pair(energies, energies + far), floor)
  }
}
