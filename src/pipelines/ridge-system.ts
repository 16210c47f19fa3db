/** One row of numbers for each utterance, and ridge regression of the classes. */
import { RidgeClassifier, type RidgeClassifierState } from '../estimators/ridge-classifier.ts'
import { gridOf, oneOrMore, type RowSystemOptions, type RowSystemState, resolveRows, rowSystem } from './row-system.ts'
import type { System } from './system.ts'
import { number } from './system-settings.ts'

/** Options of {@link ridgeSystem}, plain JSON. */
export interface RidgeSystemOptions extends RowSystemOptions {
  /** alpha of `RidgeClassifier`, or several to choose from on held-out speakers or corpora. Default 10000, 1000, 100, 10, 1. */
  alpha?: number | number[]
}

/**
 * The system of ridge regression: by default of eGeMAPS' functionals. Posteriors are a softmax of the decision values, as of
 * {@link svmSystem}. Nothing in a training is drawn: its seed changes nothing.
 *
 * @example
 * ```ts
 * ridgeSystem({ alpha: 10 }).settings.alpha // 10
 * ```
 */
export function ridgeSystem(options: RidgeSystemOptions = {}): System<RowSystemState<RidgeClassifierState>> {
  const settings = resolveRows('ridgeSystem', options, {
    defaults: { alpha: [10000, 1000, 100, 10, 1] },
    rules: { alpha: oneOrMore(number({ above: 0 })) },
  })
  return rowSystem({
    ...{ name: 'ridge', settings, epochs: 1, candidates: gridOf({ alpha: settings.alpha }) },
    fit: ({ x, labels, weights }, choice, { onEpoch }) => {
      const model = new RidgeClassifier(choice).fit(x, labels, { sampleWeights: weights })
      onEpoch?.({ epoch: 1, epochs: 1, loss: 0 })
      return { model, history: { epochs: [], stoppedEarly: false, bestEpoch: 1 } }
    },
    restore: (state) => RidgeClassifier.fromState(state),
  })
}
