/**
 * Runs and results of experiments with classes or with targets, whose folds, folders and listeners are otherwise the same. What is
 * passed on has the type of classes here; the doors give it back as what it is (docs/decisions/dimensions.md).
 */
import { type Assembly, assembleDimensions, assembleResults, dimensionRunOf, runOf } from '../experiments/assemble.ts'
import type { DimensionFold } from '../experiments/dimensions.ts'
import type { FinishedFold, FoldJob } from '../experiments/jobs.ts'
import type { ExperimentResults, RunResults } from '../experiments/results.ts'

/** The folds of an experiment with targets: those of its jobs are of no other kind. */
function asDimensions(finished: ReadonlyMap<string, FinishedFold>): ReadonlyMap<string, FinishedFold<DimensionFold>> {
  return finished as unknown as ReadonlyMap<string, FinishedFold<DimensionFold>>
}

/** A run as its listener expects it, of classes or of targets. */
export function anyRunOf(
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold>,
  { classes, targets }: Pick<ExperimentResults['corpus'], 'classes' | 'targets'>,
): RunResults {
  if (targets === undefined) return runOf(jobs, finished, classes)
  return dimensionRunOf(jobs, asDimensions(finished), targets) as unknown as RunResults
}

/** Results as their listener expects them, of classes or of targets. */
export function anyResultsOf(assembly: Assembly): ExperimentResults {
  if (assembly.corpus.targets === undefined) return assembleResults(assembly)
  const finished = asDimensions(assembly.finished)
  return assembleDimensions({ ...assembly, finished }) as unknown as ExperimentResults
}
