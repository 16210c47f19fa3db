/**
 * Files of Flax's `to_bytes`: MessagePack, maps of maps, in which an array is an extension of type 1 (a number of NumPy one of type 3) that holds
 * MessagePack itself: shape, name of the element type, and bytes.
 */
import { decode, type ExtData } from '@msgpack/msgpack'
import { describe, expectation, FormatError, messageOf } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import { limits } from '../core/limits.ts'
import { isBytes, isErrorNamed, ownArray, ownBytes } from '../core/realm.ts'
import { sizeOf } from '../core/storage.ts'
import { placed } from '../io/npy.ts'
import { readTensor, type Tensor } from '../io/safetensors.ts'
import { elementTypes, type TensorDtype } from '../io/tensor-types.ts'

const dtypes: Readonly<Record<string, TensorDtype>> = {
  ...{ float64: 'F64', float32: 'F32', float16: 'F16', bfloat16: 'BF16', bool: 'BOOL' },
  ...{ int64: 'I64', int32: 'I32', int16: 'I16', int8: 'I8' },
  ...{ uint64: 'U64', uint32: 'U32', uint16: 'U16', uint8: 'U8' },
}

/** NumPy's most dimensions; no list of such a file is longer. */
const MOST_ITEMS = 64

function unpack(bytes: Uint8Array, what: string): unknown {
  try {
    return decode(bytes, { maxArrayLength: MOST_ITEMS, maxMapLength: bytes.length, useBigInt64: true })
  } catch (cause) {
    // The decoder reads on behind the end, where an error of the engine stops it, in words of its own.
    if (isErrorNamed(cause, 'RangeError')) throw new FormatError(`${what}: it ends within a value`)
    throw new FormatError(`${what}: ${messageOf(cause)}`, { cause })
  }
}

const isNatural = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0

function arrayOf(path: string, bytes: Uint8Array): Tensor {
  const content = unpack(bytes, `"${path}" is damaged`)
  const [shape, name, data] = Array.isArray(content) ? content : []
  if (!Array.isArray(shape) || !shape.every(isNatural) || !isBytes(data)) {
    throw new FormatError(`"${path}" is damaged: expected shape, type and bytes`)
  }
  if (typeof name !== 'string' || !Object.hasOwn(dtypes, name)) {
    throw new FormatError(`"${path}" is of type ${describe(name)} (known: ${Object.keys(dtypes).join(', ')})`)
  }
  const dtype = dtypes[name]
  // A product of many lengths may be infinite, and infinity times 0 is NaN.
  const size = (shape.includes(0) ? 0 : sizeOf(shape)) * elementTypes[dtype].bytes
  if (size !== data.length) {
    throw new FormatError(
      `"${path}" of ${name} and shape [${shape.join(', ')}] takes ${size} bytes, ${data.length} are there`,
    )
  }
  const { buffer, byteOffset, byteLength } = ownArray(data)
  return readTensor(new DataView(buffer, byteOffset, byteLength), { dtype, shape, start: 0 })
}

function isExtension(value: object): value is ExtData {
  const { type, data } = value as Partial<ExtData>
  return typeof type === 'number' && isBytes(data)
}

function leafOf(path: string, value: unknown): Tensor | null {
  if (typeof value === 'number') return { dtype: 'F64', shape: [], data: Float64Array.of(value) }
  if (typeof value === 'bigint') return { dtype: 'I64', shape: [], data: BigInt64Array.of(value) }
  if (value === null) return null
  if (typeof value === 'object' && isExtension(value)) {
    const { type, data } = value
    if (type === 1 || type === 3) return arrayOf(path, data as Uint8Array)
    throw new FormatError(
      `"${path}" is ${type === 2 ? 'a complex number' : `an extension of type ${type}`}, which is not read`,
    )
  }
  throw new FormatError(`"${path}" expected an array or a number, got ${describe(value)}`)
}

function collect(tensors: Map<string, Tensor>, map: object, path: string, depth: number): void {
  if (depth > limits.nesting) throw new FormatError(`maps are nested deeper than ${limits.nesting}`)
  if (Object.hasOwn(map, '__msgpack_chunked_array__')) {
    throw new FormatError(`"${path}" is an array above 1 GiB, stored in pieces, which are not read`)
  }
  for (const [name, value] of Object.entries(map)) {
    const own = path === '' ? name : `${path}.${name}`
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !isBytes(value) &&
      !isExtension(value)
    ) {
      collect(tensors, value, own, depth + 1)
      continue
    }
    const leaf = leafOf(own, value)
    if (tensors.has(own)) throw new FormatError(`"${own}" is there twice`)
    if (leaf !== null) tensors.set(own, leaf)
  }
}

/**
 * The arrays of a file of Flax's `serialization.to_bytes`, by their paths joined by points (`params.cell.ii.kernel`): of variables, a train
 * state or an nnx state as a pure dictionary. Numbers are tensors of no dimensions; what is None is left out.
 *
 * @param file - the whole file
 * @throws TypeError for anything but bytes; FormatError for a file that is cut off or damaged, and for complex numbers, texts and arrays above 1 GiB
 * @example
 * ```ts
 * // Python: open('net.msgpack', 'wb').write(flax.serialization.to_bytes(variables))
 * function take(file: Uint8Array) {
 *   const net = new Sequential([new GRU({ inputs: 39, units: 16 }), new Dense({ units: 4, activation: 'softmax' })])
 *   return loadWeights(net, decodeFlax(file), { library: 'flax', prefix: 'params.' })
 * }
 * ```
 */
export function decodeFlax(file: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  const where = 'decodeFlax'
  const bytes = ownBytes(file)
  if (bytes === undefined) throw new TypeError(expectation(where, 'file', 'a Uint8Array or an ArrayBuffer', file))
  return placed(where, () => {
    if (isLfsPointer(bytes)) throw new FormatError(lfsRemedy('model'))
    const root = unpack(bytes, 'not MessagePack, or damaged')
    if (typeof root !== 'object' || root === null || Array.isArray(root) || isBytes(root) || isExtension(root)) {
      throw new FormatError(`expected a map of arrays, got ${describe(root)}`)
    }
    const tensors = new Map<string, Tensor>()
    collect(tensors, root, '', 0)
    return Object.fromEntries(tensors)
  })
}
