/**
 * A polyphase filter through the spectra of blocks, four blocks at a time: two in the lanes, of each the one as real and the
 * other as imaginary parts. Outputs are float32, and those that the sums of polyphase.ts give: a number so near the middle
 * between two of float32 that the transforms' error could decide is summed anew in that order.
 */
import { transform } from './fourier'
import { both, minus, plus, times } from './pairs'

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

/** Two numbers of float32, one in each lane. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function promoted(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1))
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function neighbours(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at))
}

/** The sum of `count` taps at `t` with samples from `p` on, in the order of polyphase.ts. */
function direct(t: usize, p: usize, count: i32): f32 {
  let a = f64x2.splat(0)
  let b = a
  let c = a
  let d = a
  const row = (<usize>count) << 3
  const end = t + row
  for (const blocks = t + (row & ~63); t < blocks; t += 64, p += 32) {
    a = plus(a, times(v128.load(t), neighbours(p)))
    b = plus(b, times(v128.load(t, 16), neighbours(p + 8)))
    c = plus(c, times(v128.load(t, 32), neighbours(p + 16)))
    d = plus(d, times(v128.load(t, 48), neighbours(p + 24)))
  }
  for (; t < end; t += 16, p += 8) a = plus(a, times(v128.load(t), neighbours(p)))
  const sum = plus(plus(a, b), plus(c, d))
  return <f32>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
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

/** The lanes of two pairs as four of float32. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function demoted(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2)
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
  let out = plan.output + ((<usize>p) << 2)
  for (let n: usize = 0; n < <usize>steps; n++, out += group) {
    const at = plan.half + (((last + 1 - n) & last) << 5)
    const re = v128.load(at)
    const im = v128.load(at, 16)
    const low = demoted(minus(re, error), minus(im, error))
    v128.store32_lane(out, low, 0)
    v128.store32_lane(out + block, low, 1)
    v128.store32_lane(out + 2 * block, low, 2)
    v128.store32_lane(out + 3 * block, low, 3)
    const same = i32x4.eq(low, demoted(plus(re, error), plus(im, error)))
    if (i32x4.all_true(same)) continue
    const marks = i32x4.bitmask(same)
    const first = plan.input + <usize>load<u32>(plan.offsets + ((<usize>p) << 2)) + ((n * <usize>M) << 2)
    for (let i = 0; i < 4; i++) {
      if ((marks >> i) & 1) continue
      const x = first + (<usize>(i * steps * M) << 2)
      store<f32>(out + <usize>i * block, direct(taps, x, count))
    }
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
