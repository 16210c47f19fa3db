/** The file that `toOnnx` writes, read without its own description of messages and without a runtime, and what it refuses. */
import { describe, expect, it } from 'vitest'
import { version } from '../../package.json'
import type { Json } from '../../src/core/types.ts'
import {
  Bidirectional,
  CRBM,
  Dense,
  Dropout,
  GRU,
  LastPool,
  Layer,
  LSTM,
  MLP,
  Residual,
  Sequential,
  toOnnx,
} from '../../src/index.ts'
import type { Activations } from '../../src/layers/batch.ts'
import { hashOf } from '../support/hashes.ts'
import { allOf, bytesOf, packedOf, textsOf } from './support/wire.ts'

const net = (): Sequential => {
  const layers = [
    new LSTM({ inputs: 3, units: 2, peepholes: false, initialState: 'learned' }),
    new Dropout(),
    new Dense({ units: 4, activation: 'softmax' }),
  ]
  return new Sequential(layers, { seed: 1, classes: ['Freude', 'Ärger', 'Trauer', 'neutral'] })
}
const [GRAPH, NODE, INITIALISER, INPUT, OUTPUT] = [7, 1, 5, 11, 12]
const graphOf = (bytes: Uint8Array): Uint8Array => bytesOf(bytes, GRAPH)[0]

/** Name, element type and dimensions of an input or output. */
function described(value: Uint8Array): [string, number, (string | number)[]] {
  const tensor = bytesOf(bytesOf(value, 2)[0], 1)[0]
  const dims = bytesOf(bytesOf(tensor, 2)[0], 1).map((dim) => textsOf(dim, 2)[0] ?? (allOf(dim, 1)[0] as number))
  return [textsOf(value, 1)[0], allOf(tensor, 1)[0] as number, dims]
}

describe('the file', () => {
  it('keeps its own texts: others of their names are refused', () => {
    expect(() => toOnnx(net(), { metadata: { classes: 'x' } })).toThrow(
      /toOnnx: "metadata" expected other names than .*classes.*, got "classes"/,
    )
  })

  it('says who wrote it, of which version, in words and with the names of the classes', () => {
    const bytes = toOnnx(net(), { metadata: { training: 'none', 'a b': 'ü' } })
    expect(allOf(bytes, 1)).toEqual([8])
    expect([textsOf(bytes, 2), textsOf(bytes, 3)]).toEqual([['ser-core'], [version]])
    expect(textsOf(bytes, 6)[0]).toMatch(/^Sequential: \[T, 3\] -> \[T, 4\], 3 layers/)
    const [opset] = bytesOf(bytes, 8)
    expect([textsOf(opset, 1), allOf(opset, 2)]).toEqual([[''], [17]])
    const metadata = Object.fromEntries(bytesOf(bytes, 14).map((entry) => [textsOf(entry, 1)[0], textsOf(entry, 2)[0]]))
    expect(JSON.parse(metadata.classes)).toEqual(['Freude', 'Ärger', 'Trauer', 'neutral'])
    expect(JSON.parse(metadata.layers).map(({ type }: { type: string }) => type)).toEqual(['lstm', 'dropout', 'dense'])
    expect(metadata).toMatchObject({ training: 'none', 'a b': 'ü' })
  })

  it.each([
    [
      {},
      [
        ['x', 1, ['B', 'T', 3]],
        ['lengths', 6, ['B']],
      ],
      [['y', 1, ['B', 'T', 4]]],
    ],
    [{ lengths: false }, [['x', 1, ['B', 'T', 3]]], [['y', 1, ['B', 'T', 4]]]],
    [{ lengths: false, outputs: ['predict'] }, [['x', 1, ['B', 'T', 3]]], [['y', 1, ['B', 4]]]],
    [
      { outputs: ['predict', 'forward'] },
      [
        ['x', 1, ['B', 'T', 3]],
        ['lengths', 6, ['B']],
      ],
      [
        ['predict', 1, ['B', 4]],
        ['forward', 1, ['B', 'T', 4]],
      ],
    ],
  ])('declares its inputs and outputs: %o', (options, inputs, outputs) => {
    const graph = graphOf(toOnnx(net(), options))
    expect(bytesOf(graph, INPUT).map(described)).toEqual(inputs)
    expect(bytesOf(graph, OUTPUT).map(described)).toEqual(outputs)
  })

  it('has the weights in the order of the operator, and what the operator needs to know', () => {
    const model = net()
    const graph = graphOf(toOnnx(model))
    const tensors = new Map(bytesOf(graph, INITIALISER).map((tensor) => [textsOf(tensor, 8)[0], tensor]))
    const W = tensors.get('layers.0.W') as Uint8Array
    expect([packedOf(W, 1), allOf(W, 2)]).toEqual([[1, 8, 3], [1]])
    const numbers = new Float32Array(bytesOf(W, 9)[0].slice().buffer)
    const { Wxi, Wxo, Wxf, Wxc } = model.layers[0].params
    expect([...numbers]).toEqual([Wxi, Wxo, Wxf, Wxc].flatMap(({ data }) => [...(data as Float32Array)]))
    const nodes = bytesOf(graph, NODE)
    const lstm = nodes.find((node) => textsOf(node, 4)[0] === 'LSTM') as Uint8Array
    const attributes = new Map(bytesOf(lstm, 5).map((attribute) => [textsOf(attribute, 1)[0], attribute]))
    expect([...attributes.keys()]).toEqual(['hidden_size', 'activations'])
    expect(textsOf(attributes.get('activations') as Uint8Array, 9)).toEqual(['Sigmoid', 'Tanh', 'Tanh'])
    expect(nodes.map((node) => textsOf(node, 4)[0])).not.toContain('Dropout')
  })

  it('names each node once, in the order in which they run', () => {
    const layers = [
      new Bidirectional(new GRU({ inputs: 3, units: 2 })),
      new Residual([new Dense({ units: 4 })]),
      new LastPool(),
    ]
    const graph = graphOf(toOnnx(new Sequential(layers)))
    const known = new Set(['', 'x', 'lengths', ...bytesOf(graph, INITIALISER).map((tensor) => textsOf(tensor, 8)[0])])
    for (const node of bytesOf(graph, NODE)) {
      for (const input of textsOf(node, 1)) expect([...known]).toContain(input)
      for (const output of textsOf(node, 2)) {
        if (output !== '') expect(known.has(output)).toBe(false)
        known.add(output)
      }
    }
    expect(known.has('y')).toBe(true)
  })

  // Graphs that onnx.checker 1.23.2 accepted, with full checks and strict inference of shapes (scripts/onnx.mjs).
  it.each([
    ['lstm', net, {}, '369e1b1ba25ea39d'],
    ['whole', net, { lengths: false, outputs: ['predict'] }, '618af29a85e439f3'],
    ['mlp', () => new MLP({ layers: [4, 5, 3], seed: 2 }), {}, '3a83021f217aeb52'],
    ['crbm', () => new CRBM({ visible: 3, hidden: 4, order: 2, seed: 3 }), {}, '1c50a84cf0110309'],
  ])('is that of a graph that the checker accepted: %s', (_, make, options, digest) => {
    expect(hashOf(graphOf(toOnnx(make(), options)))).toBe(digest)
  })
})

