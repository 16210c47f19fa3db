/** The largest distance of two lists of numbers of one length; infinite where the lengths differ. */
export function worstDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return Array.from(a, (value, i) => Math.abs(Number(value) - Number(b[i]))).reduce((x, y) => Math.max(x, y), 0)
}
