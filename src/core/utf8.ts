/** UTF-8 as the Encoding standard has it, where there is no `TextEncoder`: an AudioWorklet, some test environments. */

const BLOCK = 8192
const REPLACEMENT = 0xfffd
/** The smallest code point that needs so many bytes behind the first. */
const smallest = [0, 0x80, 0x800, 0x10000]
/** The upper bits of a first byte that so many bytes follow. */
const marks = [0, 0xc0, 0xe0, 0xf0]

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}

/** Writes a code point of two or more bytes at `at`; returns the place behind it. */
function write(bytes: Uint8Array, at: number, point: number): number {
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
  bytes[at] = marks[more] | (point >> (6 * more))
  for (let k = 1; k <= more; k++) bytes[at + k] = 0x80 | ((point >> (6 * (more - k))) & 0x3f)
  return at + more + 1
}

/** The bytes of a text; half a surrogate pair becomes U+FFFD, as in `TextEncoder`. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(3 * text.length)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) as number
    if (point < 0x80) bytes[at++] = point
    else at = write(bytes, at, isSurrogate(point) ? REPLACEMENT : point)
    if (point > 0xffff) i++
  }
  return bytes.slice(0, at)
}

/** How many bytes follow the first of a code point; -1 where the byte can be no first. */
function bytesBehind(first: number): number {
  if (first < 0x80) return 0
  if (first < 0xc2) return -1
  if (first < 0xe0) return 1
  if (first < 0xf0) return 2
  return first < 0xf5 ? 3 : -1
}

/** The code point of the bytes at `at`; -1 where they are cut off, longer than need be, half of a pair or beyond Unicode. */
function pointAt(bytes: Uint8Array, at: number, more: number): number {
  let point = more === 0 ? bytes[at] : bytes[at] & (0x3f >> more)
  for (let k = 1; k <= more; k++) {
    const byte = bytes[at + k]
    if ((byte & 0xc0) !== 0x80) return -1
    point = (point << 6) | (byte & 0x3f)
  }
  return point < smallest[more] || isSurrogate(point) || point > 0x10ffff ? -1 : point
}

/** The text of bytes in UTF-8, or null where they are none: what `TextDecoder` with `fatal` and `ignoreBOM` gives or refuses. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  const units = new Uint16Array(Math.min(BLOCK, bytes.length))
  let text = ''
  let used = 0
  for (let at = 0; at < bytes.length; ) {
    const more = bytesBehind(bytes[at])
    const point = more < 0 ? -1 : pointAt(bytes, at, more)
    if (point < 0) return null
    if (point > 0xffff) {
      units[used++] = 0xd800 + ((point - 0x10000) >> 10)
      units[used++] = 0xdc00 + (point & 0x3ff)
    } else units[used++] = point
    at += more + 1
    if (used < BLOCK - 1 && at < bytes.length) continue
    text += String.fromCharCode(...units.subarray(0, used))
    used = 0
  }
  return text
}
