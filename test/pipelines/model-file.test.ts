import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { DBN } from '../../src/energy/dbn.ts'
import { EnergyModel } from '../../src/energy/energy-model.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { Layer } from '../../src/layers/layer.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool, StatisticsPool } from '../../src/layers/pool.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { bits, kinds, trainModel } from '../energy/models.ts'
import { anyStack } from '../support/architectures.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const [x] = normalSequences('input', [9], 4)
const softmax = (): Dense => new Dense({ units: 3, activation: 'softmax' })

function network(dtype: 'float32' | 'float64' = 'float32'): Sequential {
  return new Sequential(
    [
      new Dense({ inputs: 4, units: 5, activation: 'relu' }),
      new Residual([new LayerNorm(), new Bidirectional(new LSTM({ units: 3 })), new Dropout({ rate: 0.1 })]),
      new GRU({ units: 3, initialState: 'learned' }),
      new AttentionPool(),
      softmax(),
    ],
    { seed: 'a seed', dtype },
  )
}

const layers: Record<string, (dtype?: 'float64') => Layer> = {
  LSTM: (dtype) => new LSTM({ inputs: 4, units: 3, seed: 1, dtype }),
  'LSTM with all its options': (dtype) =>
    new LSTM({
      inputs: 4,
      units: 3,
      coupled: true,
      projection: 2,
      initialState: 'learned',
      forgetBias: 2,
      seed: 2,
      dtype,
    }),
  GRU: (dtype) => new GRU({ inputs: 4, units: 3, seed: 1, dtype }),
  RNN: (dtype) => new RNN({ inputs: 4, units: 3, seed: 1, dtype }),
  Dense: (dtype) => new Dense({ inputs: 4, units: 3, activation: 'tanh', seed: 1, dtype }),
  Bidirectional: (dtype) => new Bidirectional(new LSTM({ inputs: 4, units: 3, seed: 1, dtype }), { merge: 'sum' }),
  Residual: (dtype) => new Residual([new GRU({ inputs: 4, units: 2, seed: 1 })], { dtype }),
  AttentionPool: (dtype) => new AttentionPool({ inputs: 4, seed: 1, dtype }),
  LayerNorm: (dtype) => new LayerNorm({ inputs: 4, dtype }),
  FrameStack: (dtype) => new FrameStack({ inputs: 4, frames: 2, dtype }),
  StatisticsPool: (dtype) => new StatisticsPool({ inputs: 4, statistics: ['mean', 'sd'], dtype }),
  LastPool: (dtype) => new LastPool({ inputs: 4, dtype }),
}

