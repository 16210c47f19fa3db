/** Shared by `fit` and `evaluate` of every network: class names, class weights, held-out data and the training run. */
import type { Activations } from '../layers/batch.ts'
import { Exclusive } from '../numerics/exclusive.ts'
import { type BatchView, DatasetLoss, type LossSettings } from '../training/batch-loss.ts'
import { resolveClassWeights } from '../training/class-weights.ts'
import { ConcordanceOverBatches } from '../training/concordance-loss.ts'
import { countOf, type Dataset } from '../training/dataset.ts'
import { withWeightDecay } from '../training/decayed-loss.ts'
import { factsOf, type TrainingFacts } from '../training/facts.ts'
import type { TrainingSetup } from '../training/fit.ts'
import type { FitOptions, ResolvedFit } from '../training/fit-options.ts'
import type { History } from '../training/history.ts'
import type { LossKind } from '../training/loss.ts'
import { KnownClasses, type OutputClasses } from '../training/output-classes.ts'
import type { NetworkCore } from '../training/output-loss.ts'

/** How the outputs of a network are scored. */
export interface Scoring {
  /** Whether the outputs are probabilities of classes. */
  classifies: boolean
  /** Number of classes that can have weights. */
  classCount: number
  /** Cases per batch when a loss is measured. */
  batchSize: number
  /** The likeliest class of each case of a batch, from its output. */
  classesOf(output: Activations): ArrayLike<number>
  /** Conditions for early stopping by accuracy, for the text of its error. */
  accuracyNeeds: string
}

/** A loss and the weight of each class. */
export interface LossPlan {
  loss: LossKind
  classWeights: FitOptions['classWeights']
}

/** A call of `fit` with its options checked. */
export interface FitPlan extends LossPlan {
  data: Dataset
  /** Prepares the held-out data, if there are any. */
  held: (() => Dataset) | undefined
  resolved: ResolvedFit
  hooks: TrainingSetup['hooks']
  /** The network's classes from the first update on. */
  classes: OutputClasses
  view: BatchView
  /** lambda of the penalty on the weights. Default 0. */
  weightDecay?: number
  train(setup: TrainingSetup, settings: LossSettings): Promise<History>
}

/** Trains and evaluates a network, one call at a time, and keeps the names of its classes. */
export class NetworkTrainer {
  private readonly core: NetworkCore
  private readonly known: KnownClasses
  private readonly scoring: Scoring
  private readonly exclusive = new Exclusive('network')
  /** Facts about the last training that ended; null where there was none. */
  facts: TrainingFacts | null = null

  constructor(core: NetworkCore, classes: OutputClasses, scoring: Scoring) {
    this.core = core
    this.known = new KnownClasses(classes)
    this.scoring = scoring
  }

  /** The current classes of the network. */
  get classes(): OutputClasses {
    return this.known.current
  }

  /** Throws while a training runs. */
  check(where: string): void {
    this.exclusive.check(where)
  }

  /** Runs a training; throws if one is running already. */
  run<T>(where: string, training: () => Promise<T>): Promise<T> {
    return this.exclusive.run(where, training)
  }

  /** Trains the network; checks all of the plan before anything is changed. */
  async fit(where: string, plan: FitPlan): Promise<History> {
    const { data, resolved, hooks, classes, loss, view, weightDecay = 0 } = plan
    const { core } = this
    const settings = this.settingsOf(where, data, plan, classes)
    const held = plan.held?.()
    this.checkMonitor(where, resolved, held)
    const setup: TrainingSetup = {
      loss: withWeightDecay(new DatasetLoss(core, data, settings, view), weightDecay),
      count: countOf(data.inputs),
      validate: held ? () => this.measure(held, loss) : null,
      resolved,
      hooks,
      names: classes.names,
    }
    return this.run(where, async () => {
      const history = await this.known.during(classes, core.parameters, () => plan.train(setup, settings))
      this.facts = factsOf(history, resolved, setup.count)
      return history
    })
  }

  /** The mean loss of the cases, without class weights, and the accuracy. */
  measure(data: Dataset, loss: LossKind): { loss: number; accuracy: number } {
    const { classifies, batchSize } = this.scoring
    const measured = new DatasetLoss(this.core, data, { loss, classWeights: null }, { training: false, truncation: 0 })
    const classes = classifies ? data.targets.classes : null
    const count = countOf(data.inputs)
    const whole = loss === 'concordance' ? new ConcordanceOverBatches() : null
    let sum = 0
    let right = 0
    for (let from = 0; from < count; from += batchSize) {
      const members = Int32Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => from + i)
      const point = measured.measure(members, null)
      sum += point.loss * members.length
      whole?.add(point.output.data, point.losses, members.length)
      if (classes === null) continue
      const likeliest = this.scoring.classesOf(point.output)
      for (const [i, member] of members.entries()) if (likeliest[i] === classes[member]) right++
    }
    return { loss: whole?.loss() ?? sum / count, accuracy: classes === null ? Number.NaN : right / count }
  }

  /** The loss of a data set, with dropout off. */
  lossOf(where: string, data: Dataset, plan: LossPlan, truncation = 0): DatasetLoss {
    const settings = this.settingsOf(where, data, plan, this.classes)
    return new DatasetLoss(this.core, data, settings, { training: false, truncation })
  }

  private settingsOf(where: string, data: Dataset, plan: LossPlan, classes: OutputClasses): LossSettings {
    const { classCount } = this.scoring
    const weights = resolveClassWeights(where, plan.classWeights, data.targets.classes, classCount, classes)
    return { loss: plan.loss, classWeights: weights }
  }

  private checkMonitor(where: string, { earlyStopping }: ResolvedFit, held: Dataset | undefined): void {
    if (earlyStopping?.monitor !== 'accuracy') return
    const { classifies, accuracyNeeds } = this.scoring
    if (classifies && held?.targets.classes !== null) return
    throw new RangeError(`${where}: "earlyStopping" by accuracy needs ${accuracyNeeds}`)
  }
}
