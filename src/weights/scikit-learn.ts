/** Fitted estimators of scikit-learn as models here. */
import { checkArray, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isBytes } from '../core/realm.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { decodeUtf8 } from '../core/utf8.ts'
import { RBM } from '../energy/rbm.ts'
import type { ActivationName } from '../layers/activation.ts'
import { MLP } from '../networks/mlp.ts'
import type { MLPOptions } from '../networks/mlp-options.ts'
import { undrawn } from '../numerics/undrawn.ts'
import { filled, machineTensors } from './machines.ts'
import { type Filling, fillAll, type NumberTensor, numbersOf } from './numbers.ts'

/** The attributes of a fitted `MLPClassifier` or `MLPRegressor`, by their names there. Arrays may be of any form. */
export interface ScikitLearnMLP {
  coefs_: readonly unknown[]
  intercepts_: readonly unknown[]
  activation: string
  out_activation_: string
  /** Names of classes, also numbers, which become texts; a regressor has none. */
  classes_?: readonly (string | number | boolean)[]
}

/** The attributes of a fitted `BernoulliRBM`, by their names there. */
export interface ScikitLearnRBM {
  components_: unknown
  intercept_hidden_: unknown
  intercept_visible_: unknown
}

/** Options of {@link fromScikitLearn}. */
export interface ScikitLearnOptions {
  /** Element type of the model. Default: `float64` where any array has it, as those of JSON have; else `float32`. */
  dtype?: Dtype
}

const hidden = { identity: 'linear', logistic: 'sigmoid', tanh: 'tanh', relu: 'relu' } as const
const outputs = { identity: 'linear', logistic: 'sigmoid', softmax: 'softmax' } as const

/** The numbered arrays `name.0`, `name.1`, ... of an npz file as a list. */
function listOf(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name]
  const list: unknown[] = []
  while (Object.hasOwn(attributes, `${name}.${list.length}`)) list.push(attributes[`${name}.${list.length}`])
  return list.length > 0 ? list : undefined
}

/** Attributes with those that an npz file has as bytes of JSON, `facts`. */
function withFacts(where: string, attributes: Record<string, unknown>): Record<string, unknown> {
  const { facts, ...rest } = attributes
  if (facts === undefined) return rest
  const data = (facts as { data?: unknown })?.data
  const text = isBytes(data) ? decodeUtf8(data) : null
  try {
    return { ...rest, ...checkObject(where, 'facts', JSON.parse(text ?? '')) }
  } catch (cause) {
    throw new FormatError(`${where}: "facts" expected the bytes of a JSON object`, { cause })
  }
}

/** Columns of each layer, which the matrices agree on. */
function sizesOf(where: string, weights: readonly NumberTensor[], biases: readonly NumberTensor[]): number[] {
  const shapes = weights.map(({ shape }) => `[${shape.join(', ')}]`)
  const sizes = [weights[0].shape[0], ...weights.map(({ shape }) => shape[1])]
  if (weights.some(({ shape }, l) => shape.length !== 2 || shape.includes(0) || shape[0] !== sizes[l])) {
    throw new RangeError(`${where}: "coefs_" expected matrices that fit each other, got ${shapes.join(', ')}`)
  }
  biases.forEach(({ shape }, l) => {
    if (String(shape) === String([sizes[l + 1]])) return
    throw new RangeError(`${where}: "intercepts_[${l}]" expected [${sizes[l + 1]}], got [${shape.join(', ')}]`)
  })
  return sizes
}

function classesOf(where: string, classes: unknown, count: number, output: ActivationName): { classes?: string[] } {
  if (classes === undefined || classes === null) return {}
  const names = checkArray(where, 'classes_', classes).map((name, i) => {
    return ['number', 'boolean'].includes(typeof name) ? String(name) : checkString(where, `classes_[${i}]`, name)
  })
  // Several logistic outputs do not exclude each other: none is the class.
  if (output === 'sigmoid' && count > 1) return {}
  const wanted = count === 1 ? 2 : count
  if (output === 'linear' || names.length === wanted) return output === 'linear' ? {} : { classes: names }
  throw new RangeError(`${where}: "classes_" expected ${wanted} names, got ${names.length}`)
}

