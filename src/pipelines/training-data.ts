/** Preparation of training utterances: class weights, subsets and held-out speakers. */
import { pow } from '../core/power.ts'
import { holdOutGroups } from '../evaluation/splits.ts'
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
  { sequences, labels, speakers, corpora, degraded, unlabelled }: LabelledFeatures,
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
    speakers: at(speakers),
    ...(corpora === undefined ? {} : { corpora: at(corpora) }),
    ...(degraded === undefined
      ? {}
      : { degraded: { sequences: rounds(degraded.sequences), kinds: rounds(degraded.kinds) } }),
    ...(unlabelled === undefined ? {} : { unlabelled }),
  }
}

/** How often an utterance is repeated at most. */
const MOST_COPIES = 8

/**
 * Indices of the utterances, those of small cells (corpus and class) repeated (n / n_cell)^power times, rounded, n the
 * size of the largest cell, so that the largest corpus does not rule a training. Each once where there is one corpus.
 */
export function balancedIndices({ labels, corpora = [] }: LabelledFeatures, power: number): Int32Array {
  const once = Int32Array.from(labels, (_, i) => i)
  if (new Set(corpora).size < 2) return once
  const sizes = new Map<string, number>()
  const cells = corpora.map((corpus, i) => JSON.stringify([corpus, labels[i]]))
  for (const cell of cells) sizes.set(cell, (sizes.get(cell) ?? 0) + 1)
  const largest = Math.max(...sizes.values())
  const copies = (i: number): number =>
    Math.min(MOST_COPIES, Math.round(pow(largest / (sizes.get(cells[i]) as number), power)))
  return Int32Array.from(Array.from(once).flatMap((i) => new Array<number>(copies(i)).fill(i)))
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
