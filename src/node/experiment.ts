/** An experiment with one system, in this thread and in memory. */
import { checkOneOf, checkOptions } from '../core/check.ts'
import { corpusSummary } from '../experiments/assemble.ts'
import { type CrossValidationOptions, leaveOneSpeakerOut } from '../experiments/cross-validation.ts'
import { toFoldRecord } from '../experiments/jobs.ts'
import { groupsOfRuns } from '../experiments/people.ts'
import { protocols } from '../experiments/plan.ts'
import { type ExperimentResults, type RunResults, runResults, type SystemSummary } from '../experiments/results.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSystem, type System } from '../pipelines/system.ts'
import { checkCorpus } from './corpus.ts'
import { withFeatureStore } from './feature-store.ts'
import { type ExtractionOptions, extractData } from './fold-data.ts'
import type { ExperimentSource } from './source.ts'

/** Options of {@link runExperiment}. */
export interface RunExperimentOptions extends Partial<Omit<CrossValidationOptions, 'classes'>>, ExtractionOptions {}

/** Results of {@link runExperiment}. */
export interface SystemResults extends RunResults {
  corpus: ExperimentResults['corpus']
  /** Rates by groups, as of `SystemSummary`; absent where the corpus tells none. */
  groups?: SystemSummary['groups']
}

const optionNames = [
  'seed',
  'protocol',
  'start',
  'signal',
  'onProgress',
  'onFold',
  'cache',
  'featureMemory',
  'onFeatures',
  'onProblem',
] as const

/**
 * Leave-one-speaker-out cross-validation of one system, which may be your own, on a corpus. Recordings that cannot be
 * used are listed in the results. {@link runPlan} runs several systems, on several threads, and can be resumed.
 *
 * @throws RangeError where fewer than two speakers or classes are left
 */
export async function runExperiment(
  source: ExperimentSource,
  system: System,
  options: RunExperimentOptions = {},
): Promise<SystemResults> {
  const where = 'runExperiment'
  checkCorpus(where, 'source', source)
  checkSystem(where, 'system', system)
  checkOptions(where, options, optionNames)
  checkHooks(where, options, ['onProgress', 'onFold', 'onFeatures', 'onProblem'])
  if (source.targets !== undefined) {
    throw new RangeError(`${where}: "source" expected classes, got targets; call runDimensionExperiment`)
  }
  const { seed = 1, protocol = 'strict' } = options
  checkOneOf(where, 'protocol', protocol, protocols)
  return await withFeatureStore(where, options, async (store) => {
    const frontEnds = new Map([['', system.frontEnd]])
    const { corpus, data } = await extractData(where, source, frontEnds, options, undefined, store)
    const [features] = data.values()
    const began = performance.now()
    const { start, signal, onProgress, onFold } = options
    const settings = { classes: source.classes, seed, protocol, start, signal, onProgress, onFold }
    const { folds } = await leaveOneSpeakerOut(system, features, settings)
    const seconds = (performance.now() - began) / 1000
    const identity = { name: system.name, system: { name: system.name, settings: system.settings }, seed, protocol }
    const records = folds.map((fold) => toFoldRecord(fold, features))
    const summary = corpusSummary(corpus)
    const run = runResults({ ...identity, seconds }, source.classes, records)
    const groups = groupsOfRuns([run], source.classes, summary.people ?? [])
    return { corpus: summary, ...run, ...(groups.length === 0 ? {} : { groups }) }
  })
}
