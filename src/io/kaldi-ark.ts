/** Kaldi's archives (`.ark`) of matrices and vectors, and their script files (`.scp`). */
import { dtypeOf, view } from '../core/array.ts'
import { checkString } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import { typedArrayTag } from '../core/realm.ts'
import type { MatrixLike, VectorLike } from '../core/types.ts'
import { decodeUtf8, encodeUtf8 } from '../core/utf8.ts'
import { arrayToWrite, type NamedArrays, namedPairs } from './array-input.ts'
import { type KaldiObject, readKaldiObject } from './kaldi-entry.ts'
import type { KaldiPlace } from './kaldi-scp.ts'
import { fileBytes, type NpyArray, placed } from './npy.ts'
import { concatenated } from './zip-write.ts'

const BLANK = 0x20

/** Throws for a key that Kaldi's tables cannot hold. */
function checkKey(where: string, key: string): string {
  if (/^\S+$/.test(key)) return key
  throw new RangeError(`${where}: "arrays" expected keys without blanks, got ${describe(key)}`)
}

/** The binary form of a vector of integers. */
function integerBytes(values: Int32Array): Uint8Array {
  const bytes = new Uint8Array(7 + 5 * values.length)
  const out = new DataView(bytes.buffer)
  bytes.set([0, 0x42, 4])
  out.setInt32(3, values.length, true)
  for (let i = 0; i < values.length; i++) {
    bytes[7 + 5 * i] = 4
    out.setInt32(8 + 5 * i, values[i], true)
  }
  return bytes
}

/** The binary form of an array, without its key. */
function objectBytes(where: string, key: string, x: VectorLike | MatrixLike): Uint8Array {
  if (typedArrayTag(x) === 'Int32Array') return integerBytes(x as Int32Array)
  const { data, shape } = arrayToWrite(where, key, x)
  const double = dtypeOf(data) === 'float64'
  const mark = `${double ? 'D' : 'F'}${shape.length === 2 ? 'M' : 'V'} `
  const start = 2 + mark.length + 5 * shape.length
  const bytes = new Uint8Array(start + data.byteLength)
  const out = new DataView(bytes.buffer)
  bytes.set([0, 0x42, ...Array.from(mark, (letter) => letter.charCodeAt(0))])
  for (const [axis, length] of shape.entries()) {
    bytes[5 + 5 * axis] = 4
    out.setInt32(6 + 5 * axis, length, true)
  }
  for (let i = 0; i < data.length; i++) {
    if (double) out.setFloat64(start + 8 * i, data[i], true)
    else out.setFloat32(start + 4 * i, data[i], true)
  }
  return bytes
}

/** An entry of an archive, and the place of its object in it. */
export function kaldiEntry(
  where: string,
  key: string,
  x: VectorLike | MatrixLike,
): { bytes: Uint8Array; offset: number } {
  const name = encodeUtf8(`${checkKey(where, key)} `)
  return { bytes: concatenated([name, objectBytes(where, key, x)]), offset: name.length }
}

/**
 * Encodes arrays as a Kaldi archive in its binary form, uncompressed: float64 becomes `DM` and `DV`, a vector in an `Int32Array` one
 * of integers, everything else float32, `FM` and `FV`. Kaldi wants keys in ascending order; they are written as they are given.
 *
 * @param arrays - by their keys, which have no blanks: an object, a Map, or pairs in their order
 * @throws TypeError or RangeError for a key with blanks or one that occurs twice, and for what is no vector or matrix
 * @example
 * ```ts
 * const archive = encodeKaldiArk({ a: [[1, 2], [3, 4]], b: Float64Array.of(0.5) })
 * decodeKaldiArk(archive).get('a')?.shape // [2, 2]
 * encodeKaldiScp(archive, 'feats.ark') // 'a feats.ark:2\nb feats.ark:35\n'
 * ```
 */
export function encodeKaldiArk(arrays: NamedArrays): Uint8Array {
  const where = 'encodeKaldiArk'
  return concatenated(namedPairs(where, arrays).map(([key, x]) => kaldiEntry(where, key, x).bytes))
}

