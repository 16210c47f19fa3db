/** The element types of NumPy's files, in the file and in memory. */
import { describe, FormatError } from '../core/errors.ts'
import type { NumericData } from '../core/types.ts'
import { fromFloat16Bits } from './float16.ts'

/**
 * Numbers of a NumPy array in memory: float16 widened to float32, integers of 64 bits as float64, bool as bytes 0 and
 * 1.
 */
export type NpyData = Exclude<NumericData, number[] | Uint8ClampedArray>

/** One element type; `at` is a byte of the file, `little` its byte order. */
export interface NpyElement {
  bytes: number
  make(length: number): NpyData
  read(file: DataView, at: number, little: boolean): number
}

/** A 64 bit integer as a number; throws beyond 2^53, where it would not be exact. */
function exactly(value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new FormatError(
    `an integer of 64 bits, ${value}, is beyond 2^53: save it as float64, which rounds it, or as two of 32 bits`,
  )
}

/** Element types by kind and width, as they follow the byte order in a descriptor. */
const elements: Readonly<Record<string, NpyElement>> = {
  b1: { bytes: 1, make: (n) => new Uint8Array(n), read: (file, at) => (file.getUint8(at) === 0 ? 0 : 1) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (file, at) => file.getInt8(at) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (file, at, little) => file.getInt16(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (file, at, little) => file.getInt32(at, little) },
  i8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (file, at, little) => exactly(file.getBigInt64(at, little)),
  },
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (file, at) => file.getUint8(at) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (file, at, little) => file.getUint16(at, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (file, at, little) => file.getUint32(at, little) },
  u8: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (file, at, little) => exactly(file.getBigUint64(at, little)),
  },
  f2: {
    bytes: 2,
    make: (n) => new Float32Array(n),
    read: (file, at, little) => fromFloat16Bits(file.getUint16(at, little)),
  },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (file, at, little) => file.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (file, at, little) => file.getFloat64(at, little) },
}

/** Names and remedies for types other than plain numbers. */
const refused: readonly [pattern: RegExp, name: string][] = [
  [/^[[(]/, 'a structured array; save its fields as arrays of their own'],
  [/^\W?c/, 'complex numbers; save real and imaginary parts as two arrays'],
  [/^\W?O/, 'Python objects (pickled), which are not read; save numbers'],
  [/^\W?[US]/, 'text; save numbers'],
  [/^\W?[Mm]/, 'dates or spans of time; save numbers, such as seconds'],
  [/^\W?V/, 'raw bytes without a type (void), as of bfloat16; save numbers, such as float32'],
  [/^\W?f1\d/, "NumPy's longdouble, which differs from machine to machine; save float64"],
]

/** The element type of a descriptor such as `<f4`, and whether its bytes are little-endian. */
export function elementOf(descriptor: string): { element: NpyElement; little: boolean } {
  const [, order, code] = /^([<>|=])?(\w+)$/.exec(descriptor) ?? []
  // Only single bytes may omit the byte order: "native" would be that of the writer's machine.
  const known = code !== undefined && Object.hasOwn(elements, code) ? elements[code] : undefined
  if (known !== undefined && (order === '<' || order === '>' || known.bytes === 1)) {
    return { element: known, little: order !== '>' }
  }
  const name = refused.find(([pattern]) => pattern.test(descriptor))?.[1]
  throw new FormatError(`element type ${describe(descriptor)} is ${name ?? 'not known'}`)
}
