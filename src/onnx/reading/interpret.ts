/** Runs a graph on what is known before the model runs: which layers its input goes through. */
import { describe, FormatError } from '../../core/errors.ts'
import type { GraphMessage, ModelMessage, NodeMessage, ValueMessage } from '../messages.ts'
import { type Dim, free } from './dims.ts'
import type { Atom, Data, Input } from './flow.ts'
import { Budget, uniform } from './numbers.ts'
import { type Operator, operatorTable, remedyOf } from './operators/table.ts'
import { Node, Scene, type Value } from './scene.ts'
import { type Tensors, typeOfElements } from './tensors.ts'

/** Elements that may be computed of constants, for each byte of the files, and besides. */
const ELEMENTS_PER_BYTE = 16
const ELEMENTS_BESIDE = 2 ** 20

/** The input of a graph and the output that it makes of it. */
export interface Told {
  output: Data
  input: Input
  scene: Scene
}

/** Which output, of which files. */
export interface Asked {
  /** Name of the door, for the error of an output that is not there. */
  where: string
  output: string | undefined
  bytes: number
  tensors: Tensors
}

function dimsOf({ name, type }: ValueMessage): Dim[] | null {
  const dims = type?.tensorType?.shape?.dim
  return (
    dims?.map(({ dimValue = 0, dimParam = '' }, i) => (dimValue > 0 ? dimValue : free(dimParam || `${name}.${i}`))) ??
    null
  )
}

/** The graph's inputs as values: the first of numbers is the input, the others states; whole numbers are lengths. */
class Inputs {
  readonly values = new Map<string, Value>()
  input: Input | undefined
  private time: Atom | undefined

  constructor({ input, initializer }: GraphMessage) {
    const constants = new Set(initializer.map(({ name }) => name))
    const given = input.filter(({ name }) => !constants.has(name))
    for (const value of given) if (kindOf(value) === 'float') this.take(value)
    for (const value of given) if (kindOf(value) === 'int') this.lengths(value)
  }

  private take(value: ValueMessage): void {
    const dims = dimsOf(value)
    const { name } = value
    if (this.input !== undefined) {
      this.values.set(name, { kind: 'states given', shape: dims ?? [] })
      return
    }
    if (dims === null || dims.length < 2 || dims.length > 3) {
      throw new FormatError(
        `the input ${describe(name)} expected two or three axes, got ${dims === null ? 'none' : dims.length}`,
      )
    }
    const axes = dims.map((size, i) => ({ name: `${name}.${i}`, size }))
    // Behind axes of fixed sizes that change places nobody can tell columns from frames or cases but by where they stood.
    const last = axes.slice(-1)
    const columns = typeof last[0].size === 'number' ? last : null
    this.input = { op: 'input', name, axes, columns, time: null }
    this.values.set(name, { kind: 'data', flow: this.input, axes: axes.map((atom) => [atom]) })
  }

  /** Every case is as long as the time axis: graphs are read for cases without padding. */
  private lengths(value: ValueMessage): void {
    const { input } = this
    const dims = dimsOf(value) ?? []
    if (input === undefined || dims.length !== 1 || input.axes.length !== 3) return
    const [size] = dims
    const isFirst = typeof size !== 'number' && size.name === nameOf(input.axes[1].size)
    const [batch, time] = isFirst ? [input.axes[1], input.axes[0]] : [input.axes[0], input.axes[1]]
    this.time = time
    this.values.set(value.name, uniform('int', [batch.size], time.size))
  }

  /** Throws where lengths were taken along another axis than that of time. */
  check(): void {
    const { input, time } = this
    if (time === undefined || input === undefined) return
    if (input.time !== null && input.time !== time) throw new FormatError('the lengths are not those of the cases')
  }
}

const nameOf = (size: Dim): string => (typeof size === 'number' ? '' : size.name)

function kindOf({ type }: ValueMessage): 'float' | 'int' | 'bool' | 'text' | undefined {
  return typeOfElements(type?.tensorType?.elemType ?? 0)
}

