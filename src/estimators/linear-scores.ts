/** Linear scores of rows, z = x W' + b, with W [M, D] and b [M] one after the other in a vector of parameters. */
import type { Matrix } from '../core/array.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { checkParameterCount, savedCount } from '../numerics/restored.ts'

/** Rows of W for K classes: one a class, or one for the second of two classes. */
export function scoresOf(classes: number): number {
  return classes === 2 ? 1 : classes
}

/** Writes the scores [n, M] of x [n, D]. */
export function scoresInto(z: FloatArray, x: Matrix, parameters: FloatArray, outputs: number): void {
  const { data, rows, cols } = x
  kernels.fillRows(z, 0, parameters.subarray(outputs * cols), 0, rows, outputs)
  kernels.gemm(z, 0, outputs, data, 0, cols, false, parameters, 0, cols, true, rows, outputs, cols, 1, 1)
}

/** The parameters of saved W and b, all finite. */
export function savedParameters(
  where: string,
  { coefficients, intercepts }: { coefficients: unknown; intercepts: unknown },
  outputs: number,
  columns: number,
): Float64Array {
  checkParameterCount(where, savedCount(where, 'coefficients', coefficients), outputs * columns)
  checkParameterCount(where, savedCount(where, 'intercepts', intercepts), outputs)
  const saved = [savedNumbers(where, 'coefficients', coefficients), savedNumbers(where, 'intercepts', intercepts)]
  const parameters = new Float64Array(outputs * (columns + 1))
  parameters.set(saved[0])
  parameters.set(saved[1], outputs * columns)
  return parameters
}
