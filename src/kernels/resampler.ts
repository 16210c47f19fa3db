/**
 * Conversion between sample rates by a linear-phase windowed sinc.
 *
 * With r the lower of the two rates, s = r / fromRate, and h the low-pass filter in samples of the rate r, the output
 * at time k / toRate is
 *
 *     y[k] = s sum_n x[n] h(s (k fromRate / toRate - n)),   x = 0 outside the signal.
 *
 * The filter is centred on the output's own time, so there is no delay. With toRate / fromRate reduced to L / M, only L
 * different sets of taps occur, one for each phase k M mod L, the output's distance from an input sample (a polyphase
 * filter).
 */

import { isFloat32 } from '../core/realm.ts'
import { Recent } from '../core/recent.ts'
import type { FloatArray } from '../core/types.ts'
import { type BlockFilter, blockFilter, suitsBlocks } from './simd/block-filter.ts'
import { type PolyphaseMemory, polyphaseMemory } from './simd/polyphase.ts'
import { ratioFilter, suitsRatio } from './simd/ratio-filter.ts'
import { halfWidth, sincFilter } from './sinc-filter.ts'

/** Above this many taps (2 MiB) the taps of each output are interpolated instead of stored. */
const largestTable = 2 ** 18
/** Outputs after which the tables of blocks for a ratio of many phases, some 25 ms in a fresh process, pay soon. */
const PATIENCE = 2 ** 18
/** Points of the interpolated filter per sample of the lower rate: taps are off by up to 4e-7 of the middle one. */
const pointsPerSample = 1024
/** Most samples of input beyond the taps, and most outputs, of a block. */
const BLOCK = 8192

interface Ratio {
  L: number
  M: number
  /** Lower rate over input rate, s above. */
  scale: number
  /** Taps to either side of an output. */
  reach: number
}

/** Place of an output: `phase / L` samples after the input sample `whole`; integers, so that it never drifts. */
export interface OutputPlace {
  whole: number
  phase: number
}

/** Fills `output` from a place on. */
type Fill = (output: FloatArray, input: FloatArray, place: OutputPlace) => void

/** Converts a signal part by part, with taps that are kept. */
export interface Resampler {
  /** An output depends on the input samples `whole + 1 - reach .. whole + reach` of its place. */
  readonly reach: number
  /** Number of outputs from a place on that lie before the input sample `end`. */
  countBefore(end: number, place: OutputPlace): number
  /**
   * Fills `output` from a place on, and moves the place to the next output. Samples beyond the ends of `input` are
   * zero. The bits of an output depend on its phase and on the samples within reach alone, so that a part of the signal
   * which has those gives the same bits as the whole.
   */
  fill: Fill
}

