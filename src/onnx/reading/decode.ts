/**
 * Bytes to messages, by the tables of `messages.ts`. Every length is checked against the message that it stands in; fields that no table
 * has are passed over.
 */
import { PbfReader } from 'pbf'
import { FormatError } from '../../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../../core/lfs.ts'
import { decodeUtf8 } from '../../core/utf8.ts'
import { type Field, type MessageFields, type ModelMessage, modelFields } from '../messages.ts'

type Values = Record<string, unknown>
type ByTag = Map<number, [name: string, field: Field]>

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5]
/** Bytes of the longest number. */
const LONGEST = 10

/** A reader of one file. */
class Decoder {
  private readonly pbf: PbfReader
  private readonly tables = new Map<MessageFields, ByTag>()

  constructor(bytes: Uint8Array) {
    this.pbf = new PbfReader(bytes)
  }

  message(fields: MessageFields, end: number): Values {
    const { pbf } = this
    const table = this.tableOf(fields)
    const values: Values = {}
    for (const [name, { repeated }] of table.values()) if (repeated) values[name] = []
    while (pbf.pos < end) {
      const key = this.varint(end)
      const [tag, wire] = [Math.floor(key / 8), key % 8]
      const known = table.get(tag)
      if (known === undefined) this.skip(wire, end)
      else this.field(values, known, wire, end)
    }
    return values
  }

  private tableOf(fields: MessageFields): ByTag {
    const known = this.tables.get(fields)
    if (known !== undefined) return known
    const table: ByTag = new Map(Object.entries(fields).map(([name, field]) => [field.tag, [name, field]]))
    this.tables.set(fields, table)
    return table
  }

  private field(values: Values, [name, { kind, repeated }]: [string, Field], wire: number, end: number): void {
    if (kind === 'ints' || kind === 'floats' || kind === 'doubles') {
      const list = (values[name] ?? []) as number[]
      values[name] = list
      const stop = wire === BYTES ? this.length(end) : undefined
      const read = { ints: () => this.int(end), floats: () => this.float(end), doubles: () => this.double(end) }[kind]
      if (stop === undefined) list.push(read())
      else while (this.pbf.pos < stop) list.push(read())
      return
    }
    const value = this.single(kind, wire, end)
    if (repeated) (values[name] as unknown[]).push(value)
    else values[name] = value
  }

  private single(kind: Exclude<Field['kind'], 'ints' | 'floats' | 'doubles'>, wire: number, end: number): unknown {
    const wanted = kind === 'int' ? VARINT : kind === 'float' ? FIXED32 : BYTES
    if (wire !== wanted) this.fail(`a field has the wire type ${wire}, expected ${wanted}`)
    if (kind === 'int') return this.int(end)
    if (kind === 'float') return this.float(end)
    const stop = this.length(end)
    if (typeof kind === 'object') return this.message(kind, stop)
    const bytes = this.pbf.buf.subarray(this.pbf.pos, stop)
    this.pbf.pos = stop
    if (kind === 'bytes') return bytes
    const text = decodeUtf8(bytes)
    if (text === null) this.fail('a name is no UTF-8')
    return text
  }

  /** The end of what follows, whose length comes first. */
  private length(end: number): number {
    const length = this.varint(end)
    const stop = this.pbf.pos + length
    if (!(stop <= end)) this.fail(`a part of ${length} bytes has ${end - this.pbf.pos}`)
    return stop
  }

  private varint(end: number): number {
    this.checkVarint(end)
    return this.pbf.readVarint()
  }

  private int(end: number): number {
    this.checkVarint(end)
    return this.pbf.readVarint(true)
  }

  /** Whether a number of up to ten bytes ends before the part does. */
  private checkVarint(end: number): void {
    const { buf, pos } = this.pbf
    const stop = Math.min(end, pos + LONGEST)
    let at = pos
    while (at < stop && buf[at] > 127) at++
    if (at >= stop) this.fail('a part ends within a number')
  }

  private float(end: number): number {
    this.room(4, end)
    return this.pbf.readFloat()
  }

  private double(end: number): number {
    this.room(8, end)
    return this.pbf.readDouble()
  }

  private skip(wire: number, end: number): void {
    if (wire === VARINT) this.varint(end)
    else if (wire === BYTES) this.pbf.pos = this.length(end)
    else if (wire === FIXED32 || wire === FIXED64) {
      this.room(wire === FIXED32 ? 4 : 8, end)
      this.pbf.pos += wire === FIXED32 ? 4 : 8
    } else this.fail(`unknown wire type ${wire}`)
  }

  private room(bytes: number, end: number): void {
    if (this.pbf.pos + bytes > end) this.fail('a part ends within a number')
  }

  private fail(reason: string): never {
    throw new FormatError(`not an ONNX file: ${reason}, at byte ${this.pbf.pos}`)
  }
}

/**
 * The messages of a file.
 *
 * @throws FormatError for bytes that are none
 */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  if (isLfsPointer(bytes)) throw new FormatError(lfsRemedy('model'))
  const values = new Decoder(bytes).message(modelFields, bytes.length)
  if (values.graph === undefined) throw new FormatError('not an ONNX file: it has no graph')
  return values as unknown as ModelMessage
}
