/**
 * Calls that test/platform/realm-cases.cjs has not: sound in its formats, every kind of feature and stream, each kind of model trained
 * some steps and loaded again, the recogniser, files. Plain JavaScript that needs the root import alone, so that any host runs them; what
 * comes out is compared bit by bit.
 */

import { zipSync } from 'fflate'
import { kerasFile } from './keras-file.mjs'

const rate = { sampleRate: 16000 }

/** Samples of a synthetic voice, 1.25 s. */
const voiceOf = (lib, emotion = 'anger') =>
  lib
    .syntheticCorpus({ speakers: 1, sentences: 1, emotions: [emotion] })[0]
    .samples()
    .slice(0, 20000)

function* chunksOf(samples, size = 777) {
  for (let at = 0; at < samples.length; at += size) yield samples.subarray(at, at + size)
}

/** Codes of the letters of a text. */
const letters = (text) => Array.from(text, (letter) => letter.charCodeAt(0))

/** Rows of a stream, given the samples in chunks. */
function rowsOf(stream, samples) {
  const rows = Array.from(chunksOf(samples), (chunk) => stream.push(chunk))
  return [...rows, stream.flush()]
}

/** Matrices of normal draws with so many rows each. */
function normals(lib, columns, ...lengths) {
  const random = new lib.Random('runtimes')
  return lengths.map((rows) => {
    const data = new Float32Array(rows * columns)
    random.normalInto(data)
    return { data, shape: [rows, columns], stride: [columns, 1], offset: 0 }
  })
}

const training = { epochs: 2, batchSize: 2 }

/** Trains a network on sequences with labels, saves it and answers from the file. */
async function trained(lib, layers, optimizer = new lib.Adam({ learningRate: 0.01 })) {
  const sequences = normals(lib, 5, 7, 4, 6, 3)
  const net = new lib.Sequential([...layers, new lib.Dense({ units: 3, activation: 'softmax' })], { seed: 4 })
  const history = await net.fit(sequences, [0, 1, 2, 1], { ...training, optimizer })
  const again = lib.loadModel(lib.saveModel(net), lib.Sequential)
  return [history.epochs, again.parameters.data, sequences.map((x) => again.predict(x)), net.summary()]
}

/** Trains an energy model, saves it and uses the file's. */
async function trainedEnergy(lib, model, data, ...uses) {
  await model.fit(data, training)
  const again = lib.loadModel(lib.saveModel(model))
  return uses.map((use) => use(again))
}

const inputs = { inputs: 5, units: 4 }

/** Networks by a name: one of each kind of layer at least. */
const networks = {
  'LSTM, GRU and RNN': (lib) => [new lib.LSTM(inputs), new lib.GRU({ units: 4 }), new lib.RNN({ units: 4 })],
  'LSTM without peepholes, coupled gates, a projection': (lib) => [
    new lib.LSTM({ ...inputs, peepholes: false }),
    new lib.LSTM({ units: 3, coupled: true }),
    new lib.LSTM({ units: 6, projection: 2 }),
  ],
  'bidirectional, with last and attention pools': (lib) => [
    new lib.Bidirectional(new lib.GRU(inputs)),
    new lib.LayerNorm(),
    new lib.Dropout({ rate: 0.2 }),
    new lib.AttentionPool({ heads: 2 }),
  ],
  'stacked frames and a residual, with statistics': (lib) => [
    new lib.Residual([new lib.Dense({ inputs: 5, units: 5, activation: 'tanh' })]),
    new lib.FrameStack({ frames: 2 }),
    new lib.StatisticsPool(),
  ],
  'pools: max, deviation': (lib) => [new lib.LSTM(inputs), new lib.MaxPool()],
}

const trainings = Object.entries(networks).map(([name, layers]) => [
  `trained, saved, loaded: ${name}`,
  (lib) => trained(lib, layers(lib)),
])

const optimizers = {
  SGD: (lib) => new lib.SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
  AdamW: (lib) => new lib.AdamW({ learningRate: lib.cosineDecay({ initial: 0.01, steps: 4 }) }),
  RMSprop: (lib) => new lib.RMSprop({ learningRate: 0.01 }),
  LBFGS: (lib) => new lib.LBFGS({ maxIterations: 3 }),
  HessianFree: (lib) => new lib.HessianFree({ maxIterations: 2 }),
}

const optimizing = Object.entries(optimizers).map(([name, optimizer]) => [
  `trained by ${name}`,
  (lib) => trained(lib, [new lib.LSTM(inputs), new lib.MeanPool()], optimizer(lib)),
])

