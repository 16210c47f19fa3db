/** Detection of truncated files by the stated lengths of their parts: boxes in M4A, chunks in CAF, objects in WMA. */
import { textAt } from './sound-kind.ts'

interface Layout {
  name: string
  /** Position of the first part. */
  first: number
  /** Bytes of a part's header, with name and length. */
  header: number
  /** Names of parts, each between bars; other names end the sequence, such as a tag after the last part. */
  parts: string
  /** Offset of the name in the header, and its length in bytes. */
  naming: readonly [at: number, bytes: number]
  /** Total length of the part at a position; 0 for one that extends to the end of the file. */
  length(file: DataView, at: number): number
}

const layouts: Readonly<Record<'m4a' | 'caf' | 'wma', Layout>> = {
  // ISO/IEC 14496-12: 32 bits and a name; 1 means 64 bits after the name.
  m4a: {
    ...{ name: 'M4A', first: 0, header: 8, naming: [4, 4] },
    parts: '|ftyp|moov|mdat|free|skip|wide|uuid|meta|udta|moof|mfra|sidx|styp|emsg|prft|',
    length: boxLength,
  },
  // Apple Core Audio Format 1.0: a name and 64 bits; -1 where the recorder did not know the length.
  caf: {
    ...{ name: 'CAF', first: 8, header: 12, naming: [0, 4] },
    parts: '|desc|data|pakt|kuki|chan|free|info|strg|mark|regn|inst|midi|ovvw|peak|edct|umid|uuid|',
    length: (file, at) => 12 + Number(file.getBigInt64(at + 4)),
  },
  // Advanced Systems Format: a GUID (of header, data, two kinds of index) and 64 bits, least significant byte first.
  wma: {
    ...{ name: 'WMA', first: 0, header: 24, naming: [0, 4] },
    parts: '|\x30\x26\xb2\x75|\x36\x26\xb2\x75|\x90\x08\x00\x33|\xd6\xe2\x29\xd3|\xf8\x03\xb1\xfe|',
    length: (file, at) => Number(file.getBigUint64(at + 16, true)),
  },
}

function boxLength(file: DataView, at: number): number {
  const length = file.getUint32(at)
  if (length !== 1) return length
  return at + 16 <= file.byteLength ? Number(file.getBigUint64(at + 8)) : 0
}

/** A warning where the last part is truncated, or undefined. */
export function cutParts(bytes: Uint8Array, kind: keyof typeof layouts): string | undefined {
  const { name, first, header, parts, naming, length } = layouts[kind]
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = first
  while (at + header <= bytes.length && parts.includes(`|${textAt(bytes, at + naming[0], naming[1])}|`)) {
    const size = length(file, at)
    if (size < header) return undefined
    at += size
  }
  if (at === first || at <= bytes.length) return undefined
  return `the ${name} file is cut off: ${at - bytes.length} bytes or more are missing`
}
