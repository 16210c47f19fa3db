/**
 * Calls of the public doors of ser-core with arrays, signals and errors of a realm that is given, each with a result to compare
 * bit by bit. Plain JavaScript that needs nothing of its host: Node's vm, jest and an AudioWorklet run the same file.
 *
 * A realm is a record of constructors: the typed arrays, ArrayBuffer, Array, Error. `files.recognizer` holds the bytes of the
 * recogniser that the package ships.
 */

/** Signal as an AbortController of the realm would give it: not every realm has one. */
function signalOf(realm, aborted, reason) {
  const throwIfAborted = () => {
    if (aborted) throw reason
  }
  return Object.assign(new realm.Object(), { aborted, reason, throwIfAborted })
}

const voices = new Map()

/** Samples of a synthetic voice, of this realm. */
function voiceOf(lib, emotion) {
  if (!voices.has(emotion)) {
    const [voice] = lib.syntheticCorpus({ speakers: 1, sentences: 1, emotions: [emotion] })
    voices.set(emotion, voice.samples().slice(0, 12000))
  }
  return voices.get(emotion)
}

/** Makers of the arguments of cases. */
function makerOf(lib, realm, files) {
  const random = new lib.Random('realm')
  const array = (type, values) => {
    const out = new realm[type](values.length)
    for (let i = 0; i < values.length; i++) out[i] = values[i]
    return out
  }
  const list = (...items) => realm.Array.of(...items)
  const matrix = (type, rows, cols, value) => ({
    data: array(
      type,
      Array.from({ length: rows * cols }, (_, i) => value(i)),
    ),
    shape: list(rows, cols),
    stride: list(cols, 1),
    offset: 0,
  })
  const samples = (type, emotion = 'anger') => {
    const voice = voiceOf(lib, emotion)
    return array(type, type.startsWith('Float') ? voice : Array.from(voice, (x) => Math.round(32767 * x)))
  }
  return {
    realm,
    array,
    list,
    samples,
    bytes: (bytes) => array('Uint8Array', bytes),
    buffer: (bytes) => array('Uint8Array', bytes).buffer,
    recognizer: () => array('Uint8Array', files.recognizer),
    normals: (rows, cols, type = 'Float32Array') => matrix(type, rows, cols, () => random.normal()),
    bits: (rows, cols, type = 'Float32Array') => matrix(type, rows, cols, () => (random.uniform() < 0.5 ? 0 : 1)),
    column: (values, type = 'Float32Array') => ({
      ...{ data: array(type, values), shape: list(values.length), stride: list(1), offset: 0 },
    }),
    /** The same value with every list, object and array made anew in the realm. */
    translated(value) {
      if (ArrayBuffer.isView(value)) return array(Object.prototype.toString.call(value).slice(8, -1), value)
      if (Array.isArray(value)) return list(...value.map((item) => this.translated(item)))
      if (typeof value !== 'object' || value === null) return value
      const entries = Object.entries(value).map(([name, item]) => [name, this.translated(item)])
      return Object.assign(new realm.Object(), Object.fromEntries(entries))
    },
  }
}

/** Error of a call, in words; fails where it throws nothing. */
async function thrownBy(call) {
  try {
    await call()
  } catch (error) {
    return [String(error.name), String(error.message)]
  }
  throw new Error('nothing was thrown')
}

const rate = { sampleRate: 16000 }
const sampleTypes = ['Float32Array', 'Float64Array', 'Int16Array', 'Int32Array']
const training = { epochs: 2, batchSize: 3 }

/** A small network of each part that keeps arrays. */
function networkOf({ Bidirectional, Dense, Dropout, LSTM, MeanPool, Sequential }, dtype = 'float32') {
  const lstm = () => new LSTM({ inputs: 5, units: 3, dtype })
  const layers = [new Bidirectional(lstm()), new Dropout({ rate: 0.2 }), new MeanPool()]
  return new Sequential([...layers, new Dense({ units: 3, activation: 'softmax' })], { seed: 2, dtype })
}

const labelsOf = (make) => make.array('Int32Array', [0, 1, 2, 1])
const sequencesOf = (make, type) => make.list(...[6, 4, 7, 5].map((rows) => make.normals(rows, 5, type)))

