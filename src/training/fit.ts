/** Training of networks by their gradients, epoch by epoch. */

import { nonFiniteIndex } from '../core/array.ts'
import { finishInTurns, type Steps } from '../core/steps.ts'
import type { FloatArray } from '../core/types.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import { clipByNorm, clipByValue, norm } from '../numerics/clip.ts'
import { type BestWeights, EarlyStopping } from '../numerics/early-stopping.ts'
import { printedHistory } from '../numerics/history-text.ts'
import { miniBatches, runEpochs, type Training } from '../numerics/loop.ts'
import { type BatchOptimizer, type IterationReport, isBatchOptimizer, type Optimizer } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Random } from '../numerics/random.ts'
import { type BatchLoss, CurrentBatch } from './batch-loss.ts'
import type { FitOptions, ResolvedFit } from './fit-options.ts'
import type { Checkpoint, EpochRecord, History, TrainingEnding, UpdateReport } from './history.ts'
import { nonFinite, type Position, refuseNonFinite } from './non-finite.ts'
import type { GradientInParts } from './parts.ts'
import { startOf } from './resume.ts'
import { StatisticsCollector } from './statistics.ts'
import type { WeightAverage } from './weight-average.ts'

/** Arguments of {@link trainNetwork}. */
export interface TrainingSetup {
  loss: BatchLoss
  /** Training cases. */
  count: number
  /** Computes the gradients on other threads, instead of `loss`. */
  inParts?: GradientInParts
  validate: (() => { loss: number; accuracy: number }) | null
  resolved: ResolvedFit
  hooks: Pick<FitOptions, 'signal' | 'onEpoch' | 'onBatch' | 'resume'>
  /** Names of the classes, for checkpoints. */
  names: readonly string[] | null
}

/** Clips the gradient in place; returns its norm before clipping. */
function clip(gradient: FloatArray, { clipNorm, clipValue }: ResolvedFit): number {
  if (clipValue === 0) return clipNorm > 0 ? clipByNorm(gradient, clipNorm) : norm(gradient)
  const before = norm(gradient)
  clipByValue(gradient, clipValue)
  if (clipNorm > 0) clipByNorm(gradient, clipNorm)
  return before
}

/** Training of a network, one epoch at a time. */
class NetworkTraining implements Training<EpochRecord, UpdateReport, Checkpoint> {
  readonly records: EpochRecord[]
  private readonly setup: TrainingSetup
  private readonly parameters: ParameterSet
  private readonly random: Random
  private readonly average: WeightAverage | null
  private readonly stopping: EarlyStopping | null
  private readonly before: FloatArray
  private lossSum = 0
  private normSum = 0
  private updates = 0
  private learningRate = 0
  /** All cases as one batch; always the same array, by which `CurrentBatch` knows that the batch has not changed. */
  private readonly everything: Int32Array
  private readonly current: CurrentBatch
  private readonly statistics: StatisticsCollector | null
  private moved = 0
  private lastEnding: TrainingEnding | undefined

  constructor(setup: TrainingSetup) {
    const { parameters } = setup.loss
    const { records, best, average } = startOf(parameters, setup.resolved, setup.hooks.resume)
    const { seed, earlyStopping } = setup.resolved
    this.setup = setup
    this.parameters = parameters
    this.records = records
    this.average = average
    this.stopping = earlyStopping && new EarlyStopping(earlyStopping, best)
    this.random = new Random(seed).substream('fit')
    this.before = parameters.values.slice()
    this.statistics = setup.resolved.statistics ? new StatisticsCollector() : null
    this.everything = Int32Array.from({ length: setup.count }, (_, i) => i)
    this.current = new CurrentBatch(setup.loss)
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
    // In another order the same sum rounds differently, so that a line search would see another function.
    if (isBatchOptimizer(resolved.optimizer) && resolved.batchSize >= count) return [this.everything]
    return miniBatches(count, resolved, this.random, epoch)
  }

