/**
 * The parameters of a restricted Boltzmann machine, conditional where its order n > 0, and its conditionals for many
 * cases at once. V visible and H hidden units; a case is x_t with its history [x_{t-1}; ...; x_{t-n}]:
 *
 *   bt = b + A hist,  ct = c + B hist
 *   P(h_j = 1 | v) = sigm(ct_j + v'W_j);  binary: P(v_i = 1 | h) = sigm(bt_i + W_i h);  Gaussian: v | h ~ N(bt + W h, I)
 *
 * Where standard deviations s are learned, all numbers here are in units of s: v_i is x_i / s_i, and b_i stands for b_i
 * / s_i.
 */
import { allocate, sizeOf } from '../core/array.ts'
import { exp, softplus as softplusOf } from '../core/elementary.ts'
import { square } from '../core/power.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { constant } from '../numerics/initialisers.ts'
import { ParameterSet, type ParameterSpec } from '../numerics/parameters.ts'
import type { Random } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import type { Potential } from './potential.ts'

/** Sizes and kinds of a machine's units. */
export interface MachineShape {
  visible: number
  hidden: number
  /** n; 0 for a model without history. */
  order: number
  /** Whether visible units are binary; else they are Gaussian. */
  binary: boolean
  /** Whether standard deviations of Gaussian visible units are parameters. */
  learnsScale: boolean
}

/** Standard deviations of the starting weights. */
export interface WeightScales {
  W: number
  A: number
  B: number
}

/** Cases in memory: case r begins at offset + r * stride and is followed by its history. */
export interface Cases {
  data: FloatArray
  offset: number
  stride: number
  rows: number
}

/** Indices of a case: of its v, its row of ct + v W, and its row of bt and ct. */
interface Place {
  row: number
  v: number
  inputs: FloatArray
  inputsAt: number
  biases: FloatArray
  biasesAt: number
  /** Sum over the hidden units of softplus(ct + v W). */
  softplus: number
}

/** Cases per matrix product. */
const BLOCK_ROWS = 512

function specsOf(shape: MachineShape, scales: WeightScales): ParameterSpec[] {
  const { visible: V, hidden: H, order, learnsScale } = shape
  const weight = (name: keyof WeightScales, rows: number, cols: number): ParameterSpec => ({
    name,
    shape: [rows, cols],
    decay: true,
    initialise: (out, random) => random.normalInto(out, 0, scales[name]),
  })
  const bias = (name: string, n: number): ParameterSpec => ({
    name,
    shape: [n],
    decay: false,
    initialise: constant(0),
  })
  const history = order > 0 ? [weight('A', V, order * V), weight('B', H, order * V)] : []
  return [weight('W', V, H), ...history, bias('b', V), bias('c', H), ...(learnsScale ? [bias('logSigma', V)] : [])]
}

function drawStart(parameters: ParameterSet, specs: readonly ParameterSpec[], random: Random): void {
  for (const { name, shape, initialise } of specs) {
    initialise(parameters.block(name, sizeOf(shape)).data, random.substream(name), random)
  }
}

/**
 * Parameters and conditionals. Without a random stream a new machine starts at zero, to be overwritten by saved values.
 */
export class Machine {
  readonly shape: MachineShape
  readonly dtype: Dtype
  readonly parameters: ParameterSet
  /** [V, H] */
  readonly w: FloatArray
  /** [V + H, n V]: A above B. */
  readonly ab: FloatArray
  /** [V + H]: b before c, as in the parameters. */
  readonly bias: FloatArray
  /** [V] ln s; null where all s are 1. */
  readonly logSigma: FloatArray | null
  private readonly workspace: Workspace

  constructor(shape: MachineShape, dtype: Dtype, scales: WeightScales, random: Random | null) {
    const specs = specsOf(shape, scales)
    const { visible: V, hidden: H, order } = shape
    this.shape = shape
    this.dtype = dtype
    this.parameters = ParameterSet.allocate(specs, dtype)
    if (random !== null) drawStart(this.parameters, specs, random)
    this.w = this.parameters.block('W', V * H).data
    this.ab = order > 0 ? this.parameters.block('A', (V + H) * order * V).data : allocate(0, dtype)
    this.bias = this.parameters.block('b', V + H).data
    this.logSigma = shape.learnsScale ? this.parameters.block('logSigma', V).data : null
    this.workspace = new Workspace(dtype)
  }

  /** Numbers in a case's history. */
  get history(): number {
    return this.shape.order * this.shape.visible
  }

  /** [V + H] biases in units of s; valid until the parameters change or the next call. */
  unitBias(): FloatArray {
    if (this.logSigma === null) return this.bias
    const out = this.workspace.take('bias', this.bias.length)
    out.set(this.bias)
    for (let i = 0; i < this.logSigma.length; i++) out[i] *= exp(-this.logSigma[i])
    return out
  }