/** By the door: (lib, make) => what is compared. */
const cases = {
  decodeWav: (lib, make) => {
    const file = lib.encodeWav({ sampleRate: 8000, channels: [voiceOf(lib, 'anger').slice(0, 500)] })
    return [lib.decodeWav(make.bytes(file)), lib.decodeWav(make.buffer(file))]
  },
  'decodeWav refuses what is no bytes': (lib, make) =>
    thrownBy(() => lib.decodeWav(make.array('Float32Array', [1, 2]))),
  encodeWav: (lib, make) =>
    sampleTypes.map((type) => lib.encodeWav({ sampleRate: 8000, channels: make.list(make.samples(type)) })),
  toMono: (lib, make) =>
    sampleTypes.map((type) => lib.toMono({ channels: make.list(make.samples(type), make.samples(type, 'sadness')) })),
  resample: (lib, make) => sampleTypes.map((type) => lib.resample(make.samples(type), 16000, 11025)),
  'mfcc and logMel': (lib, make) =>
    sampleTypes.map((type) => [
      lib.mfcc(make.samples(type), { ...rate, deltas: 1 }),
      lib.logMel(make.samples(type), { ...rate, filters: 8 }),
    ]),
  'mfcc of a view': (lib, make) => lib.mfcc(make.column(make.samples('Float32Array')), rate),
  'bytes are no samples': async (lib, make) => [
    await thrownBy(() => lib.mfcc(make.bytes([1, 2, 3]), rate)),
    await thrownBy(() => lib.mfcc(make.array('Uint8ClampedArray', [1, 2, 3]), rate)),
    await thrownBy(() => lib.Recognizer.from(make.recognizer()).predict(make.bytes([1, 2, 3]), 16000)),
  ],
  'pitch, energy, zero crossings': (lib, make) =>
    sampleTypes.map((type) => [
      lib.pitchTrack(make.samples(type), rate),
      lib.pitch(make.samples(type), rate),
      lib.logEnergy(make.samples(type), rate),
      lib.zeroCrossings(make.samples(type), rate),
    ]),
  MfccStream: (lib, make) =>
    sampleTypes.map((type) => {
      const stream = new lib.MfccStream({ ...rate, deltas: 1 })
      const samples = make.samples(type)
      return [...stream.push(samples.subarray(0, 5000)), ...stream.push(samples.subarray(5000)), ...stream.flush()]
    }),
  'rows of features': (lib, make) => {
    const [x, wide] = [make.normals(9, 4), make.normals(9, 2, 'Float64Array')]
    return [
      lib.deltas(x),
      lib.functionals(x),
      lib.stackFrames(x),
      lib.averageFrames(x),
      lib.spliceFrames(x),
      lib.concatenateColumns(x, x),
      lib.concatenateColumns(x, wide),
    ]
  },
  'matrices as rows': (lib, make) => {
    const rows = (type) => make.list(make.array(type, [1, 2, 3]), make.array(type, [4, 5, 6]))
    const plain = make.list(make.list(1, 2, 3), make.list(4, 5, 6))
    const net = () => new lib.Sequential([new lib.Dense({ inputs: 3, units: 2 })])
    return [plain, ...['Float32Array', 'Float64Array', 'Int32Array'].map(rows)].map((x) => [
      lib.matrix(x),
      lib.deltas(x),
      net().forward(x),
      net().forward(make.list(x, x)),
      net().stream().push(x[0]),
    ])
  },
  'labels by name': async (lib, make) => {
    const encoder = new lib.LabelEncoder(make.list('b', 'a'))
    const names = encoder.transform(make.list('a', 'b', 'a'))
    return [
      names,
      encoder.inverseTransform(make.array('Uint8Array', [0, 1])),
      new lib.LabelEncoder().fit(make.list('b', 'a')).classes,
    ]
  },
  alignSpeakers: (lib, make) => {
    const speakers = make.list('a', 'a', 'b', 'b')
    return lib.alignSpeakers(sequencesOf(make), speakers, make.array('Int32Array', [0, 1]))
  },
  Standardizer: (lib, make) => {
    const standardizer = new lib.Standardizer({ mask: make.list(true, false, false, false, false) })
    const x = sequencesOf(make)
    const rows = standardizer.fitTransform(x)
    const again = lib.Standardizer.fromJSON(make.translated(standardizer.toJSON()))
    return [rows, standardizer.inverse(x[0]), again.transform(make.normals(3, 5, 'Float64Array'))]
  },
  'networks: forward, predict, evaluate': (lib, make) => {
    const x = sequencesOf(make)
    const net = networkOf(lib)
    return [
      net.forward(x),
      net.predict(x),
      net.predict(make.normals(3, 5, 'Float64Array')),
      net.evaluate(x, labelsOf(make)),
    ]
  },
  'networks: derivatives': (lib, make) => {
    const net = networkOf(lib, 'float64')
    const [x, labels] = [sequencesOf(make, 'Float64Array'), labelsOf(make)]
    const vector = make.array('Float64Array', Float64Array.from(net.parameters.data, Math.abs))
    return [
      net.lossAndGradient(x, labels),
      net.gaussNewtonProduct(x, labels, vector),
      net.hessianVectorProduct(x, labels, vector),
    ]
  },
  'networks: fit': async (lib, make) => {
    const net = networkOf(lib)
    const history = await net.fit(sequencesOf(make), labelsOf(make), {
      ...training,
      optimizer: new lib.Adam({ learningRate: 0.01 }),
      augment: ({ shape: [rows, cols] }) => make.normals(rows, cols),
      validation: { sequences: sequencesOf(make, 'Float64Array'), labels: labelsOf(make) },
      signal: signalOf(make.realm, false),
    })
    return [history.epochs, net.parameters.data]
  },
  'networks: fit by frames and targets': async (lib, make) => {
    const net = new lib.Sequential([
      new lib.GRU({ inputs: 5, units: 3 }),
      new lib.Dense({ units: 2, activation: 'softmax' }),
    ])
    const x = sequencesOf(make)
    const lengths = x.map(({ shape }) => shape[0])
    const frames = lengths.map((n) =>
      make.array(
        'Int32Array',
        Array.from({ length: n }, (_, t) => t % 2),
      ),
    )
    const weights = lengths.map((n) =>
      make.array(
        'Float32Array',
        Array.from({ length: n }, (_, t) => t + 1),
      ),
    )
    const optimizer = new lib.SGD({ learningRate: 0.1 })
    await net.fit(x, make.list(...frames), { ...training, optimizer, frameWeights: make.list(...weights) })
    await net.fit(x, make.bits(4, 2, 'Float64Array'), { ...training, optimizer: new lib.LBFGS() })
    return net.parameters.data
  },
  'networks: fit goes on': async (lib, make) => {
    const run = async (more) => {
      const net = networkOf(lib)
      const optimizer = new lib.Adam({ learningRate: 0.01 })
      await net.fit(sequencesOf(make), labelsOf(make), { ...training, optimizer, ...more })
      return net.parameters.data
    }
    let checkpoint
    await run({
      onEpoch: (report) => {
        checkpoint ??= report.checkpoint()
      },
    })
    return run({ resume: make.translated(checkpoint) })
  },
  'networks: stream': (lib, make) => {
    const net = new lib.Sequential([new lib.LSTM({ inputs: 5, units: 3 }), new lib.Dense({ units: 2 })])
    const stream = net.stream()
    const first = stream.push(make.array('Float32Array', [1, 2, 3, 4, 5]))
    const second = net.stream({ state: make.translated(stream.state()) })
    return [first, second.push(make.array('Float64Array', [5, 4, 3, 2, 1])), second.forward(make.normals(4, 5))]
  },
  'networks: state of layers': (lib, make) => {
    const layer = new lib.LSTM({ inputs: 5, units: 3 })
    new lib.Sequential([layer])
    return layer.forward(make.normals(4, 5))
  },
  MLP: async (lib, make) => {
    const net = new lib.MLP({ layers: [5, 4, 3], seed: 3 })
    const [x, labels] = [make.normals(8, 5), make.array('Int32Array', [0, 1, 2, 0, 1, 2, 0, 1])]
    await net.pretrain(make.bits(8, 5), { epochs: 1 })
    await net.fit(x, labels, { ...training, optimizer: new lib.Adam({ learningRate: 0.01 }) })
    const more = [
      net.score(x, labels),
      net.evaluate(x, make.column(labels, 'Int32Array')),
      net.lossAndGradient(x, labels),
    ]
    return [net.forward(x), net.predict(x), ...more]
  },
  RBM: async (lib, make) => {
    const model = new lib.RBM({ visible: 5, hidden: 4, seed: 1 })
    const v = make.bits(9, 5)
    await model.fit(v, { ...training, validation: make.bits(4, 5, 'Float64Array') })
    const again = lib.RBM.fromState(make.translated(model.state()))
    const likelihood = again.logLikelihood(v, { logPartition: again.logPartition() })
    return [again.transform(v), again.freeEnergy(v), again.energy(v, make.bits(9, 4)), likelihood]
  },
  GaussianRBM: async (lib, make) => {
    const model = new lib.GaussianRBM({ visible: 5, hidden: 4, seed: 1, variance: 'learned' })
    const v = make.normals(9, 5)
    await model.fit(v, training)
    return [
      model.transform(v),
      model.reconstruct(v),
      lib.GaussianRBM.fromState(make.translated(model.state())).freeEnergy(v),
    ]
  },
  CRBM: async (lib, make) => {
    const model = new lib.CRBM({ visible: 5, hidden: 4, order: 2, seed: 1 })
    const x = sequencesOf(make)
    await model.fit(x, training)
    const stream = model.stream()
    return [
      model.transform(x),
      model.freeEnergy(x[0]),
      model.predictNext(x[1]),
      stream.push(make.array('Float32Array', [1, 2, 3, 4, 5])),
    ]
  },
  'stacks of energy models': async (lib, make) => {
    const dbn = new lib.DBN({ layers: [5, 4, 3], visibles: 'gaussian', seed: 1 })
    const x = make.normals(9, 5)
    await dbn.fit(x, training)
    const stack = new lib.StackedCRBM({ visible: 5, hidden: [4, 3], order: 1, seed: 1 })
    await stack.fit(sequencesOf(make), training)
    return [
      dbn.transform(x),
      lib.DBN.fromState(make.translated(dbn.state())).transform(x),
      stack.transform(sequencesOf(make)),
    ]
  },
  optimisers: (lib, make) => {
    const net = networkOf(lib)
    const adam = new lib.Adam({ learningRate: 0.01 })
    net.lossAndGradient(sequencesOf(make), labelsOf(make))
    adam.step(net.parameters)
    const other = new lib.Adam({ learningRate: 0.01 })
    other.restore(make.translated(adam.state()))
    other.step(net.parameters)
    return [net.parameters.data, other.state().vectors]
  },
  labels: (lib, make) => {
    const [truth, said] = [make.array('Int32Array', [0, 1, 1, 0]), make.array('Uint8Array', [0, 1, 0, 0])]
    const matrix = new lib.ConfusionMatrix(make.list('a', 'b')).addAll(truth, said)
    return [
      matrix.toJSON(),
      lib.accuracy(truth, said),
      lib.unweightedRecall(truth, make.array('Float64Array', [0, 1, 0, 0])),
    ]
  },
  splits: (lib, make) => {
    const groups = make.array('Int32Array', [3, 3, 1, 1, 2, 2])
    const within = make.array('Int32Array', [0, 2, 4])
    return [
      lib.leaveOneGroupOut(groups),
      lib.groupKFold(groups, { folds: 3 }),
      lib.stratifiedKFold(groups, { folds: 2, groups: make.list('a', 'b', 'a', 'b', 'a', 'b'), onWarning() {} }),
      lib.holdOutGroups(groups, { count: 1, within }),
    ]
  },
  'saveModel and loadModel': (lib, make) => {
    const file = lib.saveModel(networkOf(lib))
    const x = make.normals(6, 5)
    const load = (bytes) => lib.loadModel(bytes, lib.Sequential).predict(x)
    return [load(make.bytes(file)), load(make.buffer(file))]
  },
  'loadModel refuses damaged files': (lib, make) =>
    thrownBy(() => lib.loadModel(make.bytes(lib.saveModel(networkOf(lib)).slice(0, 99)))),
  safetensors: (lib, make) => {
    const types = ['Float32Array', 'Float64Array', 'Int8Array', 'Int16Array', 'Int32Array', 'Uint8Array']
    const tensors = Object.fromEntries(types.map((type) => [type, { data: make.array(type, [1, 2, 3]) }]))
    tensors.BigInt64Array = { data: make.array('BigInt64Array', [1n, -2n]) }
    const views = {
      half: { data: make.array('Float32Array', [1.5]), dtype: 'F16' },
      view: make.normals(2, 3),
      wide: make.normals(1, 2, 'Float64Array'),
    }
    const file = lib.encodeSafetensors({ ...tensors, ...views }, { metadata: { né: '😀' } })
    return [file, lib.decodeSafetensors(make.bytes(file)), lib.decodeSafetensors(make.buffer(file))]
  },
  npy: (lib, make) => {
    const files = [make.normals(2, 3), make.normals(2, 3, 'Float64Array'), make.column([1, 2])].map(lib.encodeNpy)
    return [files, files.map((file) => lib.decodeNpy(make.bytes(file))), lib.decodeNpy(make.buffer(files[0]))]
  },
  minimize: (lib, make) => {
    const bowl = (x, gradient) => {
      for (let i = 0; i < x.length; i++) gradient[i] = 2 * (x[i] - i)
      return x.reduce((sum, value, i) => sum + (value - i) * (value - i), 0)
    }
    const starts = [make.array('Float64Array', [4, 5]), make.array('Float32Array', [4, 5]), make.column([4, 5])]
    const runs = starts.map((x0) => lib.minimize(bowl, x0, { signal: signalOf(make.realm, false) }))
    return [runs, lib.checkGradient(bowl, starts[0])]
  },
  'Recognizer.predict': (lib, make) => {
    const recognizer = lib.Recognizer.from(make.recognizer())
    const buffer = lib.Recognizer.from(make.buffer(make.recognizer()))
    return [
      sampleTypes.map((type) => recognizer.predict(make.samples(type), 16000)),
      buffer.predict(make.samples('Float32Array'), 16000),
    ]
  },
  posteriorTimeline: (lib, make) => {
    const net = networkOf(lib)
    return lib.posteriorTimeline({ predict: (x) => net.predict(x) }, make.normals(130, 5))
  },
  extractFeatures: (lib, make) =>
    sampleTypes.map((type) => lib.extractFeatures({ ...rate, channels: make.list(make.samples(type)) })),
  utterancePanel: (lib, make) => {
    const timeline = { path: 'a', seconds: make.list(0.5), posteriors: make.list(make.list(0.25, 0.75)) }
    return sampleTypes.map((type) => lib.utterancePanel(make.samples(type), 16000, timeline, make.list('a', 'b')))
  },
  'a signal that is aborted': async (lib, make) => {
    const reason = new make.realm.Error('enough')
    const signal = signalOf(make.realm, true, reason)
    const train = () =>
      networkOf(lib).fit(sequencesOf(make), labelsOf(make), { optimizer: new lib.Adam({ learningRate: 1 }), signal })
    const halted = lib.minimize((x, gradient) => gradient.fill(1)[0] * x[0], make.array('Float64Array', [1]), {
      signal,
    })
    return [await thrownBy(train), halted.status, await train().catch((error) => error === reason)]
  },
  'errors of callbacks': async (lib, make) => {
    const failure = new make.realm.Error('from a callback')
    const fail = () => {
      throw failure
    }
    const fit = networkOf(lib).fit(sequencesOf(make), labelsOf(make), {
      optimizer: new lib.Adam({ learningRate: 1 }),
      onBatch: fail,
    })
    const rbm = new lib.RBM({ visible: 5, hidden: 2 }).fit(make.bits(3, 5), { onEpoch: fail })
    const minimum = async () => lib.minimize(fail, make.array('Float64Array', [1]))
    const same = (error) => error === failure
    return [await fit.catch(same), await rbm.catch(same), await minimum().catch(same)]
  },
  'errors tell what was given': async (lib, make) => [
    await thrownBy(() => lib.resample('a', 1, 2)),
    await thrownBy(() => lib.decodeNpy(make.array('Int16Array', [1, 2]))),
    await thrownBy(() => networkOf(lib).predict(make.list(make.normals(2, 3)))),
    await thrownBy(() => lib.accuracy(make.array('BigInt64Array', [1n]), make.list(1))),
  ],
}

/** The bits of a value as text: numbers by their 64 bits, arrays by type, bytes and whether they are of the library's realm. */
function bitsOf(value) {
  if (ArrayBuffer.isView(value)) {
    const type = Object.prototype.toString.call(value).slice(8, -1)
    const own = Object.getPrototypeOf(value) === globalThis[type].prototype ? '' : ' of another realm'
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return `${type}${own} ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
  }
  if (typeof value === 'number') return bitsOf(Float64Array.of(value)).slice(-16)
  if (Array.isArray(value)) return `[${Array.from(value, bitsOf).join(',')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value.shape) && value.data) return `${value.shape} ${value.offset} ${bitsOf(value.data)}`
  const members = value instanceof Map ? [...value] : Object.entries(value)
  return `{${members.map(([name, item]) => `${String(name)}: ${bitsOf(item)}`).join(', ')}}`
}

/** Runs a case by name. */
async function runCase(name, lib, realm, files) {
  return bitsOf(await cases[name](lib, makerOf(lib, realm, files)))
}

module.exports = { caseNames: Object.keys(cases), runCase, bitsOf }
