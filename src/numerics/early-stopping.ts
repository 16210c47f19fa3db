import type { FloatArray } from '../core/types.ts'

/** The best weights so far. */
export interface BestWeights {
  epoch: number
  score: number
  parameters: FloatArray
}

/** Keeps the best weights and tells when no better ones have come for too long. */
export class EarlyStopping {
  best: BestWeights | null
  private readonly patience: number
  private readonly minDelta: number

  constructor({ patience, minDelta }: { patience: number; minDelta: number }, best: BestWeights | null = null) {
    this.patience = patience
    this.minDelta = minDelta
    this.best = best
  }

  /** Takes in the score (more is better) of the weights after an epoch; true when patience is over. */
  observe(epoch: number, score: number, parameters: FloatArray): boolean {
    // A score that is not a number compares with none: it must not stay the best.
    if (this.best === null || Number.isNaN(this.best.score) || score > this.best.score + this.minDelta) {
      this.best = { epoch, score, parameters: parameters.slice() }
    }
    return this.isExhausted(epoch)
  }

  /** A copy of the best weights so far, for a checkpoint. */
  saved(): BestWeights | null {
    return this.best && { ...this.best, parameters: this.best.parameters.slice() }
  }

  /** Whether patience is over after an epoch. */
  isExhausted(epoch: number): boolean {
    return this.best !== null && epoch - this.best.epoch >= this.patience
  }
}