/** The output that was asked for; else the first one of numbers. */
function outputOf(where: string, { output }: GraphMessage, asked: string | undefined): string {
  const names = output.map(({ name }) => name)
  if (asked !== undefined) {
    if (names.includes(asked)) return asked
    throw new RangeError(
      `${where}: "output" expected one of ${names.map((name) => describe(name)).join(', ')}, got ${describe(asked)}`,
    )
  }
  const first = output.find((value) => value.type?.tensorType === undefined || kindOf(value) === 'float')
  if (first !== undefined) return first.name
  throw new FormatError('the graph has no output of numbers')
}

/** The nodes that an output needs, in the order of the file. */
function needed(nodes: readonly NodeMessage[], output: string): NodeMessage[] {
  const makers = new Map<string, NodeMessage>()
  for (const node of nodes) {
    for (const name of node.output) {
      if (name === '') continue
      if (makers.has(name)) throw new FormatError(`two nodes give the value ${describe(name)}`)
      makers.set(name, node)
    }
  }
  const wanted = new Set<NodeMessage>()
  const left = [output]
  while (left.length > 0) {
    const node = makers.get(left.pop() as string)
    if (node === undefined || wanted.has(node)) continue
    wanted.add(node)
    left.push(...node.input)
  }
  return nodes.filter((node) => wanted.has(node))
}

const domainOf = ({ domain = '' }: { domain?: string }): string => (domain === 'ai.onnx' ? '' : domain)

/** The version of ONNX's own operators. Files have versions behind the graph: one that lacks any was cut off. */
function versionOf({ opsetImport, graph }: ModelMessage): number {
  const known = new Map(opsetImport.map((one) => [domainOf(one), one.version]))
  const lacking = graph.node.find((node) => {
    const domain = domainOf(node)
    return ['', 'ai.onnx.ml'].includes(domain) && !((known.get(domain) ?? 0) > 0)
  })
  const version = known.get('') ?? 0
  if (lacking === undefined && version > 0) return version
  const of = domainOf(lacking ?? {})
  throw new FormatError(
    `the file does not say which version of the operators${of === '' ? '' : ` of ${describe(of)}`} it has: it may have been cut off`,
  )
}

function run(
  operators: Readonly<Record<string, Operator>>,
  scene: Scene,
  node: Node,
  values: Map<string, Value>,
): void {
  const { message, op } = node
  const operator = Object.hasOwn(operators, op) ? operators[op] : undefined
  if (operator === undefined) {
    scene.refuse(node, remedyOf(op) ?? 'is an operator of which no layer can be told')
  }
  const inputs = message.input.map((name) => {
    if (name === '') return null
    return values.get(name) ?? scene.refuse(node, `takes ${describe(name)}, which nothing before it gives`)
  })
  const out = operator(node, inputs, scene)
  const outputs = Array.isArray(out) ? (out as readonly (Value | null)[]) : [out as Value]
  message.output.forEach((name, i) => {
    const value = outputs[i]
    if (name !== '' && value) values.set(name, value)
  })
}

/** The value of an output. */
export function interpret(model: ModelMessage, { where, output, bytes, tensors }: Asked): Told {
  const { graph } = model
  const name = outputOf(where, graph, output)
  const nodes = needed(graph.node, name).map((message) => new Node(message))
  const consumers = new Map<string, Node>()
  for (const node of nodes)
    for (const input of node.message.input) if (!consumers.has(input)) consumers.set(input, node)
  const budget = new Budget(ELEMENTS_PER_BYTE * (bytes + tensors.size) + ELEMENTS_BESIDE)
  const version = versionOf(model)
  const scene = new Scene({ budget, tensors, version, producer: model.producerName ?? '', consumers })
  const inputs = new Inputs(graph)
  const { values, input } = inputs
  for (const tensor of graph.initializer) if (consumers.has(tensor.name)) values.set(tensor.name, tensors.read(tensor))
  const hopeless = nodes.find(({ op }) => remedyOf(op) !== undefined)
  const operators = operatorTable()
  for (const node of hopeless === undefined ? nodes : [hopeless]) run(operators, scene, node, values)
  inputs.check()
  const value = values.get(name)
  if (value?.kind !== 'data' || input === undefined) {
    throw new FormatError(`the output ${describe(name)} is not what the graph makes of its input`)
  }
  return { output: value, input, scene }
}
