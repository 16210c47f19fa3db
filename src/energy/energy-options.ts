/** Options of `fit` and `partialFit` of the energy models, and their checked form. */
import { checkBoolean, checkInteger, checkNames, checkNumber, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import {
  type EarlyStoppingOptions,
  type ResolvedEarlyStopping,
  resolveEarlyStopping,
} from '../numerics/early-stopping.ts'
import { checkHooks, type LoopHooks } from '../numerics/loop.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { type LearningRate, type Schedule, toSchedule } from '../numerics/schedule.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, EnergyUpdateReport } from './energy-history.ts'

/** Momentum that changes once during training: Hinton (2010), section 9. */
export interface MomentumChange {
  /** Momentum of the first epochs. */
  initial: number
  /** Momentum after them. */
  final: number
  /** Epochs until the change. */
  epochs: number
}

/** Sparsity target for the hidden units: Hinton (2010), section 11; Lee, Ekanadham & Ng (2008). */
export interface SparsityOptions {
  /** Target mean activation, in (0, 1). */
  target: number
  /** Weight of the difference target - q_j, added to the gradient of c_j. Default 0.1. */
  cost?: number
  /** Decay of the running mean q_j of P(h_j = 1) over updates. Default 0.9. */
  decay?: number
}

/** A weight matrix of an energy model. */
export type WeightName = 'W' | 'A' | 'B'

/** Options of one update by contrastive divergence. */
export interface ContrastiveDivergenceOptions {
  /** Step size, or a schedule over updates. Default 0.05 for binary visible units, 1e-3 for Gaussian ones. */
  learningRate?: LearningRate
  /** Factors of the learning rate for single parameters, such as `{ A: 0.1 }`. Default all 1. */
  learningRateFactors?: { [parameter: string]: number }
  /** Momentum: a number, a schedule over updates, or one change. Default: 0.5, then 0.9 after 5 epochs. */
  momentum?: LearningRate | MomentumChange
  /**
   * lambda of the weight decay lambda/2 ||W||^2: one for all weight matrices, or one for each; not for biases. Default
   * 0.
   */
  weightDecay?: number | { [K in WeightName]?: number }
  /** Gibbs steps of the negative phase. Default 1. */
  k?: number
  /** Keeps the Gibbs chains from update to update (persistent CD: Tieleman 2008). Default false. */
  persistent?: boolean
  /**
   * Whether the chains sample their visible units; else they use the means (Hinton 2010, section 3.2). Default: true
   * for binary units, persistent chains and learned variances (which need it), else false.
   */
  sampleVisible?: boolean
  sparsity?: SparsityOptions
}

/** A measure of held-out data. */
export type EnergyMonitor = 'reconstructionError' | 'pseudoLikelihood' | 'predictionError'

/** Early stopping of energy models. */
export type EnergyEarlyStoppingOptions = EarlyStoppingOptions<EnergyMonitor>

/** Options of `fit`; Data is a matrix of cases, or sequences. */
export interface EnergyFitOptions<Data>
  extends ContrastiveDivergenceOptions,
    LoopHooks<EnergyEpochRecord, EnergyUpdateReport, EnergyCheckpoint> {
  /** Passes over the data. Default 10. */
  epochs?: number
  /** Cases per update: rows, or frames of all sequences mixed. Default 100. */
  batchSize?: number
  /** Shuffles the cases anew in each epoch. Default true. */
  shuffle?: boolean
  /** Factor by which the learning rate is multiplied after each epoch. Default 1. */
  learningRateDecay?: number
  /** Seed of shuffling and sampling. Default: the model's. */
  seed?: Seed
  /** Held-out data, measured after each epoch. */
  validation?: Data
  earlyStopping?: EnergyEarlyStoppingOptions
  /** Continues from a checkpoint of an `onEpoch` report, with the result of an uninterrupted training, bit for bit. */
  resume?: EnergyCheckpoint
}

// biome-ignore format: one line says it all
const updateOptionNames = [
  'learningRate', 'learningRateFactors', 'momentum', 'weightDecay', 'k', 'persistent', 'sampleVisible', 'sparsity',
] as const
const epochNames = ['epochs', 'batchSize', 'shuffle', 'learningRateDecay', 'seed', 'earlyStopping'] as const
/** Options that can be set for single layers of a stack. */
export const layerOptionNames: readonly [...typeof updateOptionNames, ...typeof epochNames] = [
  ...updateOptionNames,
  ...epochNames,
]
const fitOptionNames = [...layerOptionNames, 'validation', 'signal', 'onEpoch', 'onBatch', 'resume'] as const

/** {@link ContrastiveDivergenceOptions} with their defaults. */
export interface UpdateSettings {
  /** Name of the call in error messages. */
  where: string
  learningRate: Schedule
  momentum: Schedule | MomentumChange
  /** One for each parameter, in storage order. */
  rateFactors: number[]
  weightDecays: number[]
  k: number
  persistent: boolean
  sampleVisible: boolean
  sparsity: Required<SparsityOptions> | null
}

/** {@link EnergyFitOptions} with their defaults, without the data. */
export interface FitSettings {
  update: UpdateSettings
  epochs: number
  batchSize: number
  shuffle: boolean
  learningRateDecay: number
  seed: Seed
  earlyStopping: ResolvedEarlyStopping<EnergyMonitor> | null
}

/** Properties of the model on which defaults depend. */
export interface ModelFacts {
  binary: boolean
  order: number
  learnsScale: boolean
  parameters: ParameterSet
}

