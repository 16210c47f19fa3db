/**
 * States of models (JSON with typed arrays inside) as safetensors files: each array is a tensor named by its path, such
 * as `network.parameters`; the rest is JSON in the file's metadata, in which `{ "$tensors": [names] }` represents an
 * array, with the `shapes` of its parts where it is stored as several named tensors.
 */
import { checkFinite } from '../core/array.ts'
import { checkOneOf } from '../core/check.ts'
import { describe, expectation, FormatError } from '../core/errors.ts'
import { ownArray } from '../core/realm.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { fromFloat16Bits, toFloat16Bits } from './float16.ts'
import type { Tensor, TensorSource } from './safetensors.ts'
import { ownType, type TensorData } from './tensor-types.ts'

/** Storage type of floats: `float16` takes half the space of `float32` and keeps 11 bits. */
export type StorageDtype = 'float16' | 'float32'

/** The value if it is a storage type; undefined for unchanged storage. */
export function checkStorage(where: string, dtype: unknown): StorageDtype | undefined {
  return dtype === undefined ? undefined : checkOneOf(where, 'dtype', dtype, ['float16', 'float32'] as const)
}

/** A part of a flat vector that is stored as a separate tensor. */
export interface TensorPart {
  name: string
  shape: readonly number[]
  offset: number
  size: number
}

/** Options of {@link packState}. */
export interface PackOptions {
  /** Storage type of floats. Default: unchanged. */
  dtype?: StorageDtype
  /** The parts of the vector at a path, if any; their names replace the path. */
  partsOf?: (path: string) => readonly TensorPart[] | undefined
}

/** A packed state: tensors and JSON text. */
export interface PackedState {
  tensors: Record<string, TensorSource>
  /** The remaining state as JSON text. */
  skeleton: string
}

/** Constructors of the arrays of a state by type: those that are written can be read. */
const makers = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const

const MARK = '$tensors'
/** Deepest nesting of a state that is read: far more than any model has. */
const DEEPEST = 100
const rounding = {
  float16: (x: number) => fromFloat16Bits(toFloat16Bits(x)),
  float32: Math.fround,
} as const

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function checkRange(where: string, path: string, data: TensorData, dtype: StorageDtype): void {
  for (const value of data) {
    if (Number.isFinite(value) && !Number.isFinite(rounding[dtype](Number(value)))) {
      throw new RangeError(`${where}: ${value} in "${path}" is beyond ${dtype}; store it wider`)
    }
  }
}

class Packer {
  readonly tensors: Record<string, TensorSource> = {}
  private readonly where: string
  private readonly options: PackOptions

  constructor(where: string, options: PackOptions) {
    this.where = where
    this.options = options
  }

  /** The value with a mark in place of each array; undefined members are omitted, as in JSON. */
  pack(value: unknown, path: string): Json {
    if (ArrayBuffer.isView(value)) return this.packArray(value, path)
    if (Array.isArray(value)) return value.map((item, i) => this.pack(item, join(path, i)))
    if (isRecord(value)) return this.packRecord(value, path)
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new RangeError(`${this.where}: "${path}" expected a finite number, got ${value}`)
    }
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Json
    throw new TypeError(expectation(this.where, path, 'JSON or a typed array', value))
  }

  private packRecord(record: Record<string, unknown>, path: string): Json {
    if (Object.hasOwn(record, MARK)) throw new TypeError(`${this.where}: "${path}" may have no member "${MARK}"`)
    const members = Object.entries(record).filter(([, value]) => value !== undefined)
    return Object.fromEntries(members.map(([name, value]) => [name, this.pack(value, join(path, name))]))
  }

  private packArray(data: ArrayBufferView, path: string): Json {
    const own = ownType(data)
    if (own === null || !Object.hasOwn(makers, own)) {
      throw new TypeError(expectation(this.where, path, 'floats, signed integers of up to 32 bits or bytes', data))
    }
    const isFloat = own === 'F32' || own === 'F64'
    const { dtype, partsOf } = this.options
    if (isFloat) checkFinite(this.where, path, data as FloatArray)
    if (isFloat && dtype !== undefined) checkRange(this.where, path, data as TensorData, dtype)
    const stored = isFloat && dtype !== undefined ? ({ float16: 'F16', float32: 'F32' } as const)[dtype] : own
    const whole = ownArray(data) as Float64Array
    const named = partsOf?.(path)
    const parts = named ?? [{ name: path, shape: [whole.length], offset: 0, size: whole.length }]
    for (const { name, shape, offset, size } of parts) {
      this.tensors[name] = { data: whole.subarray(offset, offset + size), shape, dtype: stored }
    }
    const shapes = named && { shapes: named.map(({ shape }) => [...shape]) }
    return { [MARK]: parts.map(({ name }) => name), type: own, ...shapes }
  }
}

