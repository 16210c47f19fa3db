/** The training of networks by gradients. */
import { NonFiniteError, StateError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { clipByNorm, clipByValue, nonFiniteIndex, norm } from '../../numerics/clip.ts'
import type { ParameterSet } from '../../numerics/parameters.ts'
import { Random } from '../../numerics/random.ts'
import { type BestWeights, EarlyStopping } from './early-stopping.ts'
import type { Checkpoint, EpochRecord, History, UpdateReport } from './history.ts'
import { miniBatches, runLoop, type Training } from './loop.ts'
import { type FitOptions, type ResolvedFit, restoredVector } from './options.ts'
import { WeightAverage } from './weight-average.ts'

/** All that a training needs. */
export interface TrainingSetup {
  parameters: ParameterSet
  /** Training cases. */
  count: number
  /** The loss of some of the cases, in training mode; leaves its gradient in `parameters.gradient`. */
  lossAndGradient: (members: Int32Array, draws: Random) => number
  validate: (() => { loss: number; accuracy: number }) | null
  resolved: ResolvedFit
  hooks: Pick<FitOptions, 'signal' | 'onEpoch' | 'onBatch' | 'resume'>
}

/** Where a training stands. */
interface Progress {
  records: EpochRecord[]
  best: BestWeights | null
  average: WeightAverage | null
}

function start(setup: TrainingSetup): Progress {
  const { parameters, resolved, hooks } = setup
  const { optimizer, averaging } = resolved
  if (hooks.resume !== undefined) return goOn(setup, hooks.resume)
  optimizer.reset()
  return { records: [], best: null, average: averaging > 0 ? new WeightAverage(parameters.data, averaging) : null }
}

/** Nothing is changed before all of the checkpoint is found to fit. */
function goOn({ parameters, resolved }: TrainingSetup, resume: Checkpoint): Progress {
  const { optimizer, seed, averaging } = resolved
  if (resume.seed !== seed) {
    throw new StateError(
      `fit: "resume" was trained with seed ${resume.seed}, this call has ${seed}; give the same seed`,
    )
  }
  if (resume.optimizer.kind !== optimizer.kind) {
    throw new StateError(`fit: "resume" was trained with ${resume.optimizer.kind}, this call has ${optimizer.kind}`)
  }
  if ((resume.average !== null) !== averaging > 0) {
    throw new StateError('fit: "resume" and this call differ in "averaging"; give the option of the first call')
  }
  const restored = (saved: ArrayLike<number>): FloatArray => restoredVector('fit resume', saved, parameters.data)
  const weights = restored(resume.parameters)
  const vectors = Object.fromEntries(
    Object.entries(resume.optimizer.vectors).map(([name, vector]) => [name, restored(vector)]),
  )
  const average =
    resume.average && new WeightAverage(restored(resume.average.values), averaging, resume.average.updates)
  const best = resume.best && { ...resume.best, parameters: restored(resume.best.parameters) }
  optimizer.restore({ ...resume.optimizer, vectors })
  parameters.data.set(weights)
  return { records: [...resume.records], best, average }
}

function nonFinite(what: string, parameter: string, epoch: number, batch: number): NonFiniteError {
  return new NonFiniteError(
    `fit: epoch ${epoch}, batch ${batch}: ${what}; the weights are those before this batch. ` +
      'Try a smaller learningRate, clipNorm, or standardised inputs',
    { epoch, batch, parameter },
  )
}

/** Names the culprit where loss or gradient are not finite: a parameter itself before its gradient before the loss. */
function refuseNonFinite(parameters: ParameterSet, loss: number, epoch: number, batch: number): void {
  const bad = nonFiniteIndex(parameters.gradient)
  if (bad < 0 && Number.isFinite(loss)) return
  const weight = nonFiniteIndex(parameters.data)
  const parameter = parameters.nameAt(weight >= 0 ? weight : bad)
  if (weight >= 0) throw nonFinite(`"${parameter}" is not finite`, parameter, epoch, batch)
  if (bad >= 0) throw nonFinite(`"${parameter}" has a gradient that is not finite`, parameter, epoch, batch)
  throw nonFinite(`the loss is ${loss}`, 'loss', epoch, batch)
}

function clip(gradient: FloatArray, { clipNorm, clipValue }: ResolvedFit): number {
  if (clipValue > 0) clipByValue(gradient, clipValue)
  return clipNorm > 0 ? clipByNorm(gradient, clipNorm) : norm(gradient)
}

/** Gradient descent on a network, an epoch at a time. */
class NetworkTraining implements Training<EpochRecord, UpdateReport, Checkpoint> {
  readonly records: EpochRecord[]
  private readonly setup: TrainingSetup
  private readonly random: Random
  private readonly average: WeightAverage | null
  private readonly stopping: EarlyStopping | null
  private readonly before: FloatArray
  private lossSum = 0
  private normSum = 0
  private updates = 0
  private learningRate = 0

  constructor(setup: TrainingSetup) {
    const { records, best, average } = start(setup)
    const { seed, earlyStopping } = setup.resolved
    this.setup = setup
    this.records = records
    this.average = average
    this.stopping = earlyStopping && new EarlyStopping(earlyStopping, best)
    this.random = new Random(seed).substream('fit')
    this.before = setup.parameters.data.slice()
  }

  get epochs(): number {
    return this.setup.resolved.epochs
  }

  get hooks(): TrainingSetup['hooks'] {
    return this.setup.hooks
  }

  isExhausted(): boolean {
    return this.stopping?.isExhausted(this.records.length) ?? false
  }

  get best(): BestWeights | null {
    return this.stopping?.best ?? null
  }

  batches(epoch: number): Int32Array[] {
    this.lossSum = 0
    this.normSum = 0
    this.updates = 0
    return miniBatches(this.setup.count, this.setup.resolved, this.random, epoch)
  }

  step(members: Int32Array, epoch: number, batch: number): UpdateReport {
    const { parameters, resolved } = this.setup
    const draws = this.random.substream('layers').substream(epoch).substream(batch)
    const loss = this.setup.lossAndGradient(members, draws)
    refuseNonFinite(parameters, loss, epoch, batch + 1)
    const gradientNorm = clip(parameters.gradient, resolved)
    this.learningRate = resolved.optimizer.learningRate
    this.update(epoch, batch + 1)
    this.average?.add(parameters.data)
    this.lossSum += loss * members.length
    this.normSum += gradientNorm
    this.updates++
    return { loss, gradientNorm }
  }

  /** One update; undone where it makes a parameter not finite. */
  private update(epoch: number, batch: number): void {
    const { parameters, resolved } = this.setup
    this.before.set(parameters.data)
    resolved.optimizer.step(parameters)
    const bad = nonFiniteIndex(parameters.data)
    if (bad < 0) return
    parameters.data.set(this.before)
    const parameter = parameters.nameAt(bad)
    throw nonFinite(`the update makes "${parameter}" not finite`, parameter, epoch, batch)
  }

  finish(epoch: number): { record: EpochRecord; exhausted: boolean } {
    const record: EpochRecord = {
      epoch,
      loss: this.lossSum / this.setup.count,
      gradientNorm: this.normSum / this.updates,
      learningRate: this.learningRate,
    }
    return { record, exhausted: this.judge(record) }
  }

  /** Measures held-out data and keeps the best weights; tells whether patience has run out. */
  private judge(record: EpochRecord): boolean {
    const { validate, parameters, resolved } = this.setup
    if (validate === null) return false
    this.average?.swap(parameters.data)
    const { loss, accuracy } = validate()
    record.validationLoss = loss
    record.validationAccuracy = accuracy
    const score = resolved.earlyStopping?.monitor === 'accuracy' ? accuracy : -loss
    const exhausted = this.stopping?.observe(record.epoch, score, parameters.data) ?? false
    this.average?.swap(parameters.data)
    return exhausted
  }

  checkpoint(epoch: number): Checkpoint {
    const { parameters, resolved } = this.setup
    return {
      epoch,
      seed: resolved.seed,
      parameters: parameters.data.slice(),
      optimizer: resolved.optimizer.state(),
      average: this.average?.state() ?? null,
      best: this.best,
      records: [...this.records],
    }
  }

  /** The weights that the network keeps, if not the last. */
  get kept(): FloatArray | undefined {
    return this.best?.parameters ?? this.average?.values
  }
}

/** Trains to the last epoch, early stopping, an abort or an error; restores the best weights on every way out. */
export async function runTraining(setup: TrainingSetup): Promise<History> {
  const training = new NetworkTraining(setup)
  const { records } = training
  try {
    const stoppedEarly = await runLoop(training)
    return { epochs: records, stoppedEarly, bestEpoch: training.best?.epoch ?? records.length }
  } finally {
    const { kept } = training
    if (kept !== undefined) setup.parameters.data.set(kept)
  }
}
