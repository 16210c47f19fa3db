/**
 * Base of the systems of measures and logistic regression:
 *
 *   features [frames, D] -> measures [R] -> relative to the voice -> softmax(W z + b)
 *
 * One linear model for every kind of adaptation: it is trained on the same utterances relative to their corpus, to their
 * speaker and to a few recordings of the speaker, and takes the statistics that there are when it is asked; without any, the
 * training corpora's. Measures that an utterance lacks are the median of the training set.
 */
import { floatView } from '../core/array.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { quantileOf } from '../features/track-statistics.ts'
import { LogisticRegression, type LogisticRegressionState } from '../networks/logistic-regression.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { corpusWeights, type MeasuredSet, TrainingVoices } from './logistic-training.ts'
import type { Classifier, LabelledFeatures, System, TrainedSystem, TrainingHooks } from './system.ts'
import {
  type CommonOptions,
  integer,
  list,
  number,
  type OptionTable,
  type Settings,
  toJson,
} from './system-settings.ts'
import { framesFrom } from './timeline.ts'
import { relativeInto, shrunk, type VoicePrior } from './voice-prior.ts'

/** Options of the systems of measures and logistic regression, plain JSON. */
export interface LogisticSystemOptions extends CommonOptions {
  /** As of `LogisticRegression`, rows weighing 1 on average. Default 0.003. */
  C?: number
  /** Measures relative to the voice are clipped to +- this. Default 5. */
  clip?: number
  /** Copies of the training set relative to a few recordings of the speaker. Default 2. */
  draws?: number
  /** Numbers of these recordings, one of which is drawn. Default 3, 5, 10. */
  drawSizes?: number[]
  /** Recordings that the prior mean counts as. Default 2. */
  meanPrior?: number
  /** Recordings that the prior variance counts as. Default 10. */
  variancePrior?: number
  /** Most iterations of L-BFGS. Default 500. */
  epochs?: number
}

type LogisticSettings = Settings<LogisticSystemOptions>

/** State of a trained system; numbers as text, which no storage type rounds, but for the weights. */
export interface LogisticSystemState {
  /** [R], of the training set. */
  medians: number[]
  prior: { [K in keyof VoicePrior]: number[] }
  model: LogisticRegressionState
}

/** The parts in which these systems differ. */
export interface LogisticRecipe {
  name: string
  settings: LogisticSettings
  /** Measures [R] of features [frames, D], the same R for any; NaN where an utterance has none. */
  measures(features: FloatNdArray): FloatArray
}

/** Defaults and rules, for a front end. */
export function logisticTable(
  frontEnd: Required<LogisticSystemOptions>['frontEnd'],
): OptionTable<LogisticSystemOptions> {
  return {
    defaults: {
      frontEnd,
      C: 0.003,
      clip: 5,
      draws: 2,
      drawSizes: [3, 5, 10],
      meanPrior: 2,
      variancePrior: 10,
      epochs: 500,
    },
    rules: {
      C: number({ above: 0 }),
      clip: number({ above: 0 }),
      draws: integer({ min: 0 }),
      drawSizes: list(integer({ min: 1 }), 1),
      meanPrior: number({ min: 0 }),
      variancePrior: number({ min: 0 }),
      epochs: integer({ min: 1 }),
    },
  }
}

/** Converged where the gradient of the mean loss is within this: what is left changes no probability by 1e-3. */
const TOLERANCE = 1e-6

interface Fitted {
  medians: Float64Array
  prior: VoicePrior
  model: LogisticRegression
}

function filled(measures: FloatArray, medians: Float64Array): Float64Array {
  return Float64Array.from(measures, (value, j) => (Number.isFinite(value) ? value : medians[j]))
}

function mediansOf(rows: readonly FloatArray[]): Float64Array {
  return Float64Array.from(rows[0], (_, j) => {
    const known = rows.map((row) => row[j]).filter(Number.isFinite)
    return quantileOf(Float64Array.from(known).sort(), 0.5)
  })
}

