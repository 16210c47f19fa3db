/**
 * A polyphase filter of float32 through the spectra of blocks, with the bits of the sums of taps, for ratios L / M whose every
 * phase has other taps: several times as fast as those.
 *
 * Let g be the filter of the sums in input samples, and g' one that differs beyond its ends alone and has hardly any spectrum
 * G' beyond some frequency (extended-filter.ts). A block of N = u M samples repeated forever gives, at times k M / L, k = 0..P-1
 * with P = u L, by the transform X[j] of the block,
 *
 *     y[k] = 1/N sum_j X[j mod N] G'(j / N) exp(2 pi i j k / P) - sum_n x[n] (g' - g)(k M / L - n),
 *
 * a transform of N points, few products, one of P points back, and short sums whose terms are so small that float32 serves.
 */
import { log } from '../../core/elementary.ts'
import { cos } from '../../core/trigonometric.ts'
import { extendedFilter } from '../extended-filter.ts'
import { halfWidth, sincFilter } from '../sinc-filter.ts'
import { BLOCKS, type BlockFilter, startBlocks, type Taps } from './block-filter.ts'
import { Layout } from './layout.ts'
import { isSmooth, type MixedPlan, mixedPlan } from './mixed-plan.ts'

/** Most points of a transform. */
const MOST_POINTS = 4096
/** Least samples of the lower rate from the filter's end to that of its continuation. */
const WIDTH = 2.9
/** Points of the continued filter per sample of the lower rate: twice as many as its spectrum needs, at least. */
const POINTS_PER_SAMPLE = 4.5
/** The spectrum stops where what is left of it is below this, relative to the root of a block's energy. */
const LEFT = 2e-13
/** Bound of the roundings there and back and of the sums, likewise, as in block-filter.ts. */
const ROUNDINGS = 4e-14
/** Roundings of a correction in float32: of a tap, its product and the additions, one to spare. */
const CORRECTION = 10 * 2 ** -24

/** Taps of a filter, with s = lower rate over input rate: h(s t) s is the tap at t input samples from an output. */
export interface RatioTaps extends Taps {
  readonly scale: number
}

/** Sizes of a block. */
interface Sizes {
  /** u, and the groups of L outputs that a block completes. */
  readonly repeats: number
  readonly steps: number
  /** Taps of a correction at either side, and over how many samples of the lower rate the filter goes on there. */
  readonly side: number
  readonly width: number
  /** Samples of a block on either side of an output. */
  readonly reach: number
}

/** The sizes that take least time per output; null where no block is worth while. */
function sizesOf({ L, M, count, scale }: Omit<RatioTaps, 'rows'>): Sizes | null {
  const side = 4 * Math.ceil(WIDTH / scale / 4 - 0.05)
  const reach = count / 2 + side
  const time = (points: number): number => points * log(points)
  let best: Sizes | null = null
  let least = Infinity
  for (let repeats = 1; Math.max(L, M) * repeats <= MOST_POINTS; repeats *= 2) {
    const steps = Math.floor((repeats * M - 2 * reach + Math.ceil(M / L)) / M)
    const cost = (time(repeats * L) + time(repeats * M)) / steps
    if (steps < 1 || cost >= least) continue
    least = cost
    best = { repeats, steps, side, width: side * scale, reach }
  }
  return best
}

/** Whether a filter gains from blocks. */
export function suitsRatio(taps: Omit<RatioTaps, 'rows'>): boolean {
  return isSmooth(taps.L) && isSmooth(taps.M) && sizesOf(taps) !== null
}

/** G'(j / N) / N for |j| <= its last index, and a bound of what is left out. */
function spectrumOf({ M, scale }: RatioTaps, { repeats, width, reach }: Sizes): { gains: Float64Array; left: number } {
  const N = repeats * M
  const density = Math.ceil(POINTS_PER_SAMPLE * scale)
  const points = N * density
  const filter = new Float64Array(reach * density)
  for (let i = 0; i < filter.length; i++) {
    filter[i] = ((i > 0 ? 2 : 1) * scale * extendedFilter((i / density) * scale, width)) / points
  }
  const cosines = new Float64Array(points)
  for (let i = 0; i < points; i++) cosines[i] = cos((2 * Math.PI * i) / points)
  let last = Math.floor(points / 2)
  const gains = new Float64Array(last + 1)
  let [energy, left] = [0, 0]
  for (let j = last; j >= 0; j--) {
    let sum = 0
    for (let i = 0, at = 0; i < filter.length; i++) {
      sum += filter[i] * cosines[at]
      at += j
      if (at >= points) at -= points
    }
    gains[j] = sum
    if (j < last) continue
    energy += 2 * sum * sum
    // The block's spectrum repeats: each of its values meets up to `density` of those left out.
    const next = Math.sqrt(density * N * energy)
    if (next > LEFT) continue
    left = next
    last = j - 1
  }
  return { gains: gains.subarray(0, last + 1), left }
}

