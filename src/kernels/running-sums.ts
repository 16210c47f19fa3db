/** Sums of products in single precision: every operation rounds to float32, in the order of the terms. */

const fround = Math.fround

/** Sums whose weights are stored together in a block. */
export const SUMS_TOGETHER = 16

/** Weights of a number of sums over the same terms. */
export interface SumWeights {
  terms: number
  sums: number
  /** Padded to whole blocks of {@link SUMS_TOGETHER}; weight (i, n) at (floor(n / 16) * terms + i) * 16 + n % 16. */
  data: Float32Array
}

/** Weights w(i, n) of term i in sum n. */
export function sumWeights(terms: number, sums: number, weight: (i: number, n: number) => number): SumWeights {
  const blocks = Math.ceil(sums / SUMS_TOGETHER)
  const data = new Float32Array(blocks * terms * SUMS_TOGETHER)
  for (let n = 0; n < sums; n++) {
    const first = Math.floor(n / SUMS_TOGETHER) * terms * SUMS_TOGETHER + (n % SUMS_TOGETHER)
    for (let i = 0; i < terms; i++) data[first + i * SUMS_TOGETHER] = weight(i, n)
  }
  return { terms, sums, data }
}

/** Writes ((start + x[0] w(0, n)) + x[1] w(1, n)) + ... to out[n]. */
export type RunningSums = (out: Float32Array, start: number, x: Float32Array, weights: SumWeights) => void

/** {@link RunningSums} in typed arrays, four sums at a time. */
export const referenceRunningSums: RunningSums = (out, start, x, { terms, sums, data }) => {
  for (let n = 0; n < sums; n += 4) {
    let at = Math.floor(n / SUMS_TOGETHER) * terms * SUMS_TOGETHER + (n % SUMS_TOGETHER)
    let [a, b, c, d] = [start, start, start, start]
    for (let i = 0; i < terms; i++, at += SUMS_TOGETHER) {
      const value = x[i]
      a = fround(a + fround(value * data[at]))
      b = fround(b + fround(value * data[at + 1]))
      c = fround(c + fround(value * data[at + 2]))
      d = fround(d + fround(value * data[at + 3]))
    }
    // Writes beyond the end of the typed array have no effect.
    out[n] = a
    out[n + 1] = b
    out[n + 2] = c
    out[n + 3] = d
  }
}
