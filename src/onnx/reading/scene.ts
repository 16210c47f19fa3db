/** A graph while it is read: its values, and how errors name its nodes. */
import { describe, FormatError } from '../../core/errors.ts'
import { decodeUtf8 } from '../../core/utf8.ts'
import type { AttributeMessage, NodeMessage, TensorMessage } from '../messages.ts'
import type { Dim } from './dims.ts'
import { type Data, type Flow, type States, sizeOfAxis } from './flow.ts'
import { type Budget, type Numbers, plain, type Words } from './numbers.ts'
import type { Tensors } from './tensors.ts'

/** A value that only errors need: states that a graph takes, cell states. */
export interface Other {
  readonly kind: 'beyond' | 'states given' | 'order' | 'order back' | 'nothing' | 'labels' | 'cells' | 'mark'
  readonly axes?: Data['axes']
  readonly shape?: readonly Dim[]
  readonly end?: 'first' | 'last'
  readonly flow?: Flow
}

/** A value of a graph. */
export type Value = Numbers | Words | Data | States | Other

/** An operator of a graph with its attributes. */
export class Node {
  readonly op: string
  readonly name: string
  readonly message: NodeMessage
  private readonly attributes: Map<string, AttributeMessage>

  constructor(message: NodeMessage) {
    this.message = message
    const { domain = '', opType = '', name = '', output } = message
    this.op = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`
    this.name = name === '' ? (output[0] ?? '') : name
    this.attributes = new Map(message.attribute.map((attribute) => [attribute.name ?? '', attribute]))
  }

  has(name: string): boolean {
    return this.attributes.has(name)
  }

  int<T>(name: string, standard: T): number | T {
    return this.attributes.get(name)?.i ?? standard
  }

  float(name: string, standard: number): number {
    return this.attributes.get(name)?.f ?? standard
  }

  ints(name: string): number[] | undefined {
    return this.attributes.get(name)?.ints ?? (this.has(name) ? [] : undefined)
  }

  floats(name: string): number[] {
    return this.attributes.get(name)?.floats ?? []
  }

  text(name: string, standard: string): string {
    const bytes = this.attributes.get(name)?.s
    return bytes === undefined ? standard : (decodeUtf8(bytes) ?? '')
  }

  texts(name: string): string[] {
    return (this.attributes.get(name)?.strings ?? []).map((bytes) => decodeUtf8(bytes) ?? '')
  }

  tensor(name: string): TensorMessage | undefined {
    return this.attributes.get(name)?.t
  }
}

/** Facts that operators need beside their inputs. */
export class Scene {
  readonly budget: Budget
  readonly tensors: Tensors
  /** Version of ONNX's own operators. */
  readonly version: number
  readonly producer: string
  private readonly consumers: ReadonlyMap<string, Node>
  private atoms = 0

  constructor(facts: {
    budget: Budget
    tensors: Tensors
    version: number
    producer: string
    consumers: ReadonlyMap<string, Node>
  }) {
    this.budget = facts.budget
    this.tensors = facts.tensors
    this.version = facts.version
    this.producer = facts.producer
    this.consumers = facts.consumers
  }

  /** An axis of its own. */
  atom(name: string, size: Dim): { name: string; size: Dim } {
    this.atoms++
    return { name: `${name} ${this.atoms}`, size }
  }

  /** Throws: the node, its operator and what it feeds, and what is wrong. */
  refuse(node: Node, reason: string): never {
    throw new FormatError(`${this.placeOf(node)} ${reason}`)
  }

  private placeOf(node: Node): string {
    const next = node.message.output.map((name) => this.consumers.get(name)).find((found) => found !== undefined)
    const feeds = next === undefined ? 'which gives the output' : `which feeds ${describe(next.name)} (${next.op})`
    return `the node ${describe(node.name)} (${node.op}), ${feeds},`
  }

  /** The numbers of an input. */
  numbers(node: Node, value: Value | null | undefined, what: string): Numbers {
    if (value?.kind === 'numbers') return value
    this.refuse(node, `has ${what} that are not known before the model runs`)
  }

  /** The plain numbers of an input. */
  plain(node: Node, value: Value | null | undefined, what: string): Float32Array | Float64Array {
    const numbers = plain(this.budget, this.numbers(node, value, what))
    if (numbers !== null) return numbers
    this.refuse(node, `has ${what} that depend on the input`)
  }

  /** Whole numbers of an input, such as axes. */
  wholes(node: Node, value: Value | null | undefined, what: string): number[] {
    const numbers = Array.from(this.plain(node, value, what))
    if (numbers.every(Number.isInteger)) return numbers
    this.refuse(node, `has ${what} that are no whole numbers`)
  }

  /** An axis counted from the front. */
  axis(node: Node, axis: number, rank: number): number {
    const from = axis < 0 ? axis + rank : axis
    if (Number.isInteger(from) && from >= 0 && from < rank) return from
    this.refuse(node, `names the axis ${axis} of ${rank}`)
  }
}

/** The shape of a value, where it has one. */
export function shapeOf(value: Value): readonly Dim[] | null {
  if (value.kind === 'numbers' || value.kind === 'words') return value.shape
  if (value.kind === 'data') return value.axes.map(sizeOfAxis)
  if (value.kind === 'states') return [value.entries.length, ...value.axes.map(sizeOfAxis)]
  return value.shape ?? value.axes?.map(sizeOfAxis) ?? null
}
