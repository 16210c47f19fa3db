/** The training loop. */
import { NonFiniteError, StateError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { yieldToEventLoop } from '../../core/yield.ts'
import { clipByNorm, clipByValue, nonFiniteIndex, norm } from '../../numerics/clip.ts'
import type { ParameterSet } from '../../numerics/parameters.ts'
import { Random } from '../../numerics/random.ts'
import { augmented } from './augment.ts'
import type { BatchRunner, Dataset, LossSettings } from './batch-runner.ts'
import type { BestWeights, Checkpoint, EpochRecord, History } from './history.ts'
import { type FitOptions, type ResolvedFit, restoredVector } from './options.ts'
import { WeightAverage } from './weight-average.ts'

/** A training ready to run. */
export interface Training {
  runner: BatchRunner
  parameters: ParameterSet
  data: Dataset
  validate: (() => { loss: number; accuracy: number }) | null
  settings: LossSettings
  truncation: number
  resolved: ResolvedFit
  hooks: Pick<FitOptions, 'signal' | 'augment' | 'onEpoch' | 'onBatch' | 'resume'>
}

interface Progress {
  records: EpochRecord[]
  best: BestWeights | null
  average: WeightAverage | null
  /** The epoch whose `onEpoch` runs now; 0 outside one. */
  reporting: number
}

function start(training: Training): Progress {
  const { parameters, resolved, hooks } = training
  const { optimizer, averaging } = resolved
  if (hooks.resume !== undefined) return goOn(training, hooks.resume)
  optimizer.reset()
  const average = averaging > 0 ? new WeightAverage(parameters.data, averaging) : null
  return { records: [], best: null, average, reporting: 0 }
}

/** Nothing is changed before all of the checkpoint is found to fit. */
function goOn({ parameters, resolved }: Training, resume: Checkpoint): Progress {
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
  return { records: [...resume.records], best, average, reporting: 0 }
}

function batchesOf({ data, resolved }: Training, random: Random, epoch: number): Int32Array[] {
  const n = data.sequences.length
  const { batchSize, shuffle } = resolved
  const order = shuffle
    ? random.substream('shuffle').substream(epoch).permutation(n)
    : Int32Array.from({ length: n }, (_, i) => i)
  const batches: Int32Array[] = []
  for (let from = 0; from < n; from += batchSize) batches.push(order.subarray(from, from + batchSize))
  return batches
}

function nonFinite(what: string, parameter: string, epoch: number, batch: number): NonFiniteError {
  return new NonFiniteError(
    `fit: epoch ${epoch}, batch ${batch}: ${what}; the weights are those before this batch. ` +
      'Try a smaller learningRate, clipNorm, or standardised inputs',
    { epoch, batch, parameter },
  )
}

/** Names the culprit where loss or gradient are not finite: a parameter itself before its gradient before the loss. */
function refuseNonFinite({ parameters }: Training, loss: number, epoch: number, batch: number): void {
  const bad = nonFiniteIndex(parameters.gradient)
  if (bad < 0 && Number.isFinite(loss)) return
  const weight = nonFiniteIndex(parameters.data)
  const parameter = parameters.nameAt(weight >= 0 ? weight : bad)
  if (weight >= 0) throw nonFinite(`"${parameter}" is not finite`, parameter, epoch, batch)
  if (bad >= 0) throw nonFinite(`"${parameter}" has a gradient that is not finite`, parameter, epoch, batch)
  throw nonFinite(`the loss is ${loss}`, 'loss', epoch, batch)
}

/** One update; undone where it makes a parameter not finite. */
function update({ parameters, resolved }: Training, before: FloatArray, epoch: number, batch: number): void {
  before.set(parameters.data)
  resolved.optimizer.step(parameters)
  const bad = nonFiniteIndex(parameters.data)
  if (bad < 0) return
  parameters.data.set(before)
  const parameter = parameters.nameAt(bad)
  throw nonFinite(`the update makes "${parameter}" not finite`, parameter, epoch, batch)
}

function clip(gradient: FloatArray, { clipNorm, clipValue }: ResolvedFit): number {
  if (clipValue > 0) clipByValue(gradient, clipValue)
  return clipNorm > 0 ? clipByNorm(gradient, clipNorm) : norm(gradient)
}

async function runEpoch(
  training: Training,
  average: WeightAverage | null,
  random: Random,
  epoch: number,
): Promise<EpochRecord> {
  const { runner, parameters, data, settings, truncation, resolved, hooks } = training
  const before = parameters.data.slice()
  const batches = batchesOf(training, random, epoch)
  let lossSum = 0
  let normSum = 0
  let learningRate = 0
  for (let i = 0; i < batches.length; i++) {
    hooks.signal?.throwIfAborted()
    const draws = random.substream('layers').substream(epoch).substream(i)
    const used = hooks.augment === undefined ? data : augmented(data, batches[i], hooks.augment, draws)
    const loss = runner.lossAndGradient(used, batches[i], settings, { training: true, truncation, random: draws })
    refuseNonFinite(training, loss, epoch, i + 1)
    const gradientNorm = clip(parameters.gradient, resolved)
    learningRate = resolved.optimizer.learningRate
    update(training, before, epoch, i + 1)
    average?.add(parameters.data)
    lossSum += loss * batches[i].length
    normSum += gradientNorm
    await hooks.onBatch?.({ epoch, batch: i + 1, batches: batches.length, loss, gradientNorm })
    await yieldToEventLoop()
  }
  return { epoch, loss: lossSum / data.sequences.length, gradientNorm: normSum / batches.length, learningRate }
}

function checkpointOf({ parameters, resolved }: Training, progress: Progress, epoch: number): Checkpoint {
  if (progress.reporting !== epoch) {
    throw new StateError(`fit: checkpoint() of epoch ${epoch} was called after its onEpoch; call it inside`)
  }
  return {
    epoch,
    seed: resolved.seed,
    parameters: parameters.data.slice(),
    optimizer: resolved.optimizer.state(),
    average: progress.average?.state() ?? null,
    best: progress.best,
    records: [...progress.records],
  }
}

/** Measures held-out data and keeps the best weights; tells whether patience has run out. */
function judge(training: Training, progress: Progress, record: EpochRecord): boolean {
  const { validate, parameters, resolved } = training
  if (validate === null) return false
  progress.average?.swap(parameters.data)
  const { loss, accuracy } = validate()
  record.validationLoss = loss
  record.validationAccuracy = accuracy
  const { earlyStopping } = resolved
  if (earlyStopping !== null) {
    const score = earlyStopping.monitor === 'loss' ? -loss : accuracy
    const { best } = progress
    if (best === null || score > best.score + earlyStopping.minDelta) {
      progress.best = { epoch: record.epoch, score, parameters: parameters.data.slice() }
    }
  }
  progress.average?.swap(parameters.data)
  return earlyStopping !== null && record.epoch - (progress.best as BestWeights).epoch >= earlyStopping.patience
}

async function runEpochs(training: Training, progress: Progress): Promise<boolean> {
  const { resolved, hooks } = training
  const random = new Random(resolved.seed).substream('fit')
  for (let epoch = progress.records.length + 1; epoch <= resolved.epochs; epoch++) {
    const record = await runEpoch(training, progress.average, random, epoch)
    const exhausted = judge(training, progress, record)
    progress.records.push(record)
    const checkpoint = (): Checkpoint => checkpointOf(training, progress, epoch)
    progress.reporting = epoch
    await hooks.onEpoch?.({ ...record, epochs: resolved.epochs, checkpoint })
    progress.reporting = 0
    if (exhausted) return true
  }
  return false
}

/** Trains to the last epoch, early stopping, an abort or an error; restores the best weights on every way out. */
export async function runTraining(training: Training): Promise<History> {
  const progress = start(training)
  try {
    const stoppedEarly = await runEpochs(training, progress)
    return {
      epochs: progress.records,
      stoppedEarly,
      bestEpoch: progress.best?.epoch ?? progress.records.length,
    }
  } finally {
    const final = progress.best?.parameters ?? progress.average?.values
    if (final !== undefined) training.parameters.data.set(final)
  }
}
