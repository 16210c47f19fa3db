/**
 * The safetensors format: eight bytes with the length of a JSON header; the header, with name, element type, shape and
 * offsets of each tensor; then the numbers, little-endian, row-major, without gaps.
 */
import { inputDtype, isRows, sizeOf, toMatrix } from '../core/array.ts'
import { checkArray, checkObject, checkOptions } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import { ownArray, ownBytes } from '../core/realm.ts'
import { checkNumberAt, checkView } from '../core/strided.ts'
import type { ArrayView, RowsLike, StridedArray } from '../core/types.ts'
import { encodeUtf8 } from '../core/utf8.ts'
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA, parseHeader, type TensorEntry } from './safetensors-header.ts'
import { elementTypes, mayStoreAs, ownType, type TensorData, type TensorDtype } from './tensor-types.ts'

/** A tensor read from a file: row-major numbers, F16 and BF16 widened to float32. */
export interface Tensor {
  /** Element type in the file. */
  dtype: TensorDtype
  shape: number[]
  data: TensorData
}

/**
 * A tensor to write. Defaults: `dtype` that of the numbers, `shape` one dimension. With a `stride` or an `offset` it is
 * a view of `data`, written row by row; without, it is all of `data`.
 */
export interface TensorSource {
  data: TensorData
  shape?: readonly number[]
  stride?: readonly number[]
  offset?: number
  dtype?: TensorDtype
}

export type TensorInput = TensorSource | ArrayView | TensorData | RowsLike

/** The contents of a safetensors file. */
export interface Safetensors {
  tensors: Record<string, Tensor>
  metadata: Record<string, string>
}

/** Options of {@link encodeSafetensors}. */
export interface EncodeSafetensorsOptions {
  /** Texts by name. */
  metadata?: Record<string, string>
}

const ALIGNMENT = 8
const SPACE = 0x20

/** The elements of a view of any strides in row-major order. */
function packed(where: string, name: string, given: StridedArray): TensorData {
  const own = Array.isArray(given.data) ? 'F64' : ownType(given.data)
  if (own === null) throw new TypeError(expectation(where, `${name}.data`, 'floats or integers', given.data))
  const { data, shape, stride, offset } = checkView(where, name, given)
  const out = elementTypes[own].make(sizeOf(shape)) as Float64Array
  for (let i = 0; i < out.length; i++) {
    let at = offset
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      at += (rest % shape[axis]) * stride[axis]
      rest = Math.floor(rest / shape[axis])
    }
    if (own === 'F64') checkNumberAt(where, name, data[at], i)
    out[i] = data[at]
  }
  return out
}

/** Whether the source is a view with strides or an offset; without these it is a packed tensor. */
function isStrided(source: TensorSource | StridedArray): source is StridedArray {
  return source?.stride !== undefined || source?.offset !== undefined
}

/** Numbers in row-major order, and shape, of a source; packed numbers without shape get one dimension. */
function numbersOf(where: string, name: string, source: TensorSource | StridedArray): Omit<Tensor, 'dtype'> {
  if (isStrided(source)) {
    const shape = checkArray<number>(where, `${name}.shape`, source.shape)
    if (source.stride !== undefined) checkArray(where, `${name}.stride`, source.stride)
    return { data: packed(where, name, source), shape }
  }
  if (ownType(source?.data) === null) {
    throw new TypeError(expectation(where, name, 'an ndarray or { data: a typed array }', source))
  }
  const data = ownArray(source.data as TensorData)
  const shape = checkArray<number>(where, `${name}.shape`, source.shape ?? [data.length])
  if (sizeOf(shape) !== data.length || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    throw new RangeError(`${where}: "${name}" of shape [${shape.join(', ')}] has ${data.length} elements`)
  }
  return { data, shape }
}

/** The numbers of a tensor of any form, row-major, whatever type it says they are of in a file. */
export function takeNumbers(where: string, name: string, given: TensorInput): Omit<Tensor, 'dtype'> {
  if (isRows(given)) {
    const { data, rows, cols } = toMatrix(where, name, given, inputDtype(given))
    return { shape: [rows, cols], data }
  }
  return numbersOf(where, name, sourceOf(given))
}

function sourceOf(given: TensorInput): TensorSource {
  return ownType(given) === null ? (given as TensorSource) : { data: given as TensorData }
}

/** A tensor of any form as row-major numbers. */
export function takeTensor(where: string, name: string, given: TensorInput): Tensor {
  const { data, shape } = takeNumbers(where, name, given)
  const own = ownType(data) as TensorDtype
  if (isRows(given)) return { dtype: own, shape, data }
  const source = sourceOf(given)
  // An ndarray inherits a `dtype`, such as `float32`, which is not a type of the file format.
  const dtype = (Object.hasOwn(source, 'dtype') && source.dtype) || own
  if (!Object.hasOwn(elementTypes, dtype) || !mayStoreAs(own, dtype)) {
    throw new TypeError(`${where}: "${name}" holds ${own}, which cannot be stored as ${describe(dtype)}`)
  }
  return { dtype, shape: [...shape], data }
}

