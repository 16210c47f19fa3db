/** Right arguments of functions and objects of classes, small, for tests that make one of them wrong. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import * as lib from '../../src/index.ts'
import { reportResults } from './report.ts'

const x = (): number[][] => [
  [0, 1],
  [1, 0],
  [1, 1],
  [0, 0],
]
const labels = (): number[] => [0, 0, 1, 1]
const names = (): string[] => ['a', 'a', 'b', 'b']
const tone = Float32Array.from({ length: 4000 }, (_, i) => ((i * 37) % 101) / 101 - 0.5)
const rate = { sampleRate: 8000 }
const posteriors = (): number[][] => [
  [0.2, 0.8],
  [0.7, 0.3],
  [0.6, 0.4],
  [0.1, 0.9],
]
const frames = lib.matrix(Array.from({ length: 6 }, (_, i) => [i, (i * 7) % 5]))
const data = (columns = 86, rows = 1): lib.LabelledFeatures => ({
  sequences: [1, 2, 3, 4].map((seed) => {
    return lib.matrix(
      Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => (seed * (i + j)) % 7)),
    )
  }),
  labels: Int32Array.of(0, 1, 0, 1),
  speakers: names(),
})
const plan = lib.checkPlan({
  ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
  corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
  systems: [{ system: 'functionals-mlp', options: { epochs: 1 } }],
} as never)
const jobs = lib.foldJobs(plan, ['a', 'b'])
const foldData = (): unknown => ({ ...data(), classes: ['x', 'y'], paths: ['1', '2', '3', '4'] })
const system = lib.createSystem('functionals-mlp', { epochs: 1 })
const timeline = (): unknown => ({ path: 'x', seconds: [0.5], posteriors: [[0.5, 0.5]] })
const bowl = (v: ArrayLike<number>): number => v[0] * v[0]
const results = (): unknown => structuredClone(reportResults())
const sound = (): unknown[] => [tone, { ...rate }]
const recordings = (): unknown[] => [
  { samples: tone, ...rate },
  { samples: tone, ...rate },
]
/** Hidden states of the frames that have one frame of history. */
const hiddenFrames = lib.matrix(Array.from({ length: 5 }, (_, i) => [i % 2, 1]))
const npz = zipSync({ 'a.npy': lib.encodeNpy(frames) })
const adam = (): unknown => new lib.Adam({ learningRate: 0.1 })

