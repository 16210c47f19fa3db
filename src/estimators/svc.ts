/**
 * Support-vector machines of two classes or more, the latter as one machine for each pair of classes:
 *
 *   f(x) = sum_i y_i a_i K(x_i, x) + b,    K(x, s) = x's or exp(-gamma ||x - s||^2)
 *   minimise over w, b: 1/2 ||w||^2 + sum_i C w_i max(0, 1 - y_i f(x_i))
 *
 * through the dual ({@link solveDual} of smo.ts has it, the steps and the stopping rule, with their sources). Shapes: x [n, D]; w_i are
 * weights of the rows; a_i in [0, C w_i]. The minimum is that of scikit-learn's `SVC` with the same C, kernel and gamma. Cortes & Vapnik
 * (1995), "Support-Vector Networks"; one against one: Knerr, Personnaz & Dreyfus (1990).
 */
import { floatView, type Matrix, nonFiniteIndex } from '../core/array.ts'
import { checkInteger, checkNumber, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import type { LabelsLike } from '../core/labels.ts'
import { counted } from '../core/printed.ts'
import { checkFormat, savedNumbers } from '../core/saved.ts'
import type { FloatArray, FloatNdArray, MatrixLike } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { checkParameterCount, savedCount } from '../numerics/restored.ts'
import { KernelRows, type SvcKernel, svcKernels } from './kernel-function.ts'
import { type PairMachines, pairsOf, sortedRows, trainPairs } from './one-vs-one.ts'
import { RowClassifier } from './row-classifier.ts'
import type { ClassifierWeightOptions } from './training-rows.ts'

/** Width of the kernel `rbf`: a number > 0, `scale` for 1 / (D var(x)) over all numbers of x, `auto` for 1 / D. */
export type SvcGamma = number | 'scale' | 'auto'

/** Options of {@link SVC}. */
export interface SVCOptions {
  /** C > 0: the smaller, the wider the margin, and the more rows within it. Default 1. */
  C?: number
  /** `linear` or `rbf` (default). */
  kernel?: SvcKernel
  /** Default `scale`. */
  gamma?: SvcGamma
  /** Names of the K classes. Default: the names among the labels in ascending order, or none and K = 1 + the largest. */
  classes?: readonly string[]
  /** Converged where the conditions of optimality of each pair hold within this, m - M <= tolerance. Default 1e-6. */
  tolerance?: number
  /** Most steps for each pair of classes. Default 1e7. */
  maxIterations?: number
}

/** Options of {@link SVC.fit}. */
export type SVCFitOptions = ClassifierWeightOptions

/** A {@link SVC} as plain data: JSON but for the numbers learned. */
export interface SVCState {
  format: 'ser-core/svc'
  version: 1
  options: Required<Omit<SVCOptions, 'classes'>>
  /** Names of the classes; null where they have none. */
  classes: string[] | null
  /** K and D; 0 before `fit`. */
  shape: [number, number]
  /** Of the training; 0 before `fit`. */
  gamma: number
  /** [S, D] */
  supportVectors: FloatArray
  /** [P, S] */
  dualCoefficients: FloatArray
  /** [P] */
  intercepts: FloatArray
}

type Learned = Pick<PairMachines, 'supportVectors' | 'dualCoefficients' | 'intercepts'>

const nothing: Learned = {
  supportVectors: new Float64Array(0),
  dualCoefficients: new Float64Array(0),
  intercepts: new Float64Array(0),
}

/** Rows that are answered at once, so that the kernel's values take little room. */
const ROWS_AT_ONCE = 1024

function resolve(where: string, options: SVCOptions): SVCState['options'] {
  checkOptions(where, options, ['C', 'kernel', 'gamma', 'classes', 'tolerance', 'maxIterations'])
  const { C = 1, kernel = 'rbf', gamma = 'scale', tolerance = 1e-6, maxIterations = 1e7 } = options
  return {
    C: checkNumber(where, 'C', C, { above: 0 }),
    kernel: checkOneOf(where, 'kernel', kernel, svcKernels),
    gamma: checkGamma(where, gamma),
    tolerance: checkNumber(where, 'tolerance', tolerance, { above: 0 }),
    maxIterations: checkInteger(where, 'maxIterations', maxIterations, { min: 1 }),
  }
}

/** The value if it is a {@link SvcGamma}. */
export function checkGamma(where: string, gamma: unknown): SvcGamma {
  if (typeof gamma === 'string') return checkOneOf(where, 'gamma', gamma, ['scale', 'auto'] as const)
  return checkNumber(where, 'gamma', gamma, { above: 0 })
}

/** gamma for the rows of a training; without variance all are one, and gamma does not matter. */
function gammaFor(gamma: SvcGamma, { data, cols }: Matrix): number {
  if (typeof gamma === 'number') return gamma
  if (gamma === 'auto') return 1 / cols
  let [mean, squares] = [0, 0]
  for (let i = 0; i < data.length; i++) mean += data[i] / data.length
  for (let i = 0; i < data.length; i++) squares += (data[i] - mean) * (data[i] - mean)
  const variance = squares / data.length
  return variance > 0 ? 1 / (cols * variance) : 1
}

/** Writes the votes of one row's pairs, and less than 1/3 of their margins, so that votes decide and margins between equal ones. */
function tally(out: Float64Array, at: number, margins: Float64Array, from: number, pairs: readonly [number, number][]) {
  const classes = pairs.length === 0 ? 0 : pairs[pairs.length - 1][1] + 1
  const sums = new Float64Array(classes)
  for (const [p, [i, j]] of pairs.entries()) {
    const margin = margins[from + p]
    out[at + (margin < 0 ? j : i)]++
    sums[i] += margin
    sums[j] -= margin
  }
  for (let k = 0; k < classes; k++) out[at + k] += sums[k] / (3 * (Math.abs(sums[k]) + 1))
}

/**
 * A support-vector machine, with a linear or a radial kernel.
 *
 * @example
 * ```ts
 * const model = new SVC({ C: 10, kernel: 'rbf' })
 * model.fit([[0, 1], [1, 1], [4, 0], [5, 1]], ['calm', 'calm', 'angry', 'angry'], { classWeights: 'balanced' })
 * model.predictLabels([[0.5, 0.5]]) // ['calm']
 * model.decisionFunction([[0.5, 0.5]]).get(0, 0) > 0 // true: the second of ['angry', 'calm']
 * const again = loadModel(saveModel(model), SVC)
 * again.supportVectors.shape // [4, 2]
 * ```
 */
export class SVC extends RowClassifier {
  /** The options with their defaults, but for the names of classes. */
  readonly options: Readonly<SVCState['options']>
  private machines: Learned = nothing
  private width = 0
  private ending: { converged: boolean; iterations: number } | null = null

  constructor(options: SVCOptions = {}) {
    const settings = resolve('SVC', options)
    super('SVC', options.classes)
    this.options = Object.freeze(settings)
  }

  override toString(): string {
    const { kernel, C } = this.options
    const vectors = counted(this.supportVectors.shape[0], 'support vector')
    return `${this.sizeText()}, ${kernel}, C ${C}, ${vectors}`
  }

  /** The rows that any pair's machine needs [S, D], by class. A copy. */
  get supportVectors(): FloatNdArray {
    const { supportVectors } = this.machines
    const [, columns] = this.shape
    return floatView(supportVectors.slice(), [columns === 0 ? 0 : supportVectors.length / columns, columns])
  }

  /** y_i a_i [P, S] of the pairs of classes (0, 1), (0, 2), ..., (1, 2), ..., with y_i = 1 for the first of a pair. A copy. */
  get dualCoefficients(): FloatNdArray {
    const { dualCoefficients, intercepts } = this.machines
    const pairs = intercepts.length
    return floatView(dualCoefficients.slice(), [pairs, pairs === 0 ? 0 : dualCoefficients.length / pairs])
  }

  /** b [P] of the pairs. A copy. */
  get intercepts(): Float64Array {
    return this.machines.intercepts.slice()
  }

  /** gamma of the last `fit`, in numbers; 0 before it. */
  get gamma(): number {
    return this.width
  }

  /** Whether the last `fit` reached `tolerance`, and its steps; null before it and in a model that was loaded. */
  get training(): { converged: boolean; iterations: number } | null {
    return this.ending
  }

  /**
   * Learns from the rows of x [n, D], from scratch. Returns at the minimum or after `maxIterations` steps; `training` tells which.
   * Columns are best standardised before.
   *
   * @param labels - [n] names of classes, or their indices
   * @throws TypeError or RangeError for wrong arguments, for a class without a row of any weight, and for numbers so large that their
   * products overflow; the model then stays as it was
   */
  fit(x: MatrixLike, labels: LabelsLike, options: SVCFitOptions = {}): this {
    const where = 'SVC.fit'
    checkOptions(where, options, ['sampleWeights', 'classWeights'])
    const { x: rows, labels: indices, weights, names, count } = this.trainingRows(x, labels, options)
    const { C, kernel, gamma, tolerance, maxIterations } = this.options
    const width = gammaFor(gamma, rows)
    const sorted = sortedRows(rows, indices, weights, C)
    const { iterations, converged, ...machines } = trainPairs(sorted, kernel, width, { tolerance, maxIterations })
    const { dualCoefficients, intercepts } = machines
    if (nonFiniteIndex(dualCoefficients) >= 0 || nonFiniteIndex(intercepts) >= 0) {
      throw new RangeError(`${where}: "x" and the weights expected numbers whose products are finite`)
    }
    this.machines = machines
    this.width = width
    this.learned(names, count, rows.cols)
    this.ending = { converged, iterations }
    return this
  }

  /**
   * The values f [n, P] of each pair of classes for the rows of x [n, D], in the order of `dualCoefficients`: positive for the first of
   * a pair. Otherwise as `decisionFunction`, which counts them as votes of 1 and adds less than 1/3 of a vote for their sums; for two
   * classes it is -f.
   */
  pairwiseDecisionFunction(x: MatrixLike): FloatNdArray {
    const rows = this.rowsOf('SVC.pairwiseDecisionFunction', x)
    return floatView(this.margins(rows), [rows.rows, this.machines.intercepts.length])
  }

  /** The model as plain data; {@link SVC.fromState} makes it again, bit for bit. */
  state(): SVCState {
    const { options, classes, shape, width: gamma, machines } = this
    return {
      ...{ format: 'ser-core/svc', version: 1, options: { ...options }, classes: classes && [...classes] },
      ...{ shape: [...shape], gamma },
      supportVectors: machines.supportVectors.slice(),
      dualCoefficients: machines.dualCoefficients.slice(),
      intercepts: machines.intercepts.slice(),
    }
  }

  /** The model that a state describes. */
  static fromState(state: SVCState): SVC {
    const where = 'SVC.fromState'
    const { options, classes, shape, gamma, ...saved } = checkFormat(where, state, 'svc', 'SVC')
    checkObject(where, 'options', options)
    const model = new SVC({ ...options, ...(classes === null ? {} : { classes }) })
    const [count, columns] = [0, 1].map((i) => checkInteger(where, `shape[${i}]`, shape?.[i], { min: 0 }))
    model.machines = machinesOf(where, saved, count, columns)
    model.width = checkNumber(where, 'gamma', gamma, count > 0 ? { above: 0 } : { min: 0 })
    model.learned(model.classes, count, columns)
    return model
  }

  /** @internal */
  protected decisions(x: Matrix): Float64Array {
    const margins = this.margins(x)
    const [classes] = this.shape
    if (classes === 2) return margins.map((margin) => -margin)
    const pairs = pairsOf(classes)
    const out = new Float64Array(x.rows * classes)
    for (let i = 0; i < x.rows; i++) tally(out, i * classes, margins, i * pairs.length, pairs)
    return out
  }

  /** f [n, P]. */
  private margins({ data, rows, cols }: Matrix): Float64Array {
    const { supportVectors, dualCoefficients, intercepts } = this.machines
    const [pairs, vectors] = [intercepts.length, supportVectors.length / cols]
    const against = new KernelRows(this.options.kernel, this.width, { data: supportVectors, rows: vectors, cols })
    const out = new Float64Array(rows * pairs)
    kernels.fillRows(out, 0, intercepts, 0, rows, pairs)
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      const n = Math.min(ROWS_AT_ONCE, rows - first)
      const values = against.of({ data: data.subarray(first * cols, (first + n) * cols), rows: n, cols })
      kernels.gemm(
        ...([out, first * pairs, pairs, values, 0, vectors, false, dualCoefficients, 0, vectors, true] as const),
        ...([n, pairs, vectors, 1, 1] as const),
      )
    }
    return out
  }
}

/** The numbers of a saved model that fit together. */
function machinesOf(
  where: string,
  saved: Pick<SVCState, 'supportVectors' | 'dualCoefficients' | 'intercepts'>,
  classes: number,
  columns: number,
): Learned {
  const count = (name: keyof Learned): number => savedCount(where, name, saved[name])
  const pairs = (classes * (classes - 1)) / 2
  const vectors = columns === 0 ? 0 : count('supportVectors') / columns
  if (!Number.isInteger(vectors) || (classes > 0 && (vectors === 0 || classes < 2))) {
    throw new FormatError(`${where}: "supportVectors" expected rows of ${columns} numbers for two classes or more`)
  }
  checkParameterCount(where, count('intercepts'), pairs)
  checkParameterCount(where, count('dualCoefficients'), pairs * vectors)
  return {
    supportVectors: savedNumbers(where, 'supportVectors', saved.supportVectors),
    dualCoefficients: savedNumbers(where, 'dualCoefficients', saved.dualCoefficients),
    intercepts: savedNumbers(where, 'intercepts', saved.intercepts),
  }
}
