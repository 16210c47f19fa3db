/**
 * Jitter and shimmer: how much the periods T_i of a voice and their amplitudes A_i change from one to the next.
 *
 *     local   mean |T_i - T_(i-1)| / mean T        dB    mean |20 lg(A_i / A_(i-1))|
 *     rap     mean |T_i - (T_(i-1) + T_i + T_(i+1)) / 3| / mean T, apq3 the same of A;  ppq5 with five periods
 *
 * A period is the time between neighbouring pitch marks, at most 20 ms; changes by more than 1.3 (of amplitudes 1.6) times are
 * no perturbation, and left out. The limits are Praat's. H. Kasuya et al., "Normalized noise energy as an acoustic measure
 * to evaluate pathologic voice", JASA 80, 1986; R. J. Baken, Clinical measurement of speech and voice, 1987.
 */
import { checkOptions } from '../../core/check.ts'
import { log } from '../../core/elementary.ts'
import { cos } from '../../core/trigonometric.ts'
import type { VectorLike } from '../../core/types.ts'
import { type ContourOptions, contourOptionNames, marksOf, resolveContour } from './pitch-marks.ts'

/** Perturbation of the periods, as shares of their mean; NaN where a clip has too few. */
export interface Jitter {
  /** Mean difference of neighbours. */
  local: number
  /** Relative average perturbation: mean difference from the mean of three. */
  rap: number
  /** Five-point period perturbation quotient: mean difference from the mean of five. */
  ppq5: number
}

/** Perturbation of the amplitudes; NaN where a clip has too few periods. */
export interface Shimmer {
  /** Mean difference of neighbours, as a share of the mean. */
  local: number
  /** Mean difference of neighbours in dB. */
  decibels: number
  /** Three-point amplitude perturbation quotient, as a share of the mean. */
  apq3: number
}

/** Seconds. */
const SHORTEST_PERIOD = 0.0001
const LONGEST_PERIOD = 0.02
const LARGEST_PERIOD_FACTOR = 1.3
const LARGEST_AMPLITUDE_FACTOR = 1.6

/** A value and the mark that it ends at, or belongs to, samples. */
interface Placed {
  at: number
  value: number
}

/** Runs of values each of which differs from the one before by a factor of no more than `most`. */
export type Runs = Placed[][]

function within(a: number, b: number, most: number): boolean {
  return a > 0 && b > 0 && Math.max(a, b) <= most * Math.min(a, b)
}

/** Mean of |v_i - mean of the `width` about it| over all places that have so many; for two, of |v_i - v_(i-1)|. */
function meanDifference(runs: Runs, width: number, of = (value: number): number => value): number {
  let sum = 0
  let count = 0
  for (const run of runs) {
    for (let i = width; i <= run.length; i++) {
      const part = run.slice(i - width, i).map(({ value }) => of(value))
      const middle = width === 2 ? part[0] : part.reduce((total, v) => total + v, 0) / width
      sum += Math.abs(part[width >> 1] - middle)
      count++
    }
  }
  return sum / count
}

function meanOf(runs: Runs): number {
  const all = runs.flat()
  return all.reduce((sum, { value }) => sum + value, 0) / all.length
}

/** Periods between marks in seconds, broken where there is none or they change too much. */
export function periodRuns(marks: readonly number[], sampleRate: number): Runs {
  const runs: Runs = [[]]
  for (let i = 1; i < marks.length; i++) {
    const value = (marks[i] - marks[i - 1]) / sampleRate
    if (value < SHORTEST_PERIOD || value > LONGEST_PERIOD) {
      runs.push([])
      continue
    }
    const before = runs[runs.length - 1].at(-1)
    if (before && !within(value, before.value, LARGEST_PERIOD_FACTOR)) runs.push([])
    runs[runs.length - 1].push({ at: marks[i], value })
  }
  return runs.filter((run) => run.length > 1)
}

/** Share of the period on either side that an amplitude is taken over. */
const REACH = 0.2

