/** Resumable experiments that predict numbers, such as arousal, in place of classes. */
import { expectation } from '../core/errors.ts'
import { type DimensionFold, type DimensionResults, type DimensionRun, hasTargets } from '../experiments/dimensions.ts'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../experiments/plan.ts'
import { type PlanOutcome, type RunPlanOptions, runAnyPlan } from './run-plan.ts'

/** Options of {@link runDimensionPlan}; there are no baselines. */
export interface DimensionPlanOptions
  extends Omit<RunPlanOptions, 'onFold' | 'onRun' | 'onResults' | 'baselines' | 'study'> {
  /** Called after each job; awaited before the runner's slot takes the next one. */
  onFold?: (job: FoldJob, finished: FinishedFold<DimensionFold>) => unknown
  /** Called after the last fold of each run. */
  onRun?: (run: DimensionRun) => void
  /** Called with the results before they are written. */
  onResults?: (results: DimensionResults) => void
}

/**
 * {@link runPlan} for a plan with `targets` in its corpus: systems predict numbers, such as arousal, in place of classes. Folds, seeds,
 * protocols, parts, workers and queues are the same.
 *
 * @throws RangeError for a plan without targets, a system that does not learn them, or numbers that do not vary; else as {@link runPlan}
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['speaker'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 3, sentences: 2 }, targets: ['arousal'] },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 20, weightDecays: [0.1] } }],
 * })
 * const { results } = await runDimensionPlan(plan, { folder: 'arousal', fresh: true })
 * const [arousal] = results?.summary[0].scores ?? []
 * arousal.concordance > 0.3 // true
 * arousal.intervals.concordance.low < arousal.concordance // true
 * ```
 */
export async function runDimensionPlan(
  plan: ExperimentPlan,
  options: DimensionPlanOptions,
): Promise<PlanOutcome<DimensionResults>> {
  const where = 'runDimensionPlan'
  const checked = checkPlan(plan)
  if (!hasTargets(checked)) {
    throw new RangeError(expectation(where, 'plan.corpus.targets', 'names of numbers to learn', undefined))
  }
  for (const name of ['baselines', 'study'] as const) {
    if (name in options) throw new RangeError(`${where}: "${name}" expected none with targets`)
  }
  // Its listeners are called with folds, runs and results of targets.
  const { results, missing } = await runAnyPlan(where, checked, options as unknown as RunPlanOptions)
  return { results: results as unknown as DimensionResults | null, missing }
}
