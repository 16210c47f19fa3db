/** Combinations of systems, from the predictions of each. */

import { argmax } from '../networks/decision.ts'
import type { Seed } from '../numerics/random.ts'
import { type Average, averagePosteriors } from '../pipelines/posteriors.ts'
import { checkPlanLists, checkRuns } from './check-runs.ts'
import type { Combination, ExperimentPlan, Protocol } from './plan.ts'
import { type FoldRecord, type PredictionRecord, type RunResults, runResults, type Timeline } from './results.ts'

const where = 'combineRuns'

/** Each member's prediction for one recording. */
function answersTo(path: string, folds: readonly FoldRecord[]): PredictionRecord[] {
  return folds.map(({ speaker, predictions }) => {
    const found = predictions.find((prediction) => prediction.path === path)
    if (found) return found
    throw new RangeError(`${where}: "runs" expected the same recordings, a member lacks "${path}" of ${speaker}`)
  })
}

/** Averages the members' timelines, where all have one over the same windows. */
function combineTimelines(folds: readonly FoldRecord[], how: Average): Timeline | undefined {
  const timelines = folds.flatMap(({ timeline }) => timeline ?? [])
  if (timelines.length < folds.length) return undefined
  const [{ path, seconds, posteriors }] = timelines
  const same = timelines.every(
    (other) => other.path === path && JSON.stringify(other.seconds) === JSON.stringify(seconds),
  )
  if (!same) return undefined
  const windows = posteriors.map((_, t) => timelines.map((timeline) => timeline.posteriors[t]))
  return { path, seconds, posteriors: windows.map((window) => Array.from(averagePosteriors(window, how))) }
}

function combineFolds(folds: readonly FoldRecord[], classes: readonly string[], how: Average): FoldRecord {
  const [{ speaker, training, predictions }] = folds
  const together = predictions.map(({ said: _, posterior: __, ...facts }) => {
    const { path } = facts
    const answers = answersTo(path, folds)
    const posterior = averagePosteriors(
      answers.map((answer) => answer.posterior),
      how,
    )
    return { ...facts, said: classes[argmax(posterior)], posterior: Array.from(posterior) }
  })
  const right = together.filter(({ label, said }) => label === said).length
  const timeline = combineTimelines(folds, how)
  const told = training === undefined ? { speaker } : { speaker, training }
  const fold = { ...told, predictions: together, accuracy: right / together.length, bestEpoch: 0, epochs: [] }
  return timeline ? { ...fold, timeline } : fold
}

function combine({ name, members, ...options }: Combination, seed: Seed, runs: readonly RunResults[]): RunResults {
  const { average: how = 'logPosterior', seeds = 'each' } = options
  const [{ protocol, confusion, folds }] = runs
  const { classes } = confusion
  const together = folds.map(({ speaker }) => {
    const same = runs.flatMap((run) => run.folds.filter((fold) => fold.speaker === speaker))
    if (same.length === runs.length) return combineFolds(same, classes, how)
    throw new RangeError(`${where}: "runs" expected the same speakers, a member of "${name}" lacks ${speaker}`)
  })
  const system = { name: 'combination', settings: { members: [...members], average: how, seeds } }
  return runResults({ name, system, seed, protocol, seconds: 0 }, classes, together)
}

function find(runs: readonly RunResults[], name: string, protocol: Protocol, seed: Seed): RunResults {
  const found = runs.find((run) => run.name === name && run.protocol === protocol && run.seed === seed)
  if (found) return found
  throw new RangeError(`${where}: "runs" lacks "${name}" of seed ${seed} under the protocol ${protocol}`)
}

/**
 * The runs of a plan's combinations under each protocol: the members' posteriors averaged, seed by seed or over all
 * seeds at once (a run with the seed `all`). Nothing is trained: `seconds` is 0 and there are no epochs.
 *
 * @param runs - the runs of all members
 * @throws RangeError where a member's run, speaker or recording is missing
 */
export function combineRuns(plan: ExperimentPlan, runs: readonly RunResults[]): RunResults[] {
  checkPlanLists(where, plan)
  checkRuns(where, runs)
  return plan.protocols.flatMap((protocol) =>
    (plan.combinations ?? []).flatMap((combination) => {
      const ofSeed = (seed: Seed): RunResults[] =>
        combination.members.map((member) => find(runs, member, protocol, seed))
      if (combination.seeds === 'all') return [combine(combination, 'all', plan.seeds.flatMap(ofSeed))]
      return plan.seeds.map((seed) => combine(combination, seed, ofSeed(seed)))
    }),
  )
}