/** Root mean square about a mark under a Hann window that reaches a fifth of a period to either side. */
function amplitudeAt(x: Float64Array, mark: number, left: number, right: number): number {
  let sum = 0
  let weights = 0
  const last = Math.min(x.length - 1, mark + REACH * right)
  for (let n = Math.max(0, Math.ceil(mark - REACH * left)); n <= last; n++) {
    const weight = 1 + cos((Math.PI * (n - mark)) / (REACH * (n < mark ? left : right)))
    sum += x[n] * x[n] * weight * weight
    weights += weight * weight
  }
  return weights > 0 ? Math.sqrt(sum / weights) : 0
}

/** Amplitudes about marks with a period on either side, broken where there is none or they change too much. */
export function amplitudeRuns(x: Float64Array, marks: readonly number[], sampleRate: number): Runs {
  const runs: Runs = [[]]
  const isPeriod = (samples: number) =>
    samples >= SHORTEST_PERIOD * sampleRate && samples <= LONGEST_PERIOD * sampleRate
  for (let i = 1; i + 1 < marks.length; i++) {
    const [left, right] = [marks[i] - marks[i - 1], marks[i + 1] - marks[i]]
    if (!isPeriod(left) || !isPeriod(right) || !within(left, right, LARGEST_PERIOD_FACTOR)) {
      runs.push([])
      continue
    }
    const value = amplitudeAt(x, marks[i], left, right)
    const before = runs[runs.length - 1].at(-1)
    if (before && !within(value, before.value, LARGEST_AMPLITUDE_FACTOR)) runs.push([])
    runs[runs.length - 1].push({ at: marks[i], value })
  }
  return runs.filter((run) => run.length > 1)
}

/** Decibels of an amplitude. */
export function decibelsOf(amplitude: number): number {
  return (20 / Math.LN10) * log(amplitude)
}

/**
 * Jitter of a clip: `local`, `rap` and `ppq5`, shares of the mean period, over all its voiced stretches. Healthy
 * voices on a steady vowel have a `local` below 0.01; running speech has more, for its pitch moves. Periods that alternate make
 * one of twice the length: where its F0 is in the range, that may be what is measured.
 *
 * @example
 * ```ts
 * // Periods of 81 and 79 samples in turn.
 * const pulses = Float64Array.from({ length: 16000 }, (_, n) => (n % 160 === 0 || n % 160 === 81 ? 0.9 : 0))
 * jitter(pulses, { sampleRate: 16000, lowFrequency: 150 }).local // 0.025
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws As {@link pitchMarks}.
 */
export function jitter(samples: VectorLike, options: ContourOptions): Jitter {
  checkOptions('jitter', options, contourOptionNames)
  const clip = resolveContour('jitter', samples, options)
  const runs = periodRuns(marksOf(clip), clip.sampleRate)
  const mean = meanOf(runs)
  const [local, rap, ppq5] = [2, 3, 5].map((width) => meanDifference(runs, width) / mean)
  return { local, rap, ppq5 }
}

/**
 * Shimmer of a clip: `local` and `apq3` as shares of the mean amplitude, `decibels` of neighbouring amplitudes, over all its
 * voiced stretches.
 *
 * @example
 * ```ts
 * const pulses = Float64Array.from({ length: 16000 }, (_, n) => (n % 80 === 0 ? (n % 160 === 0 ? 0.9 : 0.81) : 0))
 * shimmer(pulses, { sampleRate: 16000, lowFrequency: 150 }).decibels // 0.92
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws As {@link pitchMarks}.
 */
export function shimmer(samples: VectorLike, options: ContourOptions): Shimmer {
  checkOptions('shimmer', options, contourOptionNames)
  const clip = resolveContour('shimmer', samples, options)
  const runs = amplitudeRuns(clip.x, marksOf(clip), clip.sampleRate)
  const mean = meanOf(runs)
  const decibels = meanDifference(runs, 2, decibelsOf)
  return { local: meanDifference(runs, 2) / mean, decibels, apq3: meanDifference(runs, 3) / mean }
}
