/**
 * Pitch marks: one place in every glottal period, found by cross-correlation along a contour of F0. In each voiced stretch
 * the first is the largest magnitude within a period about the middle. From a mark at t with T = 1 / F0(t) the next one lies
 * where the T about it are most like the T about the mark,
 *
 *     t' = t +- L,   L between 0.8 T and 1.25 T with the largest r(L) = sum x[n] x[n +- L] / sqrt(sum x[n]^2 sum x[n +- L]^2)
 *
 * as far as the stretch goes. Where r is below 0.3 there is no mark; over an edge of the stretch, where r is above 0.7.
 *
 * The method is that of Praat's "To PointProcess (cc)" as its manual describes it: P. Boersma & D. Weenink.
 */
import { toSoundOfAnyLevel } from '../../core/array.ts'
import { checkNumber, checkObject, checkOptions } from '../../core/check.ts'
import type { VectorLike } from '../../core/types.ts'
import { contourOf, type PitchTrack } from '../pitch.ts'
import { laggedSums } from './lagged-sums.ts'
import { topOffset } from './likeness.ts'

/** Options of measures that follow a contour of F0. */
export interface ContourOptions {
  /** Hz. */
  sampleRate: number
  /** Lowest F0, Hz; default 65. */
  lowFrequency?: number
  /** Highest F0, Hz; default 500. */
  highFrequency?: number
  /** The contour; default that of `pitchTrack` between these frequencies. */
  track?: PitchTrack
}

/** The names of {@link ContourOptions}. */
export const contourOptionNames: readonly (keyof ContourOptions)[] = [
  'sampleRate',
  'lowFrequency',
  'highFrequency',
  'track',
]

const SHORTEST = 0.8
const LONGEST = 1.25
const LEAST_LIKENESS = 0.3
const LIKENESS_AT_EDGE = 0.7

/** A contour as far as it is followed. */
export type Contour = Pick<PitchTrack, 'f0' | 'voiced' | 'times'>

/** Samples of a clip in float64, and its contour. */
export interface Contoured {
  x: Float64Array
  sampleRate: number
  track: Contour
}

/** Checks the samples and {@link ContourOptions}. */
export function resolveContour(where: string, samples: VectorLike, options: ContourOptions): Contoured {
  const x = toSoundOfAnyLevel(where, samples)
  const { sampleRate, lowFrequency, highFrequency, track } = options
  if (track === undefined) {
    return { x, sampleRate, track: contourOf(where, x, { sampleRate, lowFrequency, highFrequency }) }
  }
  checkNumber(where, 'sampleRate', sampleRate, { above: 0 })
  checkTrack(where, track, sampleRate)
  return { x, sampleRate, track }
}

/** Throws for a contour that could not be followed. */
function checkTrack(where: string, track: PitchTrack, sampleRate: number): void {
  const { f0, voiced, times } = checkObject<PitchTrack>(where, 'track', track)
  if (!(f0?.length >= 0) || voiced?.length !== f0.length || times?.length !== f0.length) {
    throw new RangeError(`${where}: "track" expected f0, voiced and times of equal lengths, as pitchTrack gives`)
  }
  for (let t = 0; t < f0.length; t++) {
    checkNumber(where, `track.times[${t}]`, times[t], t === 0 ? { min: 0 } : { above: times[t - 1] })
    if (voiced[t] !== 0) checkNumber(where, `track.f0[${t}]`, f0[t], { min: 1, max: sampleRate / 4 })
  }
}

/** Voiced frames on end: the first, and the one after the last. */
function voicedRuns(voiced: ArrayLike<number>): [number, number][] {
  const runs: [number, number][] = []
  for (let t = 0; t < voiced.length; t++) {
    if (voiced[t] === 0) continue
    const from = t
    while (t < voiced.length && voiced[t] !== 0) t++
    runs.push([from, t])
  }
  return runs
}

/** F0 at a time within a run, along straight lines between its frames. */
function frequencyAt({ f0, times }: Contour, [from, to]: [number, number], time: number): number {
  let t = from
  // The last frame that is not later.
  for (let after = to; after - t > 1; ) {
    const middle = (t + after) >> 1
    if (times[middle] <= time) t = middle
    else after = middle
  }
  if (t + 1 >= to || time <= times[t]) return f0[t]
  const share = (time - times[t]) / (times[t + 1] - times[t])
  return f0[t] + share * (f0[t + 1] - f0[t])
}

/** Place of the largest magnitude between two places, in samples. */
function extremumBetween(x: Float64Array, from: number, to: number): number {
  const last = Math.min(x.length - 2, Math.floor(to))
  let best = Math.max(1, Math.ceil(from))
  for (let n = best; n <= last; n++) if (Math.abs(x[n]) > Math.abs(x[best])) best = n
  return best + topOffset(Math.abs(x[best - 1]), Math.abs(x[best]), Math.abs(x[best + 1]))
}

