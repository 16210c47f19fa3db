export { toMono } from './audio/mono.ts'
export { resample } from './audio/resample.ts'
export { ResampleStream, type ResampleStreamOptions } from './audio/resample-stream.ts'
export type { SampleFormat, WavAudio } from './audio/wav.ts'
export { decodeWav } from './audio/wav-decode.ts'
export { type EncodeWavOptions, encodeWav, type WavSource } from './audio/wav-encode.ts'
export { type BareSound, WavStream } from './audio/wav-stream.ts'
export {
  augmentSequences,
  type LogMelColumns,
  type SequenceAugmentationOptions,
} from './augmentation/augment-sequences.ts'
export { type BandOptions, limitBand } from './augmentation/band.ts'
export { augmentByOneOf, augmentInTurn, augmentSometimes } from './augmentation/combine.ts'
export {
  type Degradation,
  type DegradedSound,
  type DegradeOptions,
  degradations,
  degrade,
} from './augmentation/degrade.ts'
export { type ClipOptions, changeGain, clipPeaks, compandMulaw, type GainOptions } from './augmentation/level.ts'
export { addBabble, addSounds, type BabbleOptions, type MixOptions } from './augmentation/mixture.ts'
export { addNoise, type NoiseColor, type NoiseOptions } from './augmentation/noise.ts'
export type { Range } from './augmentation/range.ts'
export { addReverberation, type ReverberationOptions } from './augmentation/reverberation.ts'
export type { AnyAugmentation, AugmentedSound, SoundAugmentation, SoundInput } from './augmentation/sound.ts'
export { AugmentationStream, type AugmentationStreamOptions } from './augmentation/stream.ts'
export {
  changeSpeed,
  changeTempo,
  type PitchShiftOptions,
  type SpeedOptions,
  shiftPitch,
  type TempoOptions,
} from './augmentation/tempo.ts'
export {
  type DivergenceDetails,
  DivergenceError,
  FormatError,
  NonFiniteError,
  RunawayError,
  StateError,
} from './core/errors.ts'
export type { Label, LabelsLike } from './core/labels.ts'
export { type MatrixOptions, matrix } from './core/matrix.ts'
export type { SoundStreamState, StreamMemory } from './core/stream-state.ts'
export type {
  ArrayView,
  Dtype,
  FloatArray,
  FloatNdArray,
  Json,
  MatrixLike,
  NumericData,
  RowsLike,
  StridedArray,
  TypedNumbers,
  VectorLike,
} from './core/types.ts'
export { encodeAudacityLabels } from './corpora/annotations/encode-audacity.ts'
export { type EncodeElanOptions, encodeElan } from './corpora/annotations/encode-elan.ts'
export { type CsvSegment, encodeSegmentCsv } from './corpora/annotations/encode-segment-csv.ts'
export { encodeSrt } from './corpora/annotations/encode-srt.ts'
export { type EncodeTextGridOptions, encodeTextGrid } from './corpora/annotations/encode-textgrid.ts'
export type { TimedLabel } from './corpora/annotations/timed-labels.ts'
export {
  type SyntheticCorpusOptions,
  type SyntheticEmotion,
  type SyntheticUtterance,
  syntheticCorpus,
} from './corpora/synthetic.ts'
export type { AisEstimate, AisProgress, AisSide } from './energy/annealing.ts'
export { CRBM, type CRBMOptions, type PredictOptions } from './energy/crbm.ts'
export { CRBMStream } from './energy/crbm-stream.ts'
export { DBN, type DBNOptions } from './energy/dbn.ts'
export type {
  EnergyCheckpoint,
  EnergyEpochRecord,
  EnergyEpochReport,
  EnergyHistory,
  EnergyUpdateReport,
  LearnerState,
} from './energy/energy-history.ts'
export { EnergyModel, type EnergyModelOptions, type EnergyModelState } from './energy/energy-model.ts'
export type {
  ContrastiveDivergenceOptions,
  EnergyEarlyStoppingOptions,
  EnergyFitOptions,
  EnergyMonitor,
  MomentumChange,
  SparsityOptions,
  WeightName,
} from './energy/energy-options.ts'
export {
  type DepthOptions,
  EnergyStack,
  type EnergyStackState,
  type StackCheckpoint,
  type StackEpochReport,
  type StackFitOptions,
} from './energy/energy-stack.ts'
export { GaussianRBM, type GaussianRBMOptions } from './energy/gaussian-rbm.ts'
export type { GenerateOptions } from './energy/generation.ts'
export { GibbsChains } from './energy/gibbs-chain.ts'
export type {
  AisLikelihoodOptions,
  AisPartitionOptions,
  EstimateOptions,
  ExactPartitionOptions,
  FrameLikelihoodOptions,
  LikelihoodOptions,
  PartitionOptions,
} from './energy/partition.ts'
export { type PseudoLikelihoodOptions, RBM, type RBMOptions } from './energy/rbm.ts'
export {
  type Marginals,
  RestrictedBoltzmann,
  type SampleOptions,
  type SeedOptions,
} from './energy/restricted.ts'
export { StackedCRBM, type StackedCRBMOptions, StackedCRBMStream } from './energy/stacked-crbm.ts'
export type { SvcKernel } from './estimators/kernel-function.ts'
export type { LinearClassifierState } from './estimators/linear-classifier.ts'
export {
  type LogisticFitOptions,
  LogisticRegression,
  type LogisticRegressionOptions,
  type LogisticRegressionState,
} from './estimators/logistic-regression.ts'
export { Ridge, type RidgeFitOptions, type RidgeOptions, type RidgeState } from './estimators/ridge.ts'
export {
  RidgeClassifier,
  type RidgeClassifierFitOptions,
  type RidgeClassifierOptions,
  type RidgeClassifierState,
} from './estimators/ridge-classifier.ts'
export {
  SVC,
  type SVCFitOptions,
  type SVCOptions,
  type SVCState,
  type SvcGamma,
} from './estimators/svc.ts'
export type { ClassifierWeightOptions, RowWeightOptions } from './estimators/training-rows.ts'
export { type BootstrapOptions, bootstrapIntervals, type RateIntervals } from './evaluation/bootstrap.ts'
export {
  type CalibrateOptions,
  type Calibration,
  calibrate,
  expectedCalibrationError,
  type ReliabilityBin,
  type ReliabilityOptions,
  type RiskPoint,
  reliability,
  riskCoverage,
} from './evaluation/calibration.ts'
export { ConfusionMatrix, type ConfusionMatrixJson } from './evaluation/confusion-matrix.ts'
export type { GroupComparison, GroupDifference, GroupRates, SmallestGroup } from './evaluation/group-comparison.ts'
export { type GroupRatesOptions, groupRates } from './evaluation/group-rates.ts'
export { type Interval, wilsonInterval } from './evaluation/intervals.ts'
export { mcnemarExact } from './evaluation/mcnemar.ts'
export { accuracy, unweightedRecall } from './evaluation/metrics.ts'
export { type AnsweredRecording, ageGroup, type RatesByGroupOptions, ratesByGroup } from './evaluation/people-rates.ts'
export {
  concordance,
  type RegressionIntervals,
  type RegressionScores,
  regressionIntervals,
  regressionScores,
} from './evaluation/regression.ts'
export {
  checkSpeakerOverlap,
  type GroupFold,
  type GroupKFoldOptions,
  type GroupSplit,
  groupKFold,
  type HoldOut,
  type HoldOutOptions,
  holdOutGroups,
  leaveOneGroupOut,
  type Split,
  type StratifiedKFoldOptions,
  stratifiedKFold,
} from './evaluation/splits.ts'
export { applyTemperature, fitTemperature, type TemperatureOptions } from './evaluation/temperature.ts'
export { combineRuns } from './experiments/combinations.ts'
export { type Baseline, compareRuns } from './experiments/comparisons.ts'
export type { CorpusPerson } from './experiments/corpus-person.ts'
export type { CorpusRates, TransferCell } from './experiments/corpus-rates.ts'
export {
  type CrossValidation,
  type CrossValidationOptions,
  type ExperimentProgress,
  type FoldResult,
  leaveOneSpeakerOut,
  type Prediction,
} from './experiments/cross-validation.ts'
export type { DimensionFold, DimensionPrediction } from './experiments/dimensions.ts'
export type { NumberTargets } from './experiments/fold-data.ts'
export type { FoldKey, FoldPlan } from './experiments/folds.ts'
export {
  type FinishedFold,
  type FoldData,
  type FoldHooks,
  type FoldJob,
  foldJobs,
  runFoldJob,
  shardOf,
} from './experiments/jobs.ts'
export {
  type Combination,
  type CorpusReference,
  checkPlan,
  type ExperimentPlan,
  type PlannedSystem,
  type Protocol,
} from './experiments/plan.ts'
export type { Pretraining, PretrainingRun } from './experiments/pretraining.ts'
export { summarizeRuns } from './experiments/rate-summary.ts'
export type {
  Comparison,
  ExperimentCorpus,
  ExperimentResults,
  ExperimentRun,
  ExperimentStart,
  ExperimentUtterance,
  FoldFacts,
  FoldRecord,
  MeanAndRange,
  PredictionRecord,
  RunIdentity,
  RunResults,
  SystemSummary,
  Timeline,
} from './experiments/results.ts'
export { type StudyName, type StudySystem, study } from './experiments/study.ts'
export { alignedPitch } from './features/aligned-pitch.ts'
export { concatenateColumns } from './features/columns.ts'
export type { DctNorm } from './features/dct.ts'
export { type DeltaEdges, type DeltaFit, type DeltaOptions, deltas } from './features/deltas.ts'
export { type EgemapsOptions, egemaps, egemapsFrames } from './features/egemaps/egemaps.ts'
export { egemapsFrameNames, egemapsNames } from './features/egemaps/names.ts'
export { type LogEnergyOptions, logEnergy, type ZeroCrossingOptions, zeroCrossings } from './features/energy.ts'
export { type FunctionalsOptions, functionals } from './features/functionals.ts'
export { type MelFilterbankOptions, melFilterbank } from './features/mel-filterbank.ts'
export { hzToMel, type MelScale, melToHz } from './features/mel-scale.ts'
export { logMel, mfcc } from './features/mfcc.ts'
export type {
  CepstrumOptions,
  EmptyFilters,
  EnergyKind,
  FftRounding,
  FilterbankOptions,
  FilterNorm,
  FilterShape,
  FrameOptions,
  FrameRounding,
  LastFrame,
  LogMelOptions,
  LogOptions,
  LongFrames,
  MfccOptions,
  OutputOptions,
  PreEmphasisScope,
  SpectrumOptions,
  WindowPlacement,
} from './features/mfcc-options.ts'
export { MfccStream } from './features/mfcc-stream.ts'
export { type PitchTrack, pitch, pitchTrack } from './features/pitch.ts'
export type { PitchOptions } from './features/pitch-settings.ts'
export { PitchStream, type PitchStreamOptions } from './features/pitch-stream.ts'
export type { Cues as SpeechCues } from './features/presence/cues.ts'
export { type DecidedMfccOptions, type MfccPreset, type MfccPresetName, mfccPresets } from './features/presets.ts'
export { alignSpeakers } from './features/speaker-alignment.ts'
export { SpeakerStatistics, type SpeakerStatisticsJson } from './features/speaker-statistics.ts'
export {
  alphaRatio,
  hammarbergIndex,
  type SpectralFluxOptions,
  type SpectralOptions,
  type SpectralPowerOptions,
  type SpectralRolloffOptions,
  type SpectralSlopeOptions,
  spectralCentroid,
  spectralFlatness,
  spectralFlux,
  spectralRolloff,
  spectralSlope,
  spectralSpread,
} from './features/spectrum/descriptors.ts'
export { type LoudnessOptions, loudness } from './features/spectrum/loudness.ts'
export type { FrameSpectrumOptions } from './features/spectrum/spectra.ts'
export {
  type MelSpectrogramOptions,
  melSpectrogram,
  type SpectrogramOptions,
  spectrogram,
} from './features/spectrum/spectrogram.ts'
export { measuresOfTracks, type SpeechMeasureOptions, speechMeasures } from './features/speech/measures.ts'
export {
  type SpeechMeasureGroup,
  speechMeasureGroups,
  speechMeasureNames,
  speechTrackNames,
} from './features/speech/names.ts'
export { type SpeechTrackOptions, speechTracks } from './features/speech/tracks.ts'
export {
  type AverageOptions,
  averageFrames,
  type SpliceOptions,
  type StackOptions,
  spliceFrames,
  stackFrames,
} from './features/stacking.ts'
export { Standardizer } from './features/standardizer.ts'
export type {
  StandardizerFitOptions,
  StandardizerOptions,
  StandardizerTransformOptions,
} from './features/standardizer-options.ts'
export type {
  StandardizerFileState,
  StandardizerState,
  StandardizerStatistics,
} from './features/standardizer-state.ts'
export { StandardizerStream, type StandardizerStreamOptions } from './features/standardizer-stream.ts'
export type { TrackStatistic } from './features/track-statistics.ts'
export { type FormantOptions, formants } from './features/voice/formants.ts'
export { type HarmonicDifferenceOptions, harmonicDifferences } from './features/voice/harmonic-differences.ts'
export { type HarmonicsToNoiseOptions, harmonicsToNoise } from './features/voice/harmonics-to-noise.ts'
export { type LpcMethod, type LpcOptions, lpc } from './features/voice/linear-prediction.ts'
export { type Jitter, jitter, type Shimmer, shimmer } from './features/voice/perturbation.ts'
export { type ContourOptions, pitchMarks } from './features/voice/pitch-marks.ts'
export type { VoiceRowOptions } from './features/voice/rows.ts'
export { type SubharmonicPitchOptions, subharmonicPitchTrack } from './features/voice/subharmonic-pitch.ts'
export { type WindowName, windowFunction } from './features/windows.ts'
export type { NamedArrays } from './io/array-input.ts'
export { decodeHtk, type EncodeHtkOptions, encodeHtk, type HtkFeatures } from './io/htk.ts'
export { decodeKaldiArk, encodeKaldiArk, encodeKaldiScp } from './io/kaldi-ark.ts'
export { type KaldiPlace, parseKaldiScp } from './io/kaldi-scp.ts'
export { decodeNpy, encodeNpy, type NpyArray } from './io/npy.ts'
export type { NpyData } from './io/npy-types.ts'
export { type DecodeNpzOptions, decodeNpz } from './io/npz.ts'
export { type EncodeNpzOptions, encodeNpz } from './io/npz-encode.ts'
export { type FileMetadata, readMetadata } from './io/read-metadata.ts'
export {
  decodeSafetensors,
  type EncodeSafetensorsOptions,
  encodeSafetensors,
  type Safetensors,
  type Tensor,
  type TensorInput,
  type TensorSource,
} from './io/safetensors.ts'
export { type SavableModel, type SaveModelOptions, saveModel } from './io/save-model.ts'
export type { StorageDtype } from './io/state.ts'
export type { TensorData, TensorDtype } from './io/tensor-types.ts'
export { type KernelsName, kernelsInUse as kernels, useKernels } from './kernels/index.ts'
export type { SpectrumKind } from './kernels/spectrum.ts'
export type { ActivationName } from './layers/activation.ts'
export { AttentionPool, type AttentionPoolOptions } from './layers/attention-pool.ts'
export { Bidirectional, type BidirectionalOptions, type Merge } from './layers/bidirectional.ts'
export { Dense, type DenseOptions } from './layers/dense.ts'
export { Dropout, type DropoutOptions } from './layers/dropout.ts'
export { FrameStack, type FrameStackOptions } from './layers/frame-stack.ts'
export type { GateStatistics } from './layers/gate-statistics.ts'
export { GRU, type GRUOptions } from './layers/gru.ts'
export { LastPool, type LastPoolOptions, type LastPoolTake } from './layers/last-pool.ts'
export { Layer, type LayerOptions } from './layers/layer.ts'
export { LayerNorm, type LayerNormOptions } from './layers/layer-norm.ts'
export { type GateActivation, LSTM, type LSTMOptions } from './layers/lstm.ts'
export {
  MaxPool,
  MeanPool,
  StandardDeviationPool,
  StatisticsPool,
  type StatisticsPoolOptions,
} from './layers/pool.ts'
export {
  Recurrent,
  type RecurrentForwardOptions,
  type RecurrentOptions,
  type RecurrentState,
} from './layers/recurrent.ts'
export type { LayerConfig } from './layers/registry.ts'
export { Residual, type ResidualOptions, type ResidualProjection } from './layers/residual.ts'
export { type RecurrentActivation, RNN, type RNNOptions } from './layers/rnn.ts'
export type { PoolStatistic } from './layers/running-statistics.ts'
export type { SummaryOptions } from './layers/summary.ts'
export type { Decision } from './networks/decision.ts'
export { LabelEncoder, type LabelEncoderJson } from './networks/label-encoder.ts'
export { MLP, type MLPState } from './networks/mlp.ts'
export type {
  MLPFitOptions,
  MLPOptions,
  MLPPretrainOptions,
  ResolvedMLPOptions,
  RowLabels,
  RowLossOptions,
} from './networks/mlp-options.ts'
export { Sequential, type SequentialOptions, type SequentialState } from './networks/sequential.ts'
export { NetworkStream, type StreamOptions, type StreamState } from './networks/stream.ts'
export type { BestWeights, EarlyStoppingOptions } from './numerics/early-stopping.ts'
export {
  checkGradient,
  type GradientCheck,
  type GradientCheckOptions,
} from './numerics/gradient-check.ts'
export type { InitialiserName } from './numerics/initialisers.ts'
export type { BatchPosition, EpochPosition, LoopHooks } from './numerics/loop.ts'
export type { GradientSource, Objective, ObjectiveFunction, ValueAndGradient } from './numerics/objective.ts'
export type {
  BatchOptimizer,
  BatchProblem,
  IterationReport,
  IterationStatus,
  MatrixProduct,
  Optimizer,
  OptimizerState,
} from './numerics/optimizer.ts'
export type { ParameterSet, ParameterSlot } from './numerics/parameters.ts'
export { Random, type RandomState, type Seed } from './numerics/random.ts'
export type { LearningRate, Schedule } from './numerics/schedule.ts'
export { type ExternalData, type FromOnnxOptions, fromOnnx } from './onnx/from-onnx.ts'
export { type OnnxModel, type ToOnnxOptions, toOnnx } from './onnx/to-onnx.ts'
export { Adam, type AdamOptions, AdamW } from './optim/adam.ts'
export { HessianFree, type HessianFreeOptions } from './optim/hessian-free.ts'
export { LBFGS, type LBFGSOptions } from './optim/lbfgs.ts'
export { minimize } from './optim/minimize/minimize.ts'
export type { MinimizeMethod, MinimizeOptions, MinimizeReport } from './optim/minimize/minimize-options.ts'
export type { HessianProduct } from './optim/minimize/newton-cg.ts'
export type { MinimizeResult, MinimizeStatus } from './optim/minimize/result.ts'
export { RMSprop, type RMSpropOptions } from './optim/rmsprop.ts'
export {
  type CosineDecayOptions,
  cosineDecay,
  type StepDecayOptions,
  stepDecay,
  warmUp,
} from './optim/schedules.ts'
export { SGD, type SGDOptions } from './optim/sgd.ts'
export type { AdaptationFacts, AdaptationState, AdaptOptions } from './pipelines/adaptation.ts'
export { type BlstmSystemOptions, blstmRectifierSystem, blstmSystem } from './pipelines/blstm-system.ts'
export { type CrbmDnnSystemOptions, crbmDnnSystem } from './pipelines/crbm-dnn-system.ts'
export type { CrbmOptions } from './pipelines/crbm-features.ts'
export { type CrbmLstmSystemOptions, crbmLstmSystem, stackedCrbmLstmSystem } from './pipelines/crbm-lstm-system.ts'
export type { DiscriminantState } from './pipelines/discriminant.ts'
export { dnnHfSystem } from './pipelines/dnn-hf-system.ts'
export { type EnsembleOptions, type EnsembleState, ensembleSystem } from './pipelines/ensemble-system.ts'
export { type ExplainOptions, explainAnswer } from './pipelines/explanation.ts'
export type { FeatureSetName, FeatureSets } from './pipelines/feature-sets.ts'
export { FeatureStream, type FeatureStreamOptions } from './pipelines/feature-stream.ts'
export { type FineTuned, type FineTuneOptions, type FineTuning, fineTune } from './pipelines/fine-tune.ts'
export {
  extractFeatures,
  type FrontEndOptions,
  type GivenColumns,
  type GivenFrontEnd,
  type Recording,
  type RecordingLike,
  type ResolvedFrontEnd,
  type SetFrontEnd,
  type SoundFrontEnd,
  type SpectralFrontEnd,
} from './pipelines/front-end.ts'
export { functionalsMlpSystem } from './pipelines/functionals-mlp-system.ts'
export type { FunctionalsState, FunctionalsSystemOptions } from './pipelines/functionals-system.ts'
export {
  type GroupImportance,
  type Importance,
  type ImportanceOptions,
  permutationImportance,
  type RateLoss,
} from './pipelines/importance.ts'
export type { KnownRoomsState } from './pipelines/known-rooms.ts'
export type { SampleReader, SampleSource } from './pipelines/live/listen.ts'
export type { RecognizerStreamOptions } from './pipelines/live/live-options.ts'
export { type RecognitionEvent, RecognizerStream } from './pipelines/live/recognizer-stream.ts'
export { type LoadedModel, loadModel, type ModelClass } from './pipelines/load-model.ts'
export { type LogisticSystemOptions, logisticSystem } from './pipelines/logistic-system.ts'
export { type LstmRectifierSystemOptions, lstmRectifierSystem } from './pipelines/lstm-rectifier-system.ts'
export { type LstmSystemOptions, lstmSystem } from './pipelines/lstm-system.ts'
export { type MeasuresLdaOptions, measuresLdaSystem } from './pipelines/measures-lda-system.ts'
export { type MeasuresLogisticOptions, measuresLogisticSystem } from './pipelines/measures-logistic-system.ts'
export type { MeasuresOptions, MeasuresState } from './pipelines/measures-system.ts'
export type { NetworkOptions } from './pipelines/network-options.ts'
export type { NetworkState } from './pipelines/network-system.ts'
export {
  Pipeline,
  type PipelineEvaluateOptions,
  type PipelineFitOptions,
  type PipelineParts,
  type PipelinePrediction,
  type PipelineSpeakerOptions,
  type PipelineState,
} from './pipelines/pipeline.ts'
export type { Average } from './pipelines/posteriors.ts'
export type {
  Answer,
  Explanation,
  GroupEffect,
  MomentEffect,
  Probabilities,
  Recognition,
} from './pipelines/recognition.ts'
export {
  type RecognizeOptions,
  Recognizer,
  type SaveRecognizerOptions,
} from './pipelines/recognizer.ts'
export type { RecognizerParts } from './pipelines/recognizer-parts.ts'
export type { LabelledRecordings, RecordingHooks } from './pipelines/recordings.ts'
export { type RidgeSystemOptions, ridgeSystem } from './pipelines/ridge-system.ts'
export type { RoomsState } from './pipelines/rooms.ts'
export type { RowSystemOptions, RowSystemState } from './pipelines/row-system.ts'
export {
  type RecognizedSegment,
  type RecognizeSegmentsOptions,
  recognizeSegments,
} from './pipelines/segments/recognize-segments.ts'
export type { SpeechSegment } from './pipelines/segments/segment-finder.ts'
export type { SpeechSegmentsOptions } from './pipelines/segments/segment-settings.ts'
export { SpeechSegmentStream } from './pipelines/segments/speech-segment-stream.ts'
export {
  type SpeechPresence,
  type SpeechPresenceOptions,
  speechPresence,
} from './pipelines/speech-presence.ts'
export { speechSegments } from './pipelines/speech-segments.ts'
export { type SvmSystemOptions, svmSystem } from './pipelines/svm-system.ts'
export type {
  Adaptation,
  Classifier,
  LabelledFeatures,
  System,
  TrainedSystem,
  TrainingHooks,
  TrainingOptions,
  TrainingProgress,
  TrainingStart,
  Tune,
  UnlabelledFeatures,
  VoiceState,
} from './pipelines/system.ts'
export type { CommonOptions, PresetOptions } from './pipelines/system-settings.ts'
export {
  createSystem,
  type NamedEnsembleOptions,
  type SystemConfig,
  type SystemName,
  type SystemOptions,
  systemNames,
} from './pipelines/systems.ts'
export type { TargetLoss, TargetOptions, TargetScale } from './pipelines/targets.ts'
export { type PosteriorTimeline, posteriorTimeline, type TimelineOptions } from './pipelines/timeline.ts'
export { type GivenFeatures, type TrainRecognizerOptions, trainRecognizer } from './pipelines/train-recognizer.ts'
export { calibrationSpec } from './report/calibration-chart.ts'
export type { Chart, ChartPart } from './report/chart.ts'
export { type ConfusionTexts, confusionSpec } from './report/confusion-chart.ts'
export { trainingCurvesSpec } from './report/curves-chart.ts'
export { type ExplanationChartOptions, explanationSpec } from './report/explanation-chart.ts'
export { type GroupsChartOptions, groupsSpec } from './report/groups-chart.ts'
export { type ImportanceChartOptions, importanceSpec } from './report/importance-chart.ts'
export { resultsMarkdown } from './report/markdown.ts'
export {
  type DisplayAudioOptions,
  type Displayed,
  type DisplayFeaturesOptions,
  displayAudio,
  displayFeatures,
} from './report/notebook-display.ts'
export { type RatesOptions, ratesSpec } from './report/rates-chart.ts'
export { logMelSpec, pitchSpec, waveformSpec } from './report/sound-charts.ts'
export type { SoundChartOptions } from './report/sound-options.ts'
export type { MelCell, PosteriorPoint, WaveColumn } from './report/sound-parts.ts'
export { type SpeakersOptions, speakersSpec } from './report/speakers-chart.ts'
export { type TimelineChartOptions, timelineSpec } from './report/timeline-chart.ts'
export {
  chooseUtterance,
  type ShownUtterance,
  type UtterancePanel,
  utterancePanel,
  utteranceSpec,
} from './report/utterance.ts'
export { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './threads/pool.ts'
export type { ClassWeights } from './training/class-weights.ts'
export type { TrainingFacts } from './training/facts.ts'
export type {
  EvaluationOptions,
  FitOptions,
  LossOptions,
} from './training/fit-options.ts'
export type {
  BatchReport,
  Checkpoint,
  EpochRecord,
  EpochReport,
  History,
  TrainingEnding,
  UpdateReport,
} from './training/history.ts'
export type { LossKind, LossName } from './training/loss.ts'
export type { EpochStatistics } from './training/statistics.ts'
export type { Labels } from './training/targets.ts'
export { decodeFlax } from './weights/decode-flax.ts'
export { type DecodeRbmsOptions, decodeRbms, type RbmsFile } from './weights/decode-rbms.ts'
export { decodeKeras } from './weights/keras/decode-keras.ts'
export { type FromKerasOptions, fromKeras } from './weights/keras/from-keras.ts'
export { type LoadWeightsOptions, loadWeights, type WeightsOfOptions, weightsOf } from './weights/load-weights.ts'
export { fromLearnergy, fromRbms, type LearnergyOptions, type RbmsOptions } from './weights/machines.ts'
export type { ModuleName } from './weights/match.ts'
export type { ArrayInput } from './weights/numbers.ts'
export {
  fromScikitLearn,
  type ScikitLearnMLP,
  type ScikitLearnOptions,
  type ScikitLearnRBM,
} from './weights/scikit-learn.ts'
export type { WeightedModel } from './weights/units.ts'
