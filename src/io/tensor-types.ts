/** The element types of safetensors files: width, reading and writing. */
import { typedArrayTag } from '../core/realm.ts'
import { fromFloat16Bits, toFloat16Bits } from './float16.ts'

/** Element types that can be read; all except BF16 can also be written. */
export type TensorDtype =
  | 'F64'
  | 'F32'
  | 'F16'
  | 'BF16'
  | 'I64'
  | 'I32'
  | 'I16'
  | 'I8'
  | 'U64'
  | 'U32'
  | 'U16'
  | 'U8'
  | 'BOOL'

/** Numbers in memory: F16 and BF16 as float32, BOOL as bytes. */
export type TensorData =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | BigInt64Array
  | BigUint64Array

/** One element type; `at` is a byte of the file. */
interface ElementType {
  bytes: number
  make(length: number): TensorData
  read(file: DataView, at: number): number | bigint
  /** Missing for types that are only read. */
  write?(file: DataView, at: number, value: never): void
}

const scratch = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4))

/** BF16 is the upper half of a float32. */
function fromBfloat16Bits(bits: number): number {
  scratch.setUint16(0, bits)
  scratch.setUint16(2, 0)
  return scratch.getFloat32(0)
}

/** All element types by their names in files. */
export const elementTypes: Readonly<Record<TensorDtype, ElementType>> = {
  F64: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    read: (file, at) => file.getFloat64(at, true),
    write: (file, at, value: number) => file.setFloat64(at, value, true),
  },
  F32: {
    bytes: 4,
    make: (n) => new Float32Array(n),
    read: (file, at) => file.getFloat32(at, true),
    write: (file, at, value: number) => file.setFloat32(at, value, true),
  },
  F16: {
    bytes: 2,
    make: (n) => new Float32Array(n),
    read: (file, at) => fromFloat16Bits(file.getUint16(at, true)),
    write: (file, at, value: number) => file.setUint16(at, toFloat16Bits(value), true),
  },
  BF16: {
    bytes: 2,
    make: (n) => new Float32Array(n),
    read: (file, at) => fromBfloat16Bits(file.getUint16(at, true)),
  },
  I64: {
    bytes: 8,
    make: (n) => new BigInt64Array(n),
    read: (file, at) => file.getBigInt64(at, true),
    write: (file, at, value: bigint) => file.setBigInt64(at, value, true),
  },
  I32: {
    bytes: 4,
    make: (n) => new Int32Array(n),
    read: (file, at) => file.getInt32(at, true),
    write: (file, at, value: number) => file.setInt32(at, value, true),
  },
  I16: {
    bytes: 2,
    make: (n) => new Int16Array(n),
    read: (file, at) => file.getInt16(at, true),
    write: (file, at, value: number) => file.setInt16(at, value, true),
  },
  I8: {
    bytes: 1,
    make: (n) => new Int8Array(n),
    read: (file, at) => file.getInt8(at),
    write: (file, at, value: number) => file.setInt8(at, value),
  },
  U64: {
    bytes: 8,
    make: (n) => new BigUint64Array(n),
    read: (file, at) => file.getBigUint64(at, true),
    write: (file, at, value: bigint) => file.setBigUint64(at, value, true),
  },
  U32: {
    bytes: 4,
    make: (n) => new Uint32Array(n),
    read: (file, at) => file.getUint32(at, true),
    write: (file, at, value: number) => file.setUint32(at, value, true),
  },
  U16: {
    bytes: 2,
    make: (n) => new Uint16Array(n),
    read: (file, at) => file.getUint16(at, true),
    write: (file, at, value: number) => file.setUint16(at, value, true),
  },
  U8: {
    bytes: 1,
    make: (n) => new Uint8Array(n),
    read: (file, at) => file.getUint8(at),
    write: (file, at, value: number) => file.setUint8(at, value),
  },
  BOOL: {
    bytes: 1,
    make: (n) => new Uint8Array(n),
    read: (file, at) => file.getUint8(at),
    write: (file, at, value: number) => file.setUint8(at, value),
  },
}

const ownTypes: Readonly<Record<string, TensorDtype>> = {
  Float32Array: 'F32',
  Float64Array: 'F64',
  Int32Array: 'I32',
  Int16Array: 'I16',
  Int8Array: 'I8',
  Uint32Array: 'U32',
  Uint16Array: 'U16',
  Uint8Array: 'U8',
  BigInt64Array: 'I64',
  BigUint64Array: 'U64',
}

/** The element type that stores an array exactly, or null. */
export function ownType(data: unknown): TensorDtype | null {
  return ownTypes[typedArrayTag(data) ?? ''] ?? null
}

/** Whether an element type may be stored as another: the same type, floats as other floats, bytes as BOOL. */
export function mayStoreAs(own: TensorDtype, stored: TensorDtype): boolean {
  const floats: TensorDtype[] = ['F64', 'F32', 'F16']
  return own === stored || (floats.includes(own) && floats.includes(stored)) || (own === 'U8' && stored === 'BOOL')
}
