import type { Random } from '../../numerics/random.ts'
import { augmented } from './augment.ts'
import type { BatchLoss } from './batch-problem.ts'
import type { BatchArguments, BatchRunner, Dataset, LossSettings } from './batch-runner.ts'
import type { FitOptions } from './options.ts'

/** The loss of a data set as a training sees it: in training mode, sequences changed by `augment` before each use. */
export function trainingLoss(
  runner: BatchRunner,
  dataset: Dataset,
  settings: LossSettings,
  { truncation, augment }: { truncation: number; augment?: FitOptions['augment'] },
): BatchLoss {
  const batch = (members: Int32Array, draws: Random): BatchArguments => {
    const used = augment === undefined ? dataset : augmented(dataset, members, augment, draws)
    return [used, members, settings, { training: true, truncation, random: draws }]
  }
  return {
    parameters: runner.parameters,
    lossAndGradient: (members, draws) => runner.lossAndGradient(...batch(members, draws)),
    loss: (members, draws) => runner.measure(...batch(members, draws)).loss,
    gaussNewton: (members, draws) => runner.gaussNewton(...batch(members, draws)),
    deterministic: augment === undefined && !runner.draws,
  }
}
