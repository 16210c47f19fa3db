/** Constants of a file: their elements, which stand in it in several ways, or in a second file. */
import { describe, FormatError } from '../../core/errors.ts'
import { ownBytes } from '../../core/realm.ts'
import { sizeOf } from '../../core/storage.ts'
import { decodeUtf8 } from '../../core/utf8.ts'
import { fromFloat16Bits } from '../../io/float16.ts'
import type { ModelMessage, TensorMessage } from '../messages.ts'
import { constant, type Numbers, type Words } from './numbers.ts'

/** The bytes of the second file, or of several by their locations; a function may give those of a location. */
export type ExternalData = Uint8Array | ArrayBuffer | Readonly<Record<string, Uint8Array | ArrayBuffer>>

interface Element {
  bytes: number
  type: Numbers['type']
  read(view: DataView, at: number): number
  make: (length: number) => Float32Array | Float64Array
}

const wide = (length: number): Float64Array => new Float64Array(length)
const narrow = (length: number): Float32Array => new Float32Array(length)

function element(bytes: number, type: Numbers['type'], read: Element['read'], make: Element['make'] = wide): Element {
  return { bytes, type, read, make }
}

const big = (value: bigint): number => Number(value)
const halfOfFloat = (bits: number): number => new Float32Array(Uint32Array.of(bits * 65536).buffer)[0]

/** Element types by their numbers. */
const elementTable = (): Record<number, Element> => ({
  1: element(4, 'float', (view, at) => view.getFloat32(at, true), narrow),
  2: element(1, 'int', (view, at) => view.getUint8(at)),
  3: element(1, 'int', (view, at) => view.getInt8(at)),
  4: element(2, 'int', (view, at) => view.getUint16(at, true)),
  5: element(2, 'int', (view, at) => view.getInt16(at, true)),
  6: element(4, 'int', (view, at) => view.getInt32(at, true)),
  7: element(8, 'int', (view, at) => big(view.getBigInt64(at, true))),
  9: element(1, 'bool', (view, at) => view.getUint8(at)),
  10: element(2, 'float', (view, at) => fromFloat16Bits(view.getUint16(at, true)), narrow),
  11: element(8, 'float', (view, at) => view.getFloat64(at, true)),
  12: element(4, 'int', (view, at) => view.getUint32(at, true)),
  13: element(8, 'int', (view, at) => big(view.getBigUint64(at, true))),
  16: element(2, 'float', (view, at) => halfOfFloat(view.getUint16(at, true)), narrow),
})

/** Whether numbers of an element type are fractions, whole, or true and false. */
export function typeOfElements(elementType: number): Numbers['type'] | 'text' | undefined {
  return elementType === 8 ? 'text' : elementTable()[elementType]?.type
}

const TEXT = 8
const EXTERNAL = 1

/** Reads the constants of one file; those of the second file may have no more bytes in all than it has. */
export class Tensors {
  private readonly external: ExternalData | undefined
  private left = 0

  constructor(external: ExternalData | undefined) {
    this.external = external
    for (const file of this.files()) this.left += file.byteLength
  }

