/**
 * Kaldi's compressed matrices (compressed-matrix.cc). All begin with a minimum, a range (float32) and the numbers of rows and
 * columns (int32); the arithmetic is Kaldi's, in float32, so that the values have its bits.
 */
import { FormatError } from '../core/errors.ts'

/** Bytes of minimum, range, rows and columns. */
const HEADER_BYTES = 16
/** Bytes of the marks of a column: four numbers of 16 bits. */
const MARKS_BYTES = 8
/** Kaldi's 1 / 65535 in float32. */
const PER_STEP = Math.fround(1.52590218966964e-5)

/** A matrix in the file: its values, its shape, and the byte behind it. */
export interface StoredMatrix {
  data: Float32Array
  rows: number
  columns: number
  end: number
}

/** Value of a byte between the quartiles of its column: up to 64 linear up to the first, up to 192 to the third, then to the last. */
function valueBetween([low, quarter, threeQuarters, high]: readonly number[], byte: number): number {
  if (byte <= 64) return low + Math.fround(Math.fround(quarter - low) * byte) * (1 / 64)
  if (byte <= 192) return quarter + Math.fround(Math.fround(threeQuarters - quarter) * (byte - 64)) * (1 / 128)
  return threeQuarters + Math.fround(Math.fround(high - threeQuarters) * (byte - 192)) * (1 / 63)
}

/** Format `CM`: marks of each column, then bytes by columns. */
function readMarked(file: DataView, at: number, matrix: StoredMatrix, minimum: number, range: number): void {
  const { data, rows, columns } = matrix
  const step = Math.fround(range * PER_STEP)
  const bytes = at + MARKS_BYTES * columns
  for (let j = 0; j < columns; j++) {
    const marks = [0, 2, 4, 6].map((k) => {
      const mark = file.getUint16(at + MARKS_BYTES * j + k, true)
      return Math.fround(minimum + Math.fround(step * mark))
    })
    for (let t = 0; t < rows; t++) data[t * columns + j] = valueBetween(marks, file.getUint8(bytes + j * rows + t))
  }
}

/** Formats `CM2` and `CM3`: numbers of 16 or 8 bits by rows. */
function readLinear(file: DataView, at: number, { data }: StoredMatrix, minimum: number, range: number, width: 1 | 2) {
  const step = Math.fround(range * (width === 2 ? 1 / 65535 : 1 / 255))
  for (let i = 0; i < data.length; i++) {
    const level = width === 2 ? file.getUint16(at + 2 * i, true) : file.getUint8(at + i)
    data[i] = minimum + Math.fround(step * level)
  }
}

/** Reads a compressed matrix whose header begins at `at`, behind its mark `CM`, `CM2` or `CM3`. */
export function readCompressed(file: DataView, at: number, mark: string): StoredMatrix {
  if (at + HEADER_BYTES > file.byteLength) throw new FormatError('the file is cut off in the header of a matrix')
  const minimum = file.getFloat32(at, true)
  const range = file.getFloat32(at + 4, true)
  const [rows, columns] = [file.getInt32(at + 8, true), file.getInt32(at + 12, true)]
  if (rows < 0 || columns < 0) throw new FormatError(`a matrix of ${rows} rows and ${columns} columns`)
  const width = mark === 'CM2' ? 2 : 1
  const start = at + HEADER_BYTES
  const size = rows * columns * width + (mark === 'CM' ? MARKS_BYTES * columns : 0)
  if (size > file.byteLength - start) {
    throw new FormatError(
      `a matrix [${rows}, ${columns}] needs ${size} bytes, the file has ${file.byteLength - start} more`,
    )
  }
  const matrix = { data: new Float32Array(rows * columns), rows, columns, end: start + size }
  if (mark === 'CM') readMarked(file, start, matrix, minimum, range)
  else readLinear(file, start, matrix, minimum, range, width)
  return matrix
}
