/** The transform back of the power of frames; order of operations as in kernels/even-transform.ts. */
import { transform } from './fourier'
import { both, minus, plus, times } from './pairs'

/** Tables and scratch of transforms of frames there and back, as simd/spectra.ts writes them. Arrays hold float64. */
@unmanaged
export class TransformPlan {
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
  /** Addresses; 0 for a window of ones. */
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

/** Transform back of the bins, in pairs to `folded`. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function correlate(plan: TransformPlan): void {
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
  v128.store(folded, times(two, plus(v128.load(half), v128.load(half, 16))))
  v128.store(folded, odd, 16)
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
    const out = folded + 32 * k
    v128.store(out, plus(plus(plus(ar, cr), times(cosine, sum)), times(sine, difference)))
    odd = minus(odd, minus(plus(minus(ai, ci), times(cosine, difference)), times(sine, sum)))
    v128.store(out, odd, 16)
  }
}
