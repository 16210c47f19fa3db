import type { Label } from '../core/labels.ts'
import { checkLabels, checkSameLength, positionsByLabel } from './labels.ts'

function checkTruthAndSaid(where: string, truth: ArrayLike<Label>, said: ArrayLike<Label>): void {
  checkLabels(where, 'truth', truth)
  checkLabels(where, 'said', said)
  checkSameLength(where, ['truth', truth], ['said', said])
  if (typeof truth[0] !== typeof said[0]) {
    throw new TypeError(
      `${where}: "truth" and "said" expected one kind of label, got ${typeof truth[0]}s and ${typeof said[0]}s`,
    )
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * The share of right answers (weighted average recall, WAR). NaN where there are none at all.
 *
 * @param truth - class names or indices `[n]`
 * @param said - the answers `[n]`, of the same kind
 * @throws TypeError for lists of different kinds, RangeError for lists of different lengths
 */
export function accuracy(truth: ArrayLike<Label>, said: ArrayLike<Label>): number {
  checkTruthAndSaid('accuracy', truth, said)
  return mean(Array.from(truth, (label, i) => Number(label === said[i])))
}

/**
 * The mean of the recalls of the classes that occur in `truth` (unweighted average recall, UAR). NaN where there are
 * none at all.
 *
 * @param truth - class names or indices `[n]`
 * @param said - the answers `[n]`, of the same kind
 * @throws TypeError for lists of different kinds, RangeError for lists of different lengths
 */
export function unweightedRecall(truth: ArrayLike<Label>, said: ArrayLike<Label>): number {
  checkTruthAndSaid('unweightedRecall', truth, said)
  const rightOf = (positions: number[]) => positions.map((i) => Number(truth[i] === said[i]))
  return mean([...positionsByLabel(truth).values()].map((positions) => mean(rightOf(positions))))
}
