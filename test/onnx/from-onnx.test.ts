/** Our own files back, and what of others cannot be. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Bidirectional,
  CRBM,
  Dense,
  Dropout,
  FrameStack,
  fromOnnx,
  GRU,
  LastPool,
  LogisticRegression,
  LSTM,
  MeanPool,
  MLP,
  matrix,
  RBM,
  Sequential,
  toOnnx,
} from '../../src/index.ts'
import { encodeModel } from '../../src/onnx/encode.ts'
import type { ModelMessage, NodeMessage } from '../../src/onnx/messages.ts'
import { decodeModel } from '../../src/onnx/reading/decode.ts'
import { anyNetwork, COLUMNS } from './support/architectures.ts'
import { difference, drawn, rowsOf, TOLERANCE } from './support/compare.ts'

const RUNS = 60

/** Whether a layer, or one within it, is projected, so that its weights are computed. */
function isProjected(text: string): boolean {
  return /"projection":\d/.test(text)
}

const layersText = ({ layers }: Sequential | MLP): string =>
  JSON.stringify(layers.map((layer) => ({ type: layer.type, options: layer.options() })))

describe('files of toOnnx', () => {
  it('give back the layers, and the weights bit for bit, of random networks', () => {
    const given = fc.record({ lengths: fc.boolean(), T: fc.integer({ min: 1, max: 9 }), decided: fc.boolean() })
    fc.assert(
      fc.property(anyNetwork, given, (network, { lengths, T, decided }) => {
        const file = toOnnx(network, { lengths, outputs: [decided ? 'predict' : 'forward'] })
        const again = fromOnnx(file) as Sequential
        const [x] = drawn(`rows of ${T}`, [T], COLUMNS).map((data) => rowsOf(data, COLUMNS))
        expect(difference(again.predict(x), network.predict(x))).toBeLessThan(TOLERANCE)
        expect(difference(again.forward(x).data, network.forward(x).data)).toBeLessThan(TOLERANCE)
        expect(layersText(again)).toBe(layersText(network))
        if (!isProjected(layersText(network))) expect(again.parameters.values).toEqual(network.parameters.values)
      }),
      { numRuns: RUNS, seed: 23 },
    )
  })

  it('are enough without what they say of the layers', () => {
    const without = fc.record({ T: fc.integer({ min: 1, max: 9 }) })
    fc.assert(
      fc.property(anyNetwork, without, (network, { T }) => {
        const again = fromOnnx(encodeModel({ ...decodeModel(toOnnx(network)), metadataProps: [] })) as Sequential
        const [x] = drawn(`rows of ${T}`, [T], COLUMNS).map((data) => rowsOf(data, COLUMNS))
        expect(difference(again.forward(x).data, network.forward(x).data)).toBeLessThan(TOLERANCE)
      }),
      { numRuns: RUNS / 2, seed: 24 },
    )
  })

  it('give back classes, seed and rates of dropout', () => {
    const layers = [
      new Dropout({ inputs: 3, rate: 0.2, variational: true }),
      new LSTM({ units: 4, recurrentDropout: 0.1, forgetBias: 2, inputInitialiser: 'orthogonal' }),
      new Dense({ units: 5, activation: 'relu' }),
      new LastPool(),
      new Dense({ units: 2, activation: 'softmax' }),
    ]
    const network = new Sequential(layers, { seed: 'mine', classes: ['Ärger', 'Freude'] })
    expect(fromOnnx(toOnnx(network)).state()).toEqual(network.state())
  })

  it.each([
    [{ layers: [4, 3, 2], loss: 'squaredError', output: 'sigmoid', dropout: 0.3, weightDecay: 0.1 } as const],
    [{ layers: [4, 3, 3, 1], activation: 'tanh', seed: 3, classes: ['no', 'yes'] } as const],
    [{ layers: [4, 2], output: 'softmax' } as const],
  ])('give back an MLP: %o', (options) => {
    const mlp = new MLP({ ...options, layers: [...options.layers] })
    expect(fromOnnx(toOnnx(mlp)).state()).toEqual(mlp.state())
    const bare = fromOnnx(encodeModel({ ...decodeModel(toOnnx(mlp)), metadataProps: [] })) as MLP
    const x = matrix([[1, -2, 3, 0.5]])
    expect(bare).toBeInstanceOf(MLP)
    expect(bare.forward(x).data).toEqual(mlp.forward(x).data)
  })

  it('of other models are networks with the same outputs', async () => {
    const x = matrix([
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
      [0, 0, 0],
    ])
    const rbm = new RBM({ visible: 3, hidden: 4, seed: 2 })
    const regression = new LogisticRegression()
    await regression.fit(x, ['a', 'b', 'a', 'b'])
    const crbm = new CRBM({ visible: 3, hidden: 4, order: 2, seed: 1 })
    const [a, b, c] = [rbm, regression, crbm].map((model) => fromOnnx(toOnnx(model)) as Sequential)
    expect(a).toBeInstanceOf(MLP)
    expect(difference(a.forward(x).data, rbm.transform(x).data)).toBeLessThan(TOLERANCE)
    expect(difference(b.forward(x).data, regression.forward(x).data)).toBeLessThan(TOLERANCE)
    expect([b.classes, c.layers.map(({ type }) => type)]).toEqual([
      ['a', 'b'],
      ['frameStack', 'dense'],
    ])
    expect(difference(c.forward(x).data, crbm.transform(x).data)).toBeLessThan(TOLERANCE)
    const second = new CRBM({ visible: 3, hidden: 4, order: 2 })
    expect(() => fromOnnx(toOnnx(second, { outputs: ['predictNext'] }))).toThrow('fromOnnx: the node "predictNext/')
  })

  it('whose texts do not agree with their graph are read by the graph', () => {
    const network = new Sequential([new GRU({ inputs: 2, units: 3 }), new MeanPool(), new Dense({ units: 2 })])
    const file = decodeModel(toOnnx(network))
    const lies = [
      [{ key: 'layers', value: '[{"type":"lstm","options":{"units":3}}]' }],
      [{ key: 'layers', value: '{' }],
      [{ key: 'layers', value: `${'['.repeat(500)}${']'.repeat(500)}` }],
      [{ key: 'layers', value: '[null,1,{"type":"dense"}]' }],
      [{ key: 'seed', value: '{}' }],
      [{ key: 'classes', value: '[1,2]' }],
    ]
    for (const metadataProps of lies) {
      const again = fromOnnx(encodeModel({ ...file, metadataProps }))
      expect(again.layers.map(({ type }) => type)).toEqual(['gru', 'meanPool', 'dense'])
      expect(again.parameters.values).toEqual(network.parameters.values)
    }
  })
})

