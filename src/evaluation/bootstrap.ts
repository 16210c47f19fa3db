/** Bootstrap intervals of recognition rates over groups, such as speakers (Efron & Tibshirani 1993, chapter 13). */
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import type { LabelsLike } from '../core/labels.ts'
import { quantileOf } from '../features/track-statistics.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { checkLabels, checkPairs, checkSameLength } from './class-labels.ts'
import type { Interval } from './intervals.ts'

/** Options of {@link bootstrapIntervals}. */
export interface BootstrapOptions {
  /** Number of samples of groups. Default 1000. */
  resamples?: number
  /** Confidence level, between 0 and 1. Default 0.95. */
  confidence?: number
  /** Seed of the samples. Default 0. */
  seed?: Seed
}

/** Intervals of both rates. */
export interface RateIntervals {
  accuracy: Interval
  unweightedRecall: Interval
}

/** Counts of one group by class: recordings, and those recognised; means over several runs may be fractions. */
export interface GroupCounts {
  all: number[]
  right: number[]
}

/** Accuracy and unweighted recall of sums over groups; classes without recordings do not count. */
export function ratesOf(groups: readonly GroupCounts[]): { accuracy: number; unweightedRecall: number } {
  const [classes] = groups.map(({ all }) => all.length)
  const sum = (of: 'all' | 'right', k: number): number => groups.reduce((total, one) => total + one[of][k], 0)
  let [all, right, recalls, present] = [0, 0, 0, 0]
  for (let k = 0; k < classes; k++) {
    const [n, hits] = [sum('all', k), sum('right', k)]
    all += n
    right += hits
    if (n === 0) continue
    recalls += hits / n
    present++
  }
  return { accuracy: right / all, unweightedRecall: recalls / present }
}

/** {@link bootstrapIntervals} of counts by group, without checks. */
export function intervalsOf(groups: readonly GroupCounts[], options: BootstrapOptions = {}): RateIntervals {
  const { resamples = 1000, confidence = 0.95, seed = 0 } = options
  const random = new Random(seed).substream('bootstrap')
  const rates = Array.from({ length: resamples }, () => ratesOf(drawn(groups, random)))
  return rateIntervals(rates, confidence)
}

/** Intervals of the loss of both rates from `before` to `after`, counts of the same groups, drawn together; without checks. */
export function lossIntervalsOf(
  before: readonly GroupCounts[],
  after: readonly GroupCounts[],
  options: BootstrapOptions = {},
): RateIntervals {
  const { resamples = 1000, confidence = 0.95, seed = 0 } = options
  const random = new Random(seed).substream('bootstrap')
  const places = before.map((_, g) => g)
  const losses = Array.from({ length: resamples }, () => {
    const again = drawn(places, random)
    const [first, second] = [before, after].map((groups) => ratesOf(again.map((g) => groups[g])))
    return {
      accuracy: first.accuracy - second.accuracy,
      unweightedRecall: first.unweightedRecall - second.unweightedRecall,
    }
  })
  return rateIntervals(losses, confidence)
}

/** Quantiles of both rates over samples. */
function rateIntervals(rates: readonly Record<keyof RateIntervals, number>[], confidence: number): RateIntervals {
  const between = (name: keyof RateIntervals): Interval =>
    percentilesOf(
      rates.map((one) => one[name]),
      confidence,
    )
  return { accuracy: between('accuracy'), unweightedRecall: between('unweightedRecall') }
}

/** As many groups as there are, drawn with replacement. */
export function drawn<G>(groups: readonly G[], random: Random): G[] {
  return groups.map(() => groups[random.integer(groups.length)])
}

/** The interval that leaves out the same share of the values at both ends. */
export function percentilesOf(values: readonly number[], confidence: number): Interval {
  const sorted = Float64Array.from(values).sort()
  return { low: quantileOf(sorted, (1 - confidence) / 2), high: quantileOf(sorted, (1 + confidence) / 2) }
}

/**
 * Percentile bootstrap intervals of accuracy and unweighted recall: whole groups are drawn with replacement, as many as
 * there are, and the rates' quantiles over the samples are taken. Recordings of one speaker resemble each other, so that
 * intervals over recordings (Wilson's) are too narrow for new speakers. Of a single group the interval is a point. The
 * same seed gives the same intervals.
 *
 * @param truth - the class of each recording
 * @param said - the predicted classes
 * @param groups - the group (speaker) of each recording
 * @throws RangeError for lists of different lengths, no recordings, or invalid options
 * @example
 * ```ts
 * const [truth, said] = [['joy', 'anger', 'joy', 'anger'], ['joy', 'anger', 'joy', 'joy']]
 * const { accuracy } = bootstrapIntervals(truth, said, ['03', '03', '08', '08'])
 * accuracy // { low: 0.5, high: 1 }
 * ```
 */
export function bootstrapIntervals(
  truth: LabelsLike,
  said: LabelsLike,
  groups: LabelsLike,
  options: BootstrapOptions = {},
): RateIntervals {
  const where = 'bootstrapIntervals'
  checkOptions(where, options, ['resamples', 'confidence', 'seed'])
  checkInteger(where, 'resamples', options.resamples ?? 1, { min: 1 })
  checkNumber(where, 'confidence', options.confidence ?? 0.95, { above: 0, below: 1 })
  checkSeed(where, options.seed ?? 0)
  const pairs = checkPairs(where, truth, said)
  const names = checkLabels(where, 'groups', groups)
  checkSameLength(where, ['truth', pairs.truth], ['groups', names])
  if (names.length === 0) throw new RangeError(`${where}: "truth" expected at least 1 label, got 0`)
  const classes = [...new Set(Array.from(pairs.truth))]
  const counted = countGroups(
    Array.from(pairs.truth, (label, i) => {
      return { group: names[i], label: classes.indexOf(label), right: label === pairs.said[i] }
    }),
    classes.length,
  )
  return intervalsOf([...counted.values()], options)
}

/** Counts recordings by group and class. */
export function countGroups<G>(
  recordings: readonly { group: G; label: number; right: boolean }[],
  classes: number,
): Map<G, GroupCounts> {
  const counted = new Map<G, GroupCounts>()
  for (const { group, label, right } of recordings) {
    const one = counted.get(group) ?? { all: new Array(classes).fill(0), right: new Array(classes).fill(0) }
    one.all[label]++
    if (right) one.right[label]++
    counted.set(group, one)
  }
  return counted
}
