/** Small made-up results of experiments. */
import { compareRuns } from '../../src/experiments/comparisons.ts'
import type { ExperimentPlan, Protocol } from '../../src/experiments/plan.ts'
import { summarizeRuns } from '../../src/experiments/rate-summary.ts'
import { type ExperimentResults, type FoldRecord, type RunResults, runResults } from '../../src/experiments/results.ts'
import type { Seed } from '../../src/numerics/random.ts'

/** The true class of each recording, by speaker. */
export type Truth = Record<string, Record<string, string>>

/** What a run is made of. */
export interface MadeUpRun {
  name: string
  seed?: Seed
  protocol?: Protocol
  system?: string
}

/** A run in which the recordings have these posteriors; `said` is the class of the largest. */
export function makeRun(
  { name, seed = 1, protocol = 'strict', system = name }: MadeUpRun,
  classes: readonly string[],
  truth: Truth,
  posteriors: Record<string, number[]>,
): RunResults {
  const folds = Object.entries(truth).map(([speaker, labels]): FoldRecord => {
    const predictions = Object.entries(labels).map(([path, label]) => {
      const posterior = posteriors[path]
      return { path, label, posterior, said: classes[posterior.indexOf(Math.max(...posterior))] }
    })
    const right = predictions.filter(({ label, said }) => label === said).length
    const epochs = [2, 1.5].map((loss, i) => ({ epoch: i + 1, loss, gradientNorm: 1, learningRate: 0.1 }))
    return { speaker, predictions, accuracy: right / predictions.length, bestEpoch: 2, epochs }
  })
  return runResults({ name, system: { name: system, settings: {} }, seed, protocol, seconds: 60 }, classes, folds)
}

/** Results with these runs. */
export function makeResults(runs: RunResults[], plan: Partial<ExperimentPlan> = {}): ExperimentResults {
  const { classes } = runs[0].confusion
  const unique = <T>(items: T[]): T[] => [...new Set(items)]
  const systems = unique(runs.map(({ name }) => name)).map((name) => ({ name, system: 'lstm' as const, options: {} }))
  return {
    format: 'ser-core/results',
    version: 2,
    corpus: {
      name: 'synthetic',
      classes,
      utterances: runs[0].folds.flatMap(({ predictions }) => predictions).length,
      speakers: runs[0].folds.map(({ speaker }) => speaker),
      problems: [],
      warnings: [],
    },
    plan: {
      format: 'ser-core/plan',
      version: 1,
      corpus: { kind: 'synthetic' },
      systems,
      seeds: unique(runs.map(({ seed }) => seed)),
      protocols: unique(runs.map(({ protocol }) => protocol)),
      combinations: [],
      ...plan,
    },
    runs,
    summary: summarizeRuns(runs, classes),
    comparisons: compareRuns(runs),
    run: {
      command: 'ser experiment',
      versions: { 'ser-core': '0.0.0', node: '20.0.0' },
      kernels: 'simd',
      commit: null,
      started: '2026-01-01T00:00:00.000Z',
      finished: '2026-01-01T00:02:05.000Z',
      seconds: 125,
    },
  }
}