/** The metadata if they are texts by name. */
export function checkMetadata(where: string, metadata: unknown): Record<string, string> {
  const texts = checkObject<Record<string, string>>(where, 'metadata', metadata)
  for (const [name, text] of Object.entries<unknown>(texts)) {
    if (typeof text !== 'string') throw new TypeError(expectation(where, `metadata.${name}`, 'text', text))
  }
  return texts
}

/** The header's bytes, padded so that the numbers after it are aligned. */
function headerOf(entries: [string, unknown][]): Uint8Array {
  const text = encodeUtf8(JSON.stringify(Object.fromEntries(entries)))
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT
  if (length > MAX_HEADER_BYTES) throw new RangeError(`encodeSafetensors: a header of ${length} bytes is too long`)
  const header = new Uint8Array(length).fill(SPACE)
  header.set(text)
  return header
}

/**
 * Encodes a safetensors file. Tensors are ordered by width, the widest first for alignment, then by name.
 *
 * @param tensors - by name: an `ndarray`, a typed array, or `{ data, shape, stride, offset, dtype }`, where `dtype:
 *   'F16'` halves the size of floats; or an array of rows of numbers, stored as float32 (rows that are all
 *   `Float64Array` as float64)
 * @throws TypeError for values other than tensors, RangeError where shape and number of elements disagree
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorInput>>,
  options: EncodeSafetensorsOptions = {},
): Uint8Array {
  checkObject('encodeSafetensors', 'tensors', tensors)
  checkOptions('encodeSafetensors', options, ['metadata'])
  const { metadata = {} } = options
  checkMetadata('encodeSafetensors', metadata)
  if (Object.hasOwn(tensors, METADATA)) throw new RangeError(`encodeSafetensors: "${METADATA}" is no name of a tensor`)
  const list = Object.entries(tensors).map(([name, source]) => ({
    name,
    ...takeTensor('encodeSafetensors', name, source),
  }))
  list.sort((a, b) => elementTypes[b.dtype].bytes - elementTypes[a.dtype].bytes || (a.name < b.name ? -1 : 1))
  let length = 0
  const places = list.map(({ name, dtype, shape, data }) => {
    const start = length
    length += data.length * elementTypes[dtype].bytes
    return [name, { dtype, shape, data_offsets: [start, length] }] as [string, unknown]
  })
  const header = headerOf(Object.keys(metadata).length > 0 ? [[METADATA, metadata], ...places] : places)
  const bytes = new Uint8Array(LENGTH_BYTES + header.length + length)
  const file = new DataView(bytes.buffer)
  file.setBigUint64(0, BigInt(header.length), true)
  bytes.set(header, LENGTH_BYTES)
  let at = LENGTH_BYTES + header.length
  for (const { name, dtype, data } of list) at = writeNumbers(file, at, name, dtype, data)
  return bytes
}

function writeNumbers(file: DataView, from: number, name: string, dtype: TensorDtype, data: TensorData): number {
  const { write, bytes } = elementTypes[dtype]
  if (write === undefined) throw new TypeError(`encodeSafetensors: "${name}" cannot be written as ${dtype}`)
  let at = from
  for (const value of data) {
    write(file, at, value as never)
    at += bytes
  }
  return at
}

/** Whether this machine stores numbers as the file does. */
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The numbers of a tensor that begins at byte `start`, little-endian, all of which must be there. */
export function readTensor(
  file: DataView,
  { dtype, shape, start }: Pick<TensorEntry, 'dtype' | 'shape' | 'start'>,
): Tensor {
  const { bytes, make, read } = elementTypes[dtype]
  const data = make(sizeOf(shape))
  if (isLittleEndian && data.BYTES_PER_ELEMENT === bytes) {
    new Uint8Array(data.buffer).set(new Uint8Array(file.buffer, file.byteOffset + start, data.byteLength))
    return { dtype, shape, data }
  }
  for (let i = 0, at = start; i < data.length; i++, at += bytes) data[i] = read(file, at) as never
  return { dtype, shape, data }
}

/**
 * The contents of a safetensors file.
 *
 * @param bytes - the whole file
 * @throws FormatError where lengths, offsets or names are not as the format has them: nothing is read beyond the bytes,
 * and a file may neither leave gaps nor use bytes twice
 */
export function decodeSafetensors(bytes: Uint8Array | ArrayBuffer): Safetensors {
  const whole = ownBytes(bytes)
  if (whole === undefined) {
    throw new TypeError(expectation('decodeSafetensors', 'bytes', 'a Uint8Array or an ArrayBuffer', bytes))
  }
  const { entries, metadata } = parseHeader(whole)
  const file = new DataView(whole.buffer, whole.byteOffset, whole.byteLength)
  return {
    tensors: Object.fromEntries(entries.map((entry) => [entry.name, readTensor(file, entry)])),
    metadata,
  }
}