/** Limits of a momentum. */
export const MOMENTUM_LIMITS = { min: 0, below: 1 } as const

function checkMomentum(where: string, momentum: unknown): Schedule | MomentumChange {
  const limits = MOMENTUM_LIMITS
  if (typeof momentum === 'object' && momentum !== null) {
    const inner = `${where} momentum`
    const { initial, final, epochs } = momentum as MomentumChange
    checkOptions(inner, momentum as MomentumChange, ['initial', 'final', 'epochs'])
    checkNumber(inner, 'initial', initial, limits)
    checkNumber(inner, 'final', final, limits)
    return { initial, final, epochs: checkInteger(inner, 'epochs', epochs, { min: 0 }) }
  }
  return toSchedule(where, 'momentum', momentum, limits)
}

function checkFactors(where: string, factors: unknown, names: readonly string[]): number[] {
  const given = factors ?? {}
  checkNames(`${where} learningRateFactors`, given, names)
  return names.map((name) => {
    const factor = (given as Record<string, unknown>)[name] ?? 1
    return checkNumber(`${where} learningRateFactors`, name, factor, { min: 0 })
  })
}

function checkDecays(where: string, weightDecay: unknown, { slots }: ParameterSet): number[] {
  const weights = slots.filter(({ decay }) => decay).map(({ name }) => name)
  const one = typeof weightDecay !== 'object' || weightDecay === null
  if (!one) checkNames(`${where} weightDecay`, weightDecay, weights)
  return slots.map(({ name, decay }) => {
    if (!decay) return 0
    if (one) return checkNumber(where, 'weightDecay', weightDecay, { min: 0 })
    const value = (weightDecay as Record<string, unknown>)[name] ?? 0
    return checkNumber(`${where} weightDecay`, name, value, { min: 0 })
  })
}

function checkSparsity(where: string, sparsity: SparsityOptions | undefined): Required<SparsityOptions> | null {
  if (sparsity === undefined) return null
  const inner = `${where} sparsity`
  checkOptions(inner, sparsity, ['target', 'cost', 'decay'])
  return {
    target: checkNumber(inner, 'target', sparsity.target, { above: 0, below: 1 }),
    cost: checkNumber(inner, 'cost', sparsity.cost ?? 0.1, { min: 0 }),
    decay: checkNumber(inner, 'decay', sparsity.decay ?? 0.9, { min: 0, below: 1 }),
  }
}

function updateSettings(where: string, options: ContrastiveDivergenceOptions, facts: ModelFacts): UpdateSettings {
  const { binary, learnsScale, parameters } = facts
  const persistent = checkBoolean(where, 'persistent', options.persistent ?? false)
  const sampled = binary || persistent || learnsScale
  const sampleVisible = checkBoolean(where, 'sampleVisible', options.sampleVisible ?? sampled)
  if (learnsScale && !sampleVisible) throw new RangeError(`${where}: learned variances need "sampleVisible" true`)
  const names = parameters.slots.map(({ name }) => name)
  return {
    where,
    learningRate: toSchedule(where, 'learningRate', options.learningRate ?? (binary ? 0.05 : 1e-3)),
    momentum: checkMomentum(where, options.momentum ?? { initial: 0.5, final: 0.9, epochs: 5 }),
    rateFactors: checkFactors(where, options.learningRateFactors, names),
    weightDecays: checkDecays(where, options.weightDecay ?? 0, parameters),
    k: checkInteger(where, 'k', options.k ?? 1, { min: 1 }),
    persistent,
    sampleVisible,
    sparsity: checkSparsity(where, options.sparsity),
  }
}

/** Checks the options of `partialFit`. */
export function resolveUpdate(where: string, options: ContrastiveDivergenceOptions, facts: ModelFacts): UpdateSettings {
  checkOptions(where, options, updateOptionNames)
  return updateSettings(where, options, facts)
}

/** The measures of held-out data that a model has, the usual one first. */
function monitorsOf({ binary, order }: ModelFacts): EnergyMonitor[] {
  const monitors: EnergyMonitor[] = ['reconstructionError']
  if (binary) monitors.push('pseudoLikelihood')
  if (order > 0) monitors.push('predictionError')
  return monitors
}

/** Checks the options of `fit`. */
export function resolveEnergyFit(
  where: string,
  options: EnergyFitOptions<unknown>,
  facts: ModelFacts,
  seed: Seed,
): FitSettings {
  checkOptions(where, options, fitOptionNames)
  checkHooks(where, options, ['onEpoch', 'onBatch'])
  if (options.resume !== undefined && (typeof options.resume !== 'object' || options.resume === null)) {
    throw new TypeError(expectation(where, 'resume', 'a checkpoint', options.resume))
  }
  const decay = { above: 0, max: 1 }
  return {
    update: updateSettings(where, options, facts),
    epochs: checkInteger(where, 'epochs', options.epochs ?? 10, { min: 1 }),
    batchSize: checkInteger(where, 'batchSize', options.batchSize ?? 100, { min: 1 }),
    shuffle: checkBoolean(where, 'shuffle', options.shuffle ?? true),
    learningRateDecay: checkNumber(where, 'learningRateDecay', options.learningRateDecay ?? 1, decay),
    seed: checkSeed(where, options.seed ?? seed),
    earlyStopping: resolveEarlyStopping(where, options, monitorsOf(facts)),
  }
}