  /** All bytes that were given beside the file. */
  get size(): number {
    return this.files().reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  private files(): readonly (Uint8Array | ArrayBuffer)[] {
    const { external } = this
    if (external === undefined) return []
    const single = ownBytes(external)
    return single === undefined ? Object.values(external as Record<string, Uint8Array>) : [single]
  }

  /** The numbers, or the texts, of a constant. */
  read(tensor: TensorMessage, name: string = tensor.name): Numbers | Words {
    const { dims = [], dataType } = tensor
    if (!dims.every((size) => Number.isSafeInteger(size) && size >= 0)) {
      throw new FormatError(`the constant ${describe(name)} has a shape [${dims.join(', ')}]`)
    }
    const count = dims.includes(0) ? 0 : sizeOf(dims)
    if (dataType === TEXT) return texts(tensor, name, count)
    const kind = elementTable()[dataType]
    if (kind === undefined) {
      throw new FormatError(`the constant ${describe(name)} has elements of the type ${dataType}, which is not read`)
    }
    return constant(kind.type, dims, this.numbers(tensor, name, kind, count))
  }

  private numbers(tensor: TensorMessage, name: string, kind: Element, count: number): Float32Array | Float64Array {
    const { rawData, floatData, int32Data, int64Data, doubleData } = tensor
    if (tensor.dataLocation === EXTERNAL) return fromBytes(name, kind, count, this.elsewhere(tensor, name, kind, count))
    if (rawData !== undefined) return fromBytes(name, kind, count, rawData)
    const list = floatData ?? int32Data ?? int64Data ?? doubleData ?? []
    checkCount(name, count, list.length)
    const out = kind.make(count)
    const half = kind.bytes === 2 && kind.type === 'float'
    if (half) {
      // Halves stand as the bits of whole numbers.
      const bits = new DataView(new ArrayBuffer(2))
      list.forEach((value, i) => {
        bits.setUint16(0, value, true)
        out[i] = kind.read(bits, 0)
      })
    } else out.set(list)
    return out
  }

  private elsewhere(tensor: TensorMessage, name: string, { bytes }: Element, count: number): Uint8Array {
    const facts = new Map((tensor.externalData ?? []).map(({ key, value }) => [key, value]))
    const location = facts.get('location') ?? ''
    const file = this.fileAt(location, name)
    const offset = wholeOf(facts.get('offset') ?? '0', name, 'offset')
    const length = wholeOf(facts.get('length') ?? String(count * bytes), name, 'length')
    if (offset + length > file.length) {
      throw new FormatError(
        `the constant ${describe(name)} has bytes ${offset} to ${offset + length} of ${describe(location)}, which has ${file.length}`,
      )
    }
    this.left -= length
    if (this.left < 0) throw new FormatError('the constants have more bytes than the files that were given')
    return file.subarray(offset, offset + length)
  }

  private fileAt(location: string, name: string): Uint8Array {
    const { external } = this
    const single = ownBytes(external)
    if (single !== undefined) return single
    const files = (external ?? {}) as Record<string, unknown>
    const file = Object.hasOwn(files, location) ? ownBytes(files[location]) : undefined
    if (file !== undefined) return file
    throw new FormatError(
      `the constant ${describe(name)} is in another file, ${describe(location)}: give its bytes as "externalData"`,
    )
  }
}

/** Locations of the second files that the constants of a model are in. */
export function locationsOf({ graph }: ModelMessage): string[] {
  const inner = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t === undefined ? [] : [t])))
  const all = [...graph.initializer, ...inner]
    .filter(({ dataLocation }) => dataLocation === EXTERNAL)
    .map(({ externalData }) => (externalData ?? []).find(({ key }) => key === 'location')?.value ?? '')
  return [...new Set(all)]
}

function wholeOf(text: string, name: string, what: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(value)) throw new FormatError(`the constant ${describe(name)} has the ${what} ${describe(text)}`)
  return value
}

function checkCount(name: string, count: number, there: number): void {
  if (count !== there) throw new FormatError(`the constant ${describe(name)} has ${there} elements, expected ${count}`)
}

function fromBytes(name: string, kind: Element, count: number, bytes: Uint8Array): Float32Array | Float64Array {
  checkCount(name, count, bytes.length / kind.bytes)
  const out = kind.make(count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < count; i++) out[i] = kind.read(view, i * kind.bytes)
  return out
}

function texts({ stringData = [], dims }: TensorMessage, name: string, count: number): Words {
  checkCount(name, count, stringData.length)
  const words = stringData.map((bytes) => {
    const text = decodeUtf8(bytes)
    if (text === null) throw new FormatError(`the constant ${describe(name)} has text that is no UTF-8`)
    return text
  })
  return { kind: 'words', shape: dims, words }
}
