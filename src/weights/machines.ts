/** Restricted Boltzmann machines of other libraries as models here. */
import { checkOneOf, checkOptions } from '../core/check.ts'
import { log } from '../core/elementary.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { GaussianRBM } from '../energy/gaussian-rbm.ts'
import { RBM } from '../energy/rbm.ts'
import { undrawn } from '../numerics/undrawn.ts'
import { type ArrayInput, checkTensors, type Filling, fillAll, type NumberTensor, numbersOf } from './numbers.ts'

/** W [V, H], visible biases b [V] and hidden biases c [H] of a machine, in float64. */
export interface MachineWeights {
  W: Float64Array
  b: Float64Array
  c: Float64Array
  /** ln of the standard deviations of visible units. */
  logSigma?: Float64Array
}

/** Names of the tensors of a machine. */
export type MachineNames = Readonly<Record<'W' | 'b' | 'c', string>>

/** The arrays by name; sizes agree with those of W [V, H] ([H, V] where it is transposed). */
export function machineTensors(
  where: string,
  names: MachineNames,
  tensors: Readonly<Record<string, unknown>>,
  transposed = false,
): { weights: MachineWeights; visible: number; hidden: number; dtype: Dtype } {
  checkTensors(where, tensors, 'an object of tensors')
  const W = numbersOf(where, names.W, tensors[names.W])
  if (W.shape.length !== 2)
    throw new RangeError(`${where}: "${names.W}" expected a matrix, got [${W.shape.join(', ')}]`)
  const [rows, cols] = W.shape
  const [visible, hidden] = transposed ? [cols, rows] : [rows, cols]
  const vector = (name: string, size: number): NumberTensor => {
    const found = numbersOf(where, name, tensors[name])
    if (String(found.shape) === String([size])) return found
    throw new RangeError(
      `${where}: "${name}" expected [${size}] beside "${names.W}" [${W.shape.join(', ')}], got [${found.shape.join(', ')}]`,
    )
  }
  const [b, c] = [vector(names.b, visible), vector(names.c, hidden)]
  const own = Float64Array.from(W.data)
  if (transposed) for (let i = 0; i < own.length; i++) own[i] = W.data[(i % hidden) * visible + Math.floor(i / hidden)]
  const dtype = [W, b, c].some(({ wide }) => wide) ? 'float64' : 'float32'
  return { weights: { W: own, b: Float64Array.from(b.data), c: Float64Array.from(c.data) }, visible, hidden, dtype }
}

/** Copies the weights into a model that has them at zero. */
export function filled<M extends RBM | GaussianRBM>(where: string, model: M, weights: MachineWeights): M {
  const entries = Object.entries<Float64Array>({ ...weights })
  fillAll(
    where,
    entries.map(([name, numbers]): Filling => [name, model.params[name].data as FloatArray, numbers]),
  )
  return model
}

/** Options of {@link fromLearnergy}. */
export interface LearnergyOptions {
  /** The class that was trained; its tensors tell no more than whether variances were learned. */
  model: 'RBM' | 'GaussianRBM' | 'VarianceGaussianRBM'
  /** Element type of the model. Default: that of the tensors. */
  dtype?: Dtype
}

const learnergyModels = ['RBM', 'GaussianRBM', 'VarianceGaussianRBM'] as const

/** Smallest steps at 1, which learnergy adds to the variances. */
const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 } as const

function checkLeft(where: string, tensors: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const left = Object.keys(tensors).filter((name) => !known.includes(name))
  if (left.length === 0) return
  throw new RangeError(
    `${where}: "tensors" expected ${known.join(', ')}, got ${left.map((name) => `"${name}"`).join(', ')} too`,
  )
}

/**
 * A machine of learnergy, from its state dict (`W` [V, H], `a`, `b`, and `sigma` of a `VarianceGaussianRBM`): an {@link RBM} with the same
 * free energy and conditional probabilities, or a {@link GaussianRBM}. Inputs of a `GaussianRBM` there are standardised by the batch, by
 * statistics that are not in the file: bring data that are standardised. Those of variance sigma^2 + eps have W / s here, with s its root.
 *
 * @throws TypeError for other values than tensors, RangeError for missing and unknown ones and for sizes that differ
 * @example
 * ```ts
 * // Python: safetensors.torch.save_file(model.state_dict(), 'rbm.safetensors')
 * const tensors = { W: [[0.5, -1], [1, 0], [0, 2]], a: [0, 0.1, 0.2], b: [0.3, 0.4] }
 * const rbm = fromLearnergy(tensors, { model: 'RBM' })
 * rbm.visible // 3
 * rbm.transform([[1, 0, 1]]).shape // [1, 2]
 * ```
 */
