/** Training of logistic regression within a system, with its history. */
import type { FloatNdArray } from '../core/types.ts'
import { LogisticRegression } from '../estimators/logistic-regression.ts'
import type { History } from '../training/history.ts'
import type { TrainingHooks } from './system.ts'

/** Converged where the gradient of the mean loss is within this: what is left changes no probability by 1e-3. */
const TOLERANCE = 1e-6

/** Rows with labels and weights, and settings. */
interface LogisticTraining {
  x: FloatNdArray
  labels: Int32Array
  weights: Float64Array
  C: number
  maxIterations: number
}

/** Fits the rows and tells each iteration as an epoch. */
export function fittedLogistic(
  { x, labels, weights, C, maxIterations }: LogisticTraining,
  { onEpoch }: TrainingHooks,
): { model: LogisticRegression; history: History } {
  const model = new LogisticRegression({ C, maxIterations, gradientTolerance: TOLERANCE })
  const epochs: History['epochs'] = []
  model.fit(x, labels, {
    sampleWeights: weights,
    onIteration: ({ iteration: epoch, value: loss, gradientNorm, step: learningRate }) => {
      epochs.push({ epoch, loss, gradientNorm, learningRate })
      onEpoch?.({ epoch, epochs: maxIterations, loss })
    },
  })
  return { model, history: { epochs, stoppedEarly: false, bestEpoch: epochs.length } }
}