/** Rates, whole numbers, in lowest terms. */
function reduce(fromRate: number, toRate: number): Ratio {
  const divisor = greatestCommonDivisor(fromRate, toRate)
  const scale = Math.min(1, toRate / fromRate)
  return { L: toRate / divisor, M: fromRate / divisor, scale, reach: Math.ceil(halfWidth / scale) }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** The place of the k-th output. */
export function outputPlace(k: number, fromRate: number, toRate: number): OutputPlace {
  const { L, M } = reduce(fromRate, toRate)
  return { whole: Math.floor((k * M) / L), phase: (k * M) % L }
}

/** Samples of the output for so many of the input. */
export function resampledLength(length: number, fromRate: number, toRate: number): number {
  const { L, M } = reduce(fromRate, toRate)
  return Math.ceil((length * L) / M)
}

/** Fills the output, at most {@link resampledLength} samples. */
export function resampleInto(output: FloatArray, input: FloatArray, fromRate: number, toRate: number): void {
  createResampler(fromRate, toRate).fill(output, input, { whole: 0, phase: 0 })
}

/** Kept, since taps take up to a thousand times as long as an output. */
const resamplers = /* @__PURE__ */ new Recent<Resampler>(4)

/** A resampler for two rates, whole numbers. It may serve others too: only places tell signals apart. */
export function createResampler(fromRate: number, toRate: number): Resampler {
  const ratio = reduce(fromRate, toRate)
  const { L, M, reach } = ratio
  return resamplers.get(`${L}/${M}`, () => ({
    reach,
    countBefore: (end, { whole, phase }) => Math.max(0, Math.ceil(((end - whole) * L - phase) / M)),
    fill: fillOf(ratio),
  }))
}

function fillOf(ratio: Ratio): Fill {
  const { L, reach } = ratio
  const count = 2 * reach
  if (L * count > largestTable) return interpolated(ratio)
  const table = new TapTable(ratio)
  const sums = polyphase(ratio, table)
  const shape = { ...ratio, count }
  if (suitsBlocks(shape)) return inBlocks(ratio, sums, 0, () => blockFilter({ ...shape, rows: table.all() }))
  if (!suitsRatio(shape)) return sums
  return inBlocks(ratio, sums, PATIENCE, () => ratioFilter({ ...shape, rows: table.all() }))
}

/** Moves a place by n outputs. */
function advance(place: OutputPlace, { L, M }: Ratio, n: number): void {
  const phase = place.phase + n * M
  place.whole += Math.floor(phase / L)
  place.phase = phase % L
}

/** Fills a block, `length` numbers from `at` on, with the input from sample `first` on; zeros beyond its ends. */
function loadBlock(block: FloatArray, at: number, length: number, input: FloatArray, first: number): void {
  const from = Math.min(Math.max(first, 0), input.length)
  const to = Math.max(from, Math.min(first + length, input.length))
  block.fill(0, at, at + length)
  block.set(input.subarray(from, to), at + from - first)
}

/** Stores the taps of every phase that occurs, and sums a block of input at a time. */
function polyphase(ratio: Ratio, table: TapTable): Fill {
  const { L, M, reach } = ratio
  const count = 2 * reach
  const block = Math.max(1, Math.min(BLOCK, Math.floor((BLOCK * L) / M)))
  const span = (n: number): number => Math.ceil((n * M) / L) + count
  let memory: PolyphaseMemory | null = null
  const placed = new Uint8Array(L)
  return (output, input, place) => {
    memory ??= polyphaseMemory(L * count + span(block) + block)
    const { floats, start, run } = memory
    const inputAt = start + L * count
    const outputAt = inputAt + span(block)
    const needTaps = (first: number, n: number): void => {
      for (let k = 0, phase = first; k < Math.min(n, L); k++, phase = (phase + M) % L) {
        if (placed[phase] === 0) floats.set(table.row(phase), start + phase * count)
        placed[phase] = 1
      }
    }
    for (let done = 0; done < output.length; done += block) {
      const n = Math.min(block, output.length - done)
      needTaps(place.phase, n)
      loadBlock(floats, inputAt, span(n), input, place.whole + 1 - reach)
      run(floats, { L, M, count, taps: start, input: inputAt, output: outputAt }, n, place.phase)
      output.set(floats.subarray(outputAt, outputAt + n), done)
      advance(place, ratio, n)
    }
  }
}

/**
 * As `sums`, in float32 through the spectra of blocks, which give the same bits, from an output of phase 0 on; from the call on
 * with which outputs reach `patience`.
 */
function inBlocks(ratio: Ratio, sums: Fill, patience: number, create: () => BlockFilter | null): Fill {
  let filter: BlockFilter | null | undefined
  let seen = 0
  return (output, input, place) => {
    let done = 0
    const sumUntil = (end: number): void => {
      sums(output.subarray(done, end), input, place)
      done = end
    }
    // A call takes about as long as the sums of a fifth of its outputs.
    const worthwhile = ({ outputs }: BlockFilter): boolean => output.length - done > outputs / 4
    if (isFloat32(input) && isFloat32(output)) {
      seen = Math.min(seen + output.length, patience)
      if (filter === undefined && seen === patience) filter = create()
      if (filter && worthwhile(filter)) while (done < output.length && place.phase !== 0) sumUntil(done + 1)
      while (filter && worthwhile(filter)) {
        const n = Math.min(filter.outputs, output.length - done)
        loadBlock(filter.input, 0, filter.inputs, input, place.whole + 1 - filter.before)
        if (!filter.run()) sumUntil(done + n)
        else {
          output.set(filter.output.subarray(0, n), done)
          done += n
          advance(place, ratio, n)
        }
      }
    }
    sumUntil(output.length)
  }
}

/** The taps [L, 2 reach] of phases, each row computed when it is first asked for. */
class TapTable {
  private readonly ratio: Ratio
  private readonly rows: Float64Array
  private readonly known: Uint8Array

  constructor(ratio: Ratio) {
    this.ratio = ratio
    this.rows = new Float64Array(ratio.L * 2 * ratio.reach)
    this.known = new Uint8Array(ratio.L)
  }

  row(phase: number): Float64Array {
    const { L, scale, reach } = this.ratio
    const row = this.rows.subarray(phase * 2 * reach, (phase + 1) * 2 * reach)
    if (this.known[phase] === 0) {
      for (let i = 0; i < row.length; i++) row[i] = scale * sincFilter((i + 1 - reach - phase / L) * scale)
      this.known[phase] = 1
    }
    return row
  }

  all(): Float64Array {
    for (let phase = 0; phase < this.ratio.L; phase++) this.row(phase)
    return this.rows
  }
}

/** Interpolates the taps linearly from a finely sampled filter. */
function interpolated(ratio: Ratio): Fill {
  const { L, scale, reach } = ratio
  const points = Float64Array.from({ length: (halfWidth + 1) * pointsPerSample + 2 }, (_, i) =>
    sincFilter(i / pointsPerSample),
  )
  const pointsPerInput = scale * pointsPerSample
  const outputAt = (input: FloatArray, { whole, phase }: OutputPlace): number => {
    const end = Math.min(whole + 1 + reach, input.length)
    let sum = 0
    for (let n = Math.max(whole + 1 - reach, 0); n < end; n++) {
      const at = Math.abs(n - whole - phase / L) * pointsPerInput
      const point = Math.floor(at)
      sum += input[n] * (points[point] + (at - point) * (points[point + 1] - points[point]))
    }
    return scale * sum
  }
  return (output, input, place) => {
    for (let k = 0; k < output.length; k++) {
      output[k] = outputAt(input, place)
      advance(place, ratio, 1)
    }
  }
}