/** The entries of an archive in their order. */
function* entriesOf(bytes: Uint8Array): Generator<KaldiObject & { key: string; offset: number }> {
  if (isLfsPointer(bytes)) throw new FormatError(lfsRemedy('archive'))
  let at = 0
  while (true) {
    // Entries in text end with a line.
    while (bytes[at] === 0x0a || bytes[at] === 0x0d) at++
    if (at >= bytes.length) return
    const blank = bytes.indexOf(BLANK, at)
    const key = decodeUtf8(bytes.subarray(at, blank < 0 ? Math.min(at + 60, bytes.length) : blank))
    if (blank < 0 || key === null || !/^[^\s\0]+$/.test(key)) {
      throw new FormatError(`not a Kaldi archive: no key and blank at byte ${at}`)
    }
    const offset = blank + 1
    const object = placed(`"${key}", at byte ${offset}`, () => readKaldiObject(bytes, offset))
    yield { ...object, key, offset }
    at = object.end
  }
}

/**
 * Decodes a Kaldi archive: matrices and vectors in float32 and float64, compressed matrices (`CM`, `CM2`, `CM3`, with the bits that
 * Kaldi gives), vectors of integers, in binary or text form.
 *
 * @returns the arrays by their keys, in the order of the file
 * @throws TypeError for an argument other than bytes; FormatError with key and byte for a damaged archive, a key that occurs twice,
 *   sound, and other kinds of objects
 * @example
 * ```ts
 * // Written by copy-feats, kaldiio.save_ark or encodeKaldiArk
 * function readFeatures(file: Uint8Array) {
 *   return [...decodeKaldiArk(file)].map(([key, features]) => `${key}: ${features.shape}`)
 * }
 * ```
 */
export function decodeKaldiArk(file: Uint8Array | ArrayBuffer): Map<string, NpyArray> {
  const where = 'decodeKaldiArk'
  const bytes = fileBytes(where, file)
  return placed(where, () => {
    const arrays = new Map<string, NpyArray>()
    for (const { key, array } of entriesOf(bytes)) {
      if (arrays.has(key)) throw new FormatError(`the key ${describe(key)} occurs twice`)
      arrays.set(key, array)
    }
    return arrays
  })
}

/**
 * The script file of an archive: a line `key path:offset` for each of its objects, by which Kaldi reads them in any order.
 *
 * @param path - of the archive, as the lines shall name it; Kaldi reads it from the folder in which a program is started
 * @throws TypeError, and FormatError for what `decodeKaldiArk` refuses
 * @example
 * ```ts
 * encodeKaldiScp(encodeKaldiArk({ a: [[1, 2]] }), 'feats.ark') // 'a feats.ark:2\n'
 * ```
 */
export function encodeKaldiScp(file: Uint8Array | ArrayBuffer, path: string): string {
  const where = 'encodeKaldiScp'
  const bytes = fileBytes(where, file)
  checkString(where, 'path', path)
  return placed(where, () => Array.from(entriesOf(bytes), ({ key, offset }) => `${key} ${path}:${offset}\n`).join(''))
}

/** Rows by which a range may go beyond the end, as Kaldi allows for lengths that were rounded. */
const ROWS_BEYOND = 3

/** The rows and columns of a range; throws where the array has none such. */
function within(array: NpyArray, { rows = null, columns = null }: Pick<KaldiPlace, 'rows' | 'columns'>): NpyArray {
  if (rows === null && columns === null) return array
  const [height, width = 1] = array.shape
  const [top, last] = rows ?? [0, height - 1]
  const bottom = last < height + ROWS_BEYOND ? Math.min(last, height - 1) : last
  const [left, right] = columns ?? [0, width - 1]
  if (top >= height || bottom >= height || right >= width || (columns !== null && array.shape.length === 1)) {
    throw new FormatError(`rows ${top}:${last} and columns ${left}:${right} of an array [${array.shape.join(', ')}]`)
  }
  const parts = Array.from({ length: bottom - top + 1 }, (_, t) =>
    array.data.slice((top + t) * width + left, (top + t) * width + right + 1),
  )
  const Kind = array.data.constructor as new (length: number) => Float32Array
  const data = new Kind(parts.length * (right - left + 1))
  for (const [t, part] of parts.entries()) data.set(part, t * (right - left + 1))
  return view(data, array.shape.length === 1 ? [parts.length] : [parts.length, right - left + 1])
}

/** Reads the object of a place from the bytes of its file. */
export function readKaldiPlace(bytes: Uint8Array, { offset = 0, rows, columns }: KaldiPlace): NpyArray {
  return within(readKaldiObject(bytes, offset).array, { rows, columns })
}
