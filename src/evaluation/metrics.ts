import type { LabelsLike } from '../core/labels.ts'
import { checkPairs, type LabelPairs, positionsByLabel } from './class-labels.ts'

function checkComparable(where: string, ...given: [LabelsLike, LabelsLike]): LabelPairs {
  const { truth, said } = checkPairs(where, ...given)
  if (typeof truth[0] !== typeof said[0]) {
    throw new TypeError(
      `${where}: "truth" and "said" expected one kind of label, got ${typeof truth[0]}s and ${typeof said[0]}s`,
    )
  }
  return { truth, said }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * Accuracy: the share of correct predictions (weighted average recall, WAR). NaN for empty lists.
 *
 * @param truth - class names or indices `[n]`, in an array, a typed array or a view
 * @param said - the answers `[n]`, of the same kind
 * @throws TypeError for lists of different kinds, RangeError for lists of different lengths
 */
export function accuracy(truth: LabelsLike, said: LabelsLike): number {
  const pairs = checkComparable('accuracy', truth, said)
  return mean(Array.from(pairs.truth, (label, i) => Number(label === pairs.said[i])))
}

/**
 * The mean of the recalls of the classes that occur in `truth` (unweighted average recall, UAR). NaN for empty lists.
 *
 * @param truth - class names or indices `[n]`, in an array, a typed array or a view
 * @param said - the answers `[n]`, of the same kind
 * @throws TypeError for lists of different kinds, RangeError for lists of different lengths
 */
export function unweightedRecall(truth: LabelsLike, said: LabelsLike): number {
  const pairs = checkComparable('unweightedRecall', truth, said)
  const rightOf = (positions: number[]) => positions.map((i) => Number(pairs.truth[i] === pairs.said[i]))
  return mean([...positionsByLabel(pairs.truth).values()].map((positions) => mean(rightOf(positions))))
}