describe('a saved model is the same model', () => {
  it.each(['float32', 'float64'] as const)('Sequential, trained, %s', async (dtype) => {
    const net = network(dtype)
    await net.fit([x, x], [0, 2], { optimizer: new Adam(), epochs: 2 })
    const again = loadModel(saveModel(net), Sequential)
    expect(again.predict(x)).toEqual(net.predict(x))
    expect(again.state()).toEqual(net.state())
    expect(saveModel(again)).toEqual(saveModel(net))
  })

  it('Sequential of any layers', () => {
    fc.assert(
      fc.property(anyStack, fc.constantFrom('float32' as const, 'float64' as const), (stack, dtype) => {
        const net = new Sequential(stack, { seed: 7, dtype })
        new Random(3).normalInto(net.parameters.data)
        const [input] = normalSequences('any', [8], 2)
        const again = loadModel(saveModel(net), Sequential)
        expect(again.forward(input).data).toEqual(net.forward(input).data)
        expect(again.state()).toEqual(net.state())
      }),
      { numRuns: 60, seed: 11 },
    )
  })

  it('MLP', async () => {
    const mlp = new MLP({ layers: [4, 6, 3], activation: 'tanh', weightDecay: 0.1, dropout: 0.2, seed: 3 })
    await mlp.fit(x, [0, 1, 2, 0, 1, 2, 0, 1, 2], { optimizer: new Adam(), epochs: 2 })
    const again = loadModel(saveModel(mlp), MLP)
    expect(again.forward(x).data).toEqual(mlp.forward(x).data)
    expect(again.state()).toEqual(mlp.state())
  })

  it.each(Object.entries(kinds))('%s, without and with what training goes on from', async (_, { make, data }) => {
    const model = make(4)
    const sequences = Array.isArray(data) ? data : [data]
    await trainModel(model, data, { epochs: 1 })
    ;(model.partialFit as (x: unknown) => unknown).call(model, data)
    const bytes = saveModel(model)
    const again = loadModel(bytes, EnergyModel) as typeof model
    expect(again.transform(sequences[0]).data).toEqual(model.transform(sequences[0]).data)
    expect(again.state()).toEqual({ ...model.state(), learner: null })
    const whole = saveModel(model, { learner: true })
    expect(whole.length).toBeGreaterThan(bytes.length)
    expect(loadModel(whole, EnergyModel).state()).toEqual(model.state())
  })

  it('stacks', async () => {
    const dbn = new DBN({ layers: [6, 4, 3], seed: 1 })
    const data = bits('stack', 20, 6)
    await dbn.fit(data, { epochs: 1 })
    expect(loadModel(saveModel(dbn), DBN).transform(data).data).toEqual(dbn.transform(data).data)
    const stack = new StackedCRBM({ visible: 4, hidden: [5, 3], order: 2, seed: 2 })
    const names = Object.keys(decodeSafetensors(saveModel(stack)).tensors)
    expect(names).toEqual(expect.arrayContaining(['layers.0.A', 'layers.1.W']))
    expect(loadModel(saveModel(stack), StackedCRBM).transform(x).data).toEqual(stack.transform(x).data)
  })

  it.each(Object.entries(layers))('%s that stands alone, of either element type', (_, make) => {
    for (const dtype of [undefined, 'float64'] as const) {
      const layer = make(dtype)
      Object.values(layer.params).forEach(({ data }, i) => new Random(i).normalInto(data))
      const again = loadModel(saveModel(layer), Layer)
      expect(again.forward(x).data).toEqual(layer.forward(x).data)
      expect(new Sequential([again, softmax()], { dtype }).layers).toHaveLength(2)
    }
  })
})

describe('the file', () => {
  it('names each parameter, with its shape, and says what it is', () => {
    const { tensors, metadata } = decodeSafetensors(saveModel(network()))
    expect(tensors['layers.0.W'].shape).toEqual([4, 5])
    expect(tensors['layers.0.W'].data).toEqual(network().layers[0].params.W.data)
    expect(tensors['layers.1.layers.1.forward.Wxi'].shape).toEqual([3, 5])
    expect(metadata).toMatchObject({ format: 'ser-core/model', version: '1', kind: 'sequential' })
  })

  it('as float16 takes half the room, and every weight is the nearest half', () => {
    const wide = new Sequential([new LSTM({ inputs: 40, units: 40 }), new MeanPool(), softmax()], { seed: 1 })
    const half = saveModel(wide, { dtype: 'float16' })
    expect(half.length).toBeLessThan(0.6 * saveModel(wide).length)
    const [loaded, original] = [loadModel(half, Sequential).parameters.data, wide.parameters.data]
    original.forEach((weight, i) => {
      expect(Math.abs(loaded[i] - weight)).toBeLessThanOrEqual(2 ** -11 * Math.abs(weight) + 2 ** -25)
    })
    expect(loadModel(saveModel(network('float64'), { dtype: 'float32' }), Sequential).dtype).toBe('float64')
  })

  it('refuses weights beyond the element type', () => {
    const net = network()
    net.parameters.data[3] = 1e6
    expect(() => saveModel(net, { dtype: 'float16' })).toThrow(/1000000 in "parameters" is beyond float16/)
    expect(loadModel(saveModel(net), Sequential).parameters.data[3]).toBe(1e6)
  })
})

