import { checkStrings } from '../core/check.ts'
import { scoreInterval } from '../evaluation/intervals.ts'
import { checkRuns } from './check-runs.ts'
import { type CorpusPerson, checkPeople } from './corpus-person.ts'
import { attributed, judgedFolds, ratesByCorpus, transferOf } from './corpus-rates.ts'
import { groupsOfRuns } from './people.ts'
import type { MeanAndRange, RunResults, SystemSummary } from './results.ts'

/** Runs of one system under one protocol, one per seed. */
export interface RunGroup<Run = RunResults> {
  name: RunResults['name']
  protocol: RunResults['protocol']
  runs: Run[]
}

/** Groups the runs by system and protocol, in order of first occurrence. */
export function groupRuns<Run extends Pick<RunResults, 'name' | 'protocol'>>(runs: readonly Run[]): RunGroup<Run>[] {
  const groups: RunGroup<Run>[] = []
  for (const run of runs) {
    const { name, protocol } = run
    const group = groups.find((known) => known.name === name && known.protocol === protocol)
    if (group) group.runs.push(run)
    else groups.push({ name, protocol, runs: [run] })
  }
  return groups
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function meanAndRange(values: readonly number[]): MeanAndRange {
  return { mean: mean(values), low: Math.min(...values), high: Math.max(...values) }
}

function meanCounts(runs: readonly RunResults[], classes: readonly string[]): number[][] {
  return classes.map((_, i) => classes.map((__, j) => mean(runs.map(({ confusion }) => confusion.counts[i][j]))))
}

/** Number and mean accuracy of the recordings of each speaker, who may be in several folds. */
function speakersAcross(runs: readonly RunResults[]): SystemSummary['speakers'] {
  const all = runs.map(({ folds }) => attributed(judgedFolds(folds)))
  const names = [...new Set(all[0].map(({ speaker }) => speaker))].sort()
  return names.map((speaker) => {
    const own = all.map((predictions) => predictions.filter((one) => one.speaker === speaker))
    const rates = own.map((some) => some.filter(({ label, said }) => label === said).length / some.length)
    return { speaker, n: own[0].length, accuracy: mean(rates) }
  })
}

function speakersOf(runs: readonly RunResults[]): SystemSummary['speakers'] {
  if (runs[0].folds.some(({ training }) => training !== undefined)) return speakersAcross(runs)
  return runs[0].folds.map(({ speaker, predictions }) => {
    const rates = runs.flatMap(({ folds }) => folds.filter((fold) => fold.speaker === speaker))
    return { speaker, n: predictions.length, accuracy: mean(rates.map(({ accuracy }) => accuracy)) }
  })
}

/**
 * Summarises each system under each protocol over its seeds, in the order of the runs.
 *
 * @param people - what is known of the speakers, as `corpus.people` of results has it, for `groups`
 */
export function summarizeRuns(
  runs: readonly RunResults[],
  classes: readonly string[],
  people: readonly CorpusPerson[] = [],
): SystemSummary[] {
  checkRuns('summarizeRuns', runs)
  checkStrings('summarizeRuns', 'classes', classes)
  checkPeople('summarizeRuns', people)
  return groupRuns(runs).map(({ name, protocol, runs: group }) => {
    const accuracy = meanAndRange(group.map((run) => run.accuracy))
    const counts = meanCounts(group, classes)
    const n = counts.flat().reduce((sum, count) => sum + count, 0)
    const groups = groupsOfRuns(group, classes, people)
    const transfer = transferOf(
      group.map(({ folds }) => folds),
      classes,
    )
    return {
      name,
      protocol,
      seeds: group.length,
      accuracy,
      accuracyInterval: scoreInterval(accuracy.mean * n, n),
      unweightedRecall: meanAndRange(group.map((run) => run.unweightedRecall)),
      recall: Object.fromEntries(classes.map((label) => [label, mean(group.map(({ recall }) => recall[label]))])),
      speakers: speakersOf(group),
      confusion: { classes: [...classes], counts },
      corpora: ratesByCorpus(
        group.map(({ folds }) => attributed(judgedFolds(folds))),
        classes,
      ),
      ...(groups.length === 0 ? {} : { groups }),
      ...(transfer.length === 0 ? {} : { transfer }),
    }
  })
}
