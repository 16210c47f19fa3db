/** Training of energy models, epoch by epoch. */

import { checkNumber } from '../core/check.ts'
import { pow } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import { type BestWeights, EarlyStopping } from '../numerics/early-stopping.ts'
import { printedHistory } from '../numerics/history-text.ts'
import { type LoopHooks, miniBatches, runEpochs, type Training } from '../numerics/loop.ts'
import { Random } from '../numerics/random.ts'
import { rateAt } from '../numerics/schedule.ts'
import type { CaseSet } from './cases.ts'
import { checkCheckpoint } from './checkpoint.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, EnergyHistory, EnergyUpdateReport } from './energy-history.ts'
import { type EnergyMonitor, type FitSettings, MOMENTUM_LIMITS, type UpdateSettings } from './energy-options.ts'
import { Learner } from './learner.ts'
import type { Machine } from './machine.ts'
import { Monitors } from './monitors.ts'

/** Arguments of {@link trainEnergyModel}. */
export interface EnergyTrainingSetup {
  machine: Machine
  set: CaseSet
  validation: CaseSet | null
  settings: FitSettings
  hooks: LoopHooks<EnergyEpochRecord, EnergyUpdateReport, EnergyCheckpoint>
  resume: EnergyCheckpoint | undefined
}

/** Learning rate and momentum of an update. */
export function ratesAt(
  { where, learningRate, momentum }: UpdateSettings,
  updates: number,
  epoch: number,
): { rate: number; momentum: number } {
  const rate = rateAt(where, 'learning rate', learningRate, updates)
  if (typeof momentum !== 'function') {
    return { rate, momentum: epoch <= momentum.epochs ? momentum.initial : momentum.final }
  }
  return { rate, momentum: checkNumber(where, 'momentum', momentum(updates), MOMENTUM_LIMITS) }
}

const scores: Record<EnergyMonitor, (record: EnergyEpochRecord) => number> = {
  reconstructionError: (record) => -record.validationReconstructionError,
  pseudoLikelihood: (record) => record.validationPseudoLikelihood,
  predictionError: (record) => -record.validationPredictionError,
}

/** Training by contrastive divergence, one epoch at a time. */
class EnergyTraining implements Training<EnergyEpochRecord, EnergyUpdateReport, EnergyCheckpoint> {
  readonly records: EnergyEpochRecord[]
  readonly hooks: EnergyTrainingSetup['hooks']
  private readonly setup: EnergyTrainingSetup
  private readonly learner: Learner
  private readonly monitors: Monitors
  private readonly random: Random
  private readonly stopping: EarlyStopping | null
  /** Whether an update threw an error. */
  failed = false
  private errorSum = 0
  private normSum = 0
  private batchCount = 0
  private rates = { rate: 0, momentum: 0 }

  constructor(setup: EnergyTrainingSetup) {
    const { machine, set, validation, settings, resume } = setup
    const { seed, earlyStopping } = settings
    this.setup = setup
    this.hooks = setup.hooks
    this.random = new Random(seed).substream('fit')
    this.learner = new Learner(machine)
    this.monitors = new Monitors(machine, set, validation, this.random.substream('monitors'))
    const restored = resume && checkCheckpoint(machine, settings, set.starts.length, resume)
    if (restored) {
      this.learner.restore(restored.learner)
      machine.parameters.forWriting().set(restored.parameters)
    }
    this.records = restored?.records ?? []
    this.stopping = earlyStopping && new EarlyStopping(earlyStopping, restored?.best)
  }

  get epochs(): number {
    return this.setup.settings.epochs
  }

  get best(): BestWeights | null {
    return this.stopping?.best ?? null
  }

  batches(epoch: number): Int32Array[] {
    this.errorSum = 0
    this.normSum = 0
    this.batchCount = 0
    return miniBatches(this.setup.set.starts.length, this.setup.settings, this.random, epoch)
  }

  isExhausted(): boolean {
    return this.stopping?.isExhausted(this.records.length) ?? false
  }

  step(members: Int32Array, epoch: number, batch: number): EnergyUpdateReport {
    this.failed = true
    const report = this.update(members, epoch, batch)
    this.failed = false
    return report
  }

  private update(members: Int32Array, epoch: number, batch: number): EnergyUpdateReport {
    const { settings, set } = this.setup
    const random = this.random.substream('gibbs').substream(epoch).substream(batch)
    const { rate, momentum } = ratesAt(settings.update, this.learner.updates, epoch)
    this.rates = { rate: rate * pow(settings.learningRateDecay, epoch - 1), momentum }
    const report = this.learner.update(set, members, settings.update, {
      ...this.rates,
      epoch,
      batch: batch + 1,
      random,
    })
    this.errorSum += report.reconstructionError * members.length
    this.normSum += report.gradientNorm
    this.batchCount++
    return report
  }

  finish(epoch: number): { record: EnergyEpochRecord; exhausted: boolean } {
    const { set, machine, settings } = this.setup
    const record: EnergyEpochRecord = {
      epoch,
      reconstructionError: this.errorSum / set.starts.length,
      gradientNorm: this.normSum / this.batchCount,
      ...this.monitors.measure(epoch),
      learningRate: this.rates.rate,
      momentum: this.rates.momentum,
    }
    const score = settings.earlyStopping ? scores[settings.earlyStopping.monitor](record) : 0
    return { record, exhausted: this.stopping?.observe(epoch, score, machine.parameters.values) ?? false }
  }

  close(): void {
    this.learner.close()
  }

  checkpoint(epoch: number): EnergyCheckpoint {
    return {
      epoch,
      seed: this.setup.settings.seed,
      parameters: this.setup.machine.parameters.values.slice(),
      learner: this.learner.state(),
      best: this.stopping?.saved() ?? null,
      records: [...this.records],
    }
  }
}

/**
 * Trains until the last epoch, early stopping, an abort or an error. Restores the best parameters with early stopping,
 * and those before the call if an update fails.
 */
export async function trainEnergyModel(setup: EnergyTrainingSetup): Promise<EnergyHistory> {
  const { parameters } = setup.machine
  const before = parameters.values.slice()
  const training = new EnergyTraining(setup)
  const { records } = training
  let kept: FloatArray | undefined
  try {
    const stoppedEarly = await runEpochs(training)
    kept = training.best?.parameters
    return printedHistory({ epochs: records, stoppedEarly, bestEpoch: training.best?.epoch ?? records.length })
  } catch (error) {
    kept = training.failed ? before : training.best?.parameters
    throw error
  } finally {
    if (kept !== undefined) parameters.forWriting().set(kept)
    training.close()
  }
}
