/** The training of networks by gradients. */

import { expectation, NonFiniteError, StateError } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import { clipByNorm, clipByValue, nonFiniteIndex, norm } from '../numerics/clip.ts'
import { type BestWeights, EarlyStopping } from '../numerics/early-stopping.ts'
import { printedHistory } from '../numerics/history-text.ts'
import { miniBatches, runLoop, type Training } from '../numerics/loop.ts'
import { type BatchOptimizer, isBatchOptimizer, type Optimizer } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Random } from '../numerics/random.ts'
import { restoredVector } from '../numerics/restored.ts'
import { type BatchLoss, CurrentBatch, type GradientInParts } from './batch-problem.ts'
import type { Checkpoint, EpochRecord, History, TrainingEnding, UpdateReport } from './history.ts'
import type { FitOptions, ResolvedFit } from './options.ts'
import { StatisticsCollector } from './statistics.ts'
import { WeightAverage } from './weight-average.ts'

/** All that a training needs. */
export interface TrainingSetup extends BatchLoss {
  /** Training cases. */
  count: number
  /** Computes the gradients in the place of `lossAndGradient`. */
  inParts?: GradientInParts
  validate: (() => { loss: number; accuracy: number }) | null
  resolved: ResolvedFit
  hooks: Pick<FitOptions, 'signal' | 'onEpoch' | 'onBatch' | 'resume'>
  /** Names of the classes, for checkpoints. */
  names: readonly string[] | null
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

/** Some vectors of n numbers each, one behind the other, always in float64. */
function restoredVectors(saved: ArrayLike<number>, n: number): Float64Array {
  if (saved.length % n === 0) return Float64Array.from(saved)
  throw new RangeError(`fit resume: the optimiser's ${saved.length} numbers are not of a model of ${n} parameters`)
}

/** Whether the parts are there; typed arrays that went through JSON, for one, are not. */
function isCheckpoint(value: Partial<Checkpoint> | null): boolean {
  const vectors = value?.optimizer?.vectors
  return typeof value?.parameters?.length === 'number' && Array.isArray(value.records) && typeof vectors === 'object'
}

/** Nothing is changed before all of the checkpoint is found to fit. */
function goOn({ parameters, resolved }: TrainingSetup, resume: Checkpoint): Progress {
  const { optimizer, seed, averaging } = resolved
  if (!isCheckpoint(resume)) {
    throw new TypeError(expectation('fit', 'resume', 'a checkpoint of an onEpoch report', resume))
  }
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
  const restoredState = isBatchOptimizer(optimizer)
    ? (saved: ArrayLike<number>) => restoredVectors(saved, parameters.data.length)
    : restored
  const vectors = Object.fromEntries(
    Object.entries(resume.optimizer.vectors).map(([name, vector]) => [name, restoredState(vector)]),
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
    `fit: epoch ${epoch}, batch ${batch}: ${what}; the weights are those before this update. ` +
      'Try a smaller learningRate, clipNorm, or standardised inputs',
    { epoch, batch, parameter },
  )
}

/** Names the culprit where loss or gradient are not finite: a parameter itself before its gradient before the loss. */
function refuseNonFinite(parameters: ParameterSet, loss: number, epoch: number, batch: number): void {
  if (nonFiniteIndex(parameters.gradient) < 0 && Number.isFinite(loss)) return
  const culprit = parameters.nonFinite()
  if (culprit !== null) throw nonFinite(`"${culprit.parameter}" ${culprit.what}`, culprit.parameter, epoch, batch)
  throw nonFinite(`the loss is ${loss}`, 'loss', epoch, batch)
}

/** Returns the norm before. */
function clip(gradient: FloatArray, { clipNorm, clipValue }: ResolvedFit): number {
  if (clipValue === 0) return clipNorm > 0 ? clipByNorm(gradient, clipNorm) : norm(gradient)
  const before = norm(gradient)
  clipByValue(gradient, clipValue)
  if (clipNorm > 0) clipByNorm(gradient, clipNorm)
  return before
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
  /** The whole data as one batch; the same array every time, which tells that nothing has changed. */
  private readonly everything: Int32Array
  private readonly batch: CurrentBatch
  private readonly statistics: StatisticsCollector | null
  private moved = 0
  private lastEnding: TrainingEnding | undefined

  constructor(setup: TrainingSetup) {
    const { records, best, average } = start(setup)
    const { seed, earlyStopping } = setup.resolved
    this.setup = setup
    this.records = records
    this.average = average
    this.stopping = earlyStopping && new EarlyStopping(earlyStopping, best)
    this.random = new Random(seed).substream('fit')
    this.before = setup.parameters.data.slice()
    this.statistics = setup.resolved.statistics ? new StatisticsCollector() : null
    this.everything = Int32Array.from({ length: setup.count }, (_, i) => i)
    this.batch = new CurrentBatch(setup)
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
    this.moved = 0
    const { count, resolved } = this.setup
    // Another order would only round differently, and a line search would see a new function.
    if (isBatchOptimizer(resolved.optimizer) && resolved.batchSize >= count) return [this.everything]
    return miniBatches(count, resolved, this.random, epoch)
  }

  step(members: Int32Array, epoch: number, batch: number): UpdateReport | Promise<UpdateReport> {
    const { inParts } = this.setup
    const random = this.random.substream('layers').substream(epoch).substream(batch)
    if (inParts !== undefined) return this.stepInParts(inParts, members, random, epoch, batch + 1)
    this.batch.use(members, random)
    const report = { loss: 0, gradientNorm: 0 }
    this.batch.chunks().forEach((share, chunk) => {
      const { loss, gradientNorm } = this.updateOnce(chunk, random, epoch, batch + 1)
      report.loss += share * loss
      report.gradientNorm += share * gradientNorm
    })
    this.lossSum += report.loss * members.length
    return report
  }

  /** The gradient reaches the parameters when nothing else can run before they are updated. */
  private async stepInParts(
    inParts: GradientInParts,
    members: Int32Array,
    random: Random,
    epoch: number,
    batch: number,
  ): Promise<UpdateReport> {
    const draws = random.substream('weights').substream(0)
    const takeGradient = await this.noisy(draws, () => inParts.start(members, random))
    const report = this.apply(takeGradient(), () => inParts.gateStatistics(), epoch, batch)
    this.lossSum += report.loss * members.length
    return report
  }

  private updateOnce(chunk: number, random: Random, epoch: number, batch: number): UpdateReport {
    const { resolved, gateStatistics } = this.setup
    const whole = isBatchOptimizer(resolved.optimizer)
    const draws = random.substream('weights').substream(chunk)
    const loss = whole ? this.batch.evaluate() : this.noisy(draws, () => this.batch.compute(chunk))
    return this.apply(loss, () => (whole ? {} : (gateStatistics?.() ?? {})), epoch, batch)
  }

  /** One update by the gradient at hand. */
  private apply(loss: number, gates: () => Record<string, GateStatistics>, epoch: number, batch: number): UpdateReport {
    const { parameters, resolved } = this.setup
    const { optimizer } = resolved
    refuseNonFinite(parameters, loss, epoch, batch)
    this.statistics?.add(parameters, gates())
    const gradientNorm = clip(parameters.gradient, resolved)
    this.update(() => (isBatchOptimizer(optimizer) ? this.iterate(optimizer) : this.descend(optimizer)), epoch, batch)
    this.average?.add(parameters.data)
    this.normSum += gradientNorm
    this.updates++
    return { loss, gradientNorm }
  }

  /** Computes with noise on the weights, which do not keep it. */
  private noisy<T>(draws: Random, compute: () => T): T {
    const { weightNoise } = this.setup.resolved
    if (weightNoise === 0) return compute()
    const { data, slots } = this.setup.parameters
    this.before.set(data)
    for (const { offset, size, decay } of slots) {
      if (decay) for (let k = offset; k < offset + size; k++) data[k] += weightNoise * draws.normal()
    }
    try {
      return compute()
    } finally {
      data.set(this.before)
    }
  }

  private descend(optimizer: Optimizer): void {
    this.learningRate = optimizer.learningRate
    optimizer.step(this.setup.parameters)
  }

  private iterate(optimizer: BatchOptimizer): void {
    const { status, message, step } = optimizer.iterate(this.batch)
    this.learningRate = step
    if (status === 'moved') this.moved++
    else this.lastEnding = { status, message }
  }

  /** One update; undone where it fails or makes a parameter not finite. */
  private update(run: () => void, epoch: number, batch: number): void {
    const { parameters } = this.setup
    this.before.set(parameters.data)
    try {
      run()
    } catch (error) {
      parameters.data.set(this.before)
      throw error
    }
    const bad = nonFiniteIndex(parameters.data)
    if (bad < 0) return
    parameters.data.set(this.before)
    const parameter = parameters.nameAt(bad)
    throw nonFinite(`the update makes "${parameter}" not finite`, parameter, epoch, batch)
  }

  /** Why no batch of the last epoch was left a step; undefined where one was, and with first-order optimisers. */
  get ending(): TrainingEnding | undefined {
    return this.moved === 0 ? this.lastEnding : undefined
  }

  finish(epoch: number): { record: EpochRecord; exhausted: boolean } {
    const record: EpochRecord = {
      epoch,
      loss: this.lossSum / this.setup.count,
      gradientNorm: this.normSum / this.updates,
      learningRate: this.learningRate,
      ...(this.statistics && { statistics: this.statistics.take() }),
    }
    const outOfPatience = this.judge(record)
    return { record, exhausted: outOfPatience || this.ending !== undefined }
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
    const { parameters, resolved, names } = this.setup
    return {
      version: 2,
      ...(names && { classes: [...names] }),
      epoch,
      seed: resolved.seed,
      parameters: parameters.data.slice(),
      optimizer: resolved.optimizer.state(),
      average: this.average?.state() ?? null,
      best: this.stopping?.saved() ?? null,
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
    const endedEarly = await runLoop(training)
    const { ending, best } = training
    const history = { epochs: records, stoppedEarly: endedEarly, bestEpoch: best?.epoch ?? records.length }
    return printedHistory(ending === undefined ? history : { ...history, stoppedEarly: false, ending })
  } finally {
    const { kept } = training
    if (kept !== undefined) setup.parameters.data.set(kept)
  }
}