  step(members: Int32Array, epoch: number, batch: number): UpdateReport | Promise<UpdateReport> {
    const { inParts, resolved } = this.setup
    const { optimizer } = resolved
    const random = this.random.substream('layers').substream(epoch).substream(batch)
    const at = { epoch, batch: batch + 1 }
    if (inParts !== undefined) return this.descendInParts(inParts, members, random, at)
    if (!isBatchOptimizer(optimizer)) return this.descend(members, random, at)
    this.current.use(members, random)
    const loss = this.current.evaluate()
    return this.iterate(optimizer, members, at, loss)
  }

  /** One iteration of an optimiser that evaluates the loss itself, from where it is `loss`. */
  private async iterate(
    optimizer: BatchOptimizer,
    members: Int32Array,
    at: Position,
    loss: number,
  ): Promise<UpdateReport> {
    const gradientNorm = this.takeGradient(loss, at)
    this.before.set(this.parameters.values)
    try {
      const { status, message, step } = await this.iteration(optimizer)
      this.learningRate = step
      if (status === 'moved') this.moved++
      else this.lastEnding = { status, message }
    } catch (error) {
      this.parameters.forWriting().set(this.before)
      throw error
    }
    this.keepUpdate(at)
    return this.counted(members, { loss, gradientNorm })
  }

  /** In the turns of the event loop between its steps, the parameters are those from before the iteration. */
  private async iteration(optimizer: BatchOptimizer): Promise<IterationReport> {
    const { parameters, before, current } = this
    const steps = optimizer.iterateInSteps?.(current)
    if (steps === undefined) return optimizer.iterate(current)
    const trial = before.slice()
    return finishInTurns(swapped(steps), { signal: this.hooks.signal })

    function* swapped(inner: Steps<IterationReport>): Steps<IterationReport> {
      try {
        for (;;) {
          const { done, value } = inner.next()
          if (done) return value
          const tried = parameters.values.some((x, i) => x !== before[i])
          if (tried) trial.set(parameters.values)
          if (tried) parameters.forWriting().set(before)
          yield
          if (tried) parameters.forWriting().set(trial)
        }
      } finally {
        inner.return(undefined as never)
      }
    }
  }

  private counted(members: Int32Array, report: UpdateReport): UpdateReport {
    this.lossSum += report.loss * members.length
    return report
  }

  /** One update for the batch, or one for each of its chunks. */
  private descend(members: Int32Array, random: Random, at: Position): UpdateReport {
    const { loss } = this.setup
    const report = { loss: 0, gradientNorm: 0 }
    for (const [chunk, share] of (loss.chunks?.(members, random) ?? [1]).entries()) {
      this.addNoise(random, chunk)
      let value: number
      try {
        value = loss.lossAndGradient(members, random, chunk)
      } finally {
        this.takeNoiseOff()
      }
      const update = this.apply(value, at, () => loss.gateStatistics?.() ?? {})
      report.loss += share * update.loss
      report.gradientNorm += share * update.gradientNorm
    }
    return this.counted(members, report)
  }

  /** One update by a gradient from other threads, added up just before it is used so that nothing runs in between. */
  private async descendInParts(
    inParts: GradientInParts,
    members: Int32Array,
    random: Random,
    at: Position,
  ): Promise<UpdateReport> {
    this.addNoise(random, 0)
    const started = inParts.start(members, random)
    this.takeNoiseOff()
    const takeGradient = await started
    return this.counted(
      members,
      this.apply(takeGradient(), at, () => inParts.gateStatistics()),
    )
  }

  /** Adds noise to the weights for the gradient; `takeNoiseOff` removes it. */
  private addNoise(random: Random, chunk: number): void {
    const { weightNoise } = this.setup.resolved
    if (weightNoise === 0) return
    const draws = random.substream('weights').substream(chunk)
    const { slots } = this.parameters
    const weights = this.parameters.forWriting()
    this.before.set(weights)
    for (const { offset, size, decay } of slots) {
      if (decay) for (let k = offset; k < offset + size; k++) weights[k] += weightNoise * draws.normal()
    }
  }

