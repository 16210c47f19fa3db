/** Facts about a training, for files of models. */
import type { Json } from '../core/types.ts'
import type { Seed } from '../numerics/random.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { History } from './history.ts'

/** Facts that a network keeps of its last `fit`, as JSON. */
export interface TrainingFacts {
  [name: string]: Json
  /** Epochs done, those before a resumption among them. */
  epochs: number
  /** The epoch whose weights the network has. */
  bestEpoch: number
  stoppedEarly: boolean
  /** Losses of the epoch `bestEpoch`; of held-out data null where there were none. */
  loss: number | null
  validationLoss: number | null
  /** Kind of the optimiser and its settings that are numbers. */
  optimizer: { [name: string]: Json }
  /** null for all cases at once. */
  batchSize: number | null
  /** Training cases. */
  cases: number
  seed: Seed
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** The settings of an optimiser that JSON can have, without counters. */
function settingsOf(optimizer: object): [string, Json][] {
  return Object.entries<unknown>({ ...optimizer }).filter((pair): pair is [string, Json] => {
    const [name, value] = pair
    return (typeof value === 'boolean' || Number.isFinite(value)) && name !== 'steps' && name !== 'size'
  })
}

/** The facts of a training that has ended. */
export function factsOf(history: History, { optimizer, batchSize, seed }: ResolvedFit, cases: number): TrainingFacts {
  const { epochs, bestEpoch, stoppedEarly } = history
  const best = epochs.find(({ epoch }) => epoch === bestEpoch)
  const learningRate = finite(best?.learningRate)
  return {
    ...{ epochs: epochs.length, bestEpoch, stoppedEarly },
    ...{ loss: finite(best?.loss), validationLoss: finite(best?.validationLoss) },
    optimizer: { kind: optimizer.kind, learningRate, ...Object.fromEntries(settingsOf(optimizer)) },
    ...{ batchSize: finite(batchSize), cases, seed },
  }
}
