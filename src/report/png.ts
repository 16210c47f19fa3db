/** Small pictures as PNG (specification, third edition): one byte a pixel, an index of a palette, stored as it is. */
import { crc32 } from '../io/crc32.ts'

/** A picture; `pixels` from the upper row down, each an index of `palette`, colours as `#rrggbb`. */
export interface Picture {
  width: number
  height: number
  pixels: Uint8Array
  palette: readonly string[]
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Bits of a pixel, type "palette", and methods of which there is one each. */
const FORMAT = [8, 3, 0, 0, 0]

/** Most bytes of a stored block. */
const BLOCK = 0xffff

/** The checksum of zlib (RFC 1950). */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}

/** Bytes in blocks that are stored, not compressed (RFC 1951, 3.2.4), between header and checksum. */
function stored(bytes: Uint8Array): Uint8Array {
  const blocks = Math.ceil(bytes.length / BLOCK)
  const packed = new Uint8Array(2 + 5 * blocks + bytes.length + 4)
  const view = new DataView(packed.buffer)
  packed.set([0x78, 0x01])
  for (let i = 0; i < blocks; i++) {
    const block = bytes.subarray(i * BLOCK, (i + 1) * BLOCK)
    const at = 2 + i * (5 + BLOCK)
    packed[at] = i === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, block.length, true)
    view.setUint16(at + 3, ~block.length, true)
    packed.set(block, at + 5)
  }
  view.setUint32(packed.length - 4, adler32(bytes))
  return packed
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(
    Array.from(name, (letter) => letter.charCodeAt(0)),
    4,
  )
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)))
  return bytes
}

/** The bytes of a PNG file. */
export function encodePng({ width, height, pixels, palette }: Picture): Uint8Array {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set(FORMAT, 8)
  const colours = palette.flatMap((color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)))
  const rows = new Uint8Array((width + 1) * height) // each row begins with the number of its filter, 0 for none
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const parts = [
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(colours)),
    chunk('IDAT', stored(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}
