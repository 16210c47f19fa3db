/**
 * NumPy's `.npy` files (numpy.lib.format). Vectors and matrices are written as version 1.0, little-endian, in C order;
 * all arrays of plain numbers that NumPy writes are read.
 */
import type { NdArray } from 'ndarray'
import { dtypeOf, sizeOf, view } from '../core/array.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isErrorNamed, ownBytes } from '../core/realm.ts'
import type { MatrixLike, VectorLike } from '../core/types.ts'
import { arrayToWrite } from './array-input.ts'
import { MAGIC, PREAMBLE, parseNpyHeader } from './npy-header.ts'
import { elementOf, type NpyData } from './npy-types.ts'

/** An array of a NumPy file: row-major, in a typed array that holds its numbers. */
export type NpyArray = NdArray<NpyData>

const ALIGNMENT = 64
const descriptors = { float32: '<f4', float64: '<f8' } as const

/**
 * Encodes a vector or matrix as the bytes of a `.npy` file. Input is a view, a typed array, or an array of numbers or
 * of rows; float64 is written as float64, everything else as float32.
 *
 * @throws TypeError or RangeError for other input, and RangeError for 32 bit integers that float32 would round
 */
export function encodeNpy(x: VectorLike | MatrixLike): Uint8Array {
  const { data, shape } = arrayToWrite('encodeNpy', 'x', x)
  const dtype = dtypeOf(data)
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': (${lengths}), }`
  const padding = ALIGNMENT - ((PREAMBLE + text.length + 1) % ALIGNMENT)
  const header = `${text}${' '.repeat(padding % ALIGNMENT)}\n`
  const bytes = new Uint8Array(PREAMBLE + header.length + data.byteLength)
  const out = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  bytes.set([1, 0], MAGIC.length)
  out.setUint16(8, header.length, true)
  for (let i = 0; i < header.length; i++) bytes[PREAMBLE + i] = header.charCodeAt(i)
  const start = PREAMBLE + header.length
  for (let i = 0; i < data.length; i++) {
    if (dtype === 'float64') out.setFloat64(start + 8 * i, data[i], true)
    else out.setFloat32(start + 4 * i, data[i], true)
  }
  return bytes
}

/** Number of elements; throws FormatError unless the bytes after the header hold them. */
function checkedSize(shape: readonly number[], width: number, there: number): number {
  // A product of many lengths may be infinite, and infinity times 0 is NaN.
  const size = shape.includes(0) ? 0 : sizeOf(shape)
  if (size * width <= there) return size
  throw new FormatError(`expected ${size} elements, the file ends after ${there} bytes`)
}

/** Converts an array in Fortran order, first index fastest, to row-major order. */
function fromFortran(source: NpyData, shape: readonly number[], out: NpyData): NpyData {
  const index = shape.map(() => 0)
  const steps = shape.map((_, axis) => sizeOf(shape.slice(0, axis)))
  for (let i = 0, at = 0; i < out.length; i++) {
    out[i] = source[at]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += steps[axis]
      if (++index[axis] < shape[axis]) break
      at -= steps[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return out
}

/** Reads the array of a `.npy` file; error texts lack the function name, which {@link placed} adds. */
export function readNpy(bytes: Uint8Array): NpyArray {
  const { descriptor, fortran, shape, start } = parseNpyHeader(bytes)
  const { element, little } = elementOf(descriptor)
  const size = checkedSize(shape, element.bytes, bytes.length - start)
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data = element.make(size)
  for (let i = 0, at = start; i < size; i++, at += element.bytes) data[i] = element.read(file, at, little)
  return view(fortran && shape.length > 1 ? fromFortran(data, shape, element.make(size)) : data, shape)
}

/** The bytes of a file; TypeError for anything else. */
export function fileBytes(where: string, file: unknown): Uint8Array {
  const bytes = ownBytes(file)
  if (bytes !== undefined) return bytes
  throw new TypeError(expectation(where, 'file', 'its bytes as a Uint8Array or an ArrayBuffer', file))
}

/** Calls `read` and prefixes the text of FormatErrors with the name of the public function. */
export function placed<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!isErrorNamed(cause, 'FormatError')) throw cause
    throw new FormatError(`${where}: ${cause.message}`, { cause })
  }
}

/**
 * Decodes the bytes of a `.npy` file as written by `numpy.save`: versions 1 to 3, either byte order, C or Fortran order
 * (the result is row-major), at most 32 dimensions. Integers of 8 to 32 bits and floats keep their type; float16
 * becomes float32, bool bytes 0 and 1, and 64 bit integers, NumPy's default, float64, which every function here
 * accepts.
 *
 * @throws TypeError for an argument other than bytes; FormatError for bytes other than a `.npy` file, a truncated file,
 *   64 bit integers beyond 2^53, and, by name, complex numbers, objects, text, dates, structured arrays and longdouble
 * @example
 * ```ts
 * const labels = encodeNpy([2, 0, 1])
 * decodeNpy(labels).data // Float32Array [2, 0, 1]
 * ```
 */
export function decodeNpy(file: Uint8Array | ArrayBuffer): NpyArray {
  const bytes = fileBytes('decodeNpy', file)
  return placed('decodeNpy', () => readNpy(bytes))
}
