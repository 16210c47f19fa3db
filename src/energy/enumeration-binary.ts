/**
 * The states of a binary energy model. The smaller side is enumerated ("units": n of them, state s, bias d), the larger
 * summed out ("others": m of them, bias e); with U [m, n] the weights between them
 *
 *   ln sum over the others of exp(-E) = d's + sum_j ln(1 + exp(a_j)),   a = e + U s
 *
 * Exponentials are computed for a table and for each block, not for each state. Let x_j be the contribution of the low
 * bits of s to a_j, centred around zero, and y_j the rest, constant within a block:
 *
 *   1 + exp(x + y) = exp(max(y, 0)) (p + q exp(x)),   p = exp(min(-y, 0)),   q = exp(min(y, 0))
 *
 * exp(x) comes from a table for U, and one logarithm serves a product over many j. One of p and q is 1, and |x| is
 * bounded by MAX_SPREAD, so that for any y nothing overflows, and underflow is far below the last bit.
 */
import { exp, log } from '../core/elementary.ts'
import { pow } from '../core/power.ts'
import { addOverStates, sumOverUnits } from './enumeration-bits.ts'
import type { Means, StateSpace } from './enumeration-space.ts'
import type { Potential } from './potential.ts'

/** Most elements of a table: 512 kB. */
const TABLE_SIZE = 65_536
/** Largest |x| of a table. Very large weights make the table smaller, down to one state: slower but exact. */
const MAX_SPREAD = 100
/** Bound of the logarithm of a product, below which it is a normal float64 number. */
const MAX_LOG = 700

/** The transpose [cols, rows] of x [rows, cols]. */
function transposed(x: Float64Array, rows: number, cols: number): Float64Array {
  return Float64Array.from(x, (_, k) => x[(k % rows) * cols + Math.floor(k / rows)])
}

/** The largest number of low bits whose table keeps the limits, and the largest |x| in it. */
function planTable(U: Float64Array, m: number, n: number): { bits: number; spread: number } {
  const reach = new Float64Array(m)
  let spread = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) reach[j] += Math.abs(U[j * n + i]) / 2
    const wider = reach.reduce((max, x) => Math.max(max, x), 0)
    if (m * pow(2, i + 1) > TABLE_SIZE || wider > MAX_SPREAD) return { bits: i, spread }
    spread = wider
  }
  return { bits: n, spread }
}

/**
 * factors[s] *= the factors p + q exp(x) of the others j .. j + 3. Four at once save loads and stores: 1.3 ns per
 * factor instead of 2.0 (Node 20).
 */
function multiplyFour(factors: Float64Array, table: Float64Array[], p: Float64Array, q: Float64Array, j: number): void {
  const [row0, row1, row2, row3] = [table[j], table[j + 1], table[j + 2], table[j + 3]]
  const [p0, p1, p2, p3] = [p[j], p[j + 1], p[j + 2], p[j + 3]]
  const [q0, q1, q2, q3] = [q[j], q[j + 1], q[j + 2], q[j + 3]]
  for (let s = 0; s < factors.length; s++) {
    factors[s] *= (p0 + q0 * row0[s]) * (p1 + q1 * row1[s]) * ((p2 + q2 * row2[s]) * (p3 + q3 * row3[s]))
  }
}

/** The states of the smaller side of a binary model. */
export class BinaryStates implements StateSpace {
  readonly units: number
  readonly lowBits: number
  private readonly others: number
  private readonly ofHidden: boolean
  /** [m, n] */
  private readonly U: Float64Array
  /** [m] half the sum of the low units' weights, which centring moves from x to y. */
  private readonly centre: Float64Array
  /** exp(x): for each other unit a row of 2^lowBits. */
  private readonly table: Float64Array[]
  /** Number of factors in a product, a multiple of four. */
  private readonly span: number
  /** d [n] and e [m], arrays of the caller. */
  private unitBias: Float64Array = new Float64Array(0)
  private otherBias: Float64Array = new Float64Array(0)
  /** [m] y, p and q of the block, padded to a multiple of four with p = 1 and q = 0. */
  private readonly y: Float64Array
  private readonly p: Float64Array
  private readonly q: Float64Array
  /** [2^lowBits] scratch. */
  private readonly factors: Float64Array
  /** [n] E[s_i] */
  private unitOn: Float64Array = new Float64Array(0)
  /** [m, n] E[o_j s_i]; the low units are filled in from `tableOn` at the end. */
  private product: Float64Array = new Float64Array(0)
  /** [m] rows of 2^lowBits: E[o_j; low bits of s]. */
  private tableOn: Float64Array[] = []

