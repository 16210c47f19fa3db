import { allocate, checkDtype, floatView } from '../core/array.ts'
import { checkInteger, checkNames, checkNumber, checkObject } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { DivergenceError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { copyPlain } from '../core/plain.ts'
import { counted, Printed } from '../core/printed.ts'
import { checkFormat } from '../core/saved.ts'
import type { Dtype, FloatArray, FloatNdArray } from '../core/types.ts'
import { type SummaryOptions, summaryWidth } from '../layers/summary.ts'
import { Exclusive } from '../numerics/exclusive.ts'
import { finiteResult } from '../numerics/overflow.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { restoredVector, savedCount } from '../numerics/restored.ts'
import { isUndrawn, undrawnAs } from '../numerics/undrawn.ts'
import { type CaseSet, closeCases, everyCase, gather } from './cases.ts'
import { checkLearnerState } from './checkpoint.ts'
import type { EnergyHistory, EnergyUpdateReport, LearnerState } from './energy-history.ts'
import {
  type ContrastiveDivergenceOptions,
  type EnergyFitOptions,
  type ModelFacts,
  resolveEnergyFit,
  resolveUpdate,
  type WeightName,
} from './energy-options.ts'
import { ratesAt, trainEnergyModel } from './energy-training.ts'
import type { Means } from './enumeration-space.ts'
import { Learner } from './learner.ts'
import { exactGradient, meanOf } from './likelihood-gradient.ts'
import { type Cases, Machine, type MachineShape, type WeightScales } from './machine.ts'
import { enumerationOf } from './partition.ts'

const DEFAULT_SCALE = 0.01

type Expectations = Means & { logZ: number }

/** Options of every energy model. */
export interface EnergyModelOptions {
  /** V, visible units. */
  visible: number
  /** H, hidden units. */
  hidden: number
  /** Standard deviation of the starting weights: of all, or of each matrix; biases start at 0. Default 0.01. */
  weightScale?: number | { [K in WeightName]?: number }
  /** Seed of the starting weights, of `fit` and of samples, unless given there. Default 0. */
  seed?: Seed
  /** Element type of parameters and results. Default `float32`. */
  dtype?: Dtype
}

/** Names of {@link EnergyModelOptions}. */
export const energyModelOptionNames = ['visible', 'hidden', 'weightScale', 'seed', 'dtype'] as const

/** An energy model as plain data: JSON but for the typed arrays. */
export interface EnergyModelState<Options> {
  format: `ser-core/${string}`
  version: 1
  options: Options
  parameters: FloatArray
  /** State from which `partialFit` continues; null before its first call. */
  learner: LearnerState | null
}

/** Checks the options and fills in the defaults. */
export function checkModelOptions(
  where: string,
  options: EnergyModelOptions,
  matrices: readonly WeightName[] = ['W'],
): Required<EnergyModelOptions> {
  return undrawnAs(options, {
    visible: checkInteger(where, 'visible', options.visible, { min: 1, limit: limits.units }),
    hidden: checkInteger(where, 'hidden', options.hidden, { min: 1, limit: limits.units }),
    weightScale: checkWeightScale(where, options.weightScale ?? DEFAULT_SCALE, matrices),
    seed: checkSeed(where, options.seed ?? 0),
    dtype: checkDtype(where, options.dtype ?? 'float32'),
  })
}

function checkWeightScale(
  where: string,
  scale: unknown,
  matrices: readonly WeightName[],
): number | { [K in WeightName]?: number } {
  if (typeof scale !== 'object' || scale === null) return checkNumber(where, 'weightScale', scale, { min: 0 })
  checkNames(`${where} weightScale`, scale, matrices)
  for (const [name, value] of Object.entries(scale)) checkNumber(`${where} weightScale`, name, value, { min: 0 })
  return scale
}

function scalesOf(scale: number | { [K in WeightName]?: number }): WeightScales {
  if (typeof scale === 'number') return { W: scale, A: scale, B: scale }
  return { W: DEFAULT_SCALE, A: DEFAULT_SCALE, B: DEFAULT_SCALE, ...scale }
}

/**
 * Base of all energy models: parameters in one vector, training by contrastive divergence, state. `Data` is a matrix of
 * cases or an array of sequences.
 */
export abstract class EnergyModel<Data, Options extends EnergyModelOptions> extends Printed {
  readonly visible: number
  readonly hidden: number
  readonly seed: Seed
  readonly dtype: Dtype
  /** All parameters as one flat vector with named views. */
  readonly parameters: ParameterSet
  /** @internal */
  protected readonly machine: Machine
  /** The options with their defaults, as JSON. */
  readonly options: Readonly<Required<Options>>
  /** @internal */
  protected readonly name: string
  private learner: Learner | null = null
  private readonly training = new Exclusive('model')

  /** @internal */
  protected constructor(
    name: string,
    options: Required<Options> & Required<EnergyModelOptions>,
    shape: Omit<MachineShape, 'visible' | 'hidden'>,
  ) {
    super()
    const { visible, hidden, seed, dtype, weightScale } = options
    this.name = name
    this.options = copyPlain(options)
    this.visible = visible
    this.hidden = hidden
    this.seed = seed
    this.dtype = dtype
    const random = isUndrawn(options) ? null : new Random(seed).substream('weights')
    this.machine = new Machine({ ...shape, visible, hidden }, dtype, scalesOf(weightScale), random)
    this.parameters = this.machine.parameters
  }

  /**
   * The model as text: its units, the number of parameters, and their names and shapes.
   *
   * @throws RangeError for a width below 40
   */
  summary(options: SummaryOptions = {}): string {
    const width = summaryWidth(`${this.name}.summary`, options)
    const [, ...parameters] = this.parameters.toString({ width }).split('\n')
    return [this.line, ...parameters].join('\n')
  }

  /** {@link EnergyModel.summary}, which consoles print. */
  override toString(options: SummaryOptions = {}): string {
    return this.summary(options)
  }

  /** The model in one line. @internal */
  override get line(): string {
    const { visible, hidden, parameters, machine, dtype } = this
    const { order } = machine.shape
    const facts = [`${visible} visible`, `${hidden} hidden`, ...(order > 0 ? [`order ${order}`] : [])]
    return `${this.name}: ${[...facts, counted(parameters.values.length, 'parameter'), dtype].join(', ')}`
  }

  /** Converts float64 results, one per case, to the result of a method. @internal */
  protected vector(call: string, values: Float64Array, cases: Pick<Cases, 'data'> | null): FloatNdArray {
    const out = allocate(values.length, this.dtype)
    out.set(values)
    return floatView(this.finite(call, out, cases), [out.length])
  }

  /** Returns the results of a method; throws where they are not finite. @internal */
  protected finite<T extends FloatArray>(call: string, out: T, cases: Pick<Cases, 'data'> | null): T {
    const name = this.machine.logSigma === null ? `"${this.dataName}"` : `"${this.dataName}" / s`
    return finiteResult(`${this.name}.${call}`, out, this.parameters, cases && { name, data: cases.data })
  }

  /** The parameters by name; writing to one changes the model. */
  get params(): Readonly<Record<string, FloatNdArray>> {
    return this.parameters.views
  }

  /** Checks a caller's data and returns their cases. @internal */
  protected abstract toCases(where: string, name: string, data: Data): CaseSet

  /**
   * Trains the model by contrastive divergence. The event loop stays alive between updates; the result depends on the
   * seed alone.
   *
   * @throws DivergenceError (NonFiniteError where values are NaN or infinite) where training diverges; the model is
   * then as it was before the call
   */
  async fit(data: Data, options: EnergyFitOptions<Data> = {}): Promise<EnergyHistory> {
    const where = `${this.name}.fit`
    const settings = resolveEnergyFit(where, options, this.facts(), this.seed)
    const set = this.toCases(where, this.dataName, data)
    const { validation, resume } = options
    const held = validation === undefined ? null : this.toCases(where, 'validation', validation)
    const { machine } = this
    try {
      return await this.training.run(where, () => {
        this.learner = null
        return trainEnergyModel({ machine, set, validation: held, settings, hooks: options, resume })
      })
    } finally {
      for (const one of [set, held]) if (one !== null) closeCases(one)
    }
  }

  /**
   * One update with all the given cases as a mini-batch. Momentum, persistent chains and hidden activity are kept from
   * call to call and in {@link EnergyModel.state}, until `fit` resets them. Options that count epochs count calls.
   *
   * @throws DivergenceError as {@link EnergyModel.fit}
   */
  partialFit(data: Data, options: ContrastiveDivergenceOptions = {}): EnergyUpdateReport {
    const where = `${this.name}.partialFit`
    const settings = resolveUpdate(where, options, this.facts())
    const set = this.toCases(where, this.dataName, data)
    this.training.check(where)
    if (settings.persistent && this.machine.shape.order > 0) {
      throw new RangeError(`${where}: "persistent" needs fit, which keeps a chain for each frame`)
    }
    this.learner ??= new Learner(this.machine)
    const { updates } = this.learner
    const random = new Random(this.seed).substream('partialFit').substream(updates)
    const step = { ...ratesAt(settings, updates, updates + 1), epoch: updates + 1, batch: 1, random }
    return this.undoing(this.learner, () => {
      return (this.learner as Learner).update(set, everyCase(set), settings, step)
    })
  }

  /**
   * The mean log-likelihood of the cases and its gradient by `parameters.values`, both by summing over all states. This
   * is the gradient that contrastive divergence approximates; for small models only.
   */
  logLikelihoodAndGradient(data: Data): { logLikelihood: number; gradient: FloatArray } {
    const where = `${this.name}.logLikelihoodAndGradient`
    const { machine } = this
    const set = this.toCases(where, this.dataName, data)
    const cases = gather(set, everyCase(set), this.dtype)
    machine.rescale(cases.data, -1)
    const enumeration = enumerationOf(where, machine.coupling(), '')
    const biases = machine.biases(cases).slice()
    const kept: Expectations[] = []
    const meansOf = (row: number): Expectations => {
      const r = machine.shape.order === 0 ? 0 : row
      const { b, c } = machine.biasesOf(biases, r)
      kept[r] ??= enumeration.expectations(b, c)
      return kept[r]
    }
    const call = 'logLikelihoodAndGradient'
    const values = machine.freeEnergies(cases).map((free, row) => -free - meansOf(row).logZ)
    const [logLikelihood] = this.finite(call, Float64Array.of(meanOf(values) - machine.logScale()), cases)
    return { logLikelihood, gradient: this.finite(call, exactGradient(machine, cases, meansOf), cases) }
  }

  /** Runs an update and undoes it where it diverges. */
  private undoing(learner: Learner, update: () => EnergyUpdateReport): EnergyUpdateReport {
    const parameters = this.parameters.values.slice()
    const state = learner.state()
    try {
      return update()
    } catch (error) {
      if (error instanceof DivergenceError) {
        this.parameters.forWriting().set(parameters)
        learner.restore(state)
      }
      throw error
    }
  }

  /** Checks the options of `fit`. @internal */
  checkFit(options: EnergyFitOptions<Data>): void {
    resolveEnergyFit(`${this.name}.fit`, options, this.facts(), this.seed)
  }

  /** The name of the data in messages. @internal */
  protected abstract readonly dataName: string

  private facts(): ModelFacts {
    const { binary, order, learnsScale } = this.machine.shape
    return { binary, order, learnsScale, parameters: this.parameters }
  }

  /** The random stream of a call outside of training. @internal */
  protected randomFor(where: string, call: string, seed: Seed | Random | undefined): Random {
    const isName = typeof seed !== 'object' || seed === null
    if (isName) return new Random(checkSeed(where, seed ?? this.seed)).substream(call)
    return checkInstance(where, 'seed', seed, Random, 'a finite number, a string or a Random')
  }

  /** The model as plain data; `fromState` of its class makes it again, bit for bit. */
  state(): EnergyModelState<Required<Options>> {
    return {
      format: `ser-core/${this.name}`,
      version: 1,
      options: copyPlain(this.options),
      parameters: this.parameters.values.slice(),
      learner: this.learner?.state() ?? null,
    }
  }

  /** Restores parameters and learner from a state of the same class and options. @internal */
  restore(state: EnergyModelState<unknown>): this {
    checkState(this.name, state)
    const where = `${this.name}.fromState`
    const { learner = null } = state
    const restored = learner === null ? null : checkLearnerState(where, this.machine, learner)
    const restoredValues = restoredVector(where, 'parameters', state.parameters, this.parameters.values)
    this.parameters.forWriting().set(restoredValues)
    this.learner = restored && new Learner(this.machine)
    if (restored !== null) this.learner?.restore(restored)
    return this
  }
}

/** Throws where a state has fewer parameters than layers of these sizes have weights; allocates nothing. */
export function checkSizes(name: string, sizes: readonly number[], order: number | number[], saved: number): void {
  const orders = sizes.map((_, i) => (Array.isArray(order) ? order[i] : order))
  const counts = sizes.slice(1).map((hidden, i) => sizes[i] * (hidden + orders[i] * (sizes[i] + hidden)))
  const weights = counts.reduce((sum, count) => sum + count, 0)
  if (!(weights > saved)) return
  const units = sizes.join(', ')
  throw new RangeError(`${name}.fromState: ${units} units have ${weights} weights, the state ${saved} parameters`)
}

/** Throws unless the value is a state of this class. */
export function checkState(name: string, state: EnergyModelState<unknown> | undefined): void {
  const where = `${name}.fromState`
  const { options, parameters } = checkFormat(where, state as EnergyModelState<unknown>, name)
  const sizes = checkObject<{ visible: number; hidden: number; order?: number }>(where, 'options', options)
  const { visible, hidden, order = 0 } = sizes
  const saved = savedCount(where, 'parameters', parameters)
  if (typeof visible === 'number') checkSizes(name, [visible, hidden], order, saved)
}
