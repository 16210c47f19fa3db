/** What needs a file system. The root of the package has the rest. */
export type { NamedCorpus } from '../../corpora/index.ts'
export type { ExperimentCorpus, ExperimentResults, FoldRecord } from '../../experiments/results.ts'
export { type AudioDecoder, type AudioFile, readAudioFile } from './audio-file.ts'
export {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusProblem,
  type CorpusUtterance,
  loadCorpus,
} from './corpus.ts'
export { type Evaluation, evaluateRecognizer } from './evaluate.ts'
export { type ExperimentSource, type RunExperimentOptions, runExperiment, syntheticSource } from './experiment.ts'
export { loadRecognizer } from './recognizer.ts'
export { type Rounding, type TrainedRecognizer, type TrainOnCorpusOptions, trainOnCorpus } from './train.ts'
export type { LabelledSource, ReadingHooks } from './training-set.ts'