/** Likeness of the `length` samples from `start` on to those from each of `count` places on; 0 where they leave the clip. */
function likenesses(x: Float64Array, start: number, length: number, from: number, count: number): Float64Array {
  const out = new Float64Array(count)
  const skipped = Math.max(0, -from)
  const inside = Math.min(count, x.length - length - from + 1) - skipped
  if (start < 0 || start + length > x.length || inside <= 0) return out
  const first = from + skipped
  const r = out.subarray(skipped, skipped + inside)
  laggedSums(r, x, start, length, x, first, inside)
  let own = 0
  for (let n = 0; n < length; n++) own += x[start + n] * x[start + n]
  let other = 0
  for (let n = first; n < first + length; n++) other += x[n] * x[n]
  for (let k = 0, n = first; k < inside; k++, n++) {
    // Differences of squares leave rounding of silence.
    r[k] = own > 0 && other > 1e-12 * own ? r[k] / Math.sqrt(own * other) : 0
    if (k + 1 < inside) other += x[n + length] * x[n + length] - x[n] * x[n]
  }
  return out
}

/** The most alike period beside the one about `place`, of T samples: its distance, and how alike. */
function nextPeriod(x: Float64Array, place: number, period: number, direction: 1 | -1): { lag: number; r: number } {
  const length = Math.max(2, Math.round(period))
  const start = Math.round(place - period / 2)
  const [low, high] = [Math.max(1, Math.ceil(SHORTEST * period)), Math.floor(LONGEST * period)]
  const count = high - low + 3
  const found = likenesses(x, start, length, direction > 0 ? start + low - 1 : start - high - 1, count)
  const at = (lag: number): number => found[direction > 0 ? lag - low + 1 : high + 1 - lag]
  let best = { lag: low, r: -1 }
  for (let lag = low; lag <= high; lag++) {
    const r = at(lag)
    if (r > best.r) best = { lag, r }
  }
  return { lag: best.lag + topOffset(at(best.lag - 1), best.r, at(best.lag + 1)), r: best.r }
}

/** Marks from `place` to an edge of the run, in samples, without that place. */
function follow(clip: Contoured, run: [number, number], place: number, edge: number, direction: 1 | -1): number[] {
  const { x, sampleRate, track } = clip
  const marks: number[] = []
  for (let at = place; ; ) {
    const period = sampleRate / frequencyAt(track, run, at / sampleRate)
    const { lag, r } = nextPeriod(x, at, period, direction)
    const next = at + direction * (r < LEAST_LIKENESS ? period : lag)
    if (direction * (next - edge) > 0) {
      if (r > LIKENESS_AT_EDGE) marks.push(next)
      return marks
    }
    if (r >= LEAST_LIKENESS) marks.push(next)
    at = next
  }
}

/** Marks of a clip in samples, ascending. */
export function marksOf(clip: Contoured): number[] {
  const { x, sampleRate, track } = clip
  const { times, voiced } = track
  const half = times.length > 1 ? (times[1] - times[0]) / 2 : 0.005
  const marks: number[] = []
  for (const run of voicedRuns(voiced)) {
    const [left, right] = [(times[run[0]] - half) * sampleRate, (times[run[1] - 1] + half) * sampleRate]
    const middle = (left + right) / 2
    const period = sampleRate / frequencyAt(track, run, middle / sampleRate)
    if (middle - period / 2 < 0 || middle + period / 2 > x.length - 1) continue
    const first = extremumBetween(x, middle - period / 2, middle + period / 2)
    const found = [...follow(clip, run, first, left, -1).reverse(), first, ...follow(clip, run, first, right, 1)]
    const before = marks.at(-1) ?? Number.NEGATIVE_INFINITY
    marks.push(...found.filter((mark) => mark > before + SHORTEST * 0.5 * period))
  }
  return marks
}

/**
 * Times of the pitch marks of a clip, one a glottal period, in seconds, ascending: what {@link jitter} and {@link shimmer}
 * measure between. Periods lie between neighbours that are less than 20 ms apart.
 *
 * @example
 * ```ts
 * const pulses = Float64Array.from({ length: 8000 }, (_, n) => (n % 80 === 40 ? 0.9 : 0))
 * const times = pitchMarks(pulses, { sampleRate: 16000 })
 * times[20] - times[19] // 0.00500
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function pitchMarks(samples: VectorLike, options: ContourOptions): Float64Array {
  checkOptions('pitchMarks', options, contourOptionNames)
  const clip = resolveContour('pitchMarks', samples, options)
  return Float64Array.from(marksOf(clip), (mark) => mark / clip.sampleRate)
}
