/**
 * A polyphase filter through the spectra of blocks, four blocks at a time: two in the lanes, of each the one as real and the
 * other as imaginary parts. Outputs are float32, and those that the sums of polyphase.ts give: a number so near the middle
 * between two of float32 that the transforms' error could decide is summed anew in that order.
 */
import { transform } from './fourier'
import { both, minus, plus, times } from './pairs'
import { promoted, settle } from './rounding'

export { filterRatio } from './ratios'

/** As simd/block-filter.ts writes it. Arrays hold float64, those named float32 apart. */
@unmanaged
class BlockPlan {
  /** Points of the transforms, a power of two. */
  points: i32
  /** Groups of L outputs and M inputs that a block completes. */
  steps: i32
  L: i32
  M: i32
  /** Taps of a phase. */
  count: i32
  firstPoints: i32
  /** Addresses: order of the first points, roots of the transforms. */
  order: usize
  roots: usize
  /** [L, M, points] spectra of the taps. */
  spectra: usize
  /** [L, count] taps, and [L] bytes from a group's first sample to an output's. */
  taps: usize
  offsets: usize
  /** Samples and outputs, float32. */
  input: usize
  output: usize
  /** Scratch in pairs: samples, transform, [L, points] sums. */
  frame: usize
  half: usize
  sums: usize
}

/** Fills the frame with every M-th sample of the four blocks from `at` on; returns the energies in the lanes. */
function gather(plan: BlockPlan, at: usize): v128 {
  const stride = (<usize>plan.M) << 2
  const block = <usize>plan.steps * stride
  let energy = f64x2.splat(0)
  let to = plan.frame
  for (const end = to + ((<usize>plan.points) << 5); to < end; to += 32, at += stride) {
    const re = promoted(at, at + block)
    const im = promoted(at + 2 * block, at + 3 * block)
    energy = plus(energy, plus(times(re, re), times(im, im)))
    v128.store(to, re)
    v128.store(to, im, 16)
  }
  return energy
}

/** Adds to the sums of each output of a group, or begins them with, the transform times the spectra of a branch. */
function multiply(plan: BlockPlan, branch: i32): void {
  const bytes = (<usize>plan.points) << 5
  for (let p = 0; p < plan.L; p++) {
    let taps = plan.spectra + ((<usize>(p * plan.M + branch) * bytes) >> 1)
    let sum = plan.sums + <usize>p * bytes
    let z = plan.half
    for (const end = z + bytes; z < end; z += 32, sum += 32, taps += 16) {
      const a = v128.load(z)
      const b = v128.load(z, 16)
      const re = minus(times(a, both(taps)), times(b, both(taps + 8)))
      const im = plus(times(a, both(taps + 8)), times(b, both(taps)))
      v128.store(sum, branch === 0 ? re : plus(v128.load(sum), re))
      v128.store(sum, branch === 0 ? im : plus(v128.load(sum, 16), im), 16)
    }
  }
}

/** Writes the outputs p of all groups from the transform back in `half`, with errors up to those given. */
function scatter(plan: BlockPlan, p: i32, error: v128): void {
  const M = plan.M
  const steps = plan.steps
  const count = plan.count
  const last = <usize>plan.points - 1
  const group = (<usize>plan.L) << 2
  const block = <usize>steps * group
  const taps = plan.taps + ((<usize>(p * count)) << 3)
  const first = plan.input + <usize>load<u32>(plan.offsets + ((<usize>p) << 2))
  let out = plan.output + ((<usize>p) << 2)
  for (let n: usize = 0; n < <usize>steps; n++, out += group) {
    const at = plan.half + (((last + 1 - n) & last) << 5)
    const re = v128.load(at)
    const im = v128.load(at, 16)
    const x = first + ((n * <usize>M) << 2)
    settle(out, block, re, im, error, taps, count, x, (<usize>(steps * M)) << 2)
  }
}

/**
 * Fills the outputs of four blocks from their samples; `scale` times the root of the energy of a block bounds errors. False
 * where samples are not finite: outputs are then undefined.
 */
export function filterBlocks(address: usize, scale: f64): bool {
  const plan = changetype<BlockPlan>(address)
  const n = <usize>plan.points
  let energy = f64x2.splat(0)
  for (let branch = 0; branch < plan.M; branch++) {
    energy = plus(energy, gather(plan, plan.input + ((<usize>branch) << 2)))
    transform(plan.half, plan.frame, plan.order, plan.roots, n, plan.firstPoints)
    multiply(plan, branch)
  }
  if (!i64x2.all_true(f64x2.lt(energy, f64x2.splat(Infinity)))) return false
  const error = times(f64x2.sqrt(energy), f64x2.splat(scale))
  for (let p = 0; p < plan.L; p++) {
    transform(plan.half, plan.sums + ((<usize>p * n) << 5), plan.order, plan.roots, n, plan.firstPoints)
    scatter(plan, p, error)
  }
  return true
}
