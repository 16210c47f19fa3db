import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/types.ts'

/** Early stopping by a measure of `validation`. The best weights are restored however training ends. */
export interface EarlyStoppingOptions<Monitor extends string = 'loss' | 'accuracy'> {
  /** Epochs without improvement after which training stops. Default 5. */
  patience?: number
  /** Least change of the monitored measure that counts as an improvement. Default 0. */
  minDelta?: number
  /**
   * The monitored measure. Default `loss`; of energy models `reconstructionError`, while `pseudoLikelihood` needs
   * binary visible units, `predictionError` a history.
   */
  monitor?: Monitor
}

/** {@link EarlyStoppingOptions} with their defaults. */
export type ResolvedEarlyStopping<Monitor extends string> = Required<EarlyStoppingOptions<Monitor>>

/**
 * Checks {@link EarlyStoppingOptions} and fills in the defaults, of the monitor the first; null where there are no
 * options.
 */
export function resolveEarlyStopping<Monitor extends string>(
  where: string,
  { earlyStopping, validation }: { earlyStopping?: EarlyStoppingOptions<Monitor>; validation?: unknown },
  monitors: readonly Monitor[],
): ResolvedEarlyStopping<Monitor> | null {
  if (earlyStopping === undefined) return null
  const inner = `${where} earlyStopping`
  checkOptions(inner, earlyStopping, ['patience', 'minDelta', 'monitor'])
  if (validation === undefined) throw new RangeError(`${where}: "earlyStopping" needs "validation" data`)
  return {
    patience: checkInteger(inner, 'patience', earlyStopping.patience ?? 5, { min: 1 }),
    minDelta: checkNumber(inner, 'minDelta', earlyStopping.minDelta ?? 0, { min: 0 }),
    monitor: checkOneOf(inner, 'monitor', earlyStopping.monitor ?? monitors[0], monitors),
  }
}

/** The best weights so far. */
export interface BestWeights {
  epoch: number
  score: number
  parameters: FloatArray
}

/** Keeps the best weights, and stops when no epoch has improved on them for `patience` epochs. */
export class EarlyStopping {
  best: BestWeights | null
  private readonly patience: number
  private readonly minDelta: number

  constructor({ patience, minDelta }: { patience: number; minDelta: number }, best: BestWeights | null = null) {
    this.patience = patience
    this.minDelta = minDelta
    this.best = best
  }

  /** Records the score (higher is better) of the weights after an epoch; true when patience is exhausted. */
  observe(epoch: number, score: number, parameters: FloatArray): boolean {
    // Comparisons with NaN are false, so that a NaN would stay the best for ever.
    if (this.best === null || Number.isNaN(this.best.score) || score > this.best.score + this.minDelta) {
      this.best = { epoch, score, parameters: parameters.slice() }
    }
    return this.isExhausted(epoch)
  }

  /** A copy of the best weights so far, for a checkpoint. */
  saved(): BestWeights | null {
    return this.best && { ...this.best, parameters: this.best.parameters.slice() }
  }

  /** Whether patience is exhausted after an epoch. */
  isExhausted(epoch: number): boolean {
    return this.best !== null && epoch - this.best.epoch >= this.patience
  }
}