const features = {
  'WAV of every format': (lib) => {
    const channels = [voiceOf(lib).slice(0, 3000), voiceOf(lib, 'sadness').slice(0, 3000)]
    return ['pcm8', 'pcm16', 'pcm24', 'pcm32', 'float32', 'float64', 'alaw', 'mulaw'].map((format) => {
      const bytes = lib.encodeWav({ sampleRate: 22050, channels }, { format })
      const audio = lib.decodeWav(bytes)
      return [bytes, audio.channels, audio.warnings, lib.toMono(audio)]
    })
  },
  'WAV in a pipe': (lib) => {
    const bytes = lib.encodeWav({ ...rate, channels: [voiceOf(lib)] })
    const stream = new lib.WavStream()
    return Array.from(chunksOf(bytes, 999), (chunk) => stream.push(chunk))
  },
  'resample, whole and in chunks': (lib) =>
    [8000, 11025, 44100].map((to) => [
      lib.resample(voiceOf(lib), 16000, to),
      rowsOf(new lib.ResampleStream({ fromRate: 16000, toRate: to }), voiceOf(lib)),
    ]),
  'MFCC of every preset': (lib) =>
    Object.entries(lib.mfccPresets).map(([name, preset]) => [name, lib.mfcc(voiceOf(lib), { ...rate, ...preset })]),
  'log mel, float64': (lib) => lib.logMel(voiceOf(lib), { ...rate, filters: 40, deltas: 1, dtype: 'float64' }),
  'spectra and their measures': (lib) => {
    const spectrum = lib.spectrogram(voiceOf(lib), rate)
    return [spectrum, lib.melSpectrogram(voiceOf(lib), rate), lib.loudness(voiceOf(lib), rate)]
  },
  'formants, harmonics, periods': (lib) => [
    lib.formants(voiceOf(lib), rate),
    lib.lpc(voiceOf(lib).subarray(0, 400), { order: 12 }),
    lib.harmonicsToNoise(voiceOf(lib), rate),
    lib.subharmonicPitchTrack(voiceOf(lib), rate),
    lib.pitchMarks(voiceOf(lib), rate),
  ],
  eGeMAPS: (lib) => [lib.egemaps(voiceOf(lib), rate), lib.egemapsFrames(voiceOf(lib), rate)],
  'measures of speech': (lib) => lib.speechMeasures(voiceOf(lib), rate),
  'speech or none': (lib) => [voiceOf(lib), new Float32Array(20000)].map((x) => lib.speechPresence(x, rate)),
  augmentation: (lib) => {
    const names = [
      'addNoise',
      'addReverberation',
      'changeGain',
      'changeSpeed',
      'changeTempo',
      'shiftPitch',
      'limitBand',
    ]
    const chain = lib.augmentInTurn([lib.compandMulaw(), lib.addNoise({ color: 'pink', level: -45 })])
    const stream = new lib.AugmentationStream(chain, { ...rate, seed: 1 })
    const sound = { samples: voiceOf(lib), ...rate }
    const [rows] = normals(lib, 5, 12)
    const mask = lib.augmentSequences({ noise: 0.1, timeMask: 0.2 })
    const random = () => new lib.Random('augmentation')
    return [names.map((name) => lib[name]()(sound, random())), rowsOf(stream, sound.samples), mask(rows, random())]
  },
  'distorted sound': (lib) => {
    const kinds = lib.degradations
    return [kinds, kinds.map((kind) => lib.degrade(voiceOf(lib), { ...rate, kind, seed: 1 }))]
  },
}

const streams = {
  MfccStream: (lib) => rowsOf(new lib.MfccStream({ ...rate, coefficients: 13, deltas: 2 }), voiceOf(lib)),
  PitchStream: (lib) => rowsOf(new lib.PitchStream(rate), voiceOf(lib)),
  'FeatureStream and StandardizerStream': (lib) => {
    const rows = rowsOf(new lib.FeatureStream({ ...rate, frontEnd: { spectral: 'logMel', pitch: true } }), voiceOf(lib))
    const scaler = new lib.StandardizerStream({ columns: rows.flat()[0].length })
    return [rows, rows.filter(({ length }) => length > 0).map((some) => scaler.push(some))]
  },
}