const dense = (): lib.Dense => new lib.Dense({ inputs: 2, units: 2 })
const torchTensors = (): unknown => ({
  'fc.weight': { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  'fc.bias': Float32Array.of(1, 2),
})

type Vectors = { cases: Record<string, { file: string; files: Record<string, string> }> }

/** A file of another library, among the vectors of the tests. */
function otherFile(name: string, of: (vectors: Vectors) => string): Uint8Array {
  const vectors = JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'))
  return new Uint8Array(gunzipSync(Buffer.from(of(vectors), 'base64')))
}

/** Arguments by the name of a function or class, or `Class.method`. */
export const rightArguments: Record<string, () => unknown[]> = {
  degrade: () => [tone, { ...rate, kind: 'telephone', seed: 1 }],
  addNoise: () => [{ snr: 5 }],
  addSounds: () => [{ sounds: recordings(), snr: 5 }],
  addBabble: () => [{ voices: recordings(), talkers: 2 }],
  addReverberation: () => [{ seconds: 0.1 }],
  limitBand: () => [{ low: 100, high: 300 }],
  clipPeaks: () => [{ level: 0.1 }],
  changeGain: () => [{ decibels: 3 }],
  changeSpeed: () => [{ factor: 1.1 }],
  changeTempo: () => [{ factor: 1.1 }],
  shiftPitch: () => [{ semitones: 1 }],
  augmentSequences: () => [{ bandMasks: 1, mel: { bands: [{ start: 0, filters: 2 }], ...rate } }],
  augmentInTurn: () => [[lib.changeGain()]],
  augmentByOneOf: () => [[lib.changeGain()]],
  augmentSometimes: () => [0.5, lib.changeGain()],
  AugmentationStream: () => [lib.changeGain(), { ...rate, seed: 1 }],
  'AugmentationStream.push': () => [tone],
  explainAnswer: () => [lib.Recognizer.from(small), tone, 8000, { stepSeconds: 0.2 }],
  permutationImportance: () => [
    lib.Recognizer.from(small),
    { recordings: recordings(), labels: lib.Recognizer.from(small).classes.slice(0, 2) },
    { repeats: 1 },
  ],
  explanationSpec: () => [
    {
      ...{ label: 'a', probability: 0.5, speech: true, groups: [{ group: 'pitch', without: 0.2, effect: 0.3 }] },
      moments: [{ start: 0, end: 1, without: 0.2, effect: 0.3 }],
    },
  ],
  importanceSpec: () => {
    const loss = { mean: 0.1, sd: 0.01, low: 0.05, high: 0.2 }
    const groups = [{ group: 'pitch', accuracy: loss, unweightedRecall: loss }]
    return [{ recordings: 8, accuracy: 0.7, unweightedRecall: 0.6, groups }, { width: 300 }]
  },
  speechSegments: () => [tone, { ...rate, pauseSeconds: 0.2 }],
  recognizeSegments: () => [lib.Recognizer.from(small), [tone], { ...rate, pauseSeconds: 0.2 }],
  encodeTextGrid: () => [[{ start: 0, end: 1, label: 'a', tier: 'b' }], { seconds: 2, tier: 'c' }],
  encodeElan: () => [
    [{ start: 0, end: 1, label: 'a', tier: 'b' }],
    { media: 'a.wav', tier: 'c', date: '2026-11-30T12:00:00Z' },
  ],
  encodeAudacityLabels: () => [[{ start: 0, end: 1, label: 'a' }]],
  encodeSrt: () => [[{ start: 0, end: 1, label: 'a' }]],
  encodeSegmentCsv: () => [
    [{ file: 'a.wav', start: 0, end: 1, label: 'a', probabilities: { a: 1 }, speech: true, sure: true }],
  ],
  displayAudio: () => [tone, 8000, { title: 'a' }],
  displayFeatures: () => [frames, { title: 'a' }],
  decodeRbms: () => [otherFile('rbms-models.json', ({ cases }) => cases.BBRBM.file), {}],
  fromOnnx: () => [lib.toOnnx(dense()), {}],
  fromKeras: () => [otherFile('keras-models.json', ({ cases }) => cases.lstm.files.keras), {}],
  loadWeights: () => [dense(), torchTensors(), { library: 'pytorch' }],
  weightsOf: () => [dense(), { library: 'pytorch' }],
  fromLearnergy: () => [{ W: x(), a: [0, 0, 0, 0], b: [0, 0] }, { model: 'RBM' }],
  fromRbms: () => [{ weight_matrix: x(), vbias: [0, 0, 0, 0], hbias: [0, 0] }, { modelType: 'BBRBM' }],
  fromScikitLearn: () => [{ components_: [[1, -1, 0.5]], intercept_hidden_: [0.1], intercept_visible_: [0, 0, 1] }, {}],
  resample: () => [tone, 8000, 16000],
  alignSpeakers: () => [
    [frames, frames],
    ['a', 'b'],
    [0, 1],
  ],
  checkSpeakerOverlap: () => [{ train: [0, 1], test: [2, 3] }, names()],
  deltas: () => [frames, {}],
  concatenateColumns: () => [frames, frames],
  groupKFold: () => [names(), { folds: 2 }],
  stratifiedKFold: () => [labels(), { folds: 2 }],
  holdOutGroups: () => [names(), { count: 1 }],
  accuracy: () => [labels(), labels()],
  unweightedRecall: () => [labels(), labels(), 2],
  fineTune: () => [lib.Recognizer.from(small), data(), {}],
  groupRates: () => [labels(), labels(), names(), names(), { by: 'a' }],
  ratesByGroup: () => [[{ label: 'a', said: 'b', speaker: 's', gender: 'male' }], {}],
  ageGroup: () => [31, [20, 40]],
  groupsSpec: () => [lib.ratesByGroup([{ label: 'a', said: 'b', speaker: 's', gender: 'male' }]), {}],
  bootstrapIntervals: () => [labels(), labels(), names(), { resamples: 10 }],
  concordance: () => [labels(), [0, 1, 1, 2]],
  regressionScores: () => [labels(), [0, 1, 1, 2]],
  regressionIntervals: () => [labels(), [0, 1, 1, 2], names(), { resamples: 10 }],
  calibrate: () => [posteriors(), labels()],
  applyTemperature: () => [posteriors()[0], 2],
  fitTemperature: () => [posteriors(), labels()],
  expectedCalibrationError: () => [posteriors(), labels()],
  reliability: () => [posteriors(), labels()],
  riskCoverage: () => [posteriors(), labels()],
  mcnemarExact: () => [1, 2],
  wilsonInterval: () => [1, 2],
  checkGradient: () => [bowl, Float64Array.of(1), {}],
  minimize: () => [bowl, [1], { maxIterations: 1 }],
  foldJobs: () => [plan, ['a', 'b']],
  shardOf: () => [jobs, 1, 2],
  runFoldJob: () => [jobs[0], foldData(), {}],
  leaveOneSpeakerOut: () => [system, data(), { classes: ['x', 'y'], seed: 1 }],
  summarizeRuns: () => [(results() as { runs: unknown }).runs, ['x', 'y']],
  combineRuns: () => [plan, (results() as { runs: unknown }).runs],
  compareRuns: () => [(results() as { runs: unknown }).runs, []],
  chooseUtterance: () => [results()],
  utterancePanel: () => [tone, 8000, timeline(), ['a', 'b']],
  posteriorTimeline: () => [{ predict: () => Float32Array.of(0.5, 0.5) }, frames, {}],
  timelineSpec: () => [timeline(), { classes: ['a', 'b'] }],
  waveformSpec: () => [tone, 8000, {}],
  logMelSpec: () => [tone, 8000, {}],
  pitchSpec: () => [lib.pitchTrack(tone, rate), {}],
  ratesSpec: () => [results()],
  speakersSpec: () => [results()],
  resultsMarkdown: () => [results()],
  trainingCurvesSpec: () => [results()],
  createSystem: () => ['lstm', {}],
  ensembleSystem: () => [[system], {}],
  trainRecognizer: () => [data(), { system: 'functionals-mlp' }, { classes: ['x', 'y'] }],
  encodeNpy: () => [frames],
  encodeSafetensors: () => [{ a: frames }, {}],
  encodeWav: () => [{ channels: [tone], ...rate }, {}],
  saveModel: () => [new lib.Dense({ inputs: 2, units: 2 }), {}],
  toOnnx: () => [new lib.Dense({ inputs: 2, units: 2 }), {}],
  functionals: () => [frames, {}],
  measuresOfTracks: () => [lib.speechTracks(tone, rate), {}],
  stackFrames: () => [frames, { size: 2 }],
  averageFrames: () => [frames, { size: 2 }],
  spliceFrames: () => [frames, { left: 1, right: 1 }],
  windowFunction: () => ['hann', 4],
  melFilterbank: () => [{ ...rate, fftLength: 512, filters: 4 }],
  warmUp: () => [0.1, 3],
  cosineDecay: () => [{ initial: 0.1, steps: 3 }],
  stepDecay: () => [{ initial: 0.1, every: 2, factor: 0.5 }],
  ...Object.fromEntries(
    ['mfcc', 'logMel', 'pitch', 'pitchTrack', 'logEnergy', 'zeroCrossings', 'egemaps', 'egemapsFrames', 'formants'].map(
      (name) => [name, sound],
    ),
  ),
  FormatError: () => ['x', {}],
  StateError: () => ['x', {}],
  StatisticsPool: () => [{ inputs: 2 }, 'StatisticsPool'],
  DivergenceError: () => ['x', { epoch: 1, batch: 1, parameter: 'W' }],
  NonFiniteError: () => ['x', { epoch: 1, batch: 1, parameter: 'W' }],
  RunawayError: () => ['x', 1],
  matrix: () => [x(), {}],
  hzToMel: () => [100, 'study'],
  melToHz: () => [100, 'study'],
  extractFeatures: () => [{ samples: tone, ...rate }, {}],
  loadModel: () => [lib.saveModel(new lib.Dense({ inputs: 2, units: 2 })), lib.Dense],
  decodeNpz: () => [npz, {}],
  encodeNpz: () => [{ x: [1] }, {}],
  readMetadata: () => [npz],
  encodeKaldiArk: () => [{ x: [1] }],
  decodeKaldiArk: () => [lib.encodeKaldiArk({ x: [1] })],
  encodeKaldiScp: () => [lib.encodeKaldiArk({ x: [1] }), 'x.ark'],
  parseKaldiScp: () => ['a x.ark:2'],
  encodeHtk: () => [[[1, 2]], {}],
  decodeHtk: () => [lib.encodeHtk([[1, 2]])],
  lpc: () => [tone, { order: 4 }],
  confusionSpec: () => [new lib.ConfusionMatrix(['a', 'b']), {}],
  ...Object.fromEntries(
    [
      ...['alphaRatio', 'hammarbergIndex', 'spectralCentroid', 'spectralFlatness', 'spectralFlux', 'spectralRolloff'],
      ...['spectralSlope', 'spectralSpread', 'loudness', 'melSpectrogram', 'spectrogram', 'speechMeasures'],
      ...['harmonicDifferences', 'harmonicsToNoise', 'jitter', 'shimmer', 'pitchMarks', 'subharmonicPitchTrack'],
      ...['speechTracks', 'speechPresence'],
    ].map((name) => [name, sound]),
  ),
  ...Object.fromEntries(
    ['CRBM', 'StackedCRBM'].flatMap((name) => [
      [`${name}.energy`, () => [frames, hiddenFrames]],
      [`${name}.visibleMean`, () => [frames, hiddenFrames]],
      [`${name}.predictNext`, () => [frames, {}]],
      [`${name}.generate`, () => [frames, 2, {}]],
      [`${name}.generateAsync`, () => [frames, 2, {}]],
      [`${name}.logPartition`, () => [frames, {}]],
      [`${name}.estimateLogPartition`, () => [frames, { chains: 2, temperatures: 3 }]],
      [`${name}.logProbability`, () => [frames, {}]],
      [`${name}.logLikelihood`, () => [frames, {}]],
      [`${name}.fit`, () => [[frames], { epochs: 1 }]],
      [`${name}.partialFit`, () => [[frames], {}]],
      [`${name}.transform`, () => [frames, {}]],
    ]),
  ),
  ...Object.fromEntries(
    ['RBM', 'GaussianRBM', 'DBN'].flatMap((name) => [
      ...['sampleHidden', 'sampleVisible', 'gibbs', 'logProbability', 'logLikelihood', 'partialFit', 'transform'].map(
        (method) => [`${name}.${method}`, () => [x(), {}]],
      ),
      [`${name}.pseudoLikelihood`, () => [x(), {}]],
      [`${name}.energy`, () => [x(), x()]],
      [`${name}.sample`, () => [2, {}]],
      [`${name}.sampleAsync`, () => [2, {}]],
      [`${name}.fit`, () => [x(), { epochs: 1 }]],
    ]),
  ),
  'ConfusionMatrix.addAll': () => [names(), names()],
  'Standardizer.fitTransform': () => [[frames, frames], {}],
  'Standardizer.inverse': () => [frames, {}],
  'Recurrent.forward': () => [frames, {}],
  'Recurrent.forwardWithState': () => [frames, {}],
  'Sequential.predict': () => [frames, {}],
  'Sequential.predictLabels': () => [frames, {}],
  'MLP.score': () => [x(), labels()],
  'MLP.layerGradientNorms': () => [x(), labels()],
  'Pipeline.transform': () => [recordings()[0], {}],
  'Recognizer.listen': () => [[tone], rate],
  'Recognizer.adapt': () => [recordings(), {}],
  'Recognizer.adaptTo': () => [new lib.SpeakerStatistics(2), {}],
  'ParameterSet.slice': () => [0, 1, 'x/'],
  'ParameterSet.block': () => ['0.W', 4],
  'ParameterSet.part': () => [new Float32Array(6), '0.W', 4],
  'System.train': () => [data(), 2, 1, {}],
  'System measures-lda.train': () => [data(53, 60), 2, 1, {}],
  'System lstm.train': () => [data(39, 60), 2, 1, {}],
  'System crbm-lstm.train': () => [data(39, 60), 2, 1, {}],
  'WorkerPool.broadcast': () => ['x', 1],
  'WorkerPool.map': () => ['x', []],
  Random: () => [1],
  'Random.uniformInto': () => [new Float32Array(2), 0, 1],
  'Random.normalInto': () => [new Float32Array(2), 0, 1],
  'Random.normalBlockInto': () => [new Float32Array(2), 0, 1],
  'Random.bernoulliInto': () => [new Float32Array(2), 0.5],
  Sequential: () => [[new lib.Dense({ inputs: 2, units: 2, activation: 'softmax' })], {}],
  Bidirectional: () => [new lib.LSTM({ inputs: 2, units: 1 }), {}],
  Residual: () => [[new lib.Dense({ inputs: 2, units: 2 })], {}],
  'Sequential.fit': () => [[frames, frames], [0, 1], { optimizer: adam(), epochs: 1 }],
  'Sequential.evaluate': () => [[frames, frames], [0, 1], {}],
  'Sequential.lossAndGradient': () => [[frames, frames], [0, 1], {}],
  'Sequential.gaussNewtonProduct': () => [[frames, frames], [0, 1], new Float32Array(6), {}],
  'Sequential.hessianVectorProduct': () => [[frames, frames], [0, 1], new Float32Array(6), {}],
  'MLP.fit': () => [x(), labels(), { optimizer: adam(), epochs: 1 }],
  'MLP.evaluate': () => [x(), labels(), {}],
  'MLP.lossAndGradient': () => [x(), labels(), {}],
  'MLP.gaussNewtonProduct': () => [x(), labels(), new Float32Array(17), {}],
  'MLP.hessianVectorProduct': () => [x(), labels(), new Float32Array(17), {}],
  'MLP.pretrain': () => [x(), { epochs: 1 }],
  'LogisticRegression.fit': () => [x(), labels(), {}],
  'Ridge.fit': () => [x(), labels(), {}],
  'RidgeClassifier.fit': () => [x(), labels(), {}],
  'SVC.fit': () => [x(), labels(), {}],
  'ConfusionMatrix.add': () => ['a', 'b', 1],
  'Standardizer.fit': () => [[frames, frames], {}],
  'Standardizer.transform': () => [frames, {}],
  'Standardizer.inverseTransform': () => [frames, {}],
  'RBM.fit': () => [x(), { epochs: 1 }],
  'DBN.fit': () => [x(), { epochs: 1 }],
  'Recognizer.predict': () => [tone, 8000, {}],
  'Recognizer.predictFeatures': () => [
    lib.matrix(Array.from({ length: 3 }, (_, i) => Array.from({ length: 22 }, (_, j) => (i * j) % 5))),
    {},
  ],
  'Pipeline.fit': () => [recordings(), ['a', 'b'], { optimizer: adam(), epochs: 1 }],
  'Pipeline.evaluate': () => [recordings(), ['a', 'b'], {}],
  'Pipeline.predict': () => [tone, 8000, {}],
}

const small = readFileSync(new URL('../fixtures/0.1.0/recognizers/functionals-mlp.safetensors', import.meta.url))
const shipped = readFileSync(new URL('../../models/recognizer.safetensors', import.meta.url))
const crbm = (): unknown => new lib.CRBM({ visible: 2, hidden: 2, order: 1 })

/** Objects by the name of their class, for its methods. */
export const instances: Record<string, () => unknown> = {
  Recognizer: () => lib.Recognizer.from(small),
  'Recognizer adapting': () => lib.Recognizer.from(shipped),
  Pipeline: () =>
    new lib.Pipeline({
      frontEnd: { filters: 8, coefficients: 2, deltas: 0, sampleRate: 8000 },
      model: new lib.Sequential([new lib.Dense({ inputs: 2, units: 2, activation: 'softmax' }), new lib.MeanPool()]),
    }),
  ParameterSet: () => new lib.MLP({ layers: [2, 2] }).parameters,
  Random: () => new lib.Random(1),
  Adam: adam,
  AdamW: () => new lib.AdamW({ learningRate: 0.1 }),
  SGD: () => new lib.SGD({ learningRate: 0.1 }),
  RMSprop: () => new lib.RMSprop({ learningRate: 0.1 }),
  LBFGS: () => new lib.LBFGS(),
  HessianFree: () => new lib.HessianFree(),
  ConfusionMatrix: () => new lib.ConfusionMatrix(['a', 'b']),
  LabelEncoder: () => new lib.LabelEncoder(['a', 'b']),
  LogisticRegression: () => new lib.LogisticRegression(),
  SVC: () => new lib.SVC(),
  Ridge: () => new lib.Ridge(),
  RidgeClassifier: () => new lib.RidgeClassifier(),
  Standardizer: () => new lib.Standardizer().fit([frames]),
  SpeakerStatistics: () => new lib.SpeakerStatistics(2).add(frames),
  StandardizerStream: () => new lib.StandardizerStream({ columns: 2 } as never),
  MfccStream: () => new lib.MfccStream({ ...rate }),
  PitchStream: () => new lib.PitchStream({ ...rate }),
  FeatureStream: () => new lib.FeatureStream({ ...rate } as never),
  AugmentationStream: () => new lib.AugmentationStream(lib.changeGain(), { ...rate }),
  ResampleStream: () => new lib.ResampleStream({ fromRate: 8000, toRate: 16000 }),
  SpeechSegmentStream: () => new lib.SpeechSegmentStream({ ...rate }),
  WavStream: () => new lib.WavStream(),
  Sequential: () =>
    new lib.Sequential([new lib.Dense({ inputs: 2, units: 2, activation: 'softmax' }), new lib.MeanPool()]),
  NetworkStream: () => new lib.Sequential([new lib.LSTM({ inputs: 2, units: 1 })]).stream(),
  MLP: () => new lib.MLP({ layers: [2, 3, 2] }),
  RBM: () => new lib.RBM({ visible: 2, hidden: 2 }),
  GaussianRBM: () => new lib.GaussianRBM({ visible: 2, hidden: 2 }),
  CRBM: crbm,
  CRBMStream: () => (crbm() as lib.CRBM).stream(),
  DBN: () => new lib.DBN({ layers: [2, 2, 2] }),
  StackedCRBM: () => new lib.StackedCRBM({ visible: 2, hidden: [2, 2], order: 1 }),
  Dense: () => new lib.Dense({ inputs: 2, units: 2 }),
  LSTM: () => new lib.LSTM({ inputs: 2, units: 1 }),
  AttentionPool: () => new lib.AttentionPool({ inputs: 2 }),
  MaxPool: () => new lib.MaxPool({ inputs: 2 }),
  MeanPool: () => new lib.MeanPool({ inputs: 2 }),
  LastPool: () => new lib.LastPool({ inputs: 2 }),
  StandardDeviationPool: () => new lib.StandardDeviationPool({ inputs: 2 }),
  StatisticsPool: () => new lib.StatisticsPool({ inputs: 2 }),
  LayerNorm: () => new lib.LayerNorm({ inputs: 2 }),
  Dropout: () => new lib.Dropout({ inputs: 2, rate: 0.5 }),
  FrameStack: () => new lib.FrameStack({ inputs: 2, frames: 2 }),
  GRU: () => new lib.GRU({ inputs: 2, units: 1 }),
  RNN: () => new lib.RNN({ inputs: 2, units: 1 }),
  Bidirectional: () => new lib.Bidirectional(new lib.LSTM({ inputs: 2, units: 1 })),
  Residual: () => new lib.Residual([new lib.Dense({ inputs: 2, units: 2 })]),
  GibbsChains: () => new lib.RBM({ visible: 2, hidden: 2 }).gibbs(x()),
  StackedCRBMStream: () => new lib.StackedCRBM({ visible: 2, hidden: [2, 2], order: 1 }).stream(),
  RecognizerStream: () => lib.Recognizer.from(small).stream({ sampleRate: 8000 }),
  System: () => system,
  'System lstm': () => lib.createSystem('lstm', { epochs: 1 }),
  'System measures-lda': () => lib.createSystem('measures-lda'),
  'System crbm-lstm': () => lib.createSystem('crbm-lstm', { epochs: 1 }),
  'System ensemble': () => lib.ensembleSystem([system]),
  WorkerPool: () => lib.createWorkerPool({ workers: 1, script: new URL('data:text/javascript,') }),
}
