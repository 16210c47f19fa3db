/**
 * HTK's parameter files (The HTK Book 3.4, 5.10.1): 12 bytes of header, then the vectors, all big-endian. The header has the number
 * of vectors and the time between them in 100 ns (int32 each), the bytes of a vector and the kind of parameters (int16 each).
 */
import { floatView } from '../core/array.ts'
import { checkNumber, checkOptions, checkString } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { arrayToWrite } from './array-input.ts'
import { fileBytes, placed } from './npy.ts'

const HEADER_BYTES = 12
/** Units of HTK's times in a second. */
const TICKS = 1e7
const LONGEST = 0x7fffffff
const WIDEST = 0x7fff

/** Kinds of parameters by their numbers. */
const kinds = [
  ...['WAVEFORM', 'LPC', 'LPREFC', 'LPCEPSTRA', 'LPDELCEP', 'IREFC', 'MFCC', 'FBANK', 'MELSPEC', 'USER', 'DISCRETE'],
  'PLP',
]
/** Kinds whose vectors are integers. */
const integerKinds = ['WAVEFORM', 'IREFC', 'DISCRETE']

/** Letters behind a kind, by their bits; of the files of others, `C` (compressed) and `K` (with a checksum) are undone. */
const qualifiers: readonly (readonly [letter: string, bit: number])[] = [
  ...([
    ['E', 0o100],
    ['N', 0o200],
    ['D', 0o400],
    ['A', 0o1000],
    ['C', 0o2000],
    ['Z', 0o4000],
    ['K', 0o10000],
  ] as const),
  ...([
    ['0', 0o20000],
    ['V', 0o40000],
    ['T', 0o100000],
  ] as const),
]
const COMPRESSED = 0o2000
const CHECKSUM = 0o10000

/** Options of {@link encodeHtk}. */
export interface EncodeHtkOptions {
  /** Seconds from one row to the next. Default 0.01. HTK keeps whole numbers of 100 ns. */
  stepSeconds?: number
  /**
   * HTK's name for the parameters, such as `MFCC_0_D_A`, which says how its tools take them apart: c0 or the energy stands behind the
   * cepstra there, whatever stands first here. Default `USER`, for columns of any meaning.
   */
  kind?: string
}

/** Parameters of an HTK file. */
export interface HtkFeatures {
  /** [T, D] in float32. */
  features: FloatNdArray
  /** Seconds from one row to the next. */
  stepSeconds: number
  /** HTK's name for the parameters, such as `MFCC_E_D_A`, without `C` and `K`. */
  kind: string
}

/** The number of a kind such as `MFCC_E_D`. */
function kindNumber(where: string, kind: string): number {
  const [name, ...letters] = checkString(where, 'kind', kind).split('_')
  const bits = letters.map((letter) => qualifiers.find(([known]) => known === letter)?.[1] ?? 0)
  const number = kinds.indexOf(name)
  const known = number >= 0 && !integerKinds.includes(name) && bits.every((bit) => bit !== 0)
  if (known && !bits.includes(COMPRESSED) && !bits.includes(CHECKSUM))
    return bits.reduce((sum, bit) => sum | bit, number)
  throw new RangeError(expectation(where, 'kind', 'a kind of HTK such as USER, FBANK or MFCC_0_D_A', kind))
}

function kindName(number: number): string {
  const told = qualifiers.filter(([, bit]) => (number & bit) !== 0 && bit !== COMPRESSED && bit !== CHECKSUM)
  return [kinds[number & 0o77], ...told.map(([letter]) => letter)].join('_')
}

/**
 * Encodes a matrix of features as an HTK parameter file, in float32.
 *
 * @param x - [T, D]
 * @throws TypeError or RangeError for other input, and for a step or a width that HTK's header cannot hold
 * @example
 * ```ts
 * const file = encodeHtk([[1, 2], [3, 4], [5, 6]], { stepSeconds: 0.01 })
 * const { features, stepSeconds, kind } = decodeHtk(file)
 * features.shape // [3, 2], 0.01, USER
 * ```
 */
