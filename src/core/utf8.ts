/** UTF-8 by the Encoding standard, for hosts without `TextEncoder`: AudioWorklets, some test environments. */

const BLOCK = 8192
const REPLACEMENT = 0xfffd
/** Smallest code point with 0, 1, 2, 3 continuation bytes. */
const smallest = [0, 0x80, 0x800, 0x10000]
/** Upper bits of a leading byte with 0, 1, 2, 3 continuation bytes. */
const marks = [0, 0xc0, 0xe0, 0xf0]

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff
}

/** Writes a code point of two or more bytes at `at`; returns the index after it. */
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

/** Number of continuation bytes after a leading byte; -1 for a byte that cannot lead. */
function bytesBehind(first: number): number {
  if (first < 0x80) return 0
  if (first < 0xc2) return -1
  if (first < 0xe0) return 1
  if (first < 0xf0) return 2
  return first < 0xf5 ? 3 : -1
}

/** The code point at `at`; -1 for a truncated or overlong encoding, a surrogate, or a number beyond Unicode. */
function pointAt(bytes: Uint8Array, at: number, more: number): number {
  let point = more === 0 ? bytes[at] : bytes[at] & (0x3f >> more)
  for (let k = 1; k <= more; k++) {
    const byte = bytes[at + k]
    if ((byte & 0xc0) !== 0x80) return -1
    point = (point << 6) | (byte & 0x3f)
  }
  return point < smallest[more] || isSurrogate(point) || point > 0x10ffff ? -1 : point
}

/** The text of bytes below 0x80, null where others are among them: by functions of the engine, fast from the first call on. */
function asciiText(bytes: Uint8Array): string | null {
  let text = ''
  for (let at = 0; at < bytes.length; at += BLOCK) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + BLOCK) as unknown as number[])
  }
  return /[\u0080-\u00ff]/.test(text) ? null : text
}

/** Decodes UTF-8 as `TextDecoder` with `fatal` and `ignoreBOM` does; null where the bytes are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  return asciiText(bytes) ?? unicodeText(bytes)
}

function unicodeText(bytes: Uint8Array): string | null {
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
