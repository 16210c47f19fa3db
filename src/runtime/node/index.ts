/** What needs a file system. The root of the package has the rest. */
export type { NamedCorpus } from '../../corpora/index.ts'
export type { ExperimentCorpus, FoldRecord } from '../../experiments/results.ts'
export {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusProblem,
  type CorpusUtterance,
  loadCorpus,
} from './corpus.ts'
export { type RunExperimentOptions, runExperiment, type SystemResults } from './experiment.ts'
export type { ExtractionOptions } from './fold-data.ts'
export { type ExperimentSource, syntheticSource } from './source.ts'
