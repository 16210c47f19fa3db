import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { leaveOneGroupOut } from '../evaluation/splits.ts'
import { argmax } from '../models/decision.ts'
import type { EpochRecord } from '../models/training/history.ts'
import type { Seed } from '../numerics/random.ts'
import type { LabelledFeatures, System } from '../pipelines/system.ts'
import { subset } from '../pipelines/training-data.ts'

/** What a system said of one utterance of the fold's test speaker. */
export interface Prediction {
  /** Index of the utterance in the data. */
  index: number
  /** Class index. */
  said: number
  posterior: number[]
}

/** One fold: the speaker left out, and what the system trained on the others said. */
export interface FoldResult {
  speaker: string
  predictions: Prediction[]
  accuracy: number
  /** Epoch whose weights were used. */
  bestEpoch: number
  epochs: EpochRecord[]
}

/** After each epoch of each fold. */
export interface ExperimentProgress {
  /** Counted from 1. */
  fold: number
  folds: number
  speaker: string
  epoch: number
  epochs: number
  loss: number
}

/** How a cross-validation runs. */
export interface CrossValidationOptions {
  classes: readonly string[]
  seed: Seed
  signal?: AbortSignal
  onProgress?: (progress: ExperimentProgress) => void
  /** Called after each fold with what is known so far. */
  onFold?: (fold: FoldResult, folds: number) => void
}

/** Result of {@link leaveOneSpeakerOut}. */
export interface CrossValidation {
  folds: FoldResult[]
  confusion: ConfusionMatrix
}

/**
 * Leave-one-speaker-out: for each speaker, trains the system on the others and asks it of his or her utterances. Nothing
 * of the test speaker reaches scalers, early stopping or training. Each fold has a seed of its own.
 */
export async function leaveOneSpeakerOut(
  system: System,
  data: LabelledFeatures,
  { classes, seed, signal, onProgress, onFold }: CrossValidationOptions,
): Promise<CrossValidation> {
  const splits = leaveOneGroupOut(data.speakers)
  const confusion = new ConfusionMatrix(classes)
  const folds: FoldResult[] = []
  for (const { train, test, group: speaker } of splits) {
    const place = { fold: folds.length + 1, folds: splits.length, speaker }
    const trained = await system.train(subset(data, train), classes.length, `${seed}/${speaker}`, {
      signal,
      onEpoch: ({ epoch, epochs, loss }) => onProgress?.({ ...place, epoch, epochs, loss }),
    })
    const predictions = Array.from(test, (index) => {
      const posterior = trained.predict(data.sequences[index])
      return { index, said: argmax(posterior), posterior: Array.from(posterior) }
    })
    for (const { index, said } of predictions) confusion.add(data.labels[index], said)
    const right = predictions.filter(({ index, said }) => said === data.labels[index]).length
    const { bestEpoch, epochs } = trained.history
    folds.push({ speaker, predictions, accuracy: right / predictions.length, bestEpoch, epochs })
    onFold?.(folds[folds.length - 1], splits.length)
  }
  return { folds, confusion }
}
