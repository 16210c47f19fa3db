/** The sums of a polyphase filter in typed arrays: the reference for simd/polyphase.ts. */

/** A filter in memory. Places are indices into the memory. */
export interface PolyphaseFilter {
  /** L, the number of phases; from one output to the next, the place moves by M / L. */
  readonly L: number
  readonly M: number
  /** Taps of a phase, an even number. */
  readonly count: number
  /** Place of the taps [L, count], of a block of the input, and of the outputs. */
  readonly taps: number
  readonly input: number
  readonly output: number
}

/** Scratch numbers that the memory of a filter begins with. */
export const SUMS = 8

/**
 * Writes `n` outputs, the first with the taps of `phase` and the input from its place on. Tap i belongs to the sum i % 8,
 * the last count % 8 taps to the sums 0 and 1: so do the lanes of simd/polyphase.ts.
 */
export function referencePolyphase(memory: Float64Array, filter: PolyphaseFilter, n: number, phase: number): void {
  const { L, M, count, taps, output } = filter
  const body = count - (count % 8)
  let at = filter.input
  let turn = phase
  for (let k = 0; k < n; k++) {
    let [a0, a1, b0, b1, c0, c1, d0, d1] = [0, 0, 0, 0, 0, 0, 0, 0]
    let t = taps + turn * count
    let x = at
    const end = t + count
    for (const blocks = t + body; t < blocks; t += 8, x += 8) {
      a0 += memory[t] * memory[x]
      a1 += memory[t + 1] * memory[x + 1]
      b0 += memory[t + 2] * memory[x + 2]
      b1 += memory[t + 3] * memory[x + 3]
      c0 += memory[t + 4] * memory[x + 4]
      c1 += memory[t + 5] * memory[x + 5]
      d0 += memory[t + 6] * memory[x + 6]
      d1 += memory[t + 7] * memory[x + 7]
    }
    for (; t < end; t += 2, x += 2) {
      a0 += memory[t] * memory[x]
      a1 += memory[t + 1] * memory[x + 1]
    }
    memory[output + k] = a0 + b0 + (c0 + d0) + (a1 + b1 + (c1 + d1))
    at += Math.floor((turn + M) / L)
    turn = (turn + M) % L
  }
}
