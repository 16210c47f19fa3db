/** Calibration of a recogniser by posteriors of corpora or speakers that systems like it did not learn from. */
import { describe } from '../core/errors.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatArray } from '../core/types.ts'
import { type Calibration, calibrate } from '../evaluation/calibration.ts'
import { groupKFold, leaveOneGroupOut, type Split } from '../evaluation/splits.ts'
import type { Seed } from '../numerics/random.ts'
import type { LabelledFeatures, System, TrainingStart } from '../pipelines/system.ts'
import { subset } from '../pipelines/training-data.ts'

/** Groups that are left out in turn: corpora, or speakers in five folds. */
export type CalibrateBy = 'corpora' | 'speakers'

/** Calibration as a card has it. */
export interface CardCalibration extends Calibration {
  /** Recordings that posteriors come from. */
  protocol: 'leave-one-corpus-out' | 'folds of speakers' | 'held-out speakers'
}

/** Cancellation and progress of the trainings. */
export interface CalibrationHooks {
  signal?: AbortSignal
  onFold?: (fold: number, folds: number) => void
  /** Called with the posterior of each recording by the system that did not learn from its group. */
  onPosterior?: (index: number, posterior: FloatArray) => void
}

/** Most folds of speakers. */
const SPEAKER_FOLDS = 5

function splitsOf(where: string, { corpora, speakers }: LabelledFeatures, by: CalibrateBy): Split[] {
  const groups = by === 'corpora' ? (corpora ?? []) : speakers
  const count = new Set(groups).size
  if (count < 2) {
    throw new RangeError(`${where}: "calibrate" by ${by} needs at least two of them, got ${count}`)
  }
  return by === 'corpora' ? leaveOneGroupOut(groups) : groupKFold(groups, { folds: Math.min(SPEAKER_FOLDS, count) })
}

/** Throws where a class occurs only in what a split leaves out, so that the others cannot teach it. */
function checkTaught(where: string, splits: Split[], labels: ArrayLike<number>, classes: readonly string[]): void {
  const taught = splits.map(({ train }) => new Set(Array.from(train, (i) => labels[i])))
  const lacking = classes.filter((_, k) => taught.some((known) => !known.has(k)))
  if (lacking.length === 0) return
  throw new RangeError(
    `${where}: "calibrate" leaves out groups in turn, and without one of them no recording of ${lacking.map(describe).join(', ')} ` +
      'is left; calibrate by "speakers" or "none", or leave out these classes',
  )
}

/** One over the size of each recording's corpus, so that the largest does not rule. */
function weightsOf({ corpora, labels }: LabelledFeatures): number[] {
  const sizes = new Map<string, number>()
  for (const corpus of corpora ?? []) sizes.set(corpus, (sizes.get(corpus) ?? 0) + 1)
  return Array.from(labels, (_, i) => 1 / (sizes.get(corpora?.[i] ?? '') ?? 1))
}

/**
 * Trains the system once for each corpus, or fold of speakers, on the others, and calibrates the posteriors of those left
 * out: each corpus with the same weight.
 *
 * @throws RangeError where there are fewer than two groups, or the others lack a class
 */
export async function calibrateSystem(
  where: string,
  system: System,
  data: LabelledFeatures,
  classes: readonly string[],
  {
    by,
    seed,
    signal,
    start,
    onFold,
    onPosterior,
  }: { by: CalibrateBy; seed: Seed; start?: TrainingStart } & CalibrationHooks,
): Promise<CardCalibration> {
  const splits = splitsOf(where, data, by)
  checkTaught(where, splits, data.labels, classes)
  const posteriors: number[][] = new Array(data.labels.length)
  for (const [fold, { train, test }] of splits.entries()) {
    throwIfAborted(signal)
    onFold?.(fold + 1, splits.length)
    const known = subset(data, train)
    const trained = await system.train(known, classes.length, seed, { signal, start })
    for (const i of test) {
      const posterior = trained.predict(data.sequences[i])
      posteriors[i] = Array.from(posterior)
      onPosterior?.(i, posterior)
    }
  }
  return {
    ...calibrate(posteriors, data.labels, { weights: weightsOf(data) }),
    protocol: by === 'corpora' ? 'leave-one-corpus-out' : 'folds of speakers',
  }
}
