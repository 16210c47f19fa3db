import type { LayerStates } from '../layers/layer.ts'
import type { Random } from '../numerics/random.ts'
import { augmented } from './augment.ts'
import type { BatchLoss } from './batch-problem.ts'
import type { BatchArguments, BatchRunner, LossSettings } from './batch-runner.ts'
import { type Chunk, cutBatch } from './chunks.ts'
import type { Dataset } from './dataset.ts'
import type { FitOptions } from './options.ts'

/** How a training sees the sequences of a batch. */
export interface TrainingView {
  truncation: number
  augment?: FitOptions['augment']
  /** Steps of a chunk; 0 for whole sequences. Default 0. */
  chunkLength?: number
}

/** The loss of a data set as a training sees it: in training mode, sequences changed by `augment` before each use. */
export function trainingLoss(
  runner: BatchRunner,
  dataset: Dataset,
  settings: LossSettings,
  view: TrainingView,
): BatchLoss {
  const { truncation, augment, chunkLength = 0 } = view
  const used = (members: Int32Array, draws: Random): Dataset =>
    augment === undefined ? dataset : augmented(dataset, members, augment, draws)
  const batch = (members: Int32Array, draws: Random): BatchArguments => [
    used(members, draws),
    members,
    settings,
    { training: true, truncation, random: draws },
  ]
  const whole: BatchLoss = {
    parameters: runner.parameters,
    lossAndGradient: (members, draws) => runner.lossAndGradient(...batch(members, draws)),
    loss: (members, draws) => runner.measure(...batch(members, draws)).loss,
    gaussNewton: (members, draws) => runner.gaussNewton(...batch(members, draws)),
    deterministic: augment === undefined && !runner.draws,
    gateStatistics: () => runner.gateStatistics(),
  }
  return chunkLength === 0 ? whole : { ...whole, ...inChunks(runner, used, settings, { truncation, chunkLength }) }
}

/** Losses of batches cut along time, the layers' states carried from chunk to chunk. */
function inChunks(
  runner: BatchRunner,
  used: (members: Int32Array, draws: Random) => Dataset,
  settings: LossSettings,
  { truncation, chunkLength }: Required<Omit<TrainingView, 'augment'>>,
): Pick<BatchLoss, 'chunks' | 'lossAndGradient'> {
  let chunks: Chunk[] = []
  let states: LayerStates = []
  return {
    chunks: (members, draws) => {
      chunks = cutBatch(used(members, draws), members, chunkLength)
      states = runner.createStates(members.length)
      return chunks.map(({ share }) => share)
    },
    lossAndGradient: (_, draws, chunk = 0) => {
      const { dataset, members } = chunks[chunk]
      const random = draws.substream('chunk').substream(chunk)
      return runner.lossAndGradient(dataset, members, settings, { training: true, truncation, random, states })
    },
  }
}
