/** The header of a `.npy` file: a magic string, a version, and a Python dictionary of type, order and shape. */
import { FormatError } from '../core/errors.ts'
import { isLfsPointer, lfsRemedy } from '../core/lfs.ts'
import { decodeUtf8 } from '../core/utf8.ts'

/** The first bytes of every file. */
export const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/** Bytes before the header of version 1; versions 2 and 3 take two more for its length. */
export const PREAMBLE = 10

/** Limit of NumPy 1.x (64 in NumPy 2); arrays of features have a few. */
const MAX_DIMENSIONS = 32

/** NumPy itself refuses to parse more than 10,000 characters. */
const MAX_HEADER_BYTES = 65_536

/** Element type, order and shape as stated in a header. */
export interface NpyHeader {
  /** Type descriptor such as `<f4`; for a structured array the text of its list of fields. */
  descriptor: string
  fortran: boolean
  shape: number[]
  /** First byte of the numbers. */
  start: number
}

function headerText(bytes: Uint8Array): { text: string; start: number } {
  const [major, minor] = [bytes[6], bytes[7]]
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(`version ${major}.${minor} is not supported, only 1.0, 2.0 and 3.0`)
  }
  const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const from = major === 1 ? PREAMBLE : PREAMBLE + 2
  if (bytes.length < from) throw new FormatError('the file is cut off in its header')
  const length = major === 1 ? file.getUint16(8, true) : file.getUint32(8, true)
  if (length > MAX_HEADER_BYTES) throw new FormatError(`a header of ${length} bytes is too long`)
  const start = from + length
  if (start > bytes.length) throw new FormatError('the file is cut off in its header')
  const part = bytes.subarray(from, start)
  const text = major === 3 ? decodeUtf8(part) : Array.from(part, (byte) => String.fromCharCode(byte)).join('')
  if (text === null) throw new FormatError('the header is no UTF-8')
  return { text, start }
}

/** The lengths in a tuple such as `3, 4` or, from Python 2, `3L, 4L`. */
function parseShape(tuple: string): number[] {
  const parts = tuple.split(',').map((part) => part.trim())
  const lengths = parts.filter((part, i) => part !== '' || i < parts.length - 1)
  const shape = lengths.map((part) => (/^\d+L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN))
  if (!shape.every(Number.isSafeInteger)) throw new FormatError(`(${tuple}) is not a shape`)
  if (shape.length > MAX_DIMENSIONS) {
    throw new FormatError(`an array of ${shape.length} dimensions; at most ${MAX_DIMENSIONS} are read`)
  }
  return shape
}

/** Reads and checks the header of a file. */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  if (isLfsPointer(bytes)) throw new FormatError(lfsRemedy('array'))
  if (bytes.length < PREAMBLE || MAGIC.some((value, i) => bytes[i] !== value)) throw new FormatError('not a .npy file')
  const { text, start } = headerText(bytes)
  const fields = /(["'])descr\1:\s*([[(].*[\])])\s*,\s*(["'])fortran_order\3/.exec(text)?.[2]
  const descriptor = fields ?? /(["'])descr\1:\s*(["'])([^"']+)\2/.exec(text)?.[3]
  const fortran = /(["'])fortran_order\1:\s*(True|False)/.exec(text)?.[2]
  const tuple = /(["'])shape\1:\s*\(([^()]*)\)/.exec(text)?.[2]
  if (descriptor === undefined || fortran === undefined || tuple === undefined) {
    throw new FormatError('the header does not tell type, order and shape')
  }
  return { descriptor, fortran: fortran === 'True', shape: parseShape(tuple), start }
}