  private takeNoiseOff(): void {
    if (this.setup.resolved.weightNoise > 0) this.parameters.forWriting().set(this.before)
  }

  /** One update by the gradient in `parameters.gradient`. */
  private apply(loss: number, at: Position, gates?: () => Record<string, GateStatistics>): UpdateReport {
    const gradientNorm = this.takeGradient(loss, at, gates)
    const { parameters } = this
    const optimizer = this.setup.resolved.optimizer as Optimizer
    this.before.set(parameters.values)
    try {
      this.learningRate = optimizer.learningRate
      optimizer.step(parameters)
    } catch (error) {
      parameters.forWriting().set(this.before)
      throw error
    }
    this.keepUpdate(at)
    return { loss, gradientNorm }
  }

  /** Checks and clips the gradient in `parameters.gradient`; returns its norm before clipping. */
  private takeGradient(loss: number, at: Position, gates?: () => Record<string, GateStatistics>): number {
    const { parameters } = this
    refuseNonFinite(parameters, loss, at)
    this.statistics?.add(parameters, gates?.() ?? {})
    const gradientNorm = clip(parameters.gradient, this.setup.resolved)
    this.normSum += gradientNorm
    return gradientNorm
  }

  /** Counts an update; undoes it if it leaves a parameter that is not finite. */
  private keepUpdate(at: Position): void {
    const { parameters } = this
    // An optimiser of the user's own may write to a vector that it took long ago, which nothing has counted.
    const bad = nonFiniteIndex(parameters.forWriting())
    if (bad < 0) {
      this.average?.add(parameters.values)
      this.updates++
      return
    }
    parameters.forWriting().set(this.before)
    const parameter = parameters.nameAt(bad)
    throw nonFinite(`the update makes "${parameter}" not finite`, parameter, at)
  }

  /** Why the optimiser made no step on any batch of the last epoch; undefined where it made one. */
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

  /** Measures the validation data and keeps the best weights; true once patience has run out. */
  private judge(record: EpochRecord): boolean {
    const { parameters } = this
    const { validate, resolved } = this.setup
    if (validate === null) return false
    this.average?.swap(parameters.forWriting())
    const { loss, accuracy } = validate()
    record.validationLoss = loss
    record.validationAccuracy = accuracy
    const score = resolved.earlyStopping?.monitor === 'accuracy' ? accuracy : -loss
    const exhausted = this.stopping?.observe(record.epoch, score, parameters.values) ?? false
    this.average?.swap(parameters.forWriting())
    return exhausted
  }

  checkpoint(epoch: number): Checkpoint {
    const { resolved, names } = this.setup
    return {
      version: 2,
      ...(names && { classes: [...names] }),
      epoch,
      seed: resolved.seed,
      parameters: this.parameters.values.slice(),
      optimizer: resolved.optimizer.state(),
      average: this.average?.state() ?? null,
      best: this.stopping?.saved() ?? null,
      records: [...this.records],
    }
  }

  /** The weights that the network ends with, if they are not the last ones. */
  get kept(): FloatArray | undefined {
    return this.best?.parameters ?? this.average?.values
  }
}

/** Trains until the last epoch, early stopping, an abort or an error; restores the best weights in every case. */
export async function trainNetwork(setup: TrainingSetup): Promise<History> {
  const training = new NetworkTraining(setup)
  const { records } = training
  try {
    const endedEarly = await runEpochs(training)
    const { ending, best } = training
    const history = { epochs: records, stoppedEarly: endedEarly, bestEpoch: best?.epoch ?? records.length }
    return printedHistory(ending === undefined ? history : { ...history, stoppedEarly: false, ending })
  } finally {
    const { kept } = training
    if (kept !== undefined) setup.loss.parameters.forWriting().set(kept)
  }
}
