/** Mutants of ONNX files: of their bytes, or of their messages, which are then written anew and so can be read. */
import type { Random } from '../../src/numerics/random.ts'
import { encodeModel } from '../../src/onnx/encode.ts'
import type { ModelMessage, NodeMessage, TensorMessage } from '../../src/onnx/messages.ts'
import { decodeModel } from '../../src/onnx/reading/decode.ts'
import { mutateBytes, pick } from './bytes.ts'

const sizes = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  16,
  64,
  1e3,
  1e6,
  1e9,
  2 ** 31 - 1,
  2 ** 32,
  2 ** 53,
  -1,
  -2,
  -(2 ** 31),
  2 ** 62,
]
const numbers = [0, 1, -1, 0.5, 1e-45, 1e38, Number.NaN, Number.POSITIVE_INFINITY, -0, 2]
const ops = [
  ...[
    'LSTM',
    'GRU',
    'RNN',
    'MatMul',
    'Gemm',
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Concat',
    'Slice',
    'Gather',
    'GatherND',
    'Reshape',
    'Expand',
  ],
  ...[
    'Transpose',
    'Squeeze',
    'Unsqueeze',
    'Shape',
    'Range',
    'Where',
    'Less',
    'Equal',
    'Max',
    'Min',
    'Cast',
    'ReduceMean',
    'ReduceSum',
  ],
  ...[
    'Softmax',
    'LogSoftmax',
    'LayerNormalization',
    'BatchNormalization',
    'ConstantOfShape',
    'Identity',
    'Sqrt',
    'Pow',
    'Flatten',
    'Neg',
  ],
  ...[
    'TopK',
    'ScatterElements',
    'Loop',
    'If',
    'Conv',
    'GlobalAveragePool',
    'Greater',
    'ReduceProd',
    'Size',
    'Tanh',
    'constructor',
  ],
]

type Change = (random: Random, model: ModelMessage) => void

/** All names of values. */
function namesOf({ graph }: ModelMessage): string[] {
  const own = graph.node.flatMap(({ output }) => output)
  return ['', ...own, ...graph.initializer.map(({ name }) => name), ...graph.input.map(({ name }) => name)]
}

function aNode(random: Random, { graph }: ModelMessage): NodeMessage {
  return pick(random, graph.node)
}

function aTensor(random: Random, { graph }: ModelMessage): TensorMessage | undefined {
  const inner = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t === undefined ? [] : [t])))
  const all = [...graph.initializer, ...inner]
  return all.length === 0 ? undefined : pick(random, all)
}

/** One of the numbers of a list in place of another, one more or one less. */
function changed(random: Random, list: number[], among: readonly number[]): number[] {
  const at = random.integer(list.length + 1)
  const value = pick(random, among)
  if (random.uniform() < 0.6 && list.length > 0) return list.map((old, i) => (i === at % list.length ? value : old))
  return random.uniform() < 0.5 ? list.filter((_, i) => i !== at) : [...list.slice(0, at), value, ...list.slice(at)]
}

const changes: readonly Change[] = [
  (random, model) => {
    const node = aNode(random, model)
    const names = namesOf(model)
    const at = random.integer(node.input.length + 1)
    node.input = random.uniform() < 0.3 ? node.input.filter((_, i) => i !== at) : [...node.input]
    if (node.input.length > 0) node.input[at % node.input.length] = pick(random, names)
  },
  (random, model) => {
    aNode(random, model).opType = pick(random, ops)
  },
  (random, model) => {
    const { attribute } = aNode(random, model)
    if (attribute.length === 0) return
    const one = pick(random, attribute)
    if (one.ints !== undefined) one.ints = changed(random, one.ints, sizes)
    else if (one.floats !== undefined) one.floats = changed(random, one.floats, numbers)
    else if (one.i !== undefined) one.i = pick(random, sizes)
    else if (one.f !== undefined) one.f = pick(random, numbers)
    else one.name = pick(random, ['axis', 'axes', 'perm', 'direction', 'activations', 'value', '__proto__'])
  },
  (random, model) => {
    const { attribute } = aNode(random, model)
    if (attribute.length > 0) attribute.splice(random.integer(attribute.length), 1)
  },
  (random, model) => {
    const tensor = aTensor(random, model)
    if (tensor === undefined) return
    if (random.uniform() < 0.5) tensor.dims = changed(random, tensor.dims ?? [], sizes)
    else tensor.dims = [...(tensor.dims ?? [])].reverse()
  },
  (random, model) => {
    const tensor = aTensor(random, model)
    if (tensor === undefined) return
    if (random.uniform() < 0.5) tensor.dataType = random.integer(18)
    else if (tensor.rawData !== undefined) tensor.rawData = mutateBytes(random, tensor.rawData)
  },
  (random, model) => {
    const tensor = aTensor(random, model)
    if (tensor === undefined) return
    tensor.dataLocation = 1
    const text = (): string => String(pick(random, sizes))
    tensor.externalData = [
      { key: 'location', value: pick(random, ['w', '../w', '']) },
      { key: 'offset', value: text() },
      { key: 'length', value: text() },
    ]
  },
  (random, model) => {
    const { node } = model.graph
    const at = random.integer(node.length)
    if (random.uniform() < 0.5) node.splice(at, 1)
    else node.push({ ...node[at], input: [...node[at].input], output: [...node[at].output] })
  },
  (random, model) => {
    const { node } = model.graph
    const [a, b] = [random.integer(node.length), random.integer(node.length)]
    ;[node[a], node[b]] = [node[b], node[a]]
  },
  (random, model) => {
    const { dim } = pick(random, [...model.graph.input, ...model.graph.output]).type?.tensorType?.shape ?? { dim: [] }
    if (dim.length > 0) dim[random.integer(dim.length)] = { dimValue: pick(random, sizes) }
    else model.graph.output.reverse()
  },
  (random, model) => {
    const entry = model.metadataProps[random.integer(model.metadataProps.length + 1)]
    if (entry !== undefined) entry.value = entry.value.replace(/\d+/, String(pick(random, sizes)))
    else model.opsetImport = [{ domain: '', version: pick(random, [...sizes, 13, 17, 20]) }]
  },
]

/** A mutant of a file. */
export function mutateOnnx(random: Random, base: Uint8Array): Uint8Array {
  if (random.uniform() < 0.35) return mutateBytes(random, base)
  const model = decodeModel(base)
  const times = 1 + random.integer(3)
  for (let k = 0; k < times && model.graph.node.length > 0; k++) pick(random, changes)(random, model)
  return encodeModel(model)
}
