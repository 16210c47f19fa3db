/** The parameters of layers as tensors of other libraries: each tensor is made of blocks, a parameter of ours each. */
import { expectation } from '../core/errors.ts'
import type { Layer } from '../layers/layer.ts'

/** A tensor of another library, within its module. */
export interface Part {
  name: string
  shape: readonly number[]
  /** Our parameters: one above the other, or, of a transposed matrix, the transposes side by side. */
  blocks: readonly string[]
  transposed: boolean
}

/** The tensors of a module. A parameter in none of them is 0, the gain of a normalisation 1; one in several is their sum. */
export type Form = readonly Part[]

/** A module of ours with weights: a layer, or the projection of a residual connection. */
export interface Unit {
  /** Such as `layers.1.`, before the names of its parameters; empty for a single layer. */
  path: string
  /** Such as `layers.1 (lstm)`. */
  text: string
  /** Name of its module unless told; default: the path. */
  name?: string
  forms: readonly Form[]
  /** Each direction of a bidirectional layer by itself, where a library may have two modules for it. */
  directions?: readonly [Unit, Unit]
}

/** Part of a file's name: module, its place in a stack of several, and the tensor within it. */
export interface ParsedName {
  module: string
  index?: number
  part: string
}

/** The conventions of a library. */
export interface Library {
  /** Such as `PyTorch`. */
  title: string
  /** The forms of a layer, one of which its module has; a text where the library has no such layer. */
  formsOf(layer: Layer): readonly Form[] | string
  /** The forms of a linear map by a matrix `W` of ours [inputs, outputs], with the bias of that name if any. */
  linear(inputs: number, outputs: number, W: string, b?: string): readonly Form[]
  /** Names of the parts of both directions, of forms of one: forward, backward. */
  directed(part: string): readonly [string, string]
  /** The parts of a name, where `has` tells what other names there are; null for what is no weight, such as a counter. */
  parse(name: string, has: (name: string) => boolean): ParsedName | null
  /** A hint about a module that no layer here can be, such as a batch normalisation. */
  remark(parts: ReadonlyMap<string, unknown>): string | undefined
}

/** A matrix of blocks, or their transposes. */
export function matrixPart(
  name: string,
  [rows, cols]: readonly [number, number],
  blocks: readonly string[],
  transposed = false,
): Part {
  const n = blocks.length
  return { name, shape: transposed ? [cols, n * rows] : [n * rows, cols], blocks, transposed }
}

/** A vector of blocks of `size` numbers. */
export function vectorPart(name: string, size: number, blocks: readonly string[]): Part {
  return { name, shape: [size * blocks.length], blocks, transposed: false }
}

/** The library of that name. */
export function libraryOf<T extends Library>(where: string, known: Readonly<Record<string, T>>, name: unknown): T {
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name]
  const list = Object.keys(known).map((one) => `"${one}"`)
  const text = expectation(where, 'library', list.length > 1 ? `one of ${list.join(', ')}` : list[0], name)
  throw typeof name === 'string' ? new RangeError(text) : new TypeError(text)
}
