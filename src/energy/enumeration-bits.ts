/**
 * Sums over all states of n binary units. State s is an integer: unit i is on where bit i of s is, (s >> i) & 1. The
 * two functions are each other's transpose; they cost one or two operations per state, where a direct sum costs n.
 */

/**
 * Sums for each state the terms of its units: out[s] = start + sum over the bits i of s of terms[first + i], for all
 * s < 2^bits. Each bit doubles the finished part.
 */
export function sumOverUnits(out: Float64Array, start: number, terms: Float64Array, first: number, bits: number): void {
  out[0] = start
  for (let i = 0; i < bits; i++) {
    const half = 1 << i
    const term = terms[first + i]
    for (let s = 0; s < half; s++) out[half + s] = out[s] + term
  }
}

/**
 * Sums for each unit the values of the states in which it is on: sums[first + i] += sum over the s with bit i of
 * values[s]. Overwrites the 2^bits values: each bit folds the upper half onto the lower. Returns the sum of all values.
 */
export function addOverStates(sums: Float64Array, first: number, values: Float64Array, bits: number): number {
  for (let i = bits - 1; i >= 0; i--) {
    const half = 1 << i
    let sum = 0
    for (let s = 0; s < half; s++) {
      const on = values[half + s]
      sum += on
      values[s] += on
    }
    sums[first + i] += sum
  }
  return values[0]
}
