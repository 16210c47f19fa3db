import { checkFinite, dtypeOf, toVector } from '../core/array.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { DatasetLoss } from '../training/batch-loss.ts'

/** The matrix of second derivatives to multiply with. */
export type ProductKind = 'gaussNewton' | 'hessian'

/** The product of a matrix of second derivatives of a loss with a vector that is laid out as the parameters. */
export function vectorProduct(
  where: string,
  kind: ProductKind,
  loss: DatasetLoss,
  members: Int32Array,
  vector: VectorLike,
): FloatArray {
  const { values } = loss.parameters
  const v = toVector(where, 'vector', vector, dtypeOf(values))
  if (v.length !== values.length) {
    throw new RangeError(`${where}: "vector" expected shape [${values.length}], got [${v.length}]`)
  }
  checkFinite(where, 'vector', v)
  const out = values.slice()
  loss[kind](members, null)(v, out)
  return out
}
