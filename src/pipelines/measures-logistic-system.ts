/** Measures of whole utterances relative to the voice, and logistic regression of them. */
import { floatView } from '../core/array.ts'
import { LogisticRegression, type LogisticRegressionState } from '../estimators/logistic-regression.ts'
import type { History } from '../training/history.ts'
import type { LinearModel } from './linear-model.ts'
import { fittedLogistic } from './logistic-training.ts'
import {
  type LinearRows,
  type MeasuresOptions,
  type MeasuresState,
  measuresDefaults,
  measuresRules,
  measuresSystem,
} from './measures-system.ts'
import type { System, TrainingHooks } from './system.ts'
import { defaultFrontEnd, integer, number, resolveSettings } from './system-settings.ts'

/** Options of {@link measuresLogisticSystem}, plain JSON. */
export interface MeasuresLogisticOptions extends MeasuresOptions {
  /** As of `LogisticRegression`, rows weighing 1 on average. Default 0.003. */
  C?: number
  /** Most iterations of L-BFGS. Default 500. */
  epochs?: number
}

function linear(model: LogisticRegression): LinearModel<LogisticRegressionState> {
  return {
    predict: (z) => model.forward(floatView(z, [1, z.length])).data,
    state: () => model.state(),
    parts: () => ({ kind: 'logistic', model }),
  }
}

function train(
  { data, columns, labels, weights }: LinearRows,
  { C, epochs: maxIterations }: { C: number; epochs: number },
  hooks: TrainingHooks,
): { model: LinearModel<LogisticRegressionState>; history: History } {
  const x = floatView(data, [labels.length, columns])
  const { model, history } = fittedLogistic({ x, labels, weights, C, maxIterations }, hooks)
  return { model: linear(model), history }
}

/**
 * The system of measures and logistic regression. Its front end is the tracks of speech; of a set with `functionals` the
 * columns are the measures, of any other front end the statistics over time of each column, as by `functionals`.
 *
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 3, sentences: 2 })
 * const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * const { frontEnd } = measuresLogisticSystem()
 * const data = {
 *   sequences: recordings.map((recording) => extractFeatures(recording, frontEnd)),
 *   labels: new LabelEncoder().fit(voices.map(({ label }) => label)).transform(voices.map(({ label }) => label)),
 *   speakers: voices.map(({ speaker }) => speaker),
 * }
 * const classes = ['anger', 'joy', 'neutral', 'sadness']
 * const recognizer = await trainRecognizer(data, { system: 'measures-logistic', options: {} }, { classes })
 * const mine = recognizer.adapt(recordings.slice(0, 8), { source: 'the first voice' })
 * mine.adaptation?.recordings // 8
 * const running = mine.adaptation?.statistics.merge(mine.statistics(recordings.slice(8, 10)))
 * recognizer.adaptTo(running as SpeakerStatistics).adaptation?.recordings // 10
 * ```
 */
export function measuresLogisticSystem(
  options: MeasuresLogisticOptions = {},
): System<MeasuresState<LogisticRegressionState>> {
  const settings = resolveSettings<MeasuresLogisticOptions>('measuresLogisticSystem', options, {
    defaults: {
      frontEnd: defaultFrontEnd(options?.frontEnd, { set: 'speech' }),
      ...measuresDefaults,
      C: 0.003,
      epochs: 500,
    },
    rules: { ...measuresRules, C: number({ above: 0 }), epochs: integer({ min: 1 }) },
  })
  return measuresSystem({
    ...{ name: 'measures-logistic', settings, epochs: settings.epochs },
    fit: (rows, hooks) => train(rows, settings, hooks),
    restore: (state) => linear(LogisticRegression.fromState(state)),
  })
}
