/** Facts and texts of both forms of the report, from the results. */
import { foldsText } from '../experiments/folds.ts'
import { givenTexts } from '../experiments/given-features.ts'
import { type Protocol, protocols } from '../experiments/plan.ts'
import { pretrainingText } from '../experiments/pretraining.ts'
import { groupRuns, type RunGroup } from '../experiments/rate-summary.ts'
import type { Comparison, ExperimentResults, FoldFacts, RunIdentity, SystemSummary } from '../experiments/results.ts'

/** Explanation of each protocol: the information about the test speaker that it allows. */
export const protocolText: Readonly<Record<Protocol, string>> = {
  strict:
    'features are standardised by the statistics of the training speakers; nothing of the test speaker is used before the ' +
    'test, not even without labels',
  speaker:
    "each speaker's features are shifted and scaled to the training speakers' mean and standard deviation by that speaker's " +
    "own recordings, without labels; this uses the test speaker's unlabelled audio",
  corpus:
    "each corpus' features are shifted and scaled to the training set's mean and standard deviation by its own recordings, " +
    "without labels; this uses the test corpus' unlabelled audio",
}

/** Explanations of the rates and tests. */
export const readingText: Readonly<
  Record<'split' | 'rates' | 'choices' | 'features' | 'pretraining' | 'tests', string>
> = {
  split:
    'Leave-one-speaker-out: for each speaker the system is trained on all others and asked of his or her recordings. ' +
    'Where a system stops early or chooses among epochs, held-out training speakers decide.',
  rates:
    'WAR is the share of recordings recognised rightly, UAR the mean of the recalls of the classes. Means and ranges are ' +
    "over the seeds; the interval is Wilson's 95 % interval of the mean rate, as if recordings were independent draws.",
  choices: 'Decided by training speakers that were held out, with the number of folds:',
  features: 'Features that were given, not computed from sound:',
  pretraining:
    "Trained on other corpora first, each corpus (under the protocol speaker each speaker) brought to common statistics; the folds' " +
    'standardisation is of their own training speakers:',
  tests:
    "McNemar's exact test, two-sided: recordings that one of the two alone got right, and the probability of so uneven a " +
    'split were both equally good, not corrected for the number of tests. The seed "all": log posteriors averaged over the seeds.',
}

interface CommonFold extends FoldFacts {
  predictions: readonly { path: string; label?: string }[]
}

/** Parts that results with classes and with targets have alike. */
export interface CommonResults extends Pick<ExperimentResults, 'corpus' | 'plan' | 'run'> {
  runs: readonly (RunIdentity & { folds: readonly CommonFold[] })[]
  summary: readonly Pick<SystemSummary, 'name' | 'protocol'>[]
}

/** How recordings were divided, in a sentence or two. */
export function splitText({ plan }: Pick<CommonResults, 'plan'>): string {
  if (plan.folds === undefined) return readingText.split
  const text = foldsText(plan.folds)
  const test = plan.folds.test === undefined ? '' : ' Corpora that are tested on are never trained on.'
  return (
    `${text[0].toUpperCase()}${text.slice(1)}: the system is trained without the recordings that it is asked about, nor others of ` +
    `their groups.${test} Where a system stops early or chooses among epochs, held-out training speakers decide.`
  )
}

/** Explanation of the rates of corpora. */
export const corporaText: string =
  'Intervals are percentiles of 1000 bootstrap samples of whole speakers (seeded): they say how rates vary from speaker to ' +
  'speaker, which intervals over recordings do not.'

/** Rates of each corpus of each system: system, protocol, corpus, numbers, WAR, UAR. */
export function corpusRateCells({ summary, corpus: { name } }: ExperimentResults): string[][] {
  return summary.flatMap((one) =>
    (one.corpora ?? []).map((rates) => [
      one.name,
      one.protocol,
      rates.corpus === '' ? name : rates.corpus,
      `${rates.recordings} of ${rates.speakers}`,
      `${percentage(rates.accuracy)} (${percentages(rates.accuracyInterval)})`,
      `${percentage(rates.unweightedRecall)} (${percentages(rates.unweightedRecallInterval)})`,
    ]),
  )
}

/** Names of the columns of {@link corpusRateCells}. */
export const corpusRateColumns: readonly string[] = [
  ...['system', 'protocol', 'corpus', 'recordings of speakers', 'WAR (95 % over speakers)', 'UAR (95 % over speakers)'],
]

/** Caveat for results on synthetic voices. */
export const syntheticText: string = 'The voices are synthetic: rates on them say nothing about people.'

/** A share in percent, without the sign: `0.7963` as `79.6`; `-` for none. */
export function percentage(share: number | null, digits: number = 1): string {
  return share === null || Number.isNaN(share) ? '-' : (100 * share).toFixed(digits)
}

/** Two shares in percent, such as `77.2 to 85.5`. */
export function percentages({ low, high }: { low: number; high: number }): string {
  return `${percentage(low)} to ${percentage(high)}`
}

/** A p-value with four decimals, such as `0.0391`, or `< 0.0001`. */
export function probability(p: number): string {
  return p < 1e-4 ? '< 0.0001' : p.toFixed(4)
}

/** A duration such as `1 h 2 min`, `3 min 5 s` or `7 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A mean count, without decimals if it is an integer. */
export function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1)
}

