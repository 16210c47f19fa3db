import { allocate, floatView, inputDtype, isArrayView, toHeldMatrix } from '../core/array.ts'
import { describe } from '../core/errors.ts'
import type { Dtype, FloatNdArray, MatrixLike } from '../core/types.ts'

/** Element type of joined columns: `float64` if one of the matrices holds float64 data, else `float32`. */
export function commonDtype(...matrices: readonly MatrixLike[]): Dtype {
  return matrices.some((x) => inputDtype(x) === 'float64') ? 'float64' : 'float32'
}

/**
 * The matrices side by side: [T, D1], [T, D2], ... become [T, D1 + D2 + ...], for example MFCC and pitch of one clip.
 * The result is float64 if one of them is, else float32.
 *
 * @throws TypeError for arguments other than matrices; RangeError for different row counts, no matrix, or numbers that
 *   overflow float32
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = concatenateColumns(mfcc(samples, { sampleRate: 16000 }), pitch(samples, { sampleRate: 16000 }))
 * x.shape[1] // 15
 * ```
 */
export function concatenateColumns(...matrices: MatrixLike[]): FloatNdArray {
  const where = 'concatenateColumns'
  if (matrices.length === 0) throw new RangeError(`${where}: expected at least one matrix, got none`)
  const dtype = commonDtype(...matrices)
  const parts = matrices.map((x, i) => toHeldMatrix(where, `matrices[${i}]`, x, dtype))
  const rows = parts[0].rows
  const odd = parts.findIndex((part) => part.rows !== rows)
  const shown = (i: number): string =>
    isArrayView(matrices[i]) ? describe(matrices[i]) : `rows [${parts[i].rows}, ${parts[i].cols}]`
  if (odd >= 0) {
    throw new RangeError(
      `${where}: "matrices[0]" and "matrices[${odd}]" expected equal numbers of rows, ` +
        `got ${shown(0)} and ${shown(odd)}`,
    )
  }
  const cols = parts.reduce((sum, part) => sum + part.cols, 0)
  const out = allocate(rows * cols, dtype)
  let offset = 0
  for (const part of parts) {
    for (let t = 0; t < rows; t++) {
      out.set(part.data.subarray(t * part.cols, (t + 1) * part.cols), t * cols + offset)
    }
    offset += part.cols
  }
  return floatView(out, [rows, cols])
}
