/** Worst differences of numbers, models and optimisers from the vectors of other tools; `scripts/methods.mjs` prints them. */
import { base64, worst, worstOf } from './methods-worst.mjs'

function ulp(y) {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(y), 2 ** -1022)))
  const power = 2 ** exponent > Math.abs(y) ? exponent - 1 : exponent
  return 2 ** (Math.max(power, -1022) - 52)
}

/** Units in the last place of the exact value, which the vectors have to 1/256 of a unit. */
function elementary({ elementary: functions }, read) {
  const vectors = read('elementary.json')
  const doubles = (text) => new Float64Array(base64(text).buffer)
  return Object.fromEntries(
    Object.entries(functions).map(([name, f]) => {
      const { x: xText, y: yText, nearest: nearestText, rest: restText } = vectors[name]
      const [x, nearest] = [doubles(xText), doubles(nearestText)]
      const y = yText === undefined ? x : doubles(yText)
      const rest = new Int8Array(base64(restText).buffer)
      const errors = Array.from(x, (at, i) => {
        const value = f(at, y[i])
        const off = value === nearest[i] ? 0 : (value - nearest[i]) / ulp(nearest[i])
        return Math.abs(off - rest[i] / 256)
      })
      return [name, worstOf(errors)]
    }),
  )
}

function randomWords({ Xoshiro }, read) {
  return worstOf(
    read('xoshiro.json').cases.map(({ state, words }) => {
      const stream = new Xoshiro(state)
      return worst(
        words.map(() => stream.next() >>> 0),
        words,
        'absolute',
      )
    }),
  )
}

const matrix = (rows) => rows.map((row) => Float64Array.from(row))

function slot({ parameters: { slots } }, flat, name) {
  const { offset, size } = slots.find((one) => one.name === `layers.${name}`)
  return flat.subarray(offset, offset + size)
}

function fill(network, parameters, prefix = '') {
  for (const [name, values] of Object.entries(parameters))
    slot(network, network.parameters.data, prefix + name).set(values)
  return network
}

function recurrentOf({ createLayer, Sequential }, one, dtype) {
  const { kind, options, depth, bidirectional, parameters, x, outputs } = one
  const width = outputs[0][0].length
  const layers = Array.from({ length: depth }, (_, i) => {
    const inputs = i === 0 ? x[0][0].length : width
    const layer = { type: kind, options: { ...options, inputs, units: width / (bidirectional ? 2 : 1) } }
    return createLayer(bidirectional ? { type: 'bidirectional', options: { layer, merge: 'concatenate' } } : layer)
  })
  return fill(new Sequential(layers, { dtype }), parameters)
}

/** Outputs of all sequences. */
function outputDifference(network, { x, outputs }) {
  return worstOf(network.forward(x.map(matrix)).map(({ data }, i) => worst(data, outputs[i].flat())))
}

/** Outputs, loss and gradients. */
function trainingDifference(network, one, prefix = '') {
  const { loss, gradient } = network.lossAndGradient(one.x.map(matrix), one.targets.map(matrix))
  return worstOf([
    outputDifference(network, one),
    worst([loss], [one.loss]),
    ...Object.entries(one.gradients).map(([name, values]) => worst(slot(network, gradient, prefix + name), values)),
  ])
}

function recurrent(lib, read) {
  const { pytorch, onnxruntime } = read('recurrent.json')
  const of = (cases, kind, f) => worstOf(cases.filter((one) => one.kind === kind).map(f))
  const torch = (kind) => of(pytorch, kind, (one) => trainingDifference(recurrentOf(lib, one, 'float64'), one))
  const onnx = (kind) => of(onnxruntime, kind, (one) => outputDifference(recurrentOf(lib, one, 'float32'), one))
  const variants = read('lstm-variants.json').cases.map((one) => {
    const network = new lib.Sequential([new lib.LSTM({ inputs: 3, units: 4, ...one.options })], { dtype: 'float64' })
    return trainingDifference(fill(network, one.parameters, '0.'), one, '0.')
  })
  return {
    rnn: torch('rnn'),
    gru: torch('gru'),
    lstm: torch('lstm'),
    rnnFloat32: onnx('rnn'),
    gruFloat32: onnx('gru'),
    lstmFloat32: onnx('lstm'),
    variants: worstOf(variants),
  }
}

/** Outputs of the layers around recurrent ones. */
function layers({ createLayer, Sequential }, read) {
  const { cases } = read('layers.json')
  const of = (type) =>
    worstOf(
      cases
        .filter((one) => one.type === type)
        .map((one) => {
          const network = fill(new Sequential([createLayer(one)], { dtype: 'float64' }), one.parameters, '0.')
          return outputDifference(network, { x: one.x, outputs: one.y })
        }),
    )
  return Object.fromEntries(['layerNorm', 'attentionPool', 'residual', 'frameStack'].map((type) => [type, of(type)]))
}

function finalStates({ createLayer, LastPool, Sequential }, read) {
  return worstOf(
    read('final-states.json').cases.map(({ kind, options, depth, units, parameters, x, finalStates: wanted }) => {
      const stack = Array.from({ length: depth }, () => {
        const layer = { type: kind, options: { ...options, units } }
        return createLayer({ type: 'bidirectional', options: { layer, merge: 'concatenate' } })
      })
      stack[0].connect(x[0][0].length, 'methods')
      const network = fill(new Sequential([...stack, new LastPool()]), parameters)
      return worstOf(network.forward(x.map(matrix)).map(({ data }, i) => worst(data, wanted[i])))
    }),
  )
}