  /** [V] standard deviations of Gaussian units given the hidden ones. */
  sigma(): FloatArray {
    return this.logSigma?.map(exp) ?? allocate(this.shape.visible, this.dtype).fill(1)
  }

  /** sum_i ln s_i, which is added to ln Z in units of s to get that in the data's units. */
  logScale(): number {
    let sum = 0
    for (const value of this.logSigma ?? []) sum += value
    return sum
  }

  /** Converts rows [rows, V] from the data's units to units of s (sign -1) or back (sign 1), in place. */
  rescale(rows: FloatArray, sign: 1 | -1): void {
    if (this.logSigma === null) return
    const V = this.logSigma.length
    const factors = this.workspace.take('factors', V)
    for (let i = 0; i < V; i++) factors[i] = exp(sign * this.logSigma[i])
    for (let at = 0; at < rows.length; at++) rows[at] *= factors[at % V]
  }

  /** [rows, V + H] the biases bt and ct of each case; valid until the next call. */
  biases({ data, offset, stride, rows }: Cases): FloatArray {
    const { visible, hidden } = this.shape
    const out = this.workspace.take('biases', rows * (visible + hidden))
    const units = visible + hidden
    kernels.conditionalBiases(out, this.unitBias(), this.ab, data, offset + visible, stride, rows, units, this.history)
    return out
  }

  /** ct + v W of each case, written to out [rows, H]. */
  hiddenInputsInto(out: FloatArray, { data, offset, stride, rows }: Cases, biases: FloatArray): void {
    const { visible, hidden } = this.shape
    kernels.hiddenInputs(out, biases, data, offset, stride, this.w, rows, visible, hidden)
  }

  /** P(h = 1 | v) of each case, written to out [rows, H]. */
  hiddenProbabilitiesInto(out: FloatArray, cases: Cases, biases: FloatArray = this.biases(cases)): void {
    this.hiddenInputsInto(out, cases, biases)
    kernels.sigmoid(out, 0, out, 0, cases.rows * this.shape.hidden)
  }

  /** E[v | h] of each case, written to out [rows, V]. */
  visibleMeansInto(out: FloatArray, h: FloatArray, biases: FloatArray, rows: number): void {
    const { visible, hidden, binary } = this.shape
    kernels.visibleInputs(out, biases, h, this.w, rows, visible, hidden)
    if (binary) kernels.sigmoid(out, 0, out, 0, rows * visible)
  }

  /** [rows, H] P(h = 1 | v) of all cases. */
  transform(cases: Cases): FloatArray {
    const { hidden } = this.shape
    const out = allocate(cases.rows * hidden, this.dtype)
    inBlocks(cases, (block, first) => {
      this.hiddenProbabilitiesInto(out.subarray(first * hidden, (first + block.rows) * hidden), block)
    })
    return out
  }

  /** [rows, V] E[v | h] with h at its probabilities given the case. */
  reconstruct(cases: Cases): FloatArray {
    const { visible, hidden } = this.shape
    const out = allocate(cases.rows * visible, this.dtype)
    inBlocks(cases, (block, first) => {
      const biases = this.biases(block)
      const h = this.workspace.take('probabilities', block.rows * hidden)
      this.hiddenProbabilitiesInto(h, block, biases)
      this.visibleMeansInto(out.subarray(first * visible, (first + block.rows) * visible), h, biases, block.rows)
    })
    return out
  }

  /** E(v, h) of each case with its row of h [rows, H]. */
  energies(cases: Cases, h: FloatArray): Float64Array {
    const { hidden } = this.shape
    return this.eachCase(cases, ({ row, v, inputs, inputsAt, biases, biasesAt }) => {
      const joint = kernels.dot(inputs, inputsAt, h, row * hidden, hidden)
      return this.visiblePart(cases.data, v, biases, biasesAt) - joint
    })
  }

  /** F(v) = -ln sum_h exp(-E(v, h)) of each case. */
  freeEnergies(cases: Cases): Float64Array {
    return this.eachCase(cases, (place) => this.freeEnergyAt(cases, place))
  }

  private freeEnergyAt({ data }: Cases, { v, biases, biasesAt, softplus }: Place): number {
    return this.visiblePart(data, v, biases, biasesAt) - softplus
  }

  /**
   * Sum of ln P(v_i | the other v) over the units from..to-1 that `unitsOf` returns for each case; binary units only.
   */
  pseudoLikelihoods(cases: Cases, unitsOf: (row: number) => readonly [from: number, to: number]): Float64Array {
    return this.eachCase(cases, (place) => {
      const [from, to] = unitsOf(place.row)
      let sum = 0
      for (let i = from; i < to; i++) sum += this.pseudoLikelihoodAt(cases, place, i)
      return sum
    })
  }