/** Byte offsets [points, terms] to the points of the spectrum there that a point of the one back sums, and their gains. */
function termsOf(there: MixedPlan, back: MixedPlan, gains: Float64Array) {
  const [N, P, last] = [there.inputs.length, back.inputs.length, gains.length - 1]
  const terms = Math.ceil((2 * last + 1) / P)
  const origins = new Int32Array(P * terms)
  const factors = new Float64Array(P * terms)
  for (let at = 0; at < origins.length; at++) {
    const q = back.inputs[Math.floor(at / terms)]
    const j = q - P * Math.floor((q + last) / P) + (at % terms) * P
    origins[at] = 32 * there.outputs[((j % N) + N) % N]
    if (Math.abs(j) <= last) factors[at] = gains[Math.abs(j)]
  }
  return { terms, origins, factors }
}

/** The taps [L, 2 side] of the correction, [L, 3] byte offsets from a group's first sample, and a bound of its roundings. */
function correctionsOf({ L, M, scale, count }: RatioTaps, { side, width, reach }: Sizes) {
  const end = count / 2
  const taps = new Float32Array(L * 2 * side)
  const offsets: number[] = []
  let largest = 0
  for (let p = 0; p < L; p++) {
    const middle = Math.floor((p * M) / L)
    const phase = ((p * M) % L) / L
    // The taps of the sums end within a sample of these.
    const right = Math.ceil(phase + halfWidth / scale - 1e-9)
    const left = Math.floor(phase - halfWidth / scale + 1e-9) - side + 1
    let energy = 0
    for (let i = 0; i < 2 * side; i++) {
      const t = ((i < side ? left : right - side) + i - phase) * scale
      const tap = scale * (extendedFilter(t, width) - sincFilter(t))
      taps[p * 2 * side + i] = tap
      energy += tap * tap
    }
    largest = Math.max(largest, energy)
    offsets.push(...[1 - end, left, right].map((from) => 4 * (middle + reach - 1 + from)))
  }
  return { taps, offsets, error: CORRECTION * Math.sqrt(largest) }
}

/** The filter of taps that {@link suitsRatio}; null where WebAssembly cannot run. */
export function ratioFilter(taps: RatioTaps): BlockFilter | null {
  const started = startBlocks()
  const sizes = sizesOf(taps)
  if (started === null || sizes === null) return null
  const { wasm, memory } = started
  const { L, M, count, rows } = taps
  const { repeats, steps, side, reach } = sizes
  const layout = new Layout()
  const plan = layout.room(20, 4)
  const [there, back] = [mixedPlan(layout, repeats * M), mixedPlan(layout, repeats * L)]
  const N = there.inputs.length
  const P = back.inputs.length
  const { gains, left } = spectrumOf(taps, sizes)
  const { terms, origins, factors } = termsOf(there, back, gains)
  const corrections = correctionsOf(taps, sizes)
  const order = there.inputs.map((n) => 4 * ((n + reach - 1) % N))
  const points = Int32Array.from({ length: steps * L }, (_, k) => 32 * back.outputs[(P - k) % P])
  const ownRows = new Float64Array(L * count)
  for (let p = 0; p < L; p++) ownRows.set(rows.subarray(((p * M) % L) * count, (((p * M) % L) + 1) * count), p * count)
  const [outputs, inputs] = [BLOCKS * steps * L, (BLOCKS - 1) * steps * M + N]
  const words = [there.address, back.address, layout.int32(order), terms, layout.int32(origins)]
  words.push(layout.float64(factors), steps, L, M, count, side, layout.int32(points), layout.int32(corrections.offsets))
  words.push(layout.float64(ownRows), layout.int32(new Int32Array(corrections.taps.buffer)))
  const [input, output] = [layout.room(inputs, 4), layout.room(outputs, 4)]
  layout.int32([...words, input, output], plan)
  layout.write(memory)
  const view = (at: number, length: number): Float32Array => new Float32Array(memory.buffer, at, length)
  return {
    ...{ outputs, inputs, before: reach, input: view(input, inputs), output: view(output, outputs) },
    run: () => Boolean(wasm.filterRatio(plan, ROUNDINGS + left + corrections.error)),
  }
}
