/** A graph in the making: its nodes in the order in which they run, and its constants. */
import { sizeOf } from '../core/storage.ts'
import type { FloatArray } from '../core/types.ts'
import { encodeUtf8 } from '../core/utf8.ts'
import { type AttributeMessage, attributeType, elementType, type NodeMessage, type TensorMessage } from './messages.ts'

/** Name of a tensor in a graph. */
export type Value = string

/** The value of an attribute by its kind, such as `{ i: 1 }` or `{ strings: ['Tanh'] }`. */
export type Attribute =
  | { f: number }
  | { i: number }
  | { s: string }
  | { ints: readonly number[] }
  | { floats: readonly number[] }
  | { strings: readonly string[] }

/** Attributes of a node by name. */
export type Attributes = Record<string, Attribute>

function attributeOf(name: string, value: Attribute): AttributeMessage {
  const [kind, content] = Object.entries(value)[0] as [keyof typeof attributeType, unknown]
  const type = attributeType[kind]
  if (kind === 's') return { name, type, s: encodeUtf8(content as string) }
  if (kind === 'strings') return { name, type, strings: (content as string[]).map((text) => encodeUtf8(text)) }
  return { name, type, [kind]: content }
}

/** Nodes and constants of a graph. Names are those of the layers, `layers.0/MatMul` and `layers.0.W`. */
export class Graph {
  readonly nodes: NodeMessage[] = []
  readonly constants: TensorMessage[] = []
  private readonly where: string
  private readonly taken = new Map<string, number>()
  private readonly shared = new Map<string, Value>()
  private prefix = ''

  constructor(where: string) {
    this.where = where
  }

  /** Runs `make` with names that begin with `name`. */
  within<T>(name: string, make: () => T): T {
    const { prefix } = this
    this.prefix = prefix === '' ? name : `${prefix}.${name}`
    try {
      return make()
    } finally {
      this.prefix = prefix
    }
  }

  /** Adds a node with one output and returns that; an input '' is left out. */
  node(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.nodeAt(op, inputs, attributes, 0)
  }

  /** Adds a node of which one output is used, the one at an index; those behind it are there under other names. */
  nodeAt(op: string, inputs: readonly Value[], attributes: Attributes, index: number, behind: number = 0): Value {
    const name = this.unique(this.prefix === '' ? op : `${this.prefix}/${op}`)
    const unused = Array.from({ length: behind }, (_, i) => this.unique(`${name}.${i + 1}`))
    const output = [...new Array<Value>(index).fill(''), name, ...unused]
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value))
    this.nodes.push({ input: [...inputs], output, name, opType: op, attribute })
    return name
  }

  /** Gives a value the name of an output of the graph. */
  output(value: Value, name: string): void {
    this.nodes.push({ input: [value], output: [name], name, opType: 'Identity', attribute: [] })
  }

  /**
   * A constant of numbers, rounded to float32.
   *
   * @throws RangeError where one is not finite in float32
   */
  floats(name: string, data: FloatArray | readonly number[], shape: readonly number[] = [data.length]): Value {
    const rounded = Float32Array.from(data)
    const odd = rounded.findIndex((value) => !Number.isFinite(value))
    const full = this.prefix === '' ? name : `${this.prefix}.${name}`
    if (odd >= 0) {
      throw new RangeError(`${this.where}: "${full}" expected numbers of float32, got ${data[odd]} at index ${odd}`)
    }
    if (rounded.length !== sizeOf(shape)) throw new Error(`${full}: ${rounded.length} numbers for [${shape}]`)
    return this.add(this.unique(full), elementType.float32, shape, new Uint8Array(rounded.buffer))
  }

  /** A number that is the same wherever it is needed, as a scalar. */
  scalar(value: number): Value {
    return this.share(`number_${value}`, elementType.float32, [], () => new Uint8Array(Float32Array.of(value).buffer))
  }

  /** Whole numbers of 64 bits: a list, or with `[]` a scalar. */
  ints(values: readonly number[], shape: readonly number[] = [values.length]): Value {
    const name = `int_${values.join('_')}${shape.length === 0 ? '_scalar' : shape.length > 1 ? `_${shape.join('x')}` : ''}`
    return this.share(name, elementType.int64, shape, () => {
      return new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer)
    })
  }

  private share(name: string, type: number, shape: readonly number[], make: () => Uint8Array): Value {
    const known = this.shared.get(name)
    if (known !== undefined) return known
    const value = this.add(this.unique(name), type, shape, make())
    this.shared.set(name, value)
    return value
  }

  private add(name: string, dataType: number, shape: readonly number[], rawData: Uint8Array): Value {
    this.constants.push({ dims: [...shape], dataType, name, rawData })
    return name
  }

  private unique(name: string): string {
    const before = this.taken.get(name) ?? 0
    this.taken.set(name, before + 1)
    return before === 0 ? name : this.unique(`${name}_${before + 1}`)
  }
}
