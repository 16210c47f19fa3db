/**
 * A change of rate through the spectra of blocks, four blocks at a time: two in the lanes, of each the one as real and the other
 * as imaginary parts; simd/ratio-filter.ts has the equations. Outputs are those that the sums of polyphase.ts give.
 */
import { both, minus, plus, times } from './pairs'
import { runPasses } from './radices'
import { promoted, settle } from './rounding'

/** As simd/mixed-plan.ts writes it: rows of points that fit a cache, then columns through all rows. */
@unmanaged
class MixedPlan {
  points: i32
  rows: i32
  rowPasses: i32
  columnPasses: i32
  /** Addresses: passes, and two arrays of pairs. */
  passes: usize
  x: usize
  y: usize
}

/** As simd/ratio-filter.ts writes it. */
@unmanaged
class RatioPlan {
  /** Addresses of the plans of the transforms, there and back. */
  there: usize
  back: usize
  /** Bytes from a block's first sample to each point. */
  order: usize
  /** Terms of a point of the transform back; [points, terms] bytes to the other's points, and gains, float64. */
  terms: i32
  origins: usize
  gains: usize
  /** Groups of L outputs and M inputs that a block completes. */
  steps: i32
  L: i32
  M: i32
  /** Taps of a phase, and of either side of its correction. */
  count: i32
  side: i32
  /** [steps L] bytes to the point of each output. */
  points: usize
  /** [L, 3] bytes from a group's first sample to an output's first tap, and to both sides of the correction. */
  offsets: usize
  /** [L, count] taps, float64, and [L, 2 side] of the correction, float32. */
  taps: usize
  corrections: usize
  /** Samples and outputs, float32. */
  input: usize
  output: usize
}

/** More than what underflows in the sums of a correction. */
const LEAST: f64 = 1e-42

/** Fills a row of points with samples of four blocks; returns the energies in the lanes. */
function gather(to: usize, points: i32, order: usize, input: usize, block: usize): v128 {
  let energy = f64x2.splat(0)
  for (const end = to + ((<usize>points) << 5); to < end; to += 32, order += 4) {
    const at = input + <usize>load<u32>(order)
    const re = promoted(at, at + block)
    const im = promoted(at + 2 * block, at + 3 * block)
    energy = plus(energy, plus(times(re, re), times(im, im)))
    v128.store(to, re)
    v128.store(to, im, 16)
  }
  return energy
}

/** Address of the result of the passes of the rows, and of all passes. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function after(plan: MixedPlan, passes: i32): usize {
  return passes & 1 ? plan.y : plan.x
}

/** Transforms the row from a byte on. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function transformRow(plan: MixedPlan, from: usize): void {
  runPasses(plan.passes, plan.rowPasses, plan.x + from, plan.y + from)
}

/** Transforms the columns, once all rows are; returns the address of the result. */
function transformColumns(plan: MixedPlan): usize {
  const from = after(plan, plan.rowPasses)
  const to = after(plan, plan.rowPasses + 1)
  runPasses(plan.passes + (<usize>plan.rowPasses) * 20, plan.columnPasses, from, to)
  return after(plan, plan.rowPasses + plan.columnPasses)
}

/** Fills a row of points of the transform back from the spectrum `z`. */
function fold(to: usize, points: i32, terms: i32, z: usize, origins: usize, gains: usize): void {
  for (const end = to + ((<usize>points) << 5); to < end; to += 32) {
    let re = f64x2.splat(0)
    let im = re
    for (const last = gains + ((<usize>terms) << 3); gains < last; gains += 8, origins += 4) {
      const at = z + <usize>load<u32>(origins)
      const gain = both(gains)
      re = plus(re, times(v128.load(at), gain))
      im = plus(im, times(v128.load(at, 16), gain))
    }
    v128.store(to, re)
    v128.store(to, im, 16)
  }
}

/** The sums of the lanes of four vectors. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7))
}

/** Writes the outputs of four blocks from the points of the transform back at `z`, with errors up to those given. */
function scatter(plan: RatioPlan, z: usize, error: v128): void {
  const L = plan.L
  const count = plan.count
  const row = (<usize>count) << 3
  const side = (<usize>plan.side) << 2
  const group = (<usize>plan.M) << 2
  const samples = <usize>plan.steps * group
  const block = (<usize>(plan.steps * L)) << 2
  let point = plan.points
  let out = plan.output
  let first = plan.input
  for (let n = 0; n < plan.steps; n++, first += group) {
    let taps = plan.taps
    let t = plan.corrections
    let offset = plan.offsets
    for (let p = 0; p < L; p++, out += 4, point += 4, offset += 12, taps += row) {
      let a = f32x4.splat(0)
      let b = a
      let c = a
      let d = a
      for (let s: usize = 4; s <= 8; s += 4) {
        let x = first + <usize>load<u32>(offset + s)
        for (const end = t + side; t < end; t += 16, x += 16) {
          const w = v128.load(t)
          a = f32x4.add(a, f32x4.mul(w, v128.load(x)))
          b = f32x4.add(b, f32x4.mul(w, v128.load(x + samples)))
          c = f32x4.add(c, f32x4.mul(w, v128.load(x + 2 * samples)))
          d = f32x4.add(d, f32x4.mul(w, v128.load(x + 3 * samples)))
        }
      }
      const sum = sums(a, b, c, d)
      const at = z + <usize>load<u32>(point)
      const re = minus(v128.load(at), f64x2.promote_low_f32x4(sum))
      const im = minus(v128.load(at, 16), f64x2.promote_low_f32x4(v128.shuffle<i64>(sum, sum, 1, 0)))
      settle(out, block, re, im, error, taps, count, first + <usize>load<u32>(offset), samples)
    }
  }
}

/**
 * Fills the outputs of four blocks from their samples; `scale` times the root of the energy of a block bounds errors. False
 * where samples are not finite: outputs are then undefined.
 */
export function filterRatio(address: usize, scale: f64): bool {
  const plan = changetype<RatioPlan>(address)
  const there = changetype<MixedPlan>(plan.there)
  const block = (<usize>(plan.steps * plan.M)) << 2
  let size = there.points / there.rows
  let energy = f64x2.splat(0)
  for (let i = 0; i < there.rows; i++) {
    const from = <usize>(i * size)
    energy = plus(energy, gather(there.x + (from << 5), size, plan.order + (from << 2), plan.input, block))
    transformRow(there, from << 5)
  }
  if (!i64x2.all_true(f64x2.lt(energy, f64x2.splat(Infinity)))) return false
  const spectrum = transformColumns(there)
  const back = changetype<MixedPlan>(plan.back)
  const terms = plan.terms
  size = back.points / back.rows
  for (let i = 0; i < back.rows; i++) {
    const from = <usize>(i * size)
    const term = from * <usize>terms
    fold(back.x + (from << 5), size, terms, spectrum, plan.origins + (term << 2), plan.gains + (term << 3))
    transformRow(back, from << 5)
  }
  const error = plus(times(f64x2.sqrt(energy), f64x2.splat(scale)), f64x2.splat(LEAST))
  scatter(plan, transformColumns(back), error)
  return true
}