/** Mean over the measures of the unbiased variance by w0, each at most 4 so that none rules. */
function spreadOf({ recordings: n, variance }: SpeakerStatistics, { within }: VoicePrior): number | null {
  if (n < 2) return null
  const shares = Array.from(variance, (v, j) => (within[j] > 0 ? Math.min((v * n) / (n - 1) / within[j], 4) : 1))
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

function checkColumnCount(name: string, columns: number, wanted: number): void {
  if (columns === wanted) return
  throw new RangeError(`${name}: "statistics" expected ${wanted} measures, got ${columns}`)
}

function classifier(
  recipe: LogisticRecipe,
  fitted: Fitted,
  statistics: SpeakerStatistics | null,
): Classifier<LogisticSystemState> {
  const { settings, measures } = recipe
  const { medians, prior, model } = fitted
  const voice = shrunk(statistics, prior, settings)
  const rows = (features: FloatNdArray): FloatNdArray => {
    return floatView(filled(measures(features), medians), [1, medians.length])
  }
  const predictRows = ({ data }: FloatNdArray): FloatArray => {
    const z = new Float64Array(medians.length)
    relativeInto(z, 0, data, voice, prior.floor, settings.clip)
    return model.forward(floatView(z, [1, z.length])).data
  }
  const predict = (features: FloatNdArray): FloatArray => predictRows(rows(features))
  return {
    predict,
    predictWindows: (features, firsts, length) => firsts.map((first) => predict(framesFrom(features, first, length))),
    adaptation: {
      rows,
      predictRows,
      adapted: (other) => {
        if (other !== null) checkColumnCount(recipe.name, other.columns, medians.length)
        return classifier(recipe, fitted, other)
      },
      spread: (of) => spreadOf(of, prior),
    },
    state: () => ({
      medians: Array.from(medians),
      prior: {
        mean: Array.from(prior.mean),
        variance: Array.from(prior.variance),
        within: Array.from(prior.within),
        floor: Array.from(prior.floor),
      },
      model: model.state(),
    }),
  }
}

function measuredSet(
  { measures }: LogisticRecipe,
  data: LabelledFeatures,
): { set: MeasuredSet; medians: Float64Array } {
  const measured = data.sequences.map((x) => measures(x))
  const medians = mediansOf(measured)
  const { labels, speakers } = data
  const corpora = data.corpora ?? speakers.map(() => '')
  return { set: { rows: measured.map((row) => filled(row, medians)), labels, speakers, corpora }, medians }
}

function train(
  recipe: LogisticRecipe,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  { signal, onEpoch }: TrainingHooks,
): TrainedSystem<LogisticSystemState> {
  throwIfAborted(signal)
  const { settings, name } = recipe
  for (let k = 0; k < classes; k++) {
    if (!data.labels.includes(k))
      throw new RangeError(`${name}: expected utterances of each class, got none of class ${k}`)
  }
  const { set, medians } = measuredSet(recipe, data)
  const voices = new TrainingVoices(set)
  const { data: z, copies } = voices.copies(new Random(seed).substream('copies'), settings)
  const weights = corpusWeights(set)
  const model = new LogisticRegression({ C: settings.C, maxIterations: settings.epochs, gradientTolerance: TOLERANCE })
  const labels = new Int32Array(copies * weights.length)
  const sampleWeights = new Float64Array(labels.length)
  for (let i = 0; i < labels.length; i++) {
    labels[i] = set.labels[i % weights.length]
    sampleWeights[i] = weights[i % weights.length] / copies
  }
  const epochs: TrainedSystem['history']['epochs'] = []
  model.fit(floatView(z, [labels.length, medians.length]), labels, {
    sampleWeights,
    onIteration: ({ iteration: epoch, value: loss, gradientNorm, step: learningRate }) => {
      epochs.push({ epoch, loss, gradientNorm, learningRate })
      onEpoch?.({ epoch, epochs: settings.epochs, loss })
    },
  })
  return {
    history: { epochs, stoppedEarly: false, bestEpoch: epochs.length },
    ...classifier(recipe, { medians, prior: voices.prior, model }, null),
  }
}

function restored({ medians, prior, model }: LogisticSystemState): Fitted {
  const { mean, variance, within, floor } = prior
  return {
    medians: Float64Array.from(medians),
    prior: {
      mean: Float64Array.from(mean),
      variance: Float64Array.from(variance),
      within: Float64Array.from(within),
      floor: Float64Array.from(floor),
    },
    model: LogisticRegression.fromState(model),
  }
}

/** Makes a system from its recipe. */
export function logisticSystem(recipe: LogisticRecipe): System<LogisticSystemState> {
  const { name, settings } = recipe
  return {
    name,
    frontEnd: settings.frontEnd,
    settings: toJson(settings),
    epochs: settings.epochs,
    train: async (data, classes, seed, hooks = {}) => train(recipe, data, classes, seed, hooks),
    restore: (state) => classifier(recipe, restored(state), null),
  }
}