/** A layer of a user. */
class Doubled extends Layer {
  readonly type = 'doubled'
  get outputs(): number {
    return this.inputs
  }
  options(): { [key: string]: Json } {
    return { inputs: this.inputs }
  }
  forwardBatch(x: Activations): Activations {
    return { ...x, data: x.data.map((value) => 2 * value) }
  }
  backwardBatch(): null {
    return null
  }
}

describe('what no graph can say', () => {
  it('is refused by name: layers of your own, wherever they are', () => {
    const layers = [new Dense({ inputs: 3, units: 3 }), new Residual([new Doubled('Doubled', {})])]
    const message =
      'toOnnx: no operators of ONNX are known for layers.1.layers.0 (doubled) (known: dense, dropout, lstm,'
    expect(() => toOnnx(new Sequential(layers))).toThrow(RangeError)
    expect(() =>
      toOnnx(new Sequential([new Dense({ inputs: 3, units: 3 }), new Residual([new Doubled('Doubled', {})])])),
    ).toThrow(message)
    expect(() => toOnnx(new Doubled('Doubled', { inputs: 2 }))).toThrow('layers.0 (doubled)')
  })

  it('is refused by name: weights beyond float32', () => {
    const wide = new Sequential([new Dense({ inputs: 2, units: 2 })], { dtype: 'float64' })
    wide.parameters.forWriting()[1] = 1e39
    expect(() => toOnnx(wide)).toThrow('toOnnx: "layers.0.W" expected numbers of float32, got 1e+39 at index 1')
  })
})

describe('arguments', () => {
  it.each([
    [null, {}, TypeError, 'toOnnx: "model" expected a model of ser-core, got null'],
    [{ state: () => ({ format: 'ser-core/none' }) }, {}, TypeError, 'toOnnx: "model" expected a model of ser-core'],
    [net(), { length: true }, TypeError, 'toOnnx: unknown option "length"'],
    [net(), { lengths: 1 }, TypeError, 'toOnnx: "lengths" expected'],
    [net(), { outputs: ['transform'] }, RangeError, 'toOnnx: "outputs[0]" expected'],
    [
      net(),
      { outputs: ['forward', 'forward'] },
      RangeError,
      'toOnnx: "outputs" expected each name once, got "forward" twice',
    ],
    [net(), { outputs: [] }, RangeError, 'toOnnx: "outputs" expected'],
    [net(), { metadata: { a: 1 } }, TypeError, 'toOnnx: "metadata.a" expected'],
  ])('are checked: %#', (model, options, type, message) => {
    const call = () => toOnnx(model as never, options as never)
    expect(call).toThrow(type)
    expect(call).toThrow(message)
  })

  it('leave the model as it was', () => {
    const model = net()
    const before = model.parameters.values.slice()
    toOnnx(model)
    expect(model.parameters.values).toEqual(before)
    expect(toOnnx(model)).toEqual(toOnnx(model))
  })
})