const models = {
  'trained, saved, loaded: RBM': (lib) => {
    const [{ data, ...x }] = normals(lib, 6, 12)
    const bits = { data: data.map((value) => (value > 0 ? 1 : 0)), ...x }
    const model = new lib.RBM({ visible: 6, hidden: 5, seed: 1 })
    const ais = { method: 'ais', chains: 10, temperatures: 50 }
    const uses = [(m) => m.transform(bits), (m) => m.logPartition(), (m) => m.logPartition(ais), (m) => m.sample(3)]
    return trainedEnergy(lib, model, bits, ...uses)
  },
  'trained, saved, loaded: GaussianRBM': (lib) => {
    const [x] = normals(lib, 6, 12)
    const model = new lib.GaussianRBM({ visible: 6, hidden: 5, seed: 1 })
    return trainedEnergy(
      lib,
      model,
      x,
      (m) => m.reconstruct(x),
      (m) => m.freeEnergy(x),
    )
  },
  'trained, saved, loaded: CRBM and StackedCRBM': async (lib) => {
    const x = normals(lib, 4, 12, 9)
    const model = new lib.CRBM({ visible: 4, hidden: 5, order: 2, seed: 1 })
    const stack = new lib.StackedCRBM({ visible: 4, hidden: [5, 3], order: 1, seed: 1 })
    const uses = [(m) => m.predictNext(x[0]), (m) => m.generate(x[0], 5), (m) => m.freeEnergy(x[1])]
    return [await trainedEnergy(lib, model, x, ...uses), await trainedEnergy(lib, stack, x, (m) => m.transform(x))]
  },
  'trained, saved, loaded: DBN': (lib) => {
    const [x] = normals(lib, 6, 12)
    const model = new lib.DBN({ layers: [6, 5, 4], visibles: 'gaussian', seed: 1 })
    return trainedEnergy(lib, model, x, (m) => m.transform(x))
  },
  'trained, saved, loaded: MLP': async (lib) => {
    const [x] = normals(lib, 6, 12)
    const labels = Array.from({ length: 12 }, (_, i) => i % 3)
    const net = new lib.MLP({ layers: [6, 5, 3], seed: 1 })
    await net.pretrain(x, { epochs: 1 })
    await net.fit(x, labels, { optimizer: new lib.LBFGS({ maxIterations: 5 }) })
    return lib.loadModel(lib.saveModel(net)).forward(x)
  },
  'trained, saved, loaded: LogisticRegression': (lib) => {
    const [x] = normals(lib, 6, 12)
    const labels = Array.from({ length: 12 }, (_, i) => i % 3)
    const model = new lib.LogisticRegression({ C: 1 }).fit(x, labels)
    return lib.loadModel(lib.saveModel(model)).predict(x)
  },
  'trained, saved, loaded: Ridge, RidgeClassifier': (lib) => {
    const [x] = normals(lib, 6, 12)
    const labels = Array.from({ length: 12 }, (_, i) => i % 3)
    const ridge = lib.loadModel(lib.saveModel(new lib.Ridge({ alpha: 0.5 }).fit(x, x)))
    const classifier = lib.loadModel(lib.saveModel(new lib.RidgeClassifier().fit(x, labels)))
    return [ridge.predict(x), classifier.decisionFunction(x)]
  },
  'trained, saved, loaded: SVC': (lib) => {
    const [x] = normals(lib, 6, 12)
    const labels = Array.from({ length: 12 }, (_, i) => i % 3)
    return ['linear', 'rbf'].map((kernel) => {
      const model = new lib.SVC({ kernel, C: 2 }).fit(x, labels)
      return lib.loadModel(lib.saveModel(model), lib.SVC).decisionFunction(x)
    })
  },
  'trained, saved, loaded: Pipeline': async (lib) => {
    const voices = lib.syntheticCorpus({ speakers: 1, sentences: 1, emotions: ['sadness', 'anger'] })
    const recordings = voices.map((voice) => ({ samples: voice.samples().slice(0, 12000), ...rate }))
    const layers = [
      new lib.GRU({ inputs: 39, units: 3 }),
      new lib.MeanPool(),
      new lib.Dense({ units: 2, activation: 'softmax' }),
    ]
    const model = new lib.Sequential(layers, { seed: 1 })
    const pipeline = new lib.Pipeline({
      frontEnd: { spectral: 'mfcc', coefficients: 13 },
      scaler: new lib.Standardizer(),
      model,
    })
    await pipeline.fit(recordings, ['sadness', 'anger'], { optimizer: new lib.Adam({ learningRate: 0.01 }), epochs: 2 })
    return lib.loadModel(lib.saveModel(pipeline), lib.Pipeline).predict(recordings[0].samples, 16000)
  },
  'minimize by every method': (lib) =>
    ['lbfgs', 'cg', 'newton-cg'].map((method) => {
      const bowl = (x, g) => {
        g[0] = 400 * x[0] * (x[0] * x[0] - x[1]) + 2 * (x[0] - 1)
        g[1] = 200 * (x[1] - x[0] * x[0])
        return 100 * (x[1] - x[0] * x[0]) ** 2 + (1 - x[0]) ** 2
      }
      return lib.minimize(bowl, Float64Array.of(-1, 1), { method })
    }),
}

