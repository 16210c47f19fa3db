/** A model's file: inputs, the graph between, outputs, and texts. */
import { version } from '../core/version.ts'
import { encodeModel } from './encode.ts'
import { Graph, type Value } from './graph.ts'
import { type DimensionMessage, elementType, type ValueMessage } from './messages.ts'
import type { Exported } from './models/exported.ts'
import { type Sequences, Steps } from './steps.ts'

/** The first version of the operators with LayerNormalization, and the IR that came with it. */
const OPSET = 17
const IR = 8

/** Choices among the parts of a model. */
export interface FileChoices {
  /** Whether there is an input `lengths`. */
  lengths: boolean
  /** Names of the outputs among those of the model. */
  outputs: readonly string[]
  metadata: Readonly<Record<string, string>>
  description: string
}

function described(
  name: string,
  elemType: number,
  dims: readonly (string | number)[],
  docString: string,
): ValueMessage {
  const dim = dims.map((size): DimensionMessage => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
  return { name, type: { tensorType: { elemType, shape: { dim } } }, docString }
}

/** The inputs, and the value that the model sees: with zeros behind the end of each sequence. */
function inputsOf(graph: Graph, { inputs, sequences }: Exported, withLengths: boolean): [ValueMessage[], Sequences] {
  if (!sequences) {
    const x = described('x', elementType.float32, ['B', inputs], 'Rows.')
    return [[x], { value: 'x', columns: inputs, steps: null }]
  }
  const x = described('x', elementType.float32, ['B', 'T', inputs], 'Sequences.')
  if (!withLengths) return [[x], { value: 'x', columns: inputs, steps: new Steps(graph, 'x', null) }]
  const lengths = described('lengths', elementType.int32, ['B'], 'Frames of each sequence; those behind are ignored.')
  const wide = graph.node('Cast', ['lengths'], { to: { i: elementType.int64 } })
  const steps = new Steps(graph, 'x', wide)
  return [[x, lengths], { value: steps.real('x'), columns: inputs, steps }]
}

/**
 * 0 for each case, or NaN where a number of it is no number or infinite: operators with comparisons inside (Relu, LSTM with biases)
 * make numbers of such input again, which look like an answer.
 */
function doubt(graph: Graph, { value, steps }: Sequences): Value {
  const nothing = graph.node('Sub', [value, value])
  return graph.node('ReduceSum', [nothing, graph.ints(steps === null ? [1] : [1, 2])], { keepdims: { i: 1 } })
}

/** The output under its name: rows behind the end of a sequence are 0, and sequences of one row have no time axis. */
function written(graph: Graph, name: string, out: Sequences, input: Sequences, doubts: Value): ValueMessage {
  const value = graph.node('Add', [out.value, doubts])
  const { steps } = out
  if (steps === null || steps.single) {
    if (steps === null) graph.output(value, name)
    else graph.output(graph.node('Squeeze', [value, graph.ints([1])]), name)
    return described(name, elementType.float32, ['B', out.columns], 'One row for each case.')
  }
  graph.output(steps.real(value), name)
  const time = steps === input.steps ? 'T' : `T_${name}`
  return described(name, elementType.float32, ['B', time, out.columns], 'Zeros behind the end of each sequence.')
}

type Texts = Readonly<Record<string, string>>

/** The texts of the model, and those that were given, which may not take their place. */
function metadataOf(where: string, own: Texts, given: Texts): Texts {
  const taken = Object.keys(given).find((name) => Object.hasOwn(own, name))
  if (taken === undefined) return { ...own, ...given }
  throw new RangeError(`${where}: "metadata" expected other names than ${Object.keys(own).join(', ')}, got "${taken}"`)
}

/** The bytes of a model's file. */
export function modelFile(where: string, model: Exported, choices: FileChoices): Uint8Array {
  const graph = new Graph(where)
  const [inputs, given] = inputsOf(graph, model, choices.lengths)
  const x = model.filled?.(graph, given) ?? given
  const doubts = doubt(graph, x)
  const trunk = model.trunk(graph, x)
  const { outputs } = choices
  const values = outputs.map((name) => {
    const out = model.outputs[name](graph, trunk)
    return written(graph, outputs.length === 1 ? 'y' : name, out, x, doubts)
  })
  const metadata = metadataOf(where, model.metadata, choices.metadata)
  return encodeModel({
    ...{ irVersion: IR, producerName: 'ser-core', producerVersion: version, docString: choices.description },
    graph: { node: graph.nodes, name: 'ser-core', initializer: graph.constants, input: inputs, output: values },
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })
}
