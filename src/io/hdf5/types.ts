/** Data types and spaces: the elements of data sets and attributes, and their shapes. */
import { sizeOf } from '../../core/array.ts'
import { elementOf, type NpyElement } from '../npy-types.ts'
import { fail, type Hdf5Source, unsupported } from './source.ts'

/** An element: a number, a text of fixed length, or a text in the global heap. */
export type Hdf5Type =
  | { kind: 'number'; bytes: number; element: NpyElement }
  | { kind: 'text' | 'heapText'; bytes: number }

/** Names of the other classes of types. */
const classes: Readonly<Record<number, string>> = {
  ...{ 2: 'times', 4: 'bit fields', 5: 'opaque values (bfloat16 is one)', 6: 'compound values', 7: 'references' },
  ...{ 8: 'enumerated values', 9: 'sequences of variable length', 10: 'array values' },
}

/** Exponent's place and size, mantissa's place and size, exponent's bias of the floats of 2, 4 and 8 bytes. */
const floats: Readonly<Record<number, string>> = { 2: '10 5 0 10 15', 4: '23 8 0 23 127', 8: '52 11 0 52 1023' }

function numberType(source: Hdf5Source, at: number, kind: string): Hdf5Type {
  const bytes = source.u32(at + 4)
  if (source.u8(at + 1) & 1) unsupported('big-endian numbers')
  const [offset, precision] = [source.u16(at + 8), source.u16(at + 10)]
  if (offset !== 0 || precision !== 8 * bytes || ![1, 2, 4, 8].includes(bytes)) unsupported('numbers of odd widths')
  return { kind: 'number', bytes, element: elementOf(`<${kind}${bytes}`).element }
}

function floatType(source: Hdf5Source, at: number): Hdf5Type {
  const parts = [12, 13, 14, 15].map((k) => source.u8(at + k))
  if (floats[source.u32(at + 4)] !== [...parts, source.u32(at + 16)].join(' ')) {
    unsupported('floats other than those of IEEE 754')
  }
  return numberType(source, at, 'f')
}

/** Reads a data type's message. */
export function typeAt(source: Hdf5Source, at: number): Hdf5Type {
  const kind = source.u8(at) & 15
  const bits = source.u8(at + 1)
  if (kind === 0) return numberType(source, at, bits & 8 ? 'i' : 'u')
  if (kind === 1) return floatType(source, at)
  if (kind === 3) return { kind: 'text', bytes: source.u32(at + 4) }
  if (kind === 9 && (bits & 15) === 1) return { kind: 'heapText', bytes: 16 }
  return unsupported(classes[kind] ?? `values of class ${kind}`)
}

/** Most dimensions of HDF5. */
const MOST_DIMENSIONS = 32

/** Reads a data space's message: the shape, empty for a single value. */
export function shapeAt(source: Hdf5Source, at: number): number[] {
  const [version, rank] = [source.u8(at), source.u8(at + 1)]
  if (version !== 1 && version !== 2) fail(`a shape of version ${version} at byte ${at}: the file is damaged`)
  if (rank > MOST_DIMENSIONS) fail(`a shape of ${rank} dimensions at byte ${at}: the file is damaged`)
  if (version === 2 && source.u8(at + 3) === 2) return [0]
  const dims = at + (version === 1 ? 8 : 4)
  return Array.from({ length: rank }, (_, k) => source.u64(dims + 8 * k))
}

/** The number of bytes of so many elements, which may be far more than there are. */
export function bytesOf(shape: readonly number[], { bytes }: Hdf5Type): number {
  // A product of many lengths may be infinite, and infinity times 0 is NaN.
  return shape.includes(0) ? 0 : sizeOf(shape) * bytes
}
