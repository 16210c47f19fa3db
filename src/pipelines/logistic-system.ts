/** One row of numbers for each utterance, and logistic regression. */
import { LogisticRegression, type LogisticRegressionState } from '../estimators/logistic-regression.ts'
import { fittedLogistic } from './logistic-training.ts'
import { gridOf, oneOrMore, type RowSystemOptions, type RowSystemState, resolveRows, rowSystem } from './row-system.ts'
import type { System } from './system.ts'
import { integer, number } from './system-settings.ts'

/** Options of {@link logisticSystem}, plain JSON. */
export interface LogisticSystemOptions extends RowSystemOptions {
  /** C of `LogisticRegression`, or several to choose from on held-out speakers or corpora. Default 0.0001, 0.001, 0.01, 0.1, 1. */
  C?: number | number[]
  /** Most iterations of L-BFGS. Default 500. */
  epochs?: number
}

/**
 * The system of logistic regression: by default of eGeMAPS' functionals. Unlike `measures-logistic` it knows no voices: rows are
 * standardised on the training set, or as the protocol of the experiment says. Posteriors are those of the regression at a temperature, as of
 * {@link svmSystem}: the penalty makes them less sure than they may be. Nothing in a training is drawn: its seed changes nothing.
 *
 * @example
 * ```ts
 * logisticSystem({ C: 0.01 }).settings.C // 0.01
 * ```
 */
export function logisticSystem(options: LogisticSystemOptions = {}): System<RowSystemState<LogisticRegressionState>> {
  const settings = resolveRows('logisticSystem', options, {
    defaults: { C: [0.0001, 0.001, 0.01, 0.1, 1], epochs: 500 },
    rules: { C: oneOrMore(number({ above: 0 })), epochs: integer({ min: 1 }) },
  })
  const { epochs } = settings
  return rowSystem({
    ...{ name: 'logistic', settings, epochs, candidates: gridOf({ C: settings.C }) },
    fit: ({ x, labels, weights }, { C }, hooks) =>
      fittedLogistic({ x, labels, weights, C: C as number, maxIterations: epochs }, hooks),
    restore: (state) => LogisticRegression.fromState(state),
  })
}