  private pseudoLikelihoodAt({ data }: Cases, place: Place, unit: number): number {
    return -softplusOf(this.flipChange(data[place.v + unit], unit, place) - place.softplus)
  }

  /** ln P(v_i | the other v) of each case for a random unit i; V times its mean estimates the sum over all units. */
  drawnPseudoLikelihoods(cases: Cases, random: Random): Float64Array {
    return this.pseudoLikelihoods(cases, () => {
      const i = random.integer(this.shape.visible)
      return [i, i + 1]
    })
  }

  /** {@link freeEnergies} and {@link drawnPseudoLikelihoods} of the same cases, whose products are then computed once. */
  drawnMeasures(cases: Cases, random: Random): { free: Float64Array; pseudoLikelihoods: Float64Array } {
    const free = new Float64Array(cases.rows)
    const pseudoLikelihoods = this.eachCase(cases, (place) => {
      free[place.row] = this.freeEnergyAt(cases, place)
      return this.pseudoLikelihoodAt(cases, place, random.integer(this.shape.visible))
    })
    return { free, pseudoLikelihoods }
  }

  /** sum_j softplus(x_j) of each of the first `rows` rows of x [rows, H]. */
  private sumsOfSoftplus(x: FloatArray, rows: number): Float64Array {
    const { hidden } = this.shape
    const terms = this.workspace.take('softplus', rows * hidden)
    kernels.softplus(terms, 0, x, 0, rows * hidden)
    const sums = new Float64Array(rows)
    for (let r = 0; r < rows; r++) sums[r] = sumOf(terms, r * hidden, hidden)
    return sums
  }

  /** F(v) - F(v with unit i flipped) for v_i = `value`, except for the sum of softplus in F(v). */
  private flipChange(value: number, i: number, { inputs, inputsAt, biases, biasesAt }: Place): number {
    const { hidden } = this.shape
    const change = 1 - 2 * value
    const flipped = this.workspace.take('flipped', hidden)
    for (let j = 0; j < hidden; j++) flipped[j] = inputs[inputsAt + j] + change * this.w[i * hidden + j]
    const terms = this.workspace.take('terms', hidden)
    kernels.softplus(terms, 0, flipped, 0, hidden)
    return change * biases[biasesAt + i] + sumOf(terms, 0, hidden)
  }

  /** Computes a number for each case. */
  private eachCase(cases: Cases, measure: (place: Place) => number): Float64Array {
    const { visible, hidden } = this.shape
    const out = new Float64Array(cases.rows)
    inBlocks(cases, (block, first) => {
      const biases = this.biases(block)
      const inputs = this.workspace.take('inputs', block.rows * hidden)
      this.hiddenInputsInto(inputs, block, biases)
      const sums = this.sumsOfSoftplus(inputs, block.rows)
      for (let r = 0; r < block.rows; r++) {
        const v = block.offset + r * block.stride
        const at = { inputs, inputsAt: r * hidden, biases, biasesAt: r * (visible + hidden) }
        out[first + r] = measure({ row: first + r, v, ...at, softplus: sums[r] })
      }
    })
    return out
  }

  /** -bt'v, or 1/2 ||v - bt||^2. */
  private visiblePart(v: FloatArray, vAt: number, biases: FloatArray, biasesAt: number): number {
    const { visible, binary } = this.shape
    if (binary) return -kernels.dot(biases, biasesAt, v, vAt, visible)
    let sum = 0
    for (let i = 0; i < visible; i++) sum += square(v[vAt + i] - biases[biasesAt + i])
    return sum / 2
  }

  /** W in float64 for exact sums: a {@link Potential} without biases. */
  coupling(): Omit<Potential, 'b' | 'c'> {
    const { visible, hidden, binary } = this.shape
    return { visible, hidden, binary, W: Float64Array.from(this.w) }
  }

  /** The biases of a case in float64, from its row of {@link Machine.biases}. */
  biasesOf(biases: FloatArray, row: number): Pick<Potential, 'b' | 'c'> {
    const { visible, hidden } = this.shape
    const at = row * (visible + hidden)
    return {
      b: Float64Array.from(biases.subarray(at, at + visible)),
      c: Float64Array.from(biases.subarray(at + visible, at + visible + hidden)),
    }
  }
}

function sumOf(x: FloatArray, from: number, n: number): number {
  let sum = 0
  for (let i = from; i < from + n; i++) sum += x[i]
  return sum
}

/** Calls `run` with blocks of some hundred cases and the index of the first. */
export function inBlocks(cases: Cases, run: (block: Cases, first: number) => void): void {
  for (let first = 0; first < cases.rows; first += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, cases.rows - first)
    run({ ...cases, offset: cases.offset + first * cases.stride, rows }, first)
  }
}
