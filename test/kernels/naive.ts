/** Straight-line transcriptions of the definitions: what every record of kernels is measured against. */

/** op(A) op(B) with a bound on the rounding of each element: sum |a b|. */
export function naiveProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { m, n, k, lda, ldb, aOffset, bOffset, transA, transB }: ProductShape,
): { sum: number[]; magnitude: number[] } {
  const sum: number[] = []
  const magnitude: number[] = []
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let s = 0
      let size = 0
      for (let p = 0; p < k; p++) {
        const product =
          a[aOffset + (transA ? p * lda + i : i * lda + p)] * b[bOffset + (transB ? j * ldb + p : p * ldb + j)]
        s += product
        size += Math.abs(product)
      }
      sum.push(s)
      magnitude.push(size)
    }
  }
  return { sum, magnitude }
}

/** Sizes and places of a product's operands. */
export interface ProductShape {
  m: number
  n: number
  k: number
  lda: number
  ldb: number
  aOffset: number
  bOffset: number
  transA: boolean
  transB: boolean
}
