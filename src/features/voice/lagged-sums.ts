/**
 * out[k] = sum_n a[aFrom + n] x[from + k + n], n = 0..length-1, for k = 0..count-1: four lags at a time, for a sum alone waits for
 * itself. Each is summed in ascending order. All samples lie within the arrays.
 */
export function laggedSums(
  out: Float64Array,
  a: Float64Array,
  aFrom: number,
  length: number,
  x: Float64Array,
  from: number,
  count: number,
): void {
  let k = 0
  for (; k + 4 <= count; k += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    const first = from + k
    for (let n = 0; n < length; n++) {
      const value = a[aFrom + n]
      s0 += value * x[first + n]
      s1 += value * x[first + n + 1]
      s2 += value * x[first + n + 2]
      s3 += value * x[first + n + 3]
    }
    out[k] = s0
    out[k + 1] = s1
    out[k + 2] = s2
    out[k + 3] = s3
  }
  for (; k < count; k++) {
    out[k] = 0
    for (let n = 0; n < length; n++) out[k] += a[aFrom + n] * x[from + k + n]
  }
}
