/** Graphs whose axes all have fixed sizes: which of them has the columns must not be guessed. */
import { describe, expect, it } from 'vitest'
import { fromOnnx, matrix, type Sequential } from '../../../src/index.ts'
import { encodeModel } from '../../../src/onnx/encode.ts'
import type { ModelMessage, NodeMessage } from '../../../src/onnx/messages.ts'

type Size = number | string
type Attributes = Record<string, { i?: number; ints?: number[] }>

function node(name: string, opType: string, input: string[], attributes: Attributes = {}): NodeMessage {
  const attribute = Object.entries(attributes).map(([key, value]) => ({
    ...{ name: key, type: value.ints ? 7 : 2 },
    ...value,
  }))
  return { name, opType, input, output: [`${name}.out`], attribute }
}

const value = (name: string, dims: readonly Size[]): ModelMessage['graph']['input'][number] => {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
  return { name, type: { tensorType: { elemType: 1, shape: { dim } } } }
}

/** A file whose weights W are `inner` rows of two. */
function file(
  dims: readonly Size[],
  inner: number,
  nodes: readonly NodeMessage[],
  edit?: (model: ModelMessage) => void,
) {
  const floats = Array.from({ length: inner * 2 }, (_, i) => i + 1)
  const ints = (name: string, list: number[]) => ({ dims: [list.length], dataType: 7, name, int64Data: list })
  const model: ModelMessage = {
    ...{ irVersion: 8, producerName: 'test', producerVersion: '1' },
    graph: {
      name: 'g',
      node: [...nodes],
      initializer: [
        { dims: [inner, 2], dataType: 1, name: 'W', floatData: floats },
        { dims: [4], dataType: 1, name: 'four', floatData: [1, 2, 3, 4] },
        ...[ints('last', [-1]), ints('shape', [2, 3, 4]), ints('rows', [4, -1])],
      ] as ModelMessage['graph']['initializer'],
      input: [value('x', dims)],
      output: [value(nodes[nodes.length - 1].output[0], ['b', 2])],
    },
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
  }
  edit?.(model)
  return encodeModel(model)
}

const turn = node('turn', 'Transpose', ['x'], { perm: { ints: [0, 2, 1] } })
const product = (from: string): NodeMessage => node('product', 'MatMul', [from, 'W'])

describe('graphs of fixed sizes', () => {
  const whole = [2, 4, 4]
  const statistics = ['four', 'four', 'four', 'four']
  it.each<[string, readonly Size[], NodeMessage[], string]>([
    ['a product over turned axes', whole, [turn, product('turn.out')], '"product" (MatMul), which gives the output,'],
    ['of a free batch alike', ['b', 4, 4], [turn, product('turn.out')], '"product" (MatMul)'],
    [
      'an activation of turned axes',
      whole,
      [turn, node('bend', 'Relu', ['turn.out']), product('bend.out')],
      '"product"',
    ],
    [
      'statistics of frames',
      whole,
      [node('norm', 'BatchNormalization', ['x', ...statistics]), product('norm.out')],
      '"norm"',
    ],
    [
      'columns of one, taken away',
      [2, 4, 1],
      [node('flat', 'Squeeze', ['x', 'last']), product('flat.out')],
      '"product"',
    ],
    ['rows that are columns', [4, 4], [node('turn', 'Transpose', ['x']), product('turn.out')], '"product"'],
    ['frames and columns together', whole, [node('flat', 'Flatten', ['x']), product('flat.out')], '"product"'],
    ['axes in another shape', [2, 4, 3], [node('new', 'Reshape', ['x', 'shape']), product('new.out')], '"new"'],
  ])('%s are refused by the node', (_, dims, nodes, name) => {
    const call = (): unknown => fromOnnx(file(dims, 4, nodes))
    expect(call).toThrow(expect.objectContaining({ name: 'FormatError' }))
    expect(call).toThrow(`fromOnnx: the node ${name}`)
  })

  it('say how to export them', () => {
    const message = 'which is the axis 1 of the input, of a fixed size as its last one'
    expect(() => fromOnnx(file(whole, 4, [turn, product('turn.out')]))).toThrow(message)
    expect(() => fromOnnx(file(whole, 4, [turn, product('turn.out')]))).toThrow('export with the axis of time free')
  })

  it('are read where their axes come back, and where time alone is free', () => {
    const back = node('back', 'Transpose', ['turn.out'], { perm: { ints: [0, 2, 1] } })
    const x = matrix([[1, 0, 2, 0]])
    const wanted = [11, 14]
    const again = fromOnnx(file(whole, 4, [turn, back, product('back.out')])) as Sequential
    expect([...again.forward(x).data]).toEqual(wanted)
    const channelsFirst = fromOnnx(file([2, 4, 't'], 4, [turn, product('turn.out')])) as Sequential
    expect([...channelsFirst.forward(x).data]).toEqual(wanted)
  })
})

describe('files that were cut off', () => {
  const nodes = [node('scale', 'Scaler', ['x']), product('scale.out')]
  const floats = [1, 1, 1, 1]
  const scaled = file(['b', 4], 4, nodes, (model) => {
    Object.assign(model.graph.node[0], { domain: 'ai.onnx.ml' })
    model.graph.node[0].attribute = ['offset', 'scale'].map((name) => ({ name, type: 6, floats }))
    model.opsetImport.push({ domain: 'ai.onnx.ml', version: 1 })
  })

  it('are errors at every byte, also where versions of operators are at the end', () => {
    // As other exporters write them: the graph before the versions.
    const versions = [
      0x42,
      4,
      0x0a,
      0,
      0x10,
      17,
      0x42,
      14,
      0x0a,
      10,
      ...new TextEncoder().encode('ai.onnx.ml'),
      0x10,
      1,
    ]
    const at = scaled.findIndex((_, i) => versions.every((byte, k) => scaled[i + k] === byte))
    expect(at).toBeGreaterThan(0)
    const rest = scaled.slice(at + versions.length)
    const others = Uint8Array.of(...scaled.slice(0, at), ...rest, ...versions)
    for (const bytes of [scaled, others]) {
      expect(fromOnnx(bytes).layers).toHaveLength(1)
      for (let length = 0; length < bytes.length; length++) {
        expect(() => fromOnnx(bytes.slice(0, length)), `${length}`).toThrow(
          expect.objectContaining({ name: 'FormatError' }),
        )
      }
    }
  })
})
