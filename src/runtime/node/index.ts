/** What needs a file system. The root of the package has the rest. */
export type { NamedCorpus } from '../../corpora/index.ts'
export { parseBaselines } from '../../experiments/baselines.ts'
export type { ExperimentCorpus, FoldRecord } from '../../experiments/results.ts'
export type { SingleResults } from '../../experiments/single-results.ts'
export { type ReportOptions, reportHtml } from '../../report/html.ts'
export { type RenderOptions, renderSvg } from '../../report/render.ts'
export {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusProblem,
  type CorpusUtterance,
  loadCorpus,
} from './corpus.ts'
export { type ExperimentSource, type RunExperimentOptions, runExperiment, syntheticSource } from './experiment.ts'
export { readResults, type WriteReportOptions, type WrittenReport, writeReport } from './report.ts'
