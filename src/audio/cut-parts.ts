/** Whether files that are parts in a row are whole: each part states its length, in M4A (boxes), CAF (chunks) and WMA (objects). */

interface Layout {
  name: string
  /** Position of the first part. */
  first: number
  /** Bytes before a part's contents, which tell its length. */
  header: number
  /** The whole length of the part at a position; 0 for one that goes on to the end of the file. */
  length(file: DataView, at: number): number
}

const layouts: Readonly<Record<'m4a' | 'caf' | 'wma', Layout>> = {
  // ISO/IEC 14496-12: 32 bits and a name; 1 means 64 bits behind the name.
  m4a: { name: 'M4A', first: 0, header: 8, length: boxLength },
  // Apple Core Audio Format 1.0: a name and 64 bits; -1 is what a recorder left that did not know.
  caf: { name: 'CAF', first: 8, header: 12, length: (file, at) => 12 + Number(file.getBigInt64(at + 4)) },
  // Advanced Systems Format: a GUID and 64 bits, least significant byte first.
  wma: { name: 'WMA', first: 0, header: 24, length: (file, at) => Number(file.getBigUint64(at + 16, true)) },
}

function boxLength(file: DataView, at: number): number {
  const length = file.getUint32(at)
  if (length !== 1) return length
  return at + 16 <= file.byteLength ? Number(file.getBigUint64(at + 8)) : file.byteLength - at + 1
}

/** A warning where the last part is not whole, or undefined. */
export function cutParts(bytes: Uint8Array, kind: keyof typeof layouts): string | undefined {
  const { name, first, header, length } = layouts[kind]
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = first
  while (at + header <= bytes.length) {
    const size = length(file, at)
    if (size < header) return undefined
    at += size
  }
  if (at === bytes.length) return undefined
  const missing = at > bytes.length ? at - bytes.length : at + header - bytes.length
  return `the ${name} file is cut off: ${missing} bytes or more are missing`
}
