/** An experiment with targets and one system, in this thread and in memory. */
import { checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { leaveOneGroupOut } from '../evaluation/splits.ts'
import { corpusSummary } from '../experiments/assemble.ts'
import { runDimensionFold } from '../experiments/dimension-folds.ts'
import { dimensionRun } from '../experiments/dimension-results.ts'
import type { DimensionFold, DimensionRun } from '../experiments/dimensions.ts'
import { protocols } from '../experiments/plan.ts'
import type { ExperimentResults } from '../experiments/results.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed } from '../numerics/random.ts'
import { checkSystem, type System } from '../pipelines/system.ts'
import { checkCorpus } from './corpus.ts'
import type { RunExperimentOptions } from './experiment.ts'
import { withFeatureStore } from './feature-store.ts'
import { extractData } from './fold-data.ts'
import type { ExperimentSource } from './source.ts'

/** Options of {@link runDimensionExperiment}. */
export interface RunDimensionExperimentOptions extends Omit<RunExperimentOptions, 'start' | 'onFold'> {
  /** Called after each fold. */
  onFold?: (fold: DimensionFold, folds: number) => void
}

/** Results of {@link runDimensionExperiment}. */
export interface DimensionSystemResults extends DimensionRun {
  corpus: ExperimentResults['corpus']
}

const hookNames = ['onProgress', 'onFold', 'onFeatures', 'onProblem'] as const
const optionNames = ['seed', 'protocol', 'signal', 'cache', 'featureMemory', ...hookNames] as const

/**
 * Leave-one-speaker-out cross-validation of one system that predicts the `targets` of a corpus, such as arousal; as `runExperiment` for
 * classes. {@link runDimensionPlan} runs several systems, on several threads, and can be resumed.
 *
 * @throws RangeError for a corpus without targets, targets that do not vary, a system that learns classes only, or fewer than two speakers
 * @example
 * ```ts
 * const source = syntheticSource({ speakers: 3, sentences: 2 }, ['arousal', 'valence'])
 * const system = createSystem('functionals-mlp', { epochs: 20, weightDecays: [0.1] })
 * const { scores } = await runDimensionExperiment(source, system, { protocol: 'speaker' })
 * scores.map(({ target }) => target) // ['arousal', 'valence']
 * ```
 */
export async function runDimensionExperiment(
  source: ExperimentSource,
  system: System,
  options: RunDimensionExperimentOptions = {},
): Promise<DimensionSystemResults> {
  const where = 'runDimensionExperiment'
  checkCorpus(where, 'source', source)
  checkSystem(where, 'system', system)
  checkOptions(where, options, optionNames)
  checkHooks(where, options, hookNames)
  const { seed = 1, protocol = 'strict' } = options
  checkOneOf(where, 'protocol', protocol, protocols)
  checkSeed(where, seed)
  const { targets } = source
  if (targets === undefined) throw new RangeError(expectation(where, 'source.targets', 'names of numbers', targets))
  if (system.learnsTargets !== true) {
    throw new RangeError(expectation(where, 'system', 'one that learns targets', system.name))
  }
  return await withFeatureStore(where, options, async (store) => {
    const frontEnds = new Map([['', system.frontEnd]])
    const { corpus, data } = await extractData(where, source, frontEnds, options, undefined, store)
    const [{ dimensions, ...features }] = data.values()
    if (dimensions === undefined)
      throw new RangeError(expectation(where, 'source.targets', 'names of numbers', targets))
    const began = performance.now()
    const folds: DimensionFold[] = []
    const splits = leaveOneGroupOut(features.speakers)
    const { signal, onProgress, onFold } = options
    for (const split of splits) {
      const place = { fold: folds.length + 1, folds: splits.length, speaker: split.group }
      const hooks = {
        signal,
        onEpoch: (at: { epoch: number; epochs: number; loss: number }) => onProgress?.({ ...place, ...at }),
      }
      folds.push(await runDimensionFold(system, { ...features, dimensions }, split, { seed, protocol }, hooks))
      onFold?.(folds[folds.length - 1], splits.length)
    }
    const seconds = (performance.now() - began) / 1000
    const identity = { name: system.name, system: { name: system.name, settings: system.settings }, seed, protocol }
    return { corpus: corpusSummary(corpus), ...dimensionRun({ ...identity, seconds }, targets, folds) }
  })
}
