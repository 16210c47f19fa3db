export type { ExperimentProgress, FoldResult } from '../../experiments/cross-validation.ts'
export type { ExperimentResults, FoldRecord } from '../../experiments/results.ts'
export type { FrontEndOptions, ResolvedFrontEnd } from '../../pipelines/front-end.ts'
export { type LstmSystemOptions, lstmSystem } from '../../pipelines/lstm.ts'
export type { LabelledFeatures, System, TrainedSystem, TrainingHooks } from '../../pipelines/system.ts'
export {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusProblem,
  type CorpusUtterance,
  loadCorpus,
} from './corpus.ts'
export { type ExperimentSource, type RunExperimentOptions, runExperiment, syntheticSource } from './experiment.ts'
