/** Sums of rows. */

/**
 * out += sum_i weights[i] rows[i, :], the rows one after the other in every number: the bits of an axpy for each, in less time,
 * as a function that sees one kind of array and keeps the sum of four rows at hand.
 */
export function addWeightedRows(out: Float64Array, weights: ArrayLike<number>, rows: Float64Array): void {
  const width = out.length
  const whole = weights.length - (weights.length % 4)
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, d] = [weights[i], weights[i + 1], weights[i + 2], weights[i + 3]]
    const first = i * width
    const second = first + width
    const third = second + width
    const fourth = third + width
    for (let j = 0; j < width; j++) {
      out[j] = out[j] + a * rows[first + j] + b * rows[second + j] + c * rows[third + j] + d * rows[fourth + j]
    }
  }
  for (let i = whole; i < weights.length; i++) {
    const weight = weights[i]
    for (let j = 0, at = i * width; j < width; j++, at++) out[j] += weight * rows[at]
  }
}