function join(path: string, name: string | number): string {
  return path === '' ? String(name) : `${path}.${name}`
}

/**
 * Packs a state as tensors and text.
 *
 * @throws TypeError or RangeError for values other than JSON and typed arrays, and for overflow of the element type
 */
export function packState(where: string, state: unknown, options: PackOptions = {}): PackedState {
  const packer = new Packer(where, options)
  const skeleton = JSON.stringify(packer.pack(state, ''))
  return { tensors: packer.tensors, skeleton }
}

type MarkType = keyof typeof makers

const floatTypes: readonly string[] = ['F64', 'F32', 'F16', 'BF16']

/** Throws unless the tensor agrees with its mark. */
function checkPart(where: string, name: string, { data, dtype, shape }: Tensor, type: MarkType, known: unknown): void {
  const misfit = (expected: string, got: string): never => {
    throw new FormatError(`${where}: the file does not fit together: "${name}" expected ${expected}, got ${got}`)
  }
  if (known !== undefined && String(known) !== String(shape)) misfit(`shape [${known}]`, `[${shape}]`)
  if (!floatTypes.includes(type)) {
    if (dtype !== type) misfit(type, dtype)
    return
  }
  if (!floatTypes.includes(dtype)) misfit('floats', dtype)
  const odd = (data as Float64Array).findIndex((value) => !Number.isFinite(value))
  if (odd >= 0) misfit('finite numbers', `${data[odd]} at index ${odd}`)
}

function isMark(mark: Record<string, unknown>): boolean {
  const { [MARK]: names, type, shapes } = mark
  if (!Array.isArray(names) || typeof type !== 'string' || !Object.hasOwn(makers, type)) return false
  return shapes === undefined || (Array.isArray(shapes) && shapes.length === names.length)
}

/** Joins the tensors of a mark to one array of the original type. */
function joined(where: string, mark: Record<string, unknown>, tensors: Record<string, Tensor>): TensorData {
  if (!isMark(mark)) {
    throw new FormatError(`${where}: the state has a damaged mark ${JSON.stringify(mark).slice(0, 80)}`)
  }
  const { [MARK]: names, type, shapes } = mark as { [MARK]: unknown[]; type: MarkType; shapes?: unknown[] }
  const parts = names.map((name, i) => {
    if (typeof name !== 'string' || !Object.hasOwn(tensors, name)) {
      throw new FormatError(`${where}: the file lacks the tensor ${describe(name)}`)
    }
    checkPart(where, name, tensors[name], type, shapes?.[i])
    return tensors[name].data
  })
  const out = new makers[type](parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const data of parts as Float64Array[]) {
    out.set(data, at)
    at += data.length
  }
  return out
}

function unpacked(where: string, value: unknown, tensors: Record<string, Tensor>, depth = 0): unknown {
  if (!isRecord(value)) return value
  if (depth === DEEPEST) throw new FormatError(`${where}: the state is nested deeper than ${DEEPEST}`)
  const inner = (item: unknown): unknown => unpacked(where, item, tensors, depth + 1)
  if (Array.isArray(value)) return value.map(inner)
  if (Object.hasOwn(value, MARK)) return joined(where, value, tensors)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inner(item)]))
}

/** Restores a packed state; FormatError where text or tensors are not as written by {@link packState}. */
export function unpackState(where: string, skeleton: string, tensors: Record<string, Tensor>): unknown {
  let value: unknown
  try {
    value = JSON.parse(skeleton)
  } catch (cause) {
    throw new FormatError(`${where}: the state is not JSON`, { cause })
  }
  return unpacked(where, value, tensors)
}