function networkOf({ Dense, LSTM, Sequential, StatisticsPool }, { scale, shapes }, pooled) {
  const below = [new Dense({ inputs: 3, units: 4, activation: 'relu' }), new LSTM({ units: 3 })]
  const head = new Dense({ units: 3, activation: 'softmax' })
  const network = new Sequential(pooled ? [...below, new StatisticsPool(), head] : [...below, head], {
    dtype: 'float64',
  })
  let n = 0
  for (const name of Object.keys(shapes)) {
    const target = slot(network, network.parameters.data, placed(network, name))
    for (let i = 0; i < target.length; i++) target[i] = scale * Math.sin(1 + n++)
  }
  return network
}

/** `lstm.Wxi` of the vectors in the network's own words. */
function placed({ layers: { length } }, name) {
  const [layer, key] = name.split('.')
  return `${{ dense1: 0, lstm: 1 }[layer] ?? length - 1}.${key}`
}

async function steps(lib, read) {
  const vectors = read('lstm.json')
  const x = vectors.x.map(matrix)
  const optimizers = {
    sgd: () => new lib.SGD({ learningRate: 0.5 }),
    momentum: () => new lib.SGD({ learningRate: 0.5, momentum: 0.9 }),
    nesterov: () => new lib.SGD({ learningRate: 0.5, momentum: 0.9, nesterov: true }),
    adam: () => new lib.Adam({ learningRate: 0.01 }),
    adamw: () => new lib.AdamW({ learningRate: 0.01, weightDecay: 0.1 }),
  }
  const differences = {}
  for (const [name, make] of Object.entries(optimizers)) {
    const runs = []
    for (const key of ['framewise', 'pooled']) {
      const network = networkOf(lib, vectors[key], key === 'pooled')
      await network.fit(x, vectors.labels, { optimizer: make(), epochs: 3, batchSize: 3 })
      const { data } = network.parameters
      const { params } = vectors[key].steps[name]
      runs.push(
        ...Object.entries(params).map(([at, values]) => worst(slot(network, data, placed(network, at)), values)),
      )
    }
    differences[name] = worstOf(runs)
  }
  const [pooled, truncated] = [
    ['pooled', {}],
    ['truncated', { truncation: 2 }],
  ].map(([key, options]) => {
    const network = networkOf(lib, vectors[key], key === 'pooled')
    const { loss, gradient } = network.lossAndGradient(x, vectors.labels, options)
    return worstOf([
      worst([loss], [vectors[key].loss]),
      ...Object.entries(vectors[key].gradient).map(([at, values]) =>
        worst(slot(network, gradient, placed(network, at)), values),
      ),
    ])
  })
  return { ...differences, pooled, truncated }
}

function rmsprop({ ParameterSet, RMSprop }, read) {
  const { torch: _, ...cases } = read('rmsprop.json')
  return worstOf(
    Object.values(cases).map(({ options: { lr, alpha, eps, momentum, centered, weight_decay }, steps: rows }) => {
      const options = { learningRate: lr, alpha, epsilon: eps, momentum, centered, weightDecay: weight_decay }
      const optimizer = new RMSprop(options)
      const set = ParameterSet.allocate([{ name: 'W', shape: [5], decay: true }], 'float64')
      for (let i = 0; i < 5; i++) set.data[i] = 0.5 * Math.cos(1 + i)
      return worstOf(
        rows.map((row, t) => {
          for (let i = 0; i < 5; i++) set.gradient[i] = Math.sin(0.7 * t + 1.3 * i) * (1 + 0.1 * t)
          optimizer.step(set)
          return worst(set.data, row)
        }),
      )
    }),
  )
}

function mlp({ MLP }, read) {
  const { rows, sizes, scale, weightDecay, labels, classWeights, labelSmoothing, ...vectors } = read('mlp.json')
  const filled = (f) => Array.from({ length: rows }, (_, r) => Float64Array.from({ length: 3 }, (__, d) => f(r, d)))
  const x = filled((r, d) => Math.cos(0.7 * r + 1.3 * d))
  const targets = {
    crossEntropy: labels,
    squaredError: filled((r, k) => Math.sin(r + k)),
    binaryCrossEntropy: filled((r, k) => (1 + Math.sin(r + k)) / 2),
  }
  const of = ({ activation, output, loss, ...wanted }, options = {}) => {
    const network = new MLP({ layers: sizes, activation, output, loss, weightDecay, dtype: 'float64' })
    network.parameters.data.forEach((_, n, data) => {
      data[n] = scale * Math.sin(1 + n)
    })
    const { loss: value, gradient } = network.lossAndGradient(x, targets[loss], options)
    const parts = [worst([value], [wanted.value]), worst(gradient, wanted.gradient)]
    return worstOf([...parts, worst(network.forward(x).data, wanted.outputs)])
  }
  const loss = (name) => worstOf(vectors.cases.filter((one) => one.loss === name).map((one) => of(one)))
  return {
    crossEntropy: worstOf([
      loss('crossEntropy'),
      of(vectors.weighted, { classWeights }),
      of(vectors.smoothed, { labelSmoothing }),
    ]),
    squaredError: loss('squaredError'),
    binaryCrossEntropy: loss('binaryCrossEntropy'),
  }
}

/** All differences by name. */
export async function modelDifferences(lib, read) {
  return {
    elementary: elementary(lib, read),
    randomWords: randomWords(lib, read),
    recurrent: recurrent(lib, read),
    layers: layers(lib, read),
    finalStates: finalStates(lib, read),
    steps: await steps(lib, read),
    rmsprop: rmsprop(lib, read),
    mlp: mlp(lib, read),
  }
}
