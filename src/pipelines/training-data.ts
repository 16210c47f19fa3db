/** Preparation of training utterances: weights of classes and speakers, subsets and held-out speakers. */
import { allocate, dtypeOf, floatView } from '../core/array.ts'
import { positionsBy } from '../core/groups.ts'
import { pow } from '../core/power.ts'
import type { FloatNdArray } from '../core/types.ts'
import { groupKFold, holdOutGroups, type Split } from '../evaluation/splits.ts'
import type { Seed } from '../numerics/random.ts'
import type { LabelledFeatures } from './system.ts'

/** Weight (N / (K n_k))^power of each class k; 0 for a class without utterances. */
export function classWeights(labels: Int32Array, classes: number, power: number): number[] {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]++
  return Array.from(counts, (count) => (count === 0 ? 0 : pow(labels.length / (classes * count), power)))
}

/** The utterances at the indices; those without labels stay. */
export function subset(
  { sequences, labels, targets, speakers, corpora, degraded, unlabelled }: LabelledFeatures,
  indices: Int32Array,
): LabelledFeatures {
  const at = <T>(list: readonly T[]): T[] => Array.from(indices, (i) => list[i])
  /** Of lists that have the utterances several times over. */
  const rounds = <T>(list: readonly T[]): T[] => {
    return Array.from({ length: list.length / labels.length }, (_, r) => {
      return Array.from(indices, (i) => list[r * labels.length + i])
    }).flat()
  }
  return {
    sequences: at(sequences),
    labels: indices.map((i) => labels[i]),
    ...(targets === undefined ? {} : { targets: rowsAt(targets, indices) }),
    speakers: at(speakers),
    ...(corpora === undefined ? {} : { corpora: at(corpora) }),
    ...(degraded === undefined
      ? {}
      : { degraded: { sequences: rounds(degraded.sequences), kinds: rounds(degraded.kinds) } }),
    ...(unlabelled === undefined ? {} : { unlabelled }),
  }
}

/** Rows of a matrix at the indices, in their order. */
function rowsAt({ data, shape: [, cols] }: FloatNdArray, indices: Int32Array): FloatNdArray {
  const out = allocate(indices.length * cols, dtypeOf(data))
  indices.forEach((row, i) => {
    out.set(data.subarray(row * cols, (row + 1) * cols), i * cols)
  })
  return floatView(out, [indices.length, cols])
}

/** Grounds of the weights of utterances; lists as of {@link LabelledFeatures}. */
export interface Grouping {
  labels: ArrayLike<number>
  speakers: readonly string[]
  corpora?: readonly string[]
}

/** Keys of the classes of each corpus, one for each utterance. */
function cellsOf(labels: ArrayLike<number>, corpora: readonly string[] = []): string[] {
  return Array.from(labels, (label, i) => JSON.stringify([corpora[i] ?? '', label]))
}

/**
 * Weights (n / (S n_s))^power of the utterances, scaled to a mean of 1 within each class of each corpus: n utterances of it, n_s of them by the
 * speaker, S speakers. With the power 1 each speaker counts the same, with 0 each utterance.
 */
export function speakerWeights({ labels, speakers, corpora }: Grouping, power: number): Float64Array {
  const weights = new Float64Array(labels.length).fill(1)
  if (power === 0) return weights
  for (const members of positionsBy(cellsOf(labels, corpora)).values()) {
    const bySpeaker = positionsBy(members.map((i) => speakers[i]))
    for (const own of bySpeaker.values()) {
      for (const at of own) weights[members[at]] = pow(members.length / (bySpeaker.size * own.length), power)
    }
    const mean = members.reduce((sum, i) => sum + weights[i], 0) / members.length
    for (const i of members) weights[i] /= mean
  }
  return weights
}

/**
 * Weights of the utterances for models that take them as they are: (n / (c n_c))^classWeightPower, n_c of the n utterances in the class, or
 * class of a corpus where there are several, and c of these that have any; times those of the speakers. With the power 1 and one corpus they
 * are scikit-learn's `balanced`.
 */
export function utteranceWeights(data: Grouping, settings: BalanceSettings): Float64Array {
  const { classWeightPower, speakerWeightPower } = settings
  const weights = speakerWeights(data, speakerWeightPower)
  const cells = [...positionsBy(cellsOf(data.labels, data.corpora)).values()]
  for (const members of cells) {
    const weight = pow(weights.length / (cells.length * members.length), classWeightPower)
    for (const i of members) weights[i] *= weight
  }
  return weights
}

/** Largest power of the weights of speakers: far beyond it their mean overflows, and long before it only the rarest speaker counts. */
export const LARGEST_SPEAKER_POWER = 10

/** How often an utterance is repeated at most. */
const MOST_COPIES = 8

/** Powers of the weights of a training. */
export interface BalanceSettings {
  /** Of classes, and of each class of each corpus. */
  classWeightPower: number
  /** Of speakers, as of {@link speakerWeights}. */
  speakerWeightPower: number
}

/**
 * Indices of the utterances, repeated so that neither the largest corpus nor the speaker with most recordings rules a training: by
 * (n / n_cell)^classWeightPower for a class of a corpus, n the size of the largest, times the weight of the speaker, rounded; the least
 * of all once. Where there is one corpus, its classes count as they are.
 */
export function balancedIndices(data: Grouping, settings: BalanceSettings): Int32Array {
  const { classWeightPower, speakerWeightPower } = settings
  const { labels, corpora = [] } = data
  const weights = speakerWeights(data, speakerWeightPower)
  if (new Set(corpora).size > 1) {
    const cells = [...positionsBy(cellsOf(labels, corpora)).values()]
    const largest = Math.max(...cells.map(({ length }) => length))
    for (const members of cells) {
      for (const i of members) weights[i] *= pow(largest / members.length, classWeightPower)
    }
  }
  const least = weights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const copies = (weight: number): number => Math.min(MOST_COPIES, Math.round(weight / least))
  return Int32Array.from(Array.from(weights).flatMap((weight, i) => new Array<number>(copies(weight)).fill(i)))
}

/**
 * Throws unless `count` speakers can be held out with others left to train on.
 *
 * @throws RangeError as {@link holdOut} does
 */
export function checkHoldOut(speakers: readonly string[], count: number): void {
  if (count > 0) holdOutGroups(speakers, { count })
}

/** Splits off the utterances of `count` random training speakers, for early stopping. */
export function holdOut(
  data: LabelledFeatures,
  seed: Seed,
  count: number,
): { members: LabelledFeatures; held: LabelledFeatures } {
  if (count === 0) return { members: data, held: subset(data, new Int32Array(0)) }
  const { train, validation } = holdOutGroups(data.speakers, { count, seed })
  return { members: subset(data, train), held: subset(data, validation) }
}

/** Folds by speaker in which options are chosen, where there is one corpus only. */
export const HELD_OUT_PARTS = 3

/**
 * Parts of the training utterances that are held out in turn, to choose options by: corpora, or folds of speakers; none of one speaker.
 */
export function heldOutParts({ speakers, corpora }: Pick<LabelledFeatures, 'speakers' | 'corpora'>): Split[] {
  const several = new Set(corpora).size > 1
  const groups = several ? (corpora as string[]) : speakers
  const all = new Set(groups).size
  if (all < 2) return []
  return groupKFold(groups, { folds: several ? all : Math.min(HELD_OUT_PARTS, all) })
}
