/** The training of energy models. */
import { DivergenceError, StateError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { Random } from '../../numerics/random.ts'
import { rateAt } from '../../numerics/schedule.ts'
import { type BestWeights, EarlyStopping } from '../training/early-stopping.ts'
import { type LoopHooks, miniBatches, runLoop, type Training } from '../training/loop.ts'
import { restoredVector } from '../training/options.ts'
import type { CaseSet } from './cases.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, EnergyHistory, EnergyUpdateReport, LearnerState } from './history.ts'
import { Learner } from './learner.ts'
import type { Machine } from './machine.ts'
import { Monitors } from './monitors.ts'
import type { EnergyMonitor, FitSettings, UpdateSettings } from './options.ts'

/** All that a training needs. */
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
  { learningRate, momentum }: UpdateSettings,
  updates: number,
  epoch: number,
): { rate: number; momentum: number } {
  const rate = rateAt('fit', 'learning rate', learningRate, updates)
  if (typeof momentum === 'function') return { rate, momentum: rateAt('fit', 'momentum', momentum, updates) }
  return { rate, momentum: epoch <= momentum.epochs ? momentum.initial : momentum.final }
}

const scores: Record<EnergyMonitor, (record: EnergyEpochRecord) => number> = {
  reconstructionError: (record) => -record.validationReconstructionError,
  freeEnergyGap: (record) => -record.freeEnergyGap,
  pseudoLikelihood: (record) => record.validationPseudoLikelihood,
  predictionError: (record) => -record.validationPredictionError,
}

/** Throws unless the saved state is one of this model, these data and these settings. */
function checkLearner(setup: EnergyTrainingSetup, { velocity, chains, activity }: LearnerState): void {
  const { machine, set, settings } = setup
  const { visible, hidden, order } = machine.shape
  const { persistent, sparsity } = settings.update
  const cases = set.starts.length
  const wanted = order > 0 ? cases : Math.min(settings.batchSize, cases)
  const expected: [string, ArrayLike<number> | null, number | null][] = [
    ['velocity', velocity, machine.parameters.data.length],
    ['persistent chains', chains, persistent ? wanted * visible : null],
    ['hidden activity', activity, sparsity ? hidden : null],
  ]
  for (const [what, saved, length] of expected) {
    if ((saved?.length ?? null) === length) continue
    throw new StateError(
      `fit: "resume" has ${saved?.length ?? 'no'} numbers of ${what}, this call needs ${length ?? 'none'}; ` +
        'give the data and options of the first call',
    )
  }
}

/** JSON has no NaN: it writes null. */
function revived(record: EnergyEpochRecord): EnergyEpochRecord {
  const entries = Object.entries(record).map(([name, value]) => [name, value ?? Number.NaN])
  return Object.fromEntries(entries) as EnergyEpochRecord
}

class EnergyTraining implements Training<EnergyEpochRecord, EnergyUpdateReport, EnergyCheckpoint> {
  readonly records: EnergyEpochRecord[]
  readonly hooks: EnergyTrainingSetup['hooks']
  private readonly setup: EnergyTrainingSetup
  private readonly learner: Learner
  private readonly monitors: Monitors
  private readonly random: Random
  private readonly stopping: EarlyStopping | null
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
    const best = resume === undefined ? null : this.goOn(resume)
    this.records = resume?.records.map(revived) ?? []
    this.stopping = earlyStopping && new EarlyStopping(earlyStopping, best)
  }

  /** Nothing is changed before all of the checkpoint is found to fit. */
  private goOn(resume: EnergyCheckpoint): BestWeights | null {
    const { machine, settings } = this.setup
    if (resume.seed !== settings.seed) {
      throw new StateError(
        `fit: "resume" was trained with seed ${resume.seed}, this call has ${settings.seed}; give the same seed`,
      )
    }
    const { data } = machine.parameters
    const parameters = restoredVector('fit resume', resume.parameters, data)
    const best = resume.best && {
      ...resume.best,
      parameters: restoredVector('fit resume', resume.best.parameters, data),
    }
    checkLearner(this.setup, resume.learner)
    this.learner.restore(resume.learner)
    data.set(parameters)
    return best
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

  step(members: Int32Array, epoch: number, batch: number): EnergyUpdateReport {
    const { settings, set } = this.setup
    const random = this.random.substream('gibbs').substream(epoch).substream(batch)
    const { rate, momentum } = ratesAt(settings.update, this.learner.updates, epoch)
    this.rates = { rate: rate * settings.learningRateDecay ** (epoch - 1), momentum }
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
    return { record, exhausted: this.stopping?.observe(epoch, score, machine.parameters.data) ?? false }
  }

  checkpoint(epoch: number): EnergyCheckpoint {
    return {
      epoch,
      seed: this.setup.settings.seed,
      parameters: this.setup.machine.parameters.data.slice(),
      learner: this.learner.state(),
      best: this.best,
      records: [...this.records],
    }
  }
}

/**
 * Trains to the last epoch, early stopping, an abort or an error; restores the best parameters where early stopping watches,
 * and those before the call where training diverges.
 */
export async function trainEnergyModel(setup: EnergyTrainingSetup): Promise<EnergyHistory> {
  const { data } = setup.machine.parameters
  const before = data.slice()
  const training = new EnergyTraining(setup)
  const { records } = training
  let kept: FloatArray | undefined
  try {
    const stoppedEarly = await runLoop(training)
    kept = training.best?.parameters
    return { epochs: records, stoppedEarly, bestEpoch: training.best?.epoch ?? records.length }
  } catch (error) {
    kept = error instanceof DivergenceError ? before : training.best?.parameters
    throw error
  } finally {
    if (kept !== undefined) data.set(kept)
  }
}
