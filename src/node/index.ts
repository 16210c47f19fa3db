/** Everything that needs a file system. The root of the package has the rest. */
export type { Gender, NamedByRule, NamedCorpus, Segment } from '../corpora/index.ts'
export type { SyntheticTarget } from '../corpora/synthetic.ts'
export type { TargetValues } from '../corpora/target-columns.ts'
export type { CorpusExtra } from '../corpora/types.ts'
export { parseBaselines } from '../experiments/baselines.ts'
export type { Baseline } from '../experiments/comparisons.ts'
export type {
  CalibrationGroup,
  CorpusScores,
  DimensionFold,
  DimensionPrediction,
  DimensionResults,
  DimensionRun,
  DimensionScores,
  DimensionSummary,
  TargetFacts,
} from '../experiments/dimensions.ts'
export type { GivenRecord, GivenSource } from '../experiments/given-features.ts'
export type { ExperimentCorpus, ExperimentResults, FoldRecord } from '../experiments/results.ts'
export { FoldError, type JobListener, type JobRunner } from '../experiments/run-jobs.ts'
export type { AdaptTo } from '../pipelines/adaptation-protocol.ts'
export { displayChart } from '../report/display-chart.ts'
export { type ReportOptions, reportHtml } from '../report/html.ts'
export { type RenderOptions, renderSvg } from '../report/render.ts'
export type { AdaptOthersOptions, EvaluatedAdaptation } from './adapted-answers.ts'
export { type AudioDecoder, type AudioFile, readAudioFile } from './audio-file.ts'
export {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusProblem,
  type CorpusUtterance,
  type LabelMap,
  loadCorpus,
} from './corpus.ts'
export {
  type EvaluatedPrediction,
  type EvaluateOptions,
  type Evaluation,
  evaluateAdaptations,
  evaluateRecognizer,
} from './corpus-evaluation.ts'
export { type CorpusImportance, type CorpusImportanceOptions, corpusImportance } from './corpus-importance.ts'
export { type RunExperimentOptions, runExperiment, type SystemResults } from './experiment.ts'
export {
  type DimensionSystemResults,
  type RunDimensionExperimentOptions,
  runDimensionExperiment,
} from './experiment-dimensions.ts'
export type { FeatureMemory } from './feature-store.ts'
export type { ExtractionOptions } from './fold-data.ts'
export type { ForeignKind, ForeignOptions } from './foreign/options.ts'
export type { AttachHooks } from './given/attach.ts'
export { type WithFeaturesOptions, withFeatures } from './given/with-features.ts'
export { createJobRunner, type JobRunnerOptions } from './job-runners.ts'
export { type ReadKaldiOptions, readKaldiArchive } from './kaldi-archive.ts'
export { type LoadOnnxOptions, loadOnnx } from './load-onnx.ts'
export { type LoadRecognizerOptions, loadRecognizer } from './load-recognizer.ts'
export { type MergeOptions, mergeDimensionFolders, mergeFolders } from './merge.ts'
export { type AudioPieces, type OpenAudioOptions, openAudioFile } from './open-audio.ts'
export type { PretrainingListener } from './pretraining.ts'
export type { FoldSourcesOptions } from './queue/fold-sources.ts'
export { createQueueRunner } from './queue/queue-runner.ts'
export type { QueueRunnerOptions } from './queue/runner-options.ts'
export { type Served, type ServeListener, type ServeQueueOptions, serveQueue } from './queue/serve.ts'
export {
  readDimensionResults,
  readResults,
  type WriteReportOptions,
  type WrittenReport,
  writeReport,
} from './report.ts'
export { type DimensionPlanOptions, runDimensionPlan } from './run-dimensions.ts'
export { type PlanListener, type PlanOutcome, type RunPlanOptions, runPlan, type Shard } from './run-plan.ts'
export type { SourceCorpus } from './several.ts'
export { type ExperimentSource, type OpeningOptions, openSource, syntheticSource } from './source.ts'
export { type TrainOnCorpusOptions, trainOnCorpus } from './train.ts'
export type { CardGroups, Rounding, TrainedRecognizer } from './training-facts.ts'
export type { LabelledSource, ReadingHooks } from './training-set.ts'
export { useWideKernels, type WideKernels } from './wide-kernels.ts'
