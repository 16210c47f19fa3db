/** Weights of other libraries, by name, into models and out of them. */
import { checkArray, checkBoolean, checkOptions, checkString, checkStrings } from '../core/check.ts'
import { isFloat64 } from '../core/realm.ts'
import { allocate, sizeOf } from '../core/storage.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import type { Tensor, TensorInput } from '../io/safetensors.ts'
import { flax } from './flax.ts'
import { type Form, libraryOf, type Part, type Unit } from './forms.ts'
import { keras } from './keras/weights.ts'
import { type Match, type ModuleName, matchModules } from './match.ts'
import { modulesOf, type NamedTensor } from './modules.ts'
import { checkFloats, type Filling, fillAll } from './numbers.ts'
import { pytorch, pytorchName } from './pytorch.ts'
import { unitsOf, type WeightedModel } from './units.ts'
import { WrittenModules } from './written-modules.ts'

const libraries = { pytorch, flax, keras }
const writers = { pytorch }

type Views = Readonly<Record<string, FloatNdArray>>

/** Options of {@link loadWeights}. */
export interface LoadWeightsOptions {
  /** The library that wrote the tensors. */
  library: 'pytorch' | 'flax' | 'keras'
  /** Only tensors whose names begin with it are taken, such as `encoder.` of a larger model. Default: all. */
  prefix?: string
  /**
   * The modules' names behind `prefix`, in the order of the model's layers that have weights (projections of residual connections among
   * them, behind the layers inside): the layers of one stacked module have the same name, the two directions of a bidirectional layer may
   * have a name each, and a layer with null keeps its weights. Default: found by names and shapes.
   */
  names?: readonly ModuleName[]
}

/** Options of {@link weightsOf}. */
export interface WeightsOfOptions {
  /** The library that shall read the tensors. */
  library: 'pytorch'
  /** Put before each name. Default: nothing. */
  prefix?: string
  /** The modules' names, as for {@link loadWeights}; none is null. Default: the paths here, such as `layers.0`. */
  names?: readonly Exclude<ModuleName, null>[]
  /**
   * Whether modules have biases; false for those made with `bias=False`, of all layers or of each by itself, in the order of `names`. Biases
   * that are left out must be 0. Default: true.
   */
  biases?: boolean | readonly boolean[]
}

/** Calls `at` for each number of a part: its index there, the parameter here, and the index in it. */
function eachNumber(
  { shape, blocks, transposed }: Part,
  at: (theirs: number, name: string, ours: number) => void,
): void {
  const size = sizeOf(shape) / blocks.length
  const [rows, cols] = transposed ? [shape[0], shape[1] / blocks.length] : [1, size]
  blocks.forEach((name, k) => {
    for (let i = 0; i < size; i++) {
      if (!transposed) at(k * size + i, name, i)
      else at((i % rows) * shape[1] + k * cols + Math.floor(i / rows), name, i)
    }
  })
}

/** The new numbers of a unit's parameters. */
function fillingsOf(where: string, { unit, module, form }: Match, views: Views): Filling[] {
  const values = new Map<string, Float64Array>()
  for (const { blocks } of unit.forms.flat()) {
    for (const name of blocks) values.set(name, new Float64Array(views[name].data.length))
  }
  for (const part of form) {
    const { name: given, data } = module.parts.get(part.name) as NamedTensor
    const numbers = checkFloats(where, given, data)
    eachNumber(part, (theirs, name, ours) => {
      ;(values.get(name) as Float64Array)[ours] += numbers[theirs]
    })
  }
  const there = new Set(form.flatMap(({ blocks }) => blocks))
  return Array.from(values, ([name, sums]) => {
    if (!there.has(name) && name.endsWith('g')) sums.fill(1)
    return [name, views[name].data as FloatArray, sums]
  })
}

function namesOf(where: string, names: unknown, units: readonly Unit[], keeps: boolean): ModuleName[] | undefined {
  if (names === undefined) return undefined
  const list = checkArray(where, 'names', names)
  const pattern = `one of each of ${units.map(({ text }) => text).join(', ')}`
  if (list.length !== units.length) throw new RangeError(`${where}: "names" expected ${pattern}, got ${list.length}`)
  return list.map((name, i) => {
    if (name === null && keeps) return null
    if (!Array.isArray(name)) return checkString(where, `names[${i}]`, name)
    const two = checkStrings(where, `names[${i}]`, name, 2)
    if (two.length > 2 || units[i].directions === undefined) {
      const most = units[i].directions === undefined ? 'one name' : 'at most two names'
      throw new RangeError(`${where}: "names[${i}]" expected ${most} for ${units[i].text}, got ${two.length}`)
    }
    return [two[0], two[1]]
  })
}

