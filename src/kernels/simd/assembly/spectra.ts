/**
 * Power spectra of frames and their transforms back, two frames at a time, one in each lane; order of operations as in
 * kernels/frame-spectra.ts, kernels/spectrum.ts and kernels/even-transform.ts, so that every number has the same bits.
 */
import { power, transform } from './fourier'
import { both, minus, pair, plus, put, times } from './pairs'

/** `SpectraPlan` in memory, in the order in which simd/spectra.ts writes it. Arrays hold float64. */
@unmanaged
class Plan {
  /** Samples. */
  length: i32
  step: i32
  /** Points of the transform. */
  points: i32
  /** Points of the first steps of the transforms, 2 or 4: there, and back. */
  firstPoints: i32
  evenFirstPoints: i32
  /** Numbers of each transform back; 0 for none. */
  lags: i32
  /** Addresses. */
  window: usize
  order: usize
  roots: usize
  turns: usize
  evenOrder: usize
  evenRoots: usize
  evenTurns: usize
  /** Scratch in pairs: samples, zeros behind them; transform; bins; folded spectrum. */
  frame: usize
  half: usize
  bins: usize
  folded: usize
}

/** Fills the frame from the samples at a and b, less their means. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function fill(plan: Plan, a: usize, b: usize): void {
  const bytes = (<usize>plan.length) << 3
  let sum = f64x2.splat(0)
  for (let at: usize = 0; at < bytes; at += 8) sum = plus(sum, pair(a + at, b + at))
  const mean = f64x2.div(sum, f64x2.splat(<f64>plan.length))
  for (let at: usize = 0; at < bytes; at += 8) {
    v128.store(plan.frame + 2 * at, times(minus(pair(a + at, b + at), mean), both(plan.window + at)))
  }
}

/** Transform back of the bins. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function correlate(plan: Plan, a: usize, b: usize): void {
  const m = <usize>plan.points >> 1
  const folded = plan.folded
  const bins = plan.bins
  const half = plan.half
  const turns = plan.evenTurns
  const two = f64x2.splat(2)
  const half2 = f64x2.splat(0.5)
  const top = v128.load(bins + 16 * m)
  let first = times(minus(v128.load(bins), top), half2)
  v128.store(folded, times(plus(v128.load(bins), top), half2))
  for (let j: usize = 1; j < m; j++) {
    const f = v128.load(bins + 16 * j)
    const mirror = v128.load(bins + 16 * (m - j))
    const turned = times(both(turns + 16 * j), minus(f, mirror))
    v128.store(folded + 16 * j, minus(times(plus(f, mirror), half2), turned))
    first = plus(first, times(f, both(turns + 16 * j + 8)))
  }
  transform(half, folded, plan.evenOrder, plan.evenRoots, m >> 1, plan.evenFirstPoints)
  let odd = times(two, first)
  put(a, b, times(two, plus(v128.load(half), v128.load(half, 16))))
  put(a + 8, b + 8, odd)
  for (let k: usize = 1; k + k < <usize>plan.lags; k++) {
    const z = half + 32 * k
    const mirror = half + 16 * m - 32 * k
    const ar = v128.load(z)
    const ai = v128.load(z, 16)
    const cr = v128.load(mirror)
    const ci = v128.load(mirror, 16)
    const sine = both(turns + 32 * k)
    const cosine = both(turns + 32 * k + 8)
    const sum = plus(ai, ci)
    const difference = minus(cr, ar)
    put(a + 16 * k, b + 16 * k, plus(plus(plus(ar, cr), times(cosine, sum)), times(sine, difference)))
    odd = minus(odd, minus(plus(minus(ai, ci), times(cosine, difference)), times(sine, sum)))
    if (k + k + 1 < <usize>plan.lags) put(a + 16 * k + 8, b + 16 * k + 8, odd)
  }
}

/** Writes powers [frames, points / 2 + 1] and correlations [frames, lags] of the frames that begin at `signal`. */
export function frameSpectra(address: usize, powers: usize, correlations: usize, signal: usize, frames: i32): void {
  const plan = changetype<Plan>(address)
  const n = <usize>plan.points >> 1
  const step = (<usize>plan.step) << 3
  const row = (n + 1) << 3
  const correlationRow = (<usize>plan.lags) << 3
  for (let t = 0; t < frames; t += 2) {
    const single = t + 1 === frames
    fill(plan, signal, single ? signal : signal + step)
    transform(plan.half, plan.frame, plan.order, plan.roots, n, plan.firstPoints)
    power(plan.bins, plan.half, plan.turns, n)
    const second = single ? powers : powers + row
    for (let k: usize = 0; k <= n; k++) put(powers + 8 * k, second + 8 * k, v128.load(plan.bins + 16 * k))
    if (plan.lags > 0) correlate(plan, correlations, single ? correlations : correlations + correlationRow)
    signal += 2 * step
    powers += 2 * row
    correlations += 2 * correlationRow
  }
}
