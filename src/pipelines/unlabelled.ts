/** Utterances without labels as data of feature learners. */
import { following } from '../core/deferred.ts'
import type { FloatNdArray } from '../core/types.ts'
import { Standardizer } from '../features/standardizer.ts'
import type { UnlabelledFeatures } from './system.ts'

/**
 * The utterances, projected and standardised by the statistics of their own corpus, so that a corpus of another level or
 * microphone has frames in the same range; none where there are none.
 */
export function standardisedByCorpus(
  unlabelled: UnlabelledFeatures | undefined,
  project: (x: FloatNdArray) => FloatNdArray,
): FloatNdArray[] {
  if (unlabelled === undefined) return []
  const { corpora } = unlabelled
  const sequences = unlabelled.sequences.map((x) => following(x, () => project(x)))
  const scalers = new Map(
    Array.from(new Set(corpora), (corpus) => {
      return [corpus, new Standardizer().fit(sequences.filter((_, i) => corpora[i] === corpus))]
    }),
  )
  return sequences.map((x, i) => following(x, () => (scalers.get(corpora[i]) as Standardizer).transform(x)))
}
