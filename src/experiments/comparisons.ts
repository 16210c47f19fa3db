/** Compares systems with each other and with published predictions, recording by recording. */

import { checkArray, checkObject } from '../core/check.ts'
import { mcnemarExact } from '../evaluation/mcnemar.ts'
import { argmax } from '../networks/decision.ts'
import { averagePosteriors } from '../pipelines/posteriors.ts'
import { checkRuns } from './check-runs.ts'
import { groupRuns, type RunGroup } from './rate-summary.ts'
import type { Comparison, PredictionRecord, RunResults } from './results.ts'

/** Predictions of another system: the class by the file's name without its folders. */
export interface Baseline {
  name: string
  said: Record<string, string>
  /** True classes according to the baseline, if it has them; they must be those of the corpus. */
  labels?: Record<string, string>
}

/** The name of a file without its folders. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
}

/**
 * Throws unless a baseline's predictions are about these recordings and classes; others would count as wrong.
 *
 * @throws RangeError that names the baseline and what does not fit
 */
export function checkBaseline(
  baseline: Baseline,
  recordings: readonly Pick<PredictionRecord, 'path' | 'label'>[],
  classes: readonly string[],
): void {
  const { name, said, labels = {} } = checkObject<Baseline>('baselines', 'baseline', baseline)
  checkObject('baselines', 'said', said)
  const known = recordings.filter(({ path }) => Object.hasOwn(said, baseName(path)))
  if (known.length === 0) throw new RangeError(`baseline "${name}": no answer is of a recording of the corpus`)
  const odd = known.find(({ path, label }) => Object.hasOwn(labels, baseName(path)) && labels[baseName(path)] !== label)
  if (odd !== undefined) {
    const file = baseName(odd.path)
    throw new RangeError(`baseline "${name}": "${file}" is "${labels[file]}" there and "${odd.label}" in the corpus`)
  }
  const words = [...new Set(known.map(({ path }) => said[baseName(path)]))]
  if (words.some((word) => classes.includes(word))) return
  throw new RangeError(`baseline "${name}": no answer is one of ${classes.join(', ')}, but ${words.join(', ')}`)
}

/** Whether the prediction was right, by fold and recording. */
type Marks = Map<string, boolean>

/** Predictions with a key: a recording may be in the tests of several folds. */
function predictionsOf({ folds }: RunResults): (PredictionRecord & { key: string })[] {
  return folds.flatMap(({ speaker, predictions }) =>
    predictions.map((prediction) => ({ ...prediction, key: `${speaker}: ${prediction.path}` })),
  )
}

function marksOf(run: RunResults): Marks {
  return new Map(predictionsOf(run).map(({ key, label, said }) => [key, said === label]))
}

/** Marks of the log posteriors averaged over all runs. */
function averagedMarks(runs: readonly RunResults[]): Marks {
  if (runs.length === 1) return marksOf(runs[0])
  const { classes } = runs[0].confusion
  const posteriors = new Map<string, number[][]>()
  for (const { key, posterior } of runs.flatMap(predictionsOf)) {
    posteriors.set(key, [...(posteriors.get(key) ?? []), posterior])
  }
  const isRight = (key: string, label: string): boolean =>
    classes[argmax(averagePosteriors(posteriors.get(key) ?? [], 'logPosterior'))] === label
  return new Map(predictionsOf(runs[0]).map(({ key, label }) => [key, isRight(key, label)]))
}

/** Marks of a baseline, for the recordings of the runs that it predicted. */
function baselineMarks({ said }: Baseline, { runs }: RunGroup): Marks {
  const marks: Marks = new Map()
  for (const { key, path, label } of predictionsOf(runs[0])) {
    const name = baseName(path)
    if (Object.hasOwn(said, name)) marks.set(key, said[name] === label)
  }
  return marks
}

function count(first: Marks, second: Marks): Pick<Comparison, 'n' | 'onlyFirst' | 'onlySecond' | 'p'> {
  const common = [...first.keys()].filter((path) => second.has(path))
  const onlyFirst = common.filter((path) => first.get(path) && !second.get(path)).length
  const onlySecond = common.filter((path) => !first.get(path) && second.get(path)).length
  return { n: common.length, onlyFirst, onlySecond, p: mcnemarExact(onlyFirst, onlySecond) }
}

function compareWithBaselines(group: RunGroup, all: Marks, baselines: readonly Baseline[]): Comparison[] {
  const { name: first, protocol, runs } = group
  const answers: [Comparison['seed'], Marks][] = [['all', all]]
  if (runs.length > 1) answers.push(...runs.map((run): [Comparison['seed'], Marks] => [run.seed, marksOf(run)]))
  return baselines.flatMap((baseline) => {
    const others = baselineMarks(baseline, group)
    return answers.map(([seed, marks]) => ({ protocol, first, second: baseline.name, seed, ...count(marks, others) }))
  })
}

/**
 * McNemar's exact test of every two systems under each protocol, by log posteriors averaged over the seeds, and of each
 * system against each baseline, averaged and, with several seeds, also seed by seed. Recordings without a prediction by
 * one of the two are left out.
 */
export function compareRuns(runs: readonly RunResults[], baselines: readonly Baseline[] = []): Comparison[] {
  checkRuns('compareRuns', runs)
  for (const [i, one] of checkArray('compareRuns', 'baselines', baselines).entries()) {
    const { said } = checkObject<Baseline>('compareRuns', `baselines[${i}]`, one)
    checkObject('compareRuns', `baselines[${i}].said`, said)
  }
  const groups = groupRuns(runs).map((group) => ({ ...group, marks: averagedMarks(group.runs) }))
  const pairs = groups.flatMap(({ name: first, protocol, marks }, i) =>
    groups
      .slice(i + 1)
      .filter((other) => other.protocol === protocol)
      .map((other): Comparison => {
        return { protocol, first, second: other.name, seed: 'all', ...count(marks, other.marks) }
      }),
  )
  return [...pairs, ...groups.flatMap((group) => compareWithBaselines(group, group.marks, baselines))]
}