/** A number with its noun: `1 seed`, `3 seeds`. */
export function plural(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

/** The number of recordings used by class, each once, however many trainings were asked about it: `joy 71, neutral 79`. */
export function classCounts({ corpus, runs }: ExperimentResults): string {
  const predictions = runs[0]?.folds.flatMap((fold) => fold.predictions) ?? []
  const labels = [...new Map(predictions.map(({ path, label }) => [path, label])).values()]
  return corpus.classes.map((name) => `${name} ${labels.filter((label) => label === name).length}`).join(', ')
}

/** Whether the name is that of a combination, not of a trained system. */
export function isCombination({ plan }: Pick<CommonResults, 'plan'>, name: string): boolean {
  return plan.combinations.some((combination) => combination.name === name)
}

/** `name = first + second, ...` for each combination. */
export function combinationTexts({ plan }: ExperimentResults): string[] {
  return plan.combinations.map(({ name, members, average = 'logPosterior', seeds = 'each' }) => {
    const what = average === 'posterior' ? 'posteriors' : 'log posteriors'
    return `${name}: ${what} of ${members.join(' and ')} averaged, ${seeds === 'all' ? 'over all seeds' : 'seed by seed'}`
  })
}

function counted(values: readonly string[]): string {
  const different = [...new Set(values)].sort()
  return different.map((value) => `${value} (${values.filter((one) => one === value).length})`).join(', ')
}

/** Systems whose folds start from a training on other corpora, with that training's options. */
export function pretrainingTexts({ plan }: ExperimentResults): string[] {
  return pretrainingText(plan.systems)
}

/** The features that were given instead of computed from sound. */
export function featuresTexts({ corpus: { features } }: ExperimentResults): string[] {
  return features === undefined ? [] : givenTexts(features)
}

/** Options chosen on held-out training speakers: `name, protocol: option value (number of folds), ...`. */
export function choiceTexts({ runs }: CommonResults): string[] {
  return groupRuns(runs).flatMap(({ name, protocol, runs: group }) => {
    const made = group.flatMap(({ folds }) => folds.flatMap(({ chosen }) => (chosen === undefined ? [] : [chosen])))
    const options = [...new Set(made.flatMap((chosen) => Object.keys(chosen)))]
    return options.map((option) => {
      const values = made.flatMap((chosen) => (option in chosen ? [JSON.stringify(chosen[option])] : []))
      return `${name}, ${protocol}: ${option} ${counted(values)}`
    })
  })
}

/** The protocols that were run, `strict` first. */
export function protocolsOf({ summary }: Pick<CommonResults, 'summary'>): Protocol[] {
  const present = new Set(summary.map(({ protocol }) => protocol))
  return protocols.filter((protocol) => present.has(protocol))
}

/** The protocol to report first: `strict` if it was run. */
export function headline(results: ExperimentResults): Protocol {
  return protocolsOf(results)[0] ?? 'strict'
}

/** The best system under each protocol, and the best combination if any. */
export function bestSummaries(results: ExperimentResults): SystemSummary[] {
  return protocolsOf(results).flatMap((protocol) =>
    [false, true].flatMap((combined) => {
      const candidates = results.summary.filter(
        (one) => one.protocol === protocol && isCombination(results, one.name) === combined,
      )
      return [...candidates].sort((a, b) => b.accuracy.mean - a.accuracy.mean).slice(0, 1)
    }),
  )
}

/** Commits that folds were trained at. */
export function commitText({ run: { commit, commits = [commit] } }: CommonResults): string {
  return commits.map((one) => one ?? 'not known').join(', ')
}

/** Elapsed time, as far as it was recorded. */
function wallText({ run: { seconds, starts } }: CommonResults, folds: number): string {
  if (starts === undefined) return `${duration(seconds)} by the clock from the last start`
  const timed = starts.reduce((sum, start) => sum + start.folds, 0)
  if (timed === 0) return 'how long by the clock was not kept'
  const several = starts.length > 1 ? ` in ${starts.length} starts` : ''
  const untimed = folds - timed
  const without = untimed > 0 ? `, without ${untimed} of ${folds} folds, done when the clock was not kept` : ''
  return `${duration(seconds)} by the clock${several}${without}`
}

/** Elapsed time, and the sum of all training times. */
export function clockText(results: CommonResults): string {
  const runs = trainingTimes(results).flatMap((one) => one.runs)
  const trainings = runs.reduce((sum, { seconds }) => sum + seconds, 0)
  const folds = runs.reduce((sum, run) => sum + run.folds.length, 0)
  return `${wallText(results, folds)}; trainings one after the other: ${duration(trainings)}`
}

/** Training times by system and protocol, without combinations. */
export function trainingTimes(results: CommonResults): RunGroup<CommonResults['runs'][number]>[] {
  return groupRuns(results.runs).filter(({ name }) => !isCombination(results, name))
}

/** The comparisons of two systems, and those with baselines. */
export function splitComparisons({ summary, comparisons }: ExperimentResults): {
  systems: Comparison[]
  baselines: Comparison[]
} {
  const names = new Set(summary.map(({ name }) => name))
  return {
    systems: comparisons.filter(({ second }) => names.has(second)),
    baselines: comparisons.filter(({ second }) => !names.has(second)),
  }
}
