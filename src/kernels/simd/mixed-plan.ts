/**
 * Plans of transforms of N points in pairs (assembly/ratios.ts), N a product of 2, 3, 5 and 7, by its prime powers N_i:
 *
 *     X[k] = sum over all n_i of x[n] prod_i exp(-2 pi i n_i k_i / N_i),   n = sum_i n_i N / N_i mod N,   k_i = k mod N_i,
 *
 * a transform along each N_i without twiddle factors between them: I. J. Good, "The interaction algorithm and practical Fourier
 * analysis", J. R. Statist. Soc. B 20, 1958. Along N_i it takes the passes of kernels/mixed-radix.ts.
 */
import { radicesOf } from '../mixed-radix.ts'
import { unitRoots } from '../power-of-two.ts'
import type { Layout } from './layout.ts'

/** Largest radix of assembly/radices.ts. */
const LARGEST = 7
/** Words of a pass. */
const PASS = 5

/** The order of the points x[n] and X[k] of a transform, and where its plan is. */
export interface MixedPlan {
  readonly address: number
  /** n of each place. */
  readonly inputs: Int32Array
  /** Place of each k. */
  readonly outputs: Int32Array
}

/** Prime powers in ascending order; null where a prime is larger than 7. */
function primePowers(length: number): number[] | null {
  const radices = radicesOf(length)
  if (radices === null || radices.some((radix) => radix > LARGEST)) return null
  const powers = [2, 3, 5, 7].map((p) => radices.filter((radix) => radix % p === 0).reduce((a, b) => a * b, 1))
  return powers.filter((power) => power > 1).sort((a, b) => a - b)
}

/** Whether there is a plan for so many points. */
export const isSmooth = (length: number): boolean => primePowers(length) !== null

/** Words of the passes along `size` points, `inner` apart, `outer` times. */
function passesAlong(layout: Layout, size: number, inner: number, outer: number): number[] {
  const roots = unitRoots(size)
  const words: number[] = []
  let stride = 1
  for (const radix of radicesOf(size) ?? []) {
    const n = size / stride
    const twiddles = new Float64Array(2 * n)
    for (let i = 0; i < n; i++) {
      const k = stride * Math.floor(i / radix) * (i % radix)
      twiddles[2 * i] = roots[2 * k]
      twiddles[2 * i + 1] = roots[2 * k + 1]
    }
    words.push(radix, outer, n / radix, 32 * stride * inner, layout.float64(twiddles))
    stride *= radix
  }
  return words
}

/** Lays out tables and memory of a transform for which {@link isSmooth} holds. */
export function mixedPlan(layout: Layout, points: number): MixedPlan {
  const powers = primePowers(points) ?? []
  if (powers.length < 2) powers.unshift(1)
  const inputs = new Int32Array(points)
  const outputs = new Int32Array(points)
  const passes = powers.map(() => [] as number[])
  for (let i = powers.length - 1, inner = 1; i >= 0; inner *= powers[i--]) {
    const [power, apart] = [powers[i], points / powers[i]]
    // The first power lies outermost: its transform goes through all rows.
    passes[i] = passesAlong(layout, power, inner, i === 0 ? 1 : points / powers[0] / power / inner)
    for (let at = 0; at < points; at++) {
      inputs[at] = (inputs[at] + (Math.floor(at / inner) % power) * apart) % points
      outputs[at] += (at % power) * inner
    }
  }
  const [columns, ...rows] = passes
  const counts = [rows.flat().length, columns.length].map((words) => words / PASS)
  const tables = [layout.int32([...rows.flat(), ...columns]), layout.room(4 * points), layout.room(4 * points)]
  return { address: layout.int32([points, powers[0], ...counts, ...tables]), inputs, outputs }
}
