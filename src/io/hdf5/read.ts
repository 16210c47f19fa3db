/**
 * Reads HDF5 files of the form that h5py writes by default, and with it Keras and rbms: superblock 0, groups of the
 * older form, contiguous uncompressed numbers, attributes of text. Anything else in a file is refused by name when it is met.
 */
import { sizeOf } from '../../core/array.ts'
import { describe } from '../../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../../core/lfs.ts'
import type { NpyData } from '../npy-types.ts'
import { type Attribute, attributeOf } from './attributes.ts'
import { type Members, membersOf } from './groups.ts'
import { type Message, message, messagesOf } from './header.ts'
import { fail, Hdf5Source, unsupported } from './source.ts'
import { GlobalHeaps, textsAt } from './texts.ts'
import { bytesOf, type Hdf5Type, shapeAt, typeAt } from './types.ts'

/** A data set of numbers, row-major. */
export interface Hdf5Array {
  shape: number[]
  data: NpyData
}

const CONTIGUOUS = 1
const layouts: Readonly<Record<number, string>> = { 0: 'compact data', 2: 'data in chunks', 3: 'virtual data' }

/** Where the elements of a data set are; null where there are none. */
function dataAt(source: Hdf5Source, { at, size }: Message): number | null {
  const [version, layout] = [source.u8(at), source.u8(at + 1)]
  if (version !== 3) unsupported(`a data layout of version ${version}`)
  if (layout !== CONTIGUOUS) unsupported(layouts[layout] ?? `a data layout of class ${layout}`)
  if (size < 18) fail(`a data layout at byte ${at} is too short: the file is damaged`)
  return source.u64OrNull(at + 2)
}

/** A file open for reading, shared by its groups. */
interface Opened {
  source: Hdf5Source
  heaps: GlobalHeaps
  objects: Map<number, Hdf5Object>
}

/** A group or a data set of a file; parts are read when asked for. */
export class Hdf5Object {
  /** Its path, for messages. */
  readonly path: string
  private readonly opened: Opened
  private readonly messages: Message[]
  private members: Members | undefined
  private attributes: Attribute[] | undefined
  private read: Hdf5Array | undefined

  constructor(opened: Opened, address: number, path: string) {
    this.opened = opened
    this.path = path
    this.messages = messagesOf(opened.source, address)
  }

  /** Whether it has members. */
  get isGroup(): boolean {
    return this.find(message.symbols) !== undefined
  }

  /** The names of the members, in the order of the file, which is that of their bytes. */
  get names(): string[] {
    return [...this.list().keys()]
  }

  /** The member at a path of names with `/` between; undefined where there is none. */
  at(path: string): Hdf5Object | undefined {
    let object: Hdf5Object | undefined = this
    for (const name of path.split('/')) {
      object = object?.isGroup ? object.member(name) : undefined
    }
    return object
  }

  /** The numbers of a data set. */
  array(): Hdf5Array {
    this.read ??= this.readArray()
    return this.read
  }

  /** The texts of a data set. */
  texts(): string[] {
    const { at, type, count } = this.elements()
    if (type.kind === 'number') fail(`${describe(this.path)} holds numbers, where text is expected`)
    return textsAt(this.opened.source, this.opened.heaps, type, at, count)
  }

  /** The texts of an attribute; undefined where there is none. */
  attribute(name: string): string[] | undefined {
    const { source, heaps } = this.opened
    this.attributes ??= this.messages
      .filter(({ type }) => type === message.attribute)
      .map((found) => attributeOf(source, heaps, found))
    return this.attributes.find((attribute) => attribute.name === name)?.texts()
  }

  private find(type: number): Message | undefined {
    return this.messages.find((found) => found.type === type)
  }

  private list(): Members {
    const symbols = this.find(message.symbols) ?? fail(`${describe(this.path)} is no group`)
    this.members ??= membersOf(this.opened.source, symbols.at)
    return this.members
  }

  private member(name: string): Hdf5Object | undefined {
    const address = this.list().get(name)
    if (address === undefined) return undefined
    const path = this.path === '' ? name : `${this.path}/${name}`
    if (address === null) unsupported(`a link by path, ${describe(path)},`)
    const { objects } = this.opened
    const known = objects.get(address) ?? new Hdf5Object(this.opened, address, path)
    objects.set(address, known)
    return known
  }

  /** Where the elements of a data set are, counted as read. */
  private elements(): { at: number; shape: number[]; type: Hdf5Type; count: number } {
    const { source } = this.opened
    const [space, kind, layout] = [message.space, message.type, message.layout].map(
      (wanted) => this.find(wanted) ?? fail(`${describe(this.path)} is no data set`),
    )
    const shape = shapeAt(source, space.at)
    const type = typeAt(source, kind.at)
    const bytes = bytesOf(shape, type)
    const at = dataAt(source, layout)
    if (at === null && bytes > 0) unsupported(`${describe(this.path)}, whose elements were never written,`)
    source.claim(at ?? 0, bytes, describe(this.path))
    return { at: at ?? 0, shape, type, count: bytes === 0 ? 0 : sizeOf(shape) }
  }

  private readArray(): Hdf5Array {
    const { at, shape, type, count } = this.elements()
    if (type.kind !== 'number') fail(`${describe(this.path)} holds text, where numbers are expected`)
    return { shape, data: this.opened.source.numbers(at, type.element, count) }
  }
}

/** The root group of a file. */
export function readHdf5(bytes: Uint8Array): Hdf5Object {
  if (isLfsPointer(bytes)) fail(lfsRemedy('model'))
  const source = new Hdf5Source(bytes)
  return new Hdf5Object({ source, heaps: new GlobalHeaps(source), objects: new Map() }, source.root(), '')
}
