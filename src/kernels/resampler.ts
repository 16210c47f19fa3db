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
import type { FloatArray } from '../core/types.ts'
import { halfWidth, sincFilter } from './sinc-filter.ts'

/** Above this many taps (2 MiB) the taps of each output are interpolated instead of stored. */
const largestTable = 2 ** 18
/** Points of the interpolated filter per sample of the lower rate: taps are off by up to 4e-7 of the middle one. */
const pointsPerSample = 1024

interface Ratio {
  L: number
  M: number
  /** Lower rate over input rate, s above. */
  scale: number
  /** Taps to either side of an output. */
  reach: number
}

/** The output at `phase / L` samples after the input sample `whole`. */
type OutputAt = (input: Float64Array, whole: number, phase: number) => number

/** Place of an output: `phase / L` samples after the input sample `whole`; integers, so that it never drifts. */
export interface OutputPlace {
  whole: number
  phase: number
}

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
  fill(output: FloatArray, input: Float64Array, place: OutputPlace): void
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

/** Samples of the output for so many of the input. */
export function resampledLength(length: number, fromRate: number, toRate: number): number {
  const { L, M } = reduce(fromRate, toRate)
  return Math.ceil((length * L) / M)
}

/** Fills the output, at most {@link resampledLength} samples. */
export function resampleInto(output: FloatArray, input: Float64Array, fromRate: number, toRate: number): void {
  createResampler(fromRate, toRate).fill(output, input, { whole: 0, phase: 0 })
}

/** A resampler for two rates, whole numbers. */
export function createResampler(fromRate: number, toRate: number): Resampler {
  const ratio = reduce(fromRate, toRate)
  const { L, M, reach } = ratio
  const outputAt = L * 2 * reach <= largestTable ? polyphase(ratio) : interpolated(ratio)
  const wholeStep = Math.floor(M / L)
  const phaseStep = M % L
  return {
    reach,
    countBefore: (end, { whole, phase }) => Math.max(0, Math.ceil(((end - whole) * L - phase) / M)),
    fill(output, input, place) {
      let { whole, phase } = place
      for (let k = 0; k < output.length; k++) {
        output[k] = outputAt(input, whole, phase)
        whole += wholeStep
        phase += phaseStep
        if (phase >= L) {
          phase -= L
          whole++
        }
      }
      place.whole = whole
      place.phase = phase
    },
  }
}

/** Stores the taps of every phase that occurs. */
function polyphase({ L, scale, reach }: Ratio): OutputAt {
  const count = 2 * reach
  const taps = new Float64Array(L * count)
  const known = new Uint8Array(L)
  return (input, whole, phase) => {
    const row = phase * count
    if (known[phase] === 0) {
      for (let i = 0; i < count; i++) taps[row + i] = scale * sincFilter((i + 1 - reach - phase / L) * scale)
      known[phase] = 1
    }
    const first = whole + 1 - reach
    const begin = Math.max(first, 0)
    const end = Math.min(first + count, input.length)
    let sum = 0
    for (let n = begin, tap = row + begin - first; n < end; n++, tap++) sum += input[n] * taps[tap]
    return sum
  }
}

/** Interpolates the taps linearly from a finely sampled filter. */
function interpolated({ L, scale, reach }: Ratio): OutputAt {
  const points = Float64Array.from({ length: (halfWidth + 1) * pointsPerSample + 2 }, (_, i) =>
    sincFilter(i / pointsPerSample),
  )
  const pointsPerInput = scale * pointsPerSample
  return (input, whole, phase) => {
    const end = Math.min(whole + 1 + reach, input.length)
    let sum = 0
    for (let n = Math.max(whole + 1 - reach, 0); n < end; n++) {
      const at = Math.abs(n - whole - phase / L) * pointsPerInput
      const point = Math.floor(at)
      sum += input[n] * (points[point] + (at - point) * (points[point + 1] - points[point]))
    }
    return scale * sum
  }
}
