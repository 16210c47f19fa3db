/** Reads ZIP archives: members stored or deflated, with the sizes of ZIP64 (PKWARE's APPNOTE 6.3). */
// The entry for Node loads worker threads, and its import of `createRequire` collides with that in the banner of many
// bundles.
import { inflateSync } from 'fflate/browser'
import { FormatError, messageOf } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { crc32 } from './crc32.ts'

/** A member of an archive. */
export interface ZipMember {
  name: string
  /** Its bytes, checked against their checksum. */
  read(): Uint8Array
}

const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 65_535
/** Marker of a value stored in the ZIP64 field. */
const ELSEWHERE = 0xffffffff
/** Highest compression ratio of deflate. */
const MOST_INFLATED = 1032

function fail(reason: string): never {
  throw new FormatError(reason)
}

function bigAt(file: DataView, at: number): number {
  const value = Number(file.getBigUint64(at, true))
  return Number.isSafeInteger(value) ? value : fail(`not a ZIP archive: a place at ${value} bytes`)
}

/** Where the central directory is and how many members it has. */
function directoryOf(file: DataView): { at: number; members: number } {
  const last = file.byteLength - END_BYTES
  let end = last
  while (end >= 0 && end >= last - LONGEST_COMMENT && file.getUint32(end, true) !== END) end--
  if (end < 0 || end < last - LONGEST_COMMENT) fail('not a ZIP archive, or cut off: its end record is missing')
  const locator = end - 20
  if (locator < 0 || file.getUint32(locator, true) !== LOCATOR64) {
    return { at: file.getUint32(end + 16, true), members: file.getUint16(end + 10, true) }
  }
  const record = bigAt(file, locator + 8)
  if (record + 56 > file.byteLength || file.getUint32(record, true) !== END64) fail('the ZIP64 end record is missing')
  return { at: bigAt(file, record + 48), members: bigAt(file, record + 32) }
}

/** An entry of the central directory. */
interface Entry {
  name: string
  flags: number
  method: number
  crc: number
  packed: number
  size: number
  offset: number
  next: number
}

/** Replaces those sizes and offset that exceed 32 bits by the values of the ZIP64 field, in its order. */
function widen(file: DataView, entry: Entry, from: number, to: number): void {
  let at = from
  while (at + 4 <= to && file.getUint16(at, true) !== 1) at += 4 + file.getUint16(at + 2, true)
  at += 4
  for (const field of ['size', 'packed', 'offset'] as const) {
    if (entry[field] !== ELSEWHERE) continue
    if (at + 8 > to) fail(`"${entry.name}" has no sizes`)
    entry[field] = bigAt(file, at)
    at += 8
  }
}

function readEntry(bytes: Uint8Array, file: DataView, at: number): Entry {
  if (at + CENTRAL_BYTES > bytes.length || file.getUint32(at, true) !== CENTRAL) fail('the list of members is damaged')
  const [nameLength, extra, comment] = [28, 30, 32].map((k) => file.getUint16(at + k, true))
  const nameEnd = at + CENTRAL_BYTES + nameLength
  const next = nameEnd + extra + comment
  if (next > bytes.length) fail('the list of members is cut off')
  const entry: Entry = {
    name: decodeUtf8(bytes.subarray(at + CENTRAL_BYTES, nameEnd)) ?? fail('the name of a member is no UTF-8'),
    flags: file.getUint16(at + 8, true),
    method: file.getUint16(at + 10, true),
    crc: file.getUint32(at + 16, true),
    packed: file.getUint32(at + 20, true),
    size: file.getUint32(at + 24, true),
    offset: file.getUint32(at + 42, true),
    next,
  }
  widen(file, entry, nameEnd, nameEnd + extra)
  return entry
}

/** The compressed bytes of a member. */
function packedBytes(bytes: Uint8Array, file: DataView, { name, offset, packed }: Entry): Uint8Array {
  if (offset + LOCAL_BYTES > bytes.length || file.getUint32(offset, true) !== LOCAL) fail(`"${name}" is missing`)
  const from = offset + LOCAL_BYTES + file.getUint16(offset + 26, true) + file.getUint16(offset + 28, true)
  if (from + packed > bytes.length) fail(`"${name}" is cut off`)
  return bytes.subarray(from, from + packed)
}

function unpacked(name: string, method: number, content: Uint8Array, size: number): Uint8Array {
  if (method === 0) return content
  if (method !== 8) fail(`"${name}" is compressed by method ${method}; only stored and deflated members are read`)
  // Checked before memory is allocated.
  if (size > MOST_INFLATED * content.length) fail(`"${name}" cannot hold ${size} bytes`)
  try {
    return inflateSync(content, { out: new Uint8Array(size) })
  } catch (cause) {
    throw new FormatError(`"${name}" is damaged: ${messageOf(cause)}`, { cause })
  }
}

/** The members of an archive in its order, without folders; each is unpacked when read. */
export function zipMembers(bytes: Uint8Array): ZipMember[] {
  if (isLfsPointer(bytes)) fail(lfsRemedy('archive'))
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { at, members } = directoryOf(file)
  const list: ZipMember[] = []
  for (let k = 0, next = at; k < members; k++) {
    const entry = readEntry(bytes, file, next)
    next = entry.next
    const { name, flags, method, crc, size } = entry
    const read = (): Uint8Array => {
      if (flags & 1) fail(`"${name}" is encrypted`)
      const content = unpacked(name, method, packedBytes(bytes, file, entry), size)
      if (content.length !== size || crc32(content) !== crc) fail(`"${name}" is damaged: its checksum is another`)
      return content
    }
    if (!name.endsWith('/')) list.push({ name, read })
  }
  return list
}
