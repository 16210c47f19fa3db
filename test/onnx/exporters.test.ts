/** Files of other exporters (test/vectors/onnx-files.py): the outputs of their own libraries, and what is refused. */
import { describe, expect, it } from 'vitest'
import { fromOnnx, MLP, matrix, Sequential } from '../../src/index.ts'
import { difference } from './support/compare.ts'
import { bytesOf, casesOf, filesOf, outputsOf, rowsOf, sets, wantedOf } from './support/exporter-cases.mjs'

const networkOf = (name: string): Sequential | MLP => fromOnnx(...filesOf(name))
const typesOf = ({ layers }: Sequential | MLP): string => layers.map(({ type }) => type).join(' ')

const ACCEPTED = 2e-6

const torch: Record<string, string> = {
  'lstm-last': 'lstm lastPool dense',
  'lstm-frames': 'lstm dense',
  'lstm-two-h': 'lstm lstm lastPool dense',
  'lstm-both-h': 'bidirectional bidirectional lastPool dense',
  'lstm-both-ends': 'bidirectional lastPool dense',
  'lstm-no-bias': 'lstm lastPool dense',
  'lstm-learned': 'bidirectional bidirectional dense',
  'lstm-sum': 'bidirectional dense',
  'lstm-adaptive': 'lstm meanPool dense',
  'lstm-attention': 'bidirectional attentionPool dense',
  'lstm-everything': 'lstm lstm dense',
  'lstm-time-first': 'bidirectional dense',
  'gru-two-h': 'gru gru lastPool dense',
  'gru-mean': 'bidirectional layerNorm meanPool dense',
  'gru-max': 'bidirectional bidirectional dense maxPool dense',
  'gru-batch-norm': 'dense gru dense',
  'gru-residual': 'residual',
  'rnn-tanh': 'rnn rnn dense',
  'rnn-relu': 'bidirectional lastPool dense',
  'lstm-fixed': 'bidirectional bidirectional lastPool dense',
  'mlp-relu': 'dense dense dense',
  'mlp-batch-norm': 'dense dense',
  'mlp-mixed': 'dense layerNorm dense dense dense',
}

const expected: Record<string, Record<string, string>> = {
  torch: {
    ...torch,
    ...Object.fromEntries(Object.entries(torch).map(([name, types]) => [`legacy-${name}`, types])),
    ...{ 'lstm-large': 'bidirectional lastPool dense', 'gru-large': 'gru lastPool dense' },
    ...{ 'legacy-lstm-packed': 'bidirectional dense', 'legacy-lstm-packed-last': 'lstm lstm lastPool dense' },
    ...{ 'legacy-layer-norm-13': 'bidirectional layerNorm meanPool dense' },
    'legacy-attention-13': 'bidirectional attentionPool dense',
  },
  sklearn: {
    ...{ 'sklearn-scaled': 'dense dense dense', 'sklearn-three': 'dense dense dense' },
    ...{ 'sklearn-three-zipmap-off': 'dense dense dense', 'sklearn-two': 'dense dense dense' },
    ...{ 'sklearn-two-zipmap-off': 'dense dense dense', 'sklearn-two-named': 'dense dense dense' },
    ...{ 'sklearn-regressor': 'dense dense dense', 'sklearn-regressor-two': 'dense dense dense' },
  },
  tensorflow: {
    ...{ 'keras-lstm-last': 'lstm lastPool dense', 'keras-lstm-frames': 'lstm lstm dense' },
    ...{ 'keras-both': 'bidirectional bidirectional lastPool dense', 'keras-max': 'dense lstm maxPool dense' },
    ...{ 'keras-batch-norm': 'dense lstm lastPool dense', 'keras-mlp': 'dense dense' },
  },
}

/** Parts of the errors. */
const refused: Record<string, Record<string, string>> = {
  torch: {
    'lstm-projection': 'hidden_size 2 beside a size of 4, which does not fit: so PyTorch',
    'rnn-fixed': 'only the first and the last frame are read',
    convolution: '(Conv), which feeds "node_mean" (ReduceMean), is an operator of which no layer can be told',
  },
  sklearn: {},
  tensorflow: {
    'keras-gru': '(Loop), which feeds',
    'keras-rnn': 'for a Keras model read its .keras file with fromKeras',
    'keras-masked': '(Loop), which feeds',
    'keras-mean': '(Reciprocal), which feeds',
  },
}

describe.each([...sets])('files of %s', (set) => {
  const cases = casesOf(set)
  // PyTorch's default exporter takes an RNN with a fixed time axis alone.
  const names = Object.keys(expected[set]).filter((name) => !/^rnn/.test(name))

  it('are all tried', () => {
    expect(Object.keys(cases).sort()).toEqual([...names, ...Object.keys(refused[set])].sort())
  })

  it.each(names)('give the outputs of the library: %s', (name) => {
    const { x, labels } = cases[name]
    const network = networkOf(name)
    expect(typesOf(network)).toBe(expected[set][name])
    const isRows = x.shape.length === 2 && !name.includes('mixed')
    expect(network).toBeInstanceOf(isRows ? MLP : Sequential)
    const got = outputsOf(name, network as MLP, x, matrix)
    expect(difference(got, wantedOf(name, cases[name]))).toBeLessThan(ACCEPTED)
    if (labels !== undefined) expect((network as MLP).predictLabels(matrix(rowsOf(x)))).toEqual(labels)
  })

  it.each(Object.entries(refused[set]))('are refused by name: %s', (name, message) => {
    expect(() => networkOf(name)).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(() => networkOf(name)).toThrow(message)
  })
})

describe('several outputs', () => {
  it('are told apart by name', () => {
    const { x, outputs } = casesOf('torch')['lstm-everything']
    const states = fromOnnx(bytesOf('lstm-everything.onnx'), { output: 'y' })
    expect(typesOf(states)).toBe('lstm lstm dense')
    expect(() => fromOnnx(bytesOf('lstm-everything.onnx'), { output: 'z' })).toThrow(
      'fromOnnx: "output" expected one of "y", "y1", "y2", got "z"',
    )
    expect(outputs.y1.shape).toEqual([2, x.shape[0], 4])
    expect(() => fromOnnx(bytesOf('lstm-everything.onnx'), { output: 'y1' })).toThrow(
      'is not what the graph makes of its input',
    )
  })
})

describe('weights', () => {
  it('keep their bits where nothing is computed of them', () => {
    const [legacy, other] = ['legacy-lstm-two-h', 'lstm-two-h'].map((name) => networkOf(name).parameters)
    expect(legacy.values).toEqual(other.values)
    const large = networkOf('lstm-large').parameters
    const file = bytesOf('lstm-large.onnx.data')
    const Wx = large.slots.find(({ name }) => name === 'layers.0.forward.Wxf')
    const { offset, size } = Wx as { offset: number; size: number }
    const bytes = new Uint8Array(large.values.slice(offset, offset + size).buffer)
    // The forget gate is the second block of PyTorch's weight_ih_l0, which comes first in the file.
    expect(file.subarray(bytes.length, 2 * bytes.length)).toEqual(bytes)
  })

  it('are there in float64 too', () => {
    const { x, outputs } = casesOf('sklearn')['sklearn-scaled']
    const network = fromOnnx(bytesOf('sklearn-scaled.onnx'), { dtype: 'float64' })
    expect(network.parameters.values).toBeInstanceOf(Float64Array)
    expect(difference(outputsOf('sklearn-scaled', network as MLP, x, matrix), outputs.y.data)).toBeLessThan(1e-6)
  })
})