const recognizing = {
  'the recogniser: an answer, a speaker’s own, and live': (lib, { recognizer }) => {
    const one = lib.Recognizer.from(recognizer)
    const voice = { samples: voiceOf(lib), ...rate }
    const live = one.stream({ ...rate, windowSeconds: 1, hopSeconds: 0.5 })
    const own = one.adapt([voice, { samples: voiceOf(lib, 'sadness'), ...rate }])
    return [one.predict(voice.samples, 16000), own.predict(voice.samples, 16000), rowsOf(live, voice.samples)]
  },
  'the recogniser listens': async (lib, { recognizer }) => {
    const answers = []
    async function* sound() {
      yield* chunksOf(voiceOf(lib), 5000)
    }
    const one = lib.Recognizer.from(recognizer)
    for await (const answer of one.listen(sound(), { ...rate, windowSeconds: 1, hopSeconds: 0.5 })) answers.push(answer)
    return answers
  },
}

const files = {
  'npz, stored and deflated': (lib) => {
    const [x] = normals(lib, 6, 12)
    return [0, 9].map((level) => lib.decodeNpz(zipSync({ 'x.npy': lib.encodeNpy(x) }, { level })))
  },
  'weights of PyTorch, Flax and scikit-learn': (lib) => {
    const make = (seed) => new lib.Sequential([new lib.GRU(inputs), new lib.Dense({ units: 2 })], { seed })
    const library = { library: 'pytorch' }
    const tensors = lib.decodeSafetensors(lib.encodeSafetensors(lib.weightsOf(make(1), library))).tensors
    const attributes = {
      ...{
        coefs_: [
          [
            [0.5, -1],
            [1, 0.5],
          ],
          [[1], [2]],
        ],
        intercepts_: [[0, 0.1], [0.2]],
      },
      ...{ activation: 'relu', out_activation_: 'logistic', classes_: [0, 1] },
    }
    const flax = Uint8Array.from([
      0x81,
      0xa1,
      0x61,
      0xc7,
      0x11,
      0x01,
      0x93,
      0x91,
      0x01,
      0xa7,
      ...letters('float32'),
      0xc4,
      0x04,
      0,
      0,
      0x80,
      0x3f,
    ])
    return [
      tensors,
      lib.loadWeights(make(2), tensors, library).parameters.data,
      lib.fromScikitLearn(attributes).forward([[1, 2]]),
      lib.decodeFlax(flax),
    ]
  },
  'ONNX of a network, an energy model and the recogniser': (lib, { recognizer }) => {
    const net = new lib.Sequential([new lib.LSTM({ inputs: 5, units: 3 }), new lib.Dense({ units: 2 })], { seed: 1 })
    const crbm = new lib.CRBM({ visible: 3, hidden: 2, order: 2, seed: 1 })
    return [net, crbm, lib.Recognizer.from(recognizer)].map((model) => lib.toOnnx(model))
  },
  'networks from ONNX and Keras': (lib) => {
    const layers = [new lib.Bidirectional(new lib.LSTM(inputs)), new lib.LastPool(), new lib.Dense({ units: 2 })]
    const x = normals(lib, 5, 6, 4)
    const read = lib.fromOnnx(lib.toOnnx(new lib.Sequential(layers, { seed: 1 })))
    return [x.map((one) => read.forward(one)), lib.fromKeras(kerasFile()).parameters.data]
  },
  'features for other tools: npz with facts, Kaldi, HTK': (lib) => {
    const [x] = normals(lib, 6, 12)
    const npz = lib.encodeNpz({ x }, { metadata: { source: 'normal draws' } })
    const ark = lib.encodeKaldiArk({ one: x, two: x })
    const htk = lib.encodeHtk(x, { stepSeconds: 0.01 })
    return [lib.readMetadata(npz), lib.decodeNpz(npz), [...lib.decodeKaldiArk(ark)], lib.decodeHtk(htk)]
  },
}

export const cases = {
  ...Object.fromEntries([...trainings, ...optimizing]),
  ...{ ...features, ...streams, ...models, ...recognizing, ...files },
}