  constructor({ visible, hidden, W }: Omit<Potential, 'b' | 'c'>) {
    this.ofHidden = hidden <= visible
    this.units = Math.min(visible, hidden)
    this.others = Math.max(visible, hidden)
    const { units: n, others: m } = this
    this.U = this.ofHidden ? W.slice() : transposed(W, visible, hidden)
    const { bits, spread } = planTable(this.U, m, n)
    this.lowBits = bits
    this.span = 4 * Math.floor(MAX_LOG / (spread + Math.LN2) / 4)
    this.centre = new Float64Array(m)
    const padded = 4 * Math.ceil(m / 4)
    this.y = new Float64Array(m)
    this.p = new Float64Array(padded).fill(1)
    this.q = new Float64Array(padded)
    this.factors = new Float64Array(1 << bits)
    this.table = Array.from({ length: padded }, (_, j) => this.tableRow(j % m))
  }

  private tableRow(j: number): Float64Array {
    const { U, units: n, lowBits } = this
    let centre = 0
    for (let i = 0; i < lowBits; i++) centre += U[j * n + i] / 2
    this.centre[j] = centre
    const row = new Float64Array(1 << lowBits)
    sumOverUnits(row, -centre, U, j * n, lowBits)
    return row.map(exp)
  }

  setBiases(b: Float64Array, c: Float64Array): void {
    this.unitBias = this.ofHidden ? c : b
    this.otherBias = this.ofHidden ? b : c
  }

  score(out: Float64Array, high: number): void {
    const { factors, table, p, q, span } = this
    sumOverUnits(out, this.enterBlock(high), this.unitBias, 0, this.lowBits)
    for (let first = 0; first < p.length; first += span) {
      const end = Math.min(first + span, p.length)
      factors.fill(1)
      for (let j = first; j < end; j += 4) multiplyFour(factors, table, p, q, j)
      for (let s = 0; s < out.length; s++) out[s] += log(factors[s])
    }
  }

  /** Sets p and q; returns the terms common to all states of the block: part of d's, and sum_j max(y_j, 0). */
  private enterBlock(high: number): number {
    const { U, y, p, q, unitBias, otherBias, lowBits, units: n, others: m } = this
    let shared = 0
    for (let j = 0; j < m; j++) y[j] = otherBias[j] + this.centre[j]
    for (let i = lowBits; i < n; i++) {
      if (((high >> (i - lowBits)) & 1) === 0) continue
      shared += unitBias[i]
      for (let j = 0; j < m; j++) y[j] += U[j * n + i]
    }
    for (let j = 0; j < m; j++) {
      const smaller = exp(-Math.abs(y[j]))
      p[j] = y[j] > 0 ? smaller : 1
      q[j] = y[j] > 0 ? 1 : smaller
      shared += Math.max(y[j], 0)
    }
    return shared
  }

  startMoments(): void {
    this.unitOn = new Float64Array(this.units)
    this.product = new Float64Array(this.units * this.others)
    this.tableOn = Array.from({ length: this.others }, () => new Float64Array(1 << this.lowBits))
  }

  addMoments(probabilities: Float64Array, high: number): void {
    const { product, unitOn, lowBits, units: n, others: m } = this
    for (let j = 0; j < m; j++) {
      const on = this.addOther(j, probabilities)
      for (let i = lowBits; i < n; i++) if ((high >> (i - lowBits)) & 1) product[j * n + i] += on
    }
    const mass = addOverStates(unitOn, 0, probabilities, lowBits)
    for (let i = lowBits; i < n; i++) if ((high >> (i - lowBits)) & 1) unitOn[i] += mass
  }

  /** Adds P(s) sigm(a_j) of the block's states to the entries of their low bits; returns the sum. */
  private addOther(j: number, probabilities: Float64Array): number {
    const row = this.table[j]
    const rowOn = this.tableOn[j]
    const p = this.p[j]
    const q = this.q[j]
    let sum = 0
    for (let s = 0; s < probabilities.length; s++) {
      const x = q * row[s]
      const on = (probabilities[s] * x) / (p + x)
      rowOn[s] += on
      sum += on
    }
    return sum
  }

  moments(): Means {
    const { units: n, others: m, unitOn, product, tableOn } = this
    const otherOn = Float64Array.from(tableOn, (row, j) => addOverStates(product, j * n, row, this.lowBits))
    if (this.ofHidden) return { visible: otherOn, hidden: unitOn, product, square: otherOn.slice() }
    return { visible: unitOn, hidden: otherOn, product: transposed(product, m, n), square: unitOn.slice() }
  }
}