describe('what is refused', () => {
  it('anything but bytes, by the name of the door', () => {
    for (const bytes of [undefined, null, 'x', 1]) {
      expect(() => loadModel(bytes as never)).toThrow(TypeError)
      expect(() => loadModel(bytes as never)).toThrow(
        'loadModel: "bytes" expected a Uint8Array or an ArrayBuffer, got ',
      )
    }
  })

  const bytes = saveModel(network())
  const { tensors, metadata } = decodeSafetensors(bytes)
  const changed = (more: Record<string, string>): Uint8Array =>
    encodeSafetensors(tensors, { metadata: { ...metadata, ...more } })
  const state = JSON.parse(metadata.state)
  const { 'layers.0.W': _, ...fewer } = tensors
  const replaced = (name: string, more: object): Uint8Array =>
    encodeSafetensors({ ...tensors, [name]: { ...tensors[name], ...more } }, { metadata })
  const floats = (got: string): RegExp => new RegExp(`"layers\\.0\\.b" expected floats, got ${got}`)
  const lstm = { type: 'lstm', options: { inputs: 1e6, units: 1e6 } }
  const bidirectional = { type: 'bidirectional', options: { layer: lstm, merge: 'sum' } }
  const narrow = { ...tensors, 'layers.0.W': { ...tensors['layers.0.W'], shape: [1, 2], data: new Float32Array(2) } }

  it.each<[string, () => Uint8Array, RegExp]>([
    ['another format', () => encodeSafetensors(tensors, {}), /the file has no format of ours/],
    ['a file of another kind', () => changed({ format: 'pt' }), /the format "pt", expected "ser-core\/model"/],
    ['another version', () => changed({ version: '2' }), /version 2 of ser-core\/model is not known here, only 1/],
    ['an unknown kind', () => changed({ kind: 'toString' }), /unknown kind of model "toString" \(known: sequential/],
    ['a state that is no JSON', () => changed({ state: '{' }), /the state is not JSON/],
    ['no state', () => changed({ state: 'null' }), /not the state of a ser-core Sequential/],
    ['a damaged mark', () => changed({ state: '{"$tensors":[],"type":"X"}' }), /damaged mark/],
    ['a missing tensor', () => encodeSafetensors(fewer, { metadata }), /lacks the tensor "layers.0.W"/],
    ['a smaller tensor', () => encodeSafetensors(narrow, { metadata }), /does not fit together/],
    [
      'a turned tensor',
      () => replaced('layers.0.W', { shape: [5, 4] }),
      /^loadModel: the file does not fit together: "layers\.0\.W" expected shape \[4,5\], got \[5,4\]$/,
    ],
    ['integers for floats', () => replaced('layers.0.b', { dtype: 'I32', data: new Int32Array(5) }), floats('I32')],
    ['long integers', () => replaced('layers.0.b', { dtype: 'I64', data: new BigInt64Array(5) }), floats('I64')],
    [
      'a NaN',
      () => replaced('layers.0.b', { data: Float32Array.of(0, Number.NaN, 0, 0, 0) }),
      /"layers\.0\.b" expected finite numbers, got NaN at index 1/,
    ],
    [
      'shapes for other tensors',
      () => changed({ state: metadata.state.replace('"shapes":[', '"shapes":[[1],') }),
      /damaged/,
    ],
    ['a state nested too deep', () => changed({ state: '['.repeat(2e5) + ']'.repeat(2e5) }), /nested deeper than 100/],
    ['an unknown layer', () => changed({ state: metadata.state.replace('"dense"', '"dance"') }), /unknown layer type/],
    [
      'nonsense for an option',
      () => changed({ state: JSON.stringify({ ...state, dtype: 'int8' }) }),
      /does not fit together: .*"dtype"/,
    ],
    ['a cut-off file', () => bytes.subarray(0, bytes.length - 1), /cut off/],
  ])('%s', (_, make, message) => {
    expect(() => loadModel(make())).toThrow(message)
    expect(() => loadModel(make())).toThrow(FormatError)
  })

  it.each([
    ['Sequential', network(), { layers: [{ type: 'dense', options: { inputs: 1e6, units: 1e6 } }] }],
    ['Sequential', network(), { layers: [bidirectional] }],
    ['MLP', new MLP({ layers: [2, 2] }), { options: { layers: [1e6, 1e6] } }],
    ['Layer', new Dense({ inputs: 2, units: 2 }), { options: { inputs: 1e6, units: 1e6 } }],
  ])('a %s far larger than its file, before it is made', (_, model, more) => {
    const { tensors, metadata } = decodeSafetensors(saveModel(model))
    const huge = JSON.stringify({ ...JSON.parse(metadata.state), ...more })
    const file = encodeSafetensors(tensors, { metadata: { ...metadata, state: huge } })
    expect(() => loadModel(file)).toThrow(FormatError)
    expect(() => loadModel(file)).toThrow(/a model of \d+ parameters cannot become one of \d{9,}/)
  })

  it.each([
    ['RBM', new RBM({ visible: 3, hidden: 2 }), { visible: 1e6, hidden: 1e6 }],
    ['CRBM', new CRBM({ visible: 3, hidden: 2, order: 1 }), { visible: 1e3, hidden: 2, order: 1e6 }],
    ['DBN', new DBN({ layers: [3, 2, 2] }), { layers: [3, 1e6, 1e6] }],
    ['StackedCRBM', new StackedCRBM({ visible: 3, hidden: [2], order: 1 }), { visible: 1e6, hidden: [1e6] }],
  ])('a %s of more weights than its file has, before it is made', (_, model, options) => {
    const { tensors, metadata } = decodeSafetensors(saveModel(model))
    const known = JSON.parse(metadata.state)
    const huge = JSON.stringify({ ...known, options: { ...known.options, ...options } })
    const file = encodeSafetensors(tensors, { metadata: { ...metadata, state: huge } })
    expect(() => loadModel(file)).toThrow(FormatError)
    expect(() => loadModel(file)).toThrow(/units have \d{9,} weights, the state \d+ parameters/)
  })

  it('nothing of a file whose marks have no shapes, or that holds more than the model', () => {
    const plain = JSON.stringify({ ...state, parameters: { ...state.parameters, shapes: undefined } })
    const surplus = { ...tensors, more: { data: new Float32Array(1) } }
    const older = encodeSafetensors(surplus, { metadata: { ...metadata, state: plain } })
    expect(loadModel(older, Sequential).state()).toEqual(network().state())
  })

  it('to save what is not finite', () => {
    const net = network()
    net.parameters.data[3] = Number.NaN
    expect(() => saveModel(net)).toThrow(/saveModel: "parameters" expected finite numbers, got NaN at index 3/)
  })

  it('the name of a class for the class', () => {
    expect(() => loadModel(bytes, 'Sequential' as never)).toThrow(TypeError)
    expect(() => loadModel(bytes, 'Sequential' as never)).toThrow(
      'loadModel: "wanted" expected a class such as Sequential, got "Sequential"',
    )
  })

  it('a model of another class than the one wanted', () => {
    expect(() => loadModel(bytes, CRBM)).toThrow(/holds a model of kind "sequential", not the one wanted/)
  })

  it('to save what is no model', () => {
    for (const thing of [null, {}, { state: () => ({ format: 'ser-core/other' }) }, view(new Float32Array(1), [1])]) {
      expect(() => saveModel(thing as never)).toThrow(/saveModel: "model" expected a model of ser-core/)
    }
    expect(() => saveModel(network(), { dtype: 'float8' as never })).toThrow(/"dtype" expected one of "float16"/)
    expect(() => saveModel(network(), { half: true } as never)).toThrow(/unknown option "half"/)
    expect(() => saveModel(new LSTM({ units: 2 }))).toThrow(/"inputs" is not known/)
  })
})

it('float16 changes predictions by little', () => {
  const net = network()
  const half = loadModel(saveModel(net, { dtype: 'float16' }), Sequential)
  const inputs = Array.from({ length: 20 }, (_, i) => normalMatrix(new Random(i), 8, 4))
  for (const input of inputs) {
    half.predict(input).forEach((p, k) => {
      expect(Math.abs(p - net.predict(input)[k])).toBeLessThan(2e-3)
    })
  }
})
