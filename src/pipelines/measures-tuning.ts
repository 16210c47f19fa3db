/**
 * Tuning of a trained system of measures to a new corpus, in closed form:
 *
 *   statistics   means and variances of the measures become those of the corpus, shrunk to the start's as in an adaptation
 *   last         and the class means m_k become (1 - a_k) m_k + a_k mean of class k in the corpus, a_k = n_k / (n_k + s)
 *   all          and the covariance S' becomes (1 - c) S' + c that of the corpus, shrunk alike, c = n / (n + 5 R)
 *
 * of n_k recordings of a class, n of all, R measures; s, the recordings that a class mean counts as, is `moveStrength`.
 */
import { checkObject } from '../core/check.ts'
import { SpeakerStatistics } from '../features/speaker-statistics.ts'
import { Random, type Seed } from '../numerics/random.ts'
import type { LinearModel } from './linear-model.ts'
import { repeated } from './measured-set.ts'
import { type CopySettings, type MeasuredSet, TrainingVoices } from './measures-training.ts'
import type { Tune } from './system.ts'
import { shrunk, type VoicePrior } from './voice-prior.ts'

/** Rows of the new corpus for the classes of a tuned model. */
export interface TuningRows {
  /** z [n, R] of all copies. */
  data: Float64Array
  columns: number
  labels: Int32Array
  /** Mean 1 over the recordings. */
  weights: Float64Array
  /** Recordings of each class. */
  counts: Float64Array
}

/** How a linear model is tuned: by rows, with the position of each class among those of the start, -1 for a new one. */
export type TuneModel<State> = (
  model: State,
  rows: TuningRows,
  how: Exclude<Tune, 'statistics'>,
  from: readonly number[],
) => LinearModel<State>

/** Parts that are tuned. */
export interface TunedMeasures<State> {
  prior: VoicePrior
  model: LinearModel<State>
}

/** The prior of the start with the mean and variance of a new corpus. */
function tunedPrior(set: MeasuredSet, prior: VoicePrior, settings: CopySettings): VoicePrior {
  const statistics = new SpeakerStatistics(prior.mean.length)
  for (const row of set.rows) statistics.add([row])
  const { mean, variance } = shrunk(statistics, prior, settings)
  return { ...prior, mean, variance }
}

function countsOf(labels: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]++
  return counts
}

/**
 * Tunes a trained system of measures.
 *
 * @param set - of the new corpus, gaps filled by the medians of the start
 * @param from - position of each class among those of the start; -1 for a new one
 */
export function tuneMeasures<State>(
  set: MeasuredSet,
  classes: number,
  start: { prior: VoicePrior; model: LinearModel<State> },
  { tune, from, seed, settings }: { tune: Tune; from: readonly number[]; seed: Seed; settings: CopySettings },
  tuneModel: TuneModel<State> | undefined,
): TunedMeasures<State> {
  const prior = tunedPrior(set, start.prior, settings)
  if (tune === 'statistics' || tuneModel === undefined) return { prior, model: start.model }
  const voices = new TrainingVoices(set, settings)
  const { data, copies } = voices.copies(new Random(seed).substream('copies'))
  const state = checkObject<State & object>('tune', 'model', start.model.state() as object)
  const model = tuneModel(
    state,
    {
      ...{ data, columns: prior.mean.length, labels: repeated(set.labels, copies) },
      ...{ weights: repeated(voices.weights, copies), counts: countsOf(set.labels, classes) },
    },
    tune,
    from,
  )
  return { prior, model }
}
