/**
 * NumPy's `.npy` files, version 1.0 (little-endian float32 and float64, C order): numpy.lib.format.
 */
import { dtypeOf, floatView, inputDtype, isArrayView, isRows, toMatrix, toVector } from '../core/array.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { ownBytes } from '../core/realm.ts'
import type { FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const PREAMBLE = 10
const ALIGNMENT = 64
const descriptors = { float32: '<f4', float64: '<f8' } as const

/** The numbers to write and their shape. */
function takeIn(x: VectorLike | MatrixLike): { data: FloatArray; shape: number[] } {
  const where = 'encodeNpy'
  if (isArrayView(x) && (x.shape.length < 1 || x.shape.length > 2)) {
    throw new RangeError(expectation(where, 'x', 'an ndarray of one or two dimensions', x))
  }
  if (isRows(x) || (isArrayView(x) && x.shape.length === 2)) {
    const { data, rows, cols } = toMatrix(where, 'x', x, inputDtype(x))
    return { data, shape: [rows, cols] }
  }
  if (typeof x !== 'object' || x === null) throw new TypeError(expectation(where, 'x', 'an ndarray', x))
  const data = toVector(where, 'x', x, inputDtype(x))
  return { data, shape: [data.length] }
}

/**
 * The bytes of a `.npy` file with a vector or matrix: a view, a typed array, an array of numbers or of rows. Anything but float64
 * is written as float32.
 */
export function encodeNpy(x: VectorLike | MatrixLike): Uint8Array {
  const { data, shape } = takeIn(x)
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

function parseHeader(text: string): { descriptor: string; shape: number[] } {
  const descriptor = /'descr':\s*'([^']+)'/.exec(text)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1]
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1]
  if (descriptor === undefined || fortran === undefined || shape === undefined) {
    throw new FormatError('decodeNpy: the header does not tell type, order and shape')
  }
  if (fortran === 'True') throw new FormatError('decodeNpy: arrays in Fortran order are not supported')
  const lengths = shape.split(',').filter((part) => part.trim() !== '')
  const parsed = lengths.map(Number)
  if (!parsed.every(Number.isSafeInteger)) throw new FormatError(`decodeNpy: (${shape}) is not a shape`)
  return { descriptor, shape: parsed }
}

/** The array in the bytes of a `.npy` file of float32 or float64. */
export function decodeNpy(file: Uint8Array | ArrayBuffer): FloatNdArray {
  const bytes = ownBytes(file)
  if (bytes === undefined)
    throw new TypeError(expectation('decodeNpy', 'bytes', 'a Uint8Array or an ArrayBuffer', file))
  if (bytes.length < PREAMBLE || MAGIC.some((value, i) => bytes[i] !== value)) {
    throw new FormatError('decodeNpy: not a .npy file')
  }
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[6] !== 1) throw new FormatError(`decodeNpy: version ${bytes[6]}.${bytes[7]} is not supported, only 1.0`)
  const start = PREAMBLE + numbers.getUint16(8, true)
  const { descriptor, shape } = parseHeader(String.fromCharCode(...bytes.subarray(PREAMBLE, start)))
  const size = shape.reduce((product, n) => product * n, 1)
  const width = descriptor === descriptors.float64 ? 8 : 4
  if (!Object.values<string>(descriptors).includes(descriptor)) {
    throw new FormatError(`decodeNpy: element type "${descriptor}" is not supported, only <f4 and <f8`)
  }
  if (bytes.length < start + size * width) {
    throw new FormatError(`decodeNpy: expected ${size} elements, the file ends after ${bytes.length - start} bytes`)
  }
  const data: FloatArray = width === 8 ? new Float64Array(size) : new Float32Array(size)
  for (let i = 0; i < size; i++) {
    data[i] = width === 8 ? numbers.getFloat64(start + 8 * i, true) : numbers.getFloat32(start + 4 * i, true)
  }
  return floatView(data, shape)
}
