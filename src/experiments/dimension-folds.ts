/** Folds of experiments with targets: their data, the training and the test, and the record. */
import { floatView } from '../core/array.ts'
import { scoresOf } from '../evaluation/regression.ts'
import type { LabelledFeatures, System, TrainingOptions } from '../pipelines/system.ts'
import { type FoldSettings, type FoldSplit, trainFold } from './cross-validation.ts'
import type { DimensionFold, DimensionPrediction } from './dimensions.ts'
import type { FoldData, NumberTargets } from './fold-data.ts'
import type { Fold } from './folds.ts'

/** The targets of utterances in the order of the names. */
export function targetsOf(
  names: readonly string[],
  utterances: readonly { targets?: Readonly<Record<string, number>> }[],
): NumberTargets {
  const values = utterances.flatMap(({ targets = {} }) => names.map((name) => targets[name]))
  return { names: [...names], values: Float64Array.from(values) }
}

/** The numbers of an utterance. */
export function givenAt({ names, values }: NumberTargets, index: number): number[] {
  return Array.from(values.subarray(index * names.length, (index + 1) * names.length))
}

/** Data of a fold as a system takes it. */
export function featuresOf(data: FoldData): LabelledFeatures {
  if (data.dimensions === undefined) return data
  const { names, values } = data.dimensions
  return { ...data, targets: floatView(values, [values.length / names.length, names.length]) }
}

/** CCC of each target; null where nothing varies. */
export function concordances(predictions: readonly Pick<DimensionPrediction, 'given' | 'said'>[]): (number | null)[] {
  return predictions[0].given.map((_, k) => {
    const { concordance } = scoresOf(
      predictions.map(({ given }) => given[k]),
      predictions.map(({ said }) => said[k]),
    )
    return Number.isNaN(concordance) ? null : concordance
  })
}

/** Trains a system on the training part of a fold, and asks it for the numbers of the others. */
export async function runDimensionFold(
  system: System,
  data: FoldData & { dimensions: NumberTargets },
  split: FoldSplit,
  settings: Omit<FoldSettings, 'classes'>,
  hooks: TrainingOptions,
  told?: Pick<Fold, 'training'>,
): Promise<DimensionFold> {
  const { dimensions, paths, speakers, corpora } = data
  const { trained, sequences } = await trainFold(
    system,
    featuresOf(data),
    split,
    { ...settings, classes: dimensions.names.length },
    hooks,
  )
  const predictions = Array.from(split.test, (index): DimensionPrediction => {
    return {
      path: paths[index],
      ...(told === undefined ? {} : { speaker: speakers[index] }),
      ...(corpora === undefined ? {} : { corpus: corpora[index] }),
      given: givenAt(dimensions, index),
      said: Array.from(trained.predict(sequences[index])),
    }
  })
  const { chosen, history } = trained
  const { bestEpoch, epochs } = history
  return {
    speaker: split.group,
    ...(told === undefined ? {} : { training: told.training }),
    predictions,
    concordance: concordances(predictions),
    ...{ bestEpoch, ...(chosen && { chosen }), epochs },
  }
}