type Edit = (nodes: NodeMessage[], model: ModelMessage) => void

/** A file of a bidirectional LSTM with changes. */
function edited(edit: Edit): Uint8Array {
  const layers = [new Bidirectional(new LSTM({ inputs: 3, units: 2 })), new LastPool(), new Dense({ units: 2 })]
  const model = decodeModel(toOnnx(new Sequential(layers)))
  edit(model.graph.node, model)
  return encodeModel(model)
}

const lstm = (nodes: NodeMessage[]): NodeMessage => nodes.find(({ opType }) => opType === 'LSTM') as NodeMessage

function withAttribute(name: string, value: object): Edit {
  return (nodes) => {
    const node = lstm(nodes)
    node.attribute = [...node.attribute.filter((one) => one.name !== name), { name, type: 1, ...value }]
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const texts = (...words: string[]): object => ({ strings: words.map(bytes) })

describe('refused by name', () => {
  it.each<[string, Edit, string]>([
    ['layout 1', withAttribute('layout', { i: 1 }), 'the node "layers.0/LSTM" (LSTM), which feeds'],
    ['clip', withAttribute('clip', { f: 3 }), 'clips its cells'],
    ['hidden_size', withAttribute('hidden_size', { i: 3 }), 'has hidden_size 3 beside a size of 8, which does not fit'],
    ['direction', withAttribute('direction', { s: bytes('sideways') }), 'has the direction sideways'],
    [
      'activations',
      withAttribute('activations', texts('Sigmoid', 'Tanh', 'Elu', 'Sigmoid', 'Tanh', 'Elu')),
      'has the activations Sigmoid, Tanh, Elu(0), which no layer here has',
    ],
    [
      'activations of each direction',
      withAttribute('activations', texts('Sigmoid', 'Tanh', 'Tanh', 'Sigmoid', 'Relu', 'Relu')),
      'has other activations in each direction',
    ],
    ['too few activations', withAttribute('activations', texts('Sigmoid')), 'has 1 activations, expected 6'],
    ['If', (nodes) => (lstm(nodes).opType = 'If'), '(If), which feeds'],
    ['Scan', (nodes) => (lstm(nodes).opType = 'Scan'), 'runs a graph again and again'],
    ['an operator of a domain', (nodes) => (lstm(nodes).domain = 'com.example'), '(com.example.LSTM), which feeds'],
    ['a value before it is made', (nodes) => nodes.reverse(), 'which nothing before it gives'],
    ['a value that two nodes give', (nodes) => nodes.push({ ...lstm(nodes) }), 'two nodes give the value'],
    [
      'weights of another shape',
      (_, { graph }) => {
        const R = graph.initializer.find(({ name }) => name === 'layers.0.R')
        if (R) R.dims = [2, 4, 4]
      },
      'beside a size of 4, which does not fit',
    ],
    [
      'weights that are no numbers',
      (_, { graph }) => {
        const b = graph.initializer.find(({ name }) => name === 'layers.2.b')
        if (b) b.rawData = new Uint8Array(Float32Array.of(Number.NaN, 1).buffer)
      },
      'expected finite numbers, the file has NaN at 0',
    ],
  ])('%s', (_, edit, message) => {
    const call = (): unknown => fromOnnx(edited(edit))
    expect(call).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(call).toThrow(message)
  })

  it('columns of two directions in another order than those of the layer, also where nothing stands above', () => {
    const layers = [new Bidirectional(new LSTM({ inputs: 3, units: 2 }))]
    const model = decodeModel(toOnnx(new Sequential(layers), { lengths: false }))
    const behind = model.graph.node.find(({ opType, input }) => {
      return opType === 'Transpose' && input[0] === lstm(model.graph.node).output[0]
    }) as NodeMessage
    const perm = behind.attribute.find(({ name }) => name === 'perm') as { ints: number[] }
    expect(fromOnnx(encodeModel(model)).layers).toHaveLength(1)
    perm.ints = [perm.ints[0], perm.ints[1], perm.ints[3], perm.ints[2]]
    expect(() => fromOnnx(encodeModel(model))).toThrow('the output has not the columns of a layer along its last axis')
  })

  it('fixed lengths, and dropout that drops', () => {
    const short: Edit = (nodes, { graph }) => {
      graph.initializer.push({ dims: [1], dataType: 6, name: 'short', int32Data: [1] })
      lstm(nodes).input[4] = 'short'
    }
    expect(() => fromOnnx(edited(short))).toThrow('has fixed lengths in sequences of')
    const dropping = (training: number): Uint8Array => {
      return edited((nodes, { graph }) => {
        graph.initializer.push({ dims: [], dataType: 1, name: 'ratio', floatData: [0.5] })
        graph.initializer.push({ dims: [], dataType: 9, name: 'training', int32Data: [training] })
        const drop = {
          name: 'drop',
          opType: 'Dropout',
          input: ['x', 'ratio', 'training'],
          output: ['dropped'],
          attribute: [],
        }
        for (const node of nodes) node.input = node.input.map((name) => (name === 'x' ? 'dropped' : name))
        nodes.unshift(drop)
      })
    }
    expect(() => fromOnnx(dropping(1))).toThrow('drops numbers, as in training')
    expect(fromOnnx(dropping(0)).layers).toHaveLength(3)
  })

  it('an LSTM that runs backward alone, and the first frame alone', () => {
    const file = (edit: Edit): Uint8Array => {
      const model = decodeModel(toOnnx(new Sequential([new GRU({ inputs: 3, units: 2 })]), { lengths: false }))
      edit(model.graph.node, model)
      return encodeModel(model)
    }
    const reverse: Edit = (nodes) => {
      const node = nodes.find(({ opType }) => opType === 'GRU') as NodeMessage
      node.attribute.push({ name: 'direction', type: 3, s: bytes('reverse') })
    }
    expect(() => fromOnnx(file(reverse))).toThrow('runs backward in time alone')
    const first: Edit = (nodes, { graph }) => {
      graph.initializer.push({ dims: [], dataType: 7, name: 'zero', int64Data: [0] })
      const axis = { name: 'axis', type: 2, i: 1 }
      nodes.push({ name: 'first', opType: 'Gather', input: ['y', 'zero'], output: ['z'], attribute: [axis] })
      graph.output = [{ ...graph.output[0], name: 'z' }]
    }
    expect(() => fromOnnx(file(first))).toThrow('the node "first" takes the first frame alone')
  })
})

describe('arguments', () => {
  const file = toOnnx(new Sequential([new FrameStack({ inputs: 2, frames: 2 }), new Dense({ units: 1 })]))
  it.each([
    ['x', {}, TypeError, 'fromOnnx: "file" expected its bytes as a Uint8Array or an ArrayBuffer, got "x"'],
    [file, { outputs: 'y' }, TypeError, 'fromOnnx: unknown option "outputs"'],
    [file, { output: 1 }, TypeError, 'fromOnnx: "output" expected'],
    [file, { dtype: 'float16' }, RangeError, 'fromOnnx: "dtype" expected'],
    [file, { externalData: 1 }, TypeError, 'fromOnnx: "externalData" expected'],
    [file, { externalData: { w: 'x' } }, TypeError, 'fromOnnx: "externalData.w" expected the bytes of a file, got "x"'],
  ])('are checked: %#', (given, options, type, message) => {
    const call = (): unknown => fromOnnx(given as never, options as never)
    expect(call).toThrow(type)
    expect(call).toThrow(message)
  })

  it('may be an ArrayBuffer, and are left as they were', () => {
    const before = file.slice()
    const network = fromOnnx(file.slice().buffer)
    network.parameters.forWriting().fill(1)
    expect(file).toEqual(before)
  })
})
