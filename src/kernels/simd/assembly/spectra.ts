/**
 * Power spectra of frames and their transforms back, two frames at a time, one in each lane; order of operations as in
 * kernels/frame-spectra.ts, kernels/spectrum.ts and kernels/even-transform.ts, so that every number has the same bits.
 */
export { frameCorrelations, frameMoments } from './correlations'
import { correlate, TransformPlan } from './even'
import { power, transform } from './fourier'
import { both, minus, pair, plus, put, times } from './pairs'

@unmanaged
class SpectraPlan extends TransformPlan {
  /** Whether frames lose their means. */
  removeMean: i32
}

/** Fills the frame from the samples at a and b, less their means where they are removed. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function fill(plan: SpectraPlan, a: usize, b: usize): void {
  const bytes = (<usize>plan.length) << 3
  let sum = f64x2.splat(0)
  if (plan.removeMean) for (let at: usize = 0; at < bytes; at += 8) sum = plus(sum, pair(a + at, b + at))
  const mean = f64x2.div(sum, f64x2.splat(<f64>plan.length))
  for (let at: usize = 0; at < bytes; at += 8) {
    v128.store(plan.frame + 2 * at, times(minus(pair(a + at, b + at), mean), both(plan.window + at)))
  }
}

/** Writes powers [frames, points / 2 + 1] and correlations [frames, lags] of the frames that begin at `signal`. */
export function frameSpectra(address: usize, powers: usize, correlations: usize, signal: usize, frames: i32): void {
  const plan = changetype<SpectraPlan>(address)
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
    if (plan.lags > 0) {
      correlate(plan)
      const other = single ? correlations : correlations + correlationRow
      for (let at: usize = 0; at < correlationRow; at += 8) {
        put(correlations + at, other + at, v128.load(plan.folded + 2 * at))
      }
    }
    signal += 2 * step
    powers += 2 * row
    correlations += 2 * correlationRow
  }
}