function mlpOf(where: string, given: Readonly<Record<string, unknown>>, dtype: Dtype | undefined): MLP {
  const arrays = (name: string): NumberTensor[] =>
    checkArray(where, name, listOf(given, name), 1).map((value, l) => numbersOf(where, `${name}[${l}]`, value))
  const [weights, biases] = [arrays('coefs_'), arrays('intercepts_')]
  if (weights.length !== biases.length) {
    throw new RangeError(`${where}: "intercepts_" expected ${weights.length} arrays, as "coefs_", got ${biases.length}`)
  }
  const layers = sizesOf(where, weights, biases)
  const nameOf = <T extends string>(name: string, known: Readonly<Record<T, unknown>>): T =>
    checkOneOf(where, name, given[name], Object.keys(known) as T[])
  const activation = hidden[nameOf('activation', hidden)]
  const output = outputs[nameOf('out_activation_', outputs)]
  const wide = [...weights, ...biases].some((one) => one.wide)
  const options: MLPOptions = {
    ...{ layers, activation, output, dtype: dtype ?? (wide ? 'float64' : 'float32') },
    ...classesOf(where, given.classes_, layers[layers.length - 1], output),
  }
  const mlp = new MLP(undrawn(options))
  const fillings = mlp.layers.flatMap(({ params: { W, b } }, l): Filling[] => [
    [`coefs_[${l}]`, W.data as FloatArray, weights[l].data],
    [`intercepts_[${l}]`, b.data as FloatArray, biases[l].data],
  ])
  fillAll(where, fillings)
  return mlp
}

/**
 * A fitted `MLPClassifier` or `MLPRegressor` as an {@link MLP}, or a `BernoulliRBM` as an {@link RBM}, from its attributes: an object of JSON, or the
 * arrays of an npz file (`coefs_.0`, `coefs_.1` and so on), whose texts are bytes of JSON under `facts`. The guide has the few lines of
 * Python that write either; pickles are not read.
 *
 * Two classes have one output there, the probability of the second, and here (`forward`); `predictLabels` gives the names in `classes_`.
 *
 * @throws TypeError or RangeError for attributes that are missing, of another shape, or of activations that `MLP` has not (`exp` of a Poisson
 *   regression)
 * @example
 * ```ts
 * const attributes = {
 *   coefs_: [[[0.5, -1], [1, 0]], [[1], [2]]],
 *   intercepts_: [[0, 0.1], [0.2]],
 *   activation: 'relu',
 *   out_activation_: 'logistic',
 *   classes_: ['calm', 'anger'],
 * }
 * const mlp = fromScikitLearn(attributes)
 * mlp.predictLabels([[1, 2]]) // ['anger']
 * ```
 */
export function fromScikitLearn(attributes: ScikitLearnMLP, options?: ScikitLearnOptions): MLP
export function fromScikitLearn(attributes: ScikitLearnRBM, options?: ScikitLearnOptions): RBM
export function fromScikitLearn(attributes: Readonly<Record<string, unknown>>, options?: ScikitLearnOptions): MLP | RBM
export function fromScikitLearn(
  attributes: ScikitLearnMLP | ScikitLearnRBM | Readonly<Record<string, unknown>>,
  options: ScikitLearnOptions = {},
): MLP | RBM {
  const where = 'fromScikitLearn'
  checkOptions(where, options, ['dtype'])
  const given = withFacts(where, checkObject(where, 'attributes', attributes))
  if (listOf(given, 'coefs_') !== undefined) return mlpOf(where, given, options.dtype)
  if (given.components_ === undefined) {
    const wanted = 'those of an MLP (coefs_ and others) or of a BernoulliRBM (components_ and others)'
    throw new RangeError(expectation(where, 'attributes', wanted, Object.keys(given).join(', ')))
  }
  const names = { W: 'components_', b: 'intercept_visible_', c: 'intercept_hidden_' }
  const { weights, visible, hidden: units, dtype } = machineTensors(where, names, given, true)
  return filled(where, new RBM(undrawn({ visible, hidden: units, dtype: options.dtype ?? dtype })), weights)
}
