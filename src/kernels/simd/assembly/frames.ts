/**
 * Features of frames, two at a time, one in each lane; equations in kernels/frame-plan.ts, order of operations as in
 * kernels/frame-features.ts, so that every number has the same bits.
 */
import { power, transform } from './fourier'
import { both, logPair, minus, pair, plus, put, times } from './pairs'

const NO_ENERGY = 0
const FRAME_ENERGY = 1
const MAGNITUDE = 1
const PERIODOGRAM = 2

/** `FramePlan` in memory, in the order in which simd/frames.ts writes it. Arrays other than `filters` hold float64. */
@unmanaged
class Plan {
  preEmphasis: f64
  logUnit: f64
  floor: f64
  /** Points of the spectrum. */
  points: f64
  /** Samples. */
  length: i32
  step: i32
  removeMean: i32
  wholeSignal: i32
  kind: i32
  energy: i32
  energyColumn: i32
  filterCount: i32
  columns: i32
  /** Points of the transform's first steps, 2 or 4. */
  firstPoints: i32
  /** Addresses. */
  window: usize
  order: usize
  roots: usize
  turns: usize
  /** First bin and number of weights of each filter. */
  filters: usize
  weights: usize
  /** 0 where there is none. */
  cepstrum: usize
  /** Scratch in pairs: samples, zeros behind them; transform; bins; filters' outputs. */
  frame: usize
  half: usize
  bins: usize
  outputs: usize
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function meanOf(a: usize, b: usize, length: i32): v128 {
  let sum = f64x2.splat(0)
  for (const end = a + ((<usize>length) << 3); a < end; a += 8, b += 8) sum = plus(sum, pair(a, b))
  return f64x2.div(sum, f64x2.splat(<f64>length))
}

/** Fills the frame from the samples at a and b; returns the energies. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function fill(plan: Plan, a: usize, b: usize): v128 {
  const mean = plan.removeMean ? meanOf(a, b, plan.length) : f64x2.splat(0)
  const preEmphasis = f64x2.splat(plan.preEmphasis)
  const before: usize = plan.wholeSignal ? 8 : 0
  let previous = minus(pair(a - before, b - before), mean)
  let energy = f64x2.splat(0)
  let out = plan.frame
  let window = plan.window
  for (const end = a + ((<usize>plan.length) << 3); a < end; a += 8, b += 8, out += 16, window += 8) {
    const x = minus(pair(a, b), mean)
    v128.store(out, times(minus(x, times(preEmphasis, previous)), both(window)))
    energy = plus(energy, times(x, x))
    previous = x
  }
  return energy
}

/** Removes the pre-emphasised step down to the padding, at sample `rest` of the frame in the lane, from that frame. */
function unstep(plan: Plan, lane: usize, rest: i32, a: usize): void {
  if (rest < 0 || rest >= plan.length) return
  const mean = plan.removeMean ? f64x2.extract_lane(meanOf(a, a, plan.length), 0) : 0
  const window = load<f64>(plan.window + ((<usize>rest) << 3))
  store<f64>(plan.frame + ((<usize>rest) << 4) + 8 * lane, (1 - plan.preEmphasis) * -mean * window)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function spectrum(plan: Plan): void {
  const points = <usize>plan.points
  const n = points >> 1
  transform(plan.half, plan.frame, plan.order, plan.roots, n, plan.firstPoints)
  power(plan.bins, plan.half, plan.turns, n)
  const end = plan.bins + 16 * (n + 1)
  if (plan.kind === MAGNITUDE) for (let x = plan.bins; x < end; x += 16) v128.store(x, f64x2.sqrt(v128.load(x)))
  if (plan.kind === PERIODOGRAM) {
    const divisor = f64x2.splat(plan.points)
    for (let x = plan.bins; x < end; x += 16) v128.store(x, f64x2.div(v128.load(x), divisor))
  }
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function logarithm(plan: Plan, x: v128): v128 {
  return times(f64x2.splat(plan.logUnit), logPair(f64x2.max(x, f64x2.splat(plan.floor))))
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function filter(plan: Plan): void {
  let weight = plan.weights
  let filters = plan.filters
  for (let m = 0, out = plan.outputs; m < plan.filterCount; m++, filters += 8, out += 16) {
    let bin = plan.bins + ((<usize>load<i32>(filters)) << 4)
    let sum = f64x2.splat(0)
    for (const end = weight + ((<usize>load<i32>(filters, 4)) << 3); weight < end; weight += 8, bin += 16) {
      sum = plus(sum, times(both(weight), v128.load(bin)))
    }
    v128.store(out, logarithm(plan, sum))
  }
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function sumOfBins(plan: Plan): v128 {
  let sum = f64x2.splat(0)
  const end = plan.bins + 16 * ((<usize>plan.points >> 1) + 1)
  for (let x = plan.bins; x < end; x += 16) sum = plus(sum, v128.load(x))
  return sum
}

/** Rows at a and b from the filters' outputs. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function columns(plan: Plan, a: usize, b: usize): void {
  const outputs = plan.outputs
  const end = outputs + ((<usize>plan.filterCount) << 4)
  if (plan.cepstrum === 0) {
    for (let x = outputs; x < end; x += 16, a += 8, b += 8) put(a, b, v128.load(x))
    return
  }
  let weight = plan.cepstrum
  for (let j = 0; j < plan.columns; j++, a += 8, b += 8) {
    let sum = f64x2.splat(0)
    for (let x = outputs; x < end; x += 16, weight += 8) sum = plus(sum, times(both(weight), v128.load(x)))
    put(a, b, sum)
  }
}

/**
 * Writes out [frames, columns] from the samples at `signal`, preceded in memory by one more sample; `rest` samples from
 * the start of the first frame on are not padding.
 */
export function frameFeatures(address: usize, out: usize, signal: usize, frames: i32, rest: i32): void {
  const plan = changetype<Plan>(address)
  const step = (<usize>plan.step) << 3
  const row = (<usize>plan.columns) << 3
  for (let t = 0; t < frames; t += 2, rest -= 2 * plan.step) {
    const single = t + 1 === frames
    const second = single ? signal : signal + step
    const energy = fill(plan, signal, second)
    if (plan.wholeSignal) {
      unstep(plan, 0, rest, signal)
      unstep(plan, 1, rest - (single ? 0 : plan.step), second)
    }
    spectrum(plan)
    filter(plan)
    const outSecond = single ? out : out + row
    columns(plan, out, outSecond)
    if (plan.energy !== NO_ENERGY) {
      const place = (<usize>plan.energyColumn) << 3
      put(out + place, outSecond + place, logarithm(plan, plan.energy === FRAME_ENERGY ? energy : sumOfBins(plan)))
    }
    out += 2 * row
    signal += 2 * step
  }
}