/**
 * Fills a model with the weights of another library, told by the names and shapes of its tensors. All tensors must be used and all
 * parameters filled, as by PyTorch's `load_state_dict(strict=True)`; biases that a module does not have are 0.
 *
 * - `pytorch`: `nn.LSTM` (also with `proj_size`), `nn.GRU`, `nn.RNN`, of one or both directions, each of `num_layers` a layer here, and
 *   their cells; `nn.Linear`, `nn.LayerNorm`. Both biases of a gate are summed. LSTMs need `{ peepholes: false }`.
 * - `flax`: cells of linen and nnx (`LSTMCell`, `OptimizedLSTMCell`, `GRUCell`, `SimpleCell`) in `nn.RNN` and `nn.Bidirectional`, `Dense`,
 *   `nnx.Linear`, `LayerNorm` (whose epsilon is 1e-6 there), names joined by `.` or `/`.
 * - `keras`: the variables of Keras 3 by their paths, as `decodeKeras` gives them: `LSTM`, `GRU`, `SimpleRNN`, their cells, `Bidirectional`,
 *   `Dense`, `LayerNormalization` (whose epsilon is 1e-3 there). Layers of a class are taken in the order of their numbers.
 *
 * Files of safetensors have no order, so that modules of equal sizes are told apart by the numbers in their names (`fc1`, `fc2`);
 * where there are none, `names` must say.
 *
 * @param model - a `Sequential`, an `MLP` or a single layer, with the layers of the module that was trained
 * @param tensors - by name, as `decodeSafetensors`, `decodeNpz`, `decodeFlax` and `decodeKeras` give them
 * @throws RangeError that lists missing and unexpected tensors and those of other shapes, for layers that the library has not, and for numbers
 *   that are not finite; the model is then as it was
 * @example
 * ```ts
 * // torch: save_file(nn.LSTM(2, 3, num_layers=2).state_dict(), 'lstm.safetensors')
 * function take(file: Uint8Array) {
 *   const lstm = (inputs: number) => new LSTM({ inputs, units: 3, peepholes: false })
 *   return loadWeights(new Sequential([lstm(2), lstm(3)]), decodeSafetensors(file).tensors, { library: 'pytorch' })
 * }
 * ```
 */
export function loadWeights<M extends WeightedModel>(
  model: M,
  tensors: Readonly<Record<string, TensorInput>>,
  options: LoadWeightsOptions,
): M {
  const where = 'loadWeights'
  checkOptions(where, options, ['library', 'prefix', 'names'])
  const library = libraryOf(where, libraries, options.library)
  const { units, views } = unitsOf(where, library, model)
  const names = namesOf(where, options.names, units, true)
  const modules = modulesOf(where, library, tensors, checkString(where, 'prefix', options.prefix ?? ''))
  const matches = matchModules(where, library, { units, modules, names })
  fillAll(
    where,
    matches.flatMap((match) => fillingsOf(where, match, views)),
  )
  return model
}

function partTensor({ shape, blocks, ...rest }: Part, views: Views, written: Set<string>): Tensor {
  const wide = blocks.some((name) => isFloat64(views[name].data))
  const data = allocate(sizeOf(shape), wide ? 'float64' : 'float32')
  eachNumber({ shape, blocks, ...rest }, (theirs, name, ours) => {
    // Of several tensors that are added, the first has all.
    if (!written.has(name)) data[theirs] = views[name].data[ours]
  })
  for (const name of blocks) written.add(name)
  return { dtype: wide ? 'F64' : 'F32', shape: [...shape], data }
}

function biasesOf(where: string, biases: unknown, units: readonly Unit[]): boolean[] {
  if (typeof biases === 'boolean') return units.map(() => biases)
  const list = checkArray(where, 'biases', biases)
  if (list.length !== units.length)
    throw new RangeError(
      `${where}: "biases" expected one of each of ${units.map(({ text }) => text).join(', ')}, got ${list.length}`,
    )
  return list.map((one, i) => checkBoolean(where, `biases[${i}]`, one))
}

/** The form of a module that has no biases, which must be 0 here. */
function withoutBiases(where: string, forms: readonly Form[], text: string, views: Views): Form {
  const [whole, form = whole] = forms
  const kept = new Set(form.flatMap(({ blocks }) => blocks))
  const left = whole.flatMap(({ blocks }) => blocks).filter((name) => !kept.has(name))
  for (const name of left) {
    const value = (views[name].data as FloatArray).find((one) => one !== 0)
    if (value !== undefined)
      throw new RangeError(
        `${where}: "biases" expected true for ${text}, whose ${name} has ${value}, which a module without biases loses`,
      )
  }
  return form
}

/**
 * The weights of a model under the names of another library, ready for `encodeSafetensors`: PyTorch's
 * `load_state_dict(load_file(path), strict=True)` takes them into modules of these names. Recurrent modules have two biases there, of which
 * the second is 0 (but for the one that a GRU needs); `biases: false` is for modules made with `bias=False`.
 *
 * @throws TypeError for anything but a `Sequential`, an `MLP` or a layer; RangeError for layers that the library has not, such as an LSTM with
 *   peepholes
 * @example
 * ```ts
 * const net = new Sequential([new GRU({ inputs: 3, units: 4 }), new LastPool(), new Dense({ units: 2, activation: 'softmax' })])
 * const tensors = weightsOf(net, { library: 'pytorch', names: ['rnn', 'head'] })
 * Object.keys(tensors) // rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0, head.weight, head.bias
 * encodeSafetensors(tensors).length > 500 // true
 * ```
 */
export function weightsOf(model: WeightedModel, options: WeightsOfOptions): Record<string, Tensor> {
  const where = 'weightsOf'
  checkOptions(where, options, ['library', 'prefix', 'names', 'biases'])
  const library = libraryOf(where, writers, options.library)
  const prefix = checkString(where, 'prefix', options.prefix ?? '')
  const { units, views } = unitsOf(where, library, model)
  const names = namesOf(where, options.names, units, false) ?? units.map(({ path, name }) => name ?? path.slice(0, -1))
  const biases = biasesOf(where, options.biases ?? true, units)
  const modules = new WrittenModules(where)
  const tensors: Record<string, Tensor> = {}
  const write = ({ forms, text }: Unit, name: string, biased: boolean): void => {
    const form = biased ? forms[0] : withoutBiases(where, forms, text, views)
    const index = modules.place(name, form, text)
    const written = new Set<string>()
    for (const part of form)
      tensors[`${prefix}${pytorchName(name, index, part.name)}`] = partTensor(part, views, written)
  }
  units.forEach((unit, i) => {
    const name = names[i]
    if (typeof name === 'string') write(unit, name, biases[i])
    else if (name !== null) unit.directions?.forEach((one, k) => void write(one, name[k], biases[i]))
  })
  return tensors
}
