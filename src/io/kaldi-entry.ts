/** One object of a Kaldi archive, in its binary or its text form (kaldi-matrix.cc, kaldi-vector.cc, io-funcs.cc). */
import { view } from '../core/array.ts'
import { describe, FormatError } from '../core/errors.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { readCompressed } from './kaldi-compressed.ts'
import type { NpyArray } from './npy.ts'

const BLANK = 0x20
const NEWLINE = 0x0a
/** Longest mark of a kind of object. */
const MARK_BYTES = 4

/** An object and the byte behind it. */
export interface KaldiObject {
  array: NpyArray
  end: number
}

function cutOff(): never {
  throw new FormatError('the file is cut off in it')
}

/** The integer behind the byte that states its 4 bytes. */
function sized(file: DataView, at: number): number {
  if (at + 5 > file.byteLength) cutOff()
  const bytes = file.getUint8(at)
  if (bytes !== 4) throw new FormatError(`an integer of ${bytes} bytes, where 4 are expected`)
  return file.getInt32(at + 1, true)
}

/** Throws unless the file has the bytes of an object of this shape. */
function checkRoom(file: DataView, at: number, shape: readonly number[], width: number): number {
  if (shape.some((length) => length < 0)) throw new FormatError(`a shape of [${shape.join(', ')}]`)
  const size = shape.reduce((product, length) => product * length, 1)
  if (size * width <= file.byteLength - at) return size
  throw new FormatError(`[${shape.join(', ')}] needs ${size * width} bytes, the file has ${file.byteLength - at} more`)
}

/** A vector or matrix of floats: its lengths, then its numbers by rows. */
function readFloats(file: DataView, at: number, double: boolean, axes: number): KaldiObject {
  const shape = Array.from({ length: axes }, (_, k) => sized(file, at + 5 * k))
  const start = at + 5 * axes
  const width = double ? 8 : 4
  const size = checkRoom(file, start, shape, width)
  const data = double ? new Float64Array(size) : new Float32Array(size)
  for (let i = 0; i < size; i++) {
    data[i] = double ? file.getFloat64(start + 8 * i, true) : file.getFloat32(start + 4 * i, true)
  }
  return { array: view(data, shape), end: start + width * size }
}

/** A vector of integers, each behind the byte that states its size. */
function readIntegers(file: DataView, at: number): KaldiObject {
  const length = sized(file, at)
  const start = at + 5
  checkRoom(file, start, [length], 5)
  const data = Int32Array.from({ length }, (_, i) => sized(file, start + 5 * i))
  return { array: view(data, [length]), end: start + 5 * length }
}

/** Meanings of other marks. */
const others: Readonly<Record<string, string>> = {
  ...{ SM: 'a sparse matrix', SP: 'a packed symmetric matrix', FP: 'a packed matrix', DP: 'a packed matrix' },
  ...{ TP: 'a triangular matrix', SV: 'a sparse vector' },
}

/** Reads what follows the mark of binary data. */
function readBinary(bytes: Uint8Array, file: DataView, at: number): KaldiObject {
  if (bytes[at] === 4) return readIntegers(file, at)
  const blank = bytes.subarray(at, at + MARK_BYTES).indexOf(BLANK)
  const mark = blank < 0 ? '' : String.fromCharCode(...bytes.subarray(at, at + blank))
  const start = at + blank + 1
  if (mark === 'FM' || mark === 'DM') return readFloats(file, start, mark === 'DM', 2)
  if (mark === 'FV' || mark === 'DV') return readFloats(file, start, mark === 'DV', 1)
  if (mark === 'CM' || mark === 'CM2' || mark === 'CM3') {
    const { data, rows, columns, end } = readCompressed(file, start, mark)
    return { array: view(data, [rows, columns]), end }
  }
  if (at + 1 >= bytes.length) cutOff()
  const name = Object.hasOwn(others, mark) ? others[mark] : `of an unknown kind, ${describe(mark)}`
  throw new FormatError(`it is ${name}; matrices and vectors of numbers are read (FM, DM, FV, DV, CM, CM2, CM3)`)
}

/** `1.5`, `-3`, `1e-05`, `inf`, `nan`, as C++ prints them. */
const number = /^[+-]?(\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?|inf(inity)?|nan)$/i

function numbersOf(text: string): number[] {
  return text
    .split(/[ \t\r]+/)
    .filter((word) => word !== '')
    .map((word) => {
      if (!number.test(word)) throw new FormatError(`expected a number, got ${describe(word)}`)
      if (/nan/i.test(word)) return Number.NaN
      return /inf/i.test(word) ? Number(`${word[0] === '-' ? '-' : ''}Infinity`) : Number(word)
    })
}

/** A vector of text: integers where all are, which float32 would round, as kaldiio has it. */
function vectorOf(numbers: readonly number[]): NpyArray {
  const integers =
    numbers.length > 0 && numbers.every((value) => Number.isInteger(value) && Math.abs(value) <= 0x7fffffff)
  return view(integers ? Int32Array.from(numbers) : Float32Array.from(numbers), [numbers.length])
}

function textOf(bytes: Uint8Array): string {
  return decodeUtf8(bytes) ?? '\0'
}

/** Rows of a matrix, or one vector, between brackets. */
function readBracketed(bytes: Uint8Array, open: number): KaldiObject {
  const close = bytes.indexOf(0x5d, open)
  if (close < 0) throw new FormatError('its bracket "[" is not closed')
  const content = textOf(bytes.subarray(open + 1, close))
  const line = bytes.indexOf(NEWLINE, close)
  const end = line < 0 ? bytes.length : line + 1
  const lines = content.split('\n')
  // A matrix begins with the end of a line, a vector does not.
  if (lines.length === 1) {
    return { array: vectorOf(numbersOf(content)), end }
  }
  const rows = lines.map(numbersOf).filter((row, i) => row.length > 0 || (i > 0 && i < lines.length - 1))
  const columns = rows[0]?.length ?? 0
  const odd = rows.findIndex((row) => row.length !== columns)
  if (odd >= 0) throw new FormatError(`row ${odd + 1} has ${rows[odd].length} numbers, the first ${columns}`)
  return { array: view(Float32Array.from(rows.flat()), [rows.length, columns]), end }
}

/** The text form: brackets, or integers up to the end of the line. */
function readText(bytes: Uint8Array, at: number): KaldiObject {
  let start = at
  while (bytes[start] === BLANK || bytes[start] === 0x09) start++
  if (bytes[start] === 0x5b) return readBracketed(bytes, start)
  const line = bytes.indexOf(NEWLINE, start)
  const end = line < 0 ? bytes.length : line
  return { array: vectorOf(numbersOf(textOf(bytes.subarray(start, end)))), end: Math.min(end + 1, bytes.length) }
}

/** Reads the object at `at`, where its key and one blank end. */
export function readKaldiObject(bytes: Uint8Array, at: number): KaldiObject {
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (at < 0 || at >= bytes.length) throw new FormatError(`it begins at byte ${at} of ${bytes.length}`)
  if (bytes[at] === 0 && bytes[at + 1] === 0x42) return readBinary(bytes, file, at + 2)
  if (bytes[at] === 0x52 && file.byteLength > at + 4 && file.getUint32(at) === 0x52494646) {
    throw new FormatError('it is sound, a RIFF file; matrices and vectors of numbers are read')
  }
  return readText(bytes, at)
}