export function encodeHtk(x: MatrixLike, options: EncodeHtkOptions = {}): Uint8Array {
  const where = 'encodeHtk'
  checkOptions(where, options, ['stepSeconds', 'kind'])
  const { stepSeconds = 0.01, kind = 'USER' } = options
  const number = kindNumber(where, kind)
  checkNumber(where, 'stepSeconds', stepSeconds, { min: 1 / TICKS, max: LONGEST / TICKS })
  const { data, shape } = arrayToWrite(where, 'x', x)
  if (shape.length !== 2 || 4 * shape[1] > WIDEST) {
    throw new RangeError(expectation(where, 'x', `a matrix of up to ${WIDEST >> 2} columns`, x))
  }
  const bytes = new Uint8Array(HEADER_BYTES + 4 * data.length)
  const out = new DataView(bytes.buffer)
  out.setInt32(0, shape[0])
  out.setInt32(4, Math.round(stepSeconds * TICKS))
  out.setInt16(8, 4 * shape[1])
  out.setUint16(10, number)
  for (let i = 0; i < data.length; i++) out.setFloat32(HEADER_BYTES + 4 * i, data[i])
  return bytes
}

function readPlain(file: DataView, data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = file.getFloat32(HEADER_BYTES + 4 * i)
}

/** Compressed: two vectors of float32, A and B, then integers of 16 bits, of which (x + B) / A is the value. */
function readScaled(file: DataView, data: Float32Array, columns: number): void {
  const start = HEADER_BYTES + 8 * columns
  for (let i = 0; i < data.length; i++) {
    const j = i % columns
    const [scale, offset] = [HEADER_BYTES + 4 * j, HEADER_BYTES + 4 * (columns + j)].map((at) => file.getFloat32(at))
    data[i] = (file.getInt16(start + 2 * i) + offset) / scale
  }
}

/** Reads the header, and throws unless the file is as long as it says. */
function readHeader(file: DataView): { rows: number; columns: number; ticks: number; number: number } {
  if (file.byteLength < HEADER_BYTES) throw new FormatError('not an HTK file: it has less than 12 bytes')
  const [vectors, ticks, width, number] = [file.getInt32(0), file.getInt32(4), file.getInt16(8), file.getUint16(10)]
  const base = kinds[number & 0o77]
  const compressed = (number & COMPRESSED) !== 0
  const size = compressed ? 2 : 4
  // Those of a compressed file count its two vectors of float32 as four of integers.
  const rows = compressed ? vectors - 4 : vectors
  const whole = HEADER_BYTES + vectors * width
  const sums = [whole, ...(number & CHECKSUM ? [whole + 2] : [])]
  if (base === undefined || rows < 0 || ticks < 0 || width <= 0 || !sums.includes(file.byteLength)) {
    throw new FormatError(
      `not an HTK file, or cut off: its header tells ${vectors} vectors of ${width} bytes, kind ${number}, in ${file.byteLength} bytes`,
    )
  }
  if (integerKinds.includes(base)) throw new FormatError(`${base}, integers, is not read; vectors of float32 are`)
  if (width % size !== 0) throw new FormatError(`vectors of ${width} bytes are no numbers of ${size}`)
  return { rows, columns: width / size, ticks, number }
}

/**
 * Decodes an HTK parameter file, compressed ones (`_C`) too; a checksum (`_K`) is passed over.
 *
 * @throws TypeError for an argument other than bytes; FormatError for a file whose length is not that of its header, and, by name, for
 *   sound and for kinds that hold integers
 * @example
 * ```ts
 * // Written by HCopy or encodeHtk
 * function readFeatures(file: Uint8Array) {
 *   const { features, stepSeconds, kind } = decodeHtk(file)
 *   return `${kind}: [${features.shape}], a row every ${stepSeconds} s`
 * }
 * ```
 */
export function decodeHtk(file: Uint8Array | ArrayBuffer): HtkFeatures {
  const bytes = fileBytes('decodeHtk', file)
  return placed('decodeHtk', () => {
    if (isLfsPointer(bytes)) throw new FormatError(lfsRemedy('file'))
    const there = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const { rows, columns, ticks, number } = readHeader(there)
    const data = new Float32Array(rows * columns)
    if (number & COMPRESSED) readScaled(there, data, columns)
    else readPlain(there, data)
    const kind = kindName(number)
    return { features: floatView(data, [rows, columns]), stepSeconds: ticks / TICKS, kind }
  })
}
