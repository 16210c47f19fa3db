/** Writes ZIP archives whose members are stored as they are, with the sizes of ZIP64 where they are needed (PKWARE's APPNOTE 6.3). */
import { encodeUtf8 } from '../core/utf8.ts'
import { crc32 } from './crc32.ts'

const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
/** 1980-01-01, the first date of ZIP: archives of the same members have the same bits. */
const FIRST_DATE = 0x21
/** Names are in UTF-8. */
const UTF8_NAMES = 0x800
/** Stands for what does not fit 32 bits and is told in the field of ZIP64. */
const ELSEWHERE = 0xffffffff
const MOST_MEMBERS = 0xffff

/** Numbers, little-endian, as pairs of their value and their bytes. */
function record(...numbers: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Uint8Array {
  const bytes = new Uint8Array(numbers.reduce((sum, [, size]) => sum + size, 0))
  const out = new DataView(bytes.buffer)
  let at = 0
  for (const [value, size] of numbers) {
    if (size === 2) out.setUint16(at, value, true)
    else if (size === 4) out.setUint32(at, value, true)
    else out.setBigUint64(at, BigInt(value), true)
    at += size
  }
  return bytes
}

/** Bytes of the parts, one after the other. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Writes an archive member by member; what it returns is to be written one after the other. */
export class ZipWriter {
  private readonly central: Uint8Array[] = []
  private at = 0

  /** The next member. */
  member(name: string, content: Uint8Array): Uint8Array {
    const text = encodeUtf8(name)
    const { length } = content
    const common = [
      ...([
        [UTF8_NAMES, 2],
        [0, 2],
        [0, 2],
        [FIRST_DATE, 2],
        [crc32(content), 4],
        [length, 4],
        [length, 4],
      ] as const),
      [text.length, 2] as const,
    ]
    const wide = this.at >= ELSEWHERE
    const extra = wide ? record([1, 2], [8, 2], [this.at, 8]) : new Uint8Array(0)
    const version = [wide ? 45 : 20, 2] as const
    const last = [
      [extra.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [wide ? ELSEWHERE : this.at, 4],
    ] as const
    this.central.push(record([CENTRAL, 4], version, version, ...common, ...last), text, extra)
    const bytes = concatenated([record([LOCAL, 4], [20, 2], ...common, [0, 2]), text, content])
    this.at += bytes.length
    return bytes
  }

  /** The list of members, which ends the archive. */
  end(): Uint8Array {
    const list = concatenated(this.central)
    const members = this.central.length / 3
    const wide = members > MOST_MEMBERS || this.at + list.length >= ELSEWHERE
    const end64 = record(
      ...([
        [END64, 4],
        [44, 8],
        [45, 2],
        [45, 2],
        [0, 4],
        [0, 4],
      ] as const),
      ...([
        [members, 8],
        [members, 8],
        [list.length, 8],
        [this.at, 8],
      ] as const),
      ...([
        [LOCATOR64, 4],
        [0, 4],
        [this.at + list.length, 8],
        [1, 4],
      ] as const),
    )
    const count = wide ? MOST_MEMBERS : members
    const place = [wide ? ELSEWHERE : list.length, wide ? ELSEWHERE : this.at]
    const end = record([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [place[0], 4], [place[1], 4], [0, 2])
    return concatenated([list, ...(wide ? [end64] : []), end])
  }
}