export function fromLearnergy(
  tensors: Readonly<Record<string, ArrayInput>>,
  options: LearnergyOptions & { model: 'RBM' },
): RBM
export function fromLearnergy(
  tensors: Readonly<Record<string, ArrayInput>>,
  options: LearnergyOptions & { model: 'GaussianRBM' | 'VarianceGaussianRBM' },
): GaussianRBM
export function fromLearnergy(
  tensors: Readonly<Record<string, ArrayInput>>,
  options: LearnergyOptions,
): RBM | GaussianRBM
export function fromLearnergy(
  tensors: Readonly<Record<string, ArrayInput>>,
  options: LearnergyOptions,
): RBM | GaussianRBM {
  const where = 'fromLearnergy'
  checkOptions(where, options, ['model', 'dtype'])
  const model = checkOneOf(where, 'model', options.model, learnergyModels)
  const names = { W: 'W', b: 'a', c: 'b' }
  const { weights, visible, hidden, dtype: own } = machineTensors(where, names, tensors)
  const learned = model === 'VarianceGaussianRBM'
  checkLeft(where, tensors, learned ? ['W', 'a', 'b', 'sigma'] : ['W', 'a', 'b'])
  const size = { visible, hidden, dtype: options.dtype ?? own }
  if (model === 'RBM') return filled(where, new RBM(undrawn(size)), weights)
  if (!learned) return filled(where, new GaussianRBM(undrawn(size)), weights)
  const { W, ...biases } = weights
  const sigma = numbersOf(where, 'sigma', tensors.sigma)
  if (String(sigma.shape) !== String([visible])) {
    throw new RangeError(`${where}: "sigma" expected [${visible}], got [${sigma.shape.join(', ')}]`)
  }
  const s = Float64Array.from(sigma.data, (value) => Math.sqrt(value * value + EPSILON[own]))
  const scaled = W.map((w, i) => w / s[Math.floor(i / hidden)])
  const machine = new GaussianRBM(undrawn({ ...size, variance: 'learned' as const }))
  return filled(where, machine, { W: scaled, ...biases, logSigma: s.map(log) })
}

/** Options of {@link fromRbms}. */
export interface RbmsOptions {
  /** The file's `model_type`. */
  modelType: 'BBRBM' | 'IIRBM'
  /** Element type of the model. Default: that of the tensors. */
  dtype?: Dtype
}

/** Units of -1 and 1 as units of 0 and 1: energies differ by a constant. */
function fromSpins({ W, b, c }: MachineWeights, hidden: number): MachineWeights {
  const [rows, cols] = [b.map((value) => 2 * value), c.map((value) => 2 * value)]
  W.forEach((w, i) => {
    rows[Math.floor(i / hidden)] -= 2 * w
    cols[i % hidden] -= 2 * w
  })
  return { W: W.map((w) => 4 * w), b: rows, c: cols }
}

/**
 * A machine of the Python package rbms, from the arrays of its parameters (`weight_matrix` [V, H], `vbias`, `hbias`). A `BBRBM` has units 0
 * and 1 there as here; an `IIRBM` has units -1 and 1, which become 0 and 1 (give (v + 1) / 2 for v): its free energies differ from those
 * here by a constant.
 *
 * @throws TypeError for other values than tensors; RangeError for missing and unknown ones, for sizes that differ, and for `BGRBM` and
 *   `IGRBM`, whose Gaussian hidden units no model here has
 * @example
 * ```ts
 * const tensors = { weight_matrix: [[0.5, -1], [1, 0], [0, 2]], vbias: [0, 0.1, 0.2], hbias: [0.3, 0.4] }
 * fromRbms(tensors, { modelType: 'IIRBM' }).params.W.get(0, 0) // 2
 * ```
 */
export function fromRbms(tensors: Readonly<Record<string, ArrayInput>>, options: RbmsOptions): RBM {
  const where = 'fromRbms'
  checkOptions(where, options, ['modelType', 'dtype'])
  const { modelType } = options as { modelType: unknown }
  if (modelType === 'BGRBM' || modelType === 'IGRBM') {
    throw new RangeError(`${where}: a "${modelType}" has Gaussian hidden units, which no model here has`)
  }
  const type = checkOneOf(where, 'modelType', modelType, ['BBRBM', 'IIRBM'])
  const names = { W: 'weight_matrix', b: 'vbias', c: 'hbias' }
  const { weights, visible, hidden, dtype } = machineTensors(where, names, tensors)
  checkLeft(where, tensors, Object.values(names))
  const machine = new RBM(undrawn({ visible, hidden, dtype: options.dtype ?? dtype }))
  return filled(where, machine, type === 'BBRBM' ? weights : fromSpins(weights, hidden))
}
