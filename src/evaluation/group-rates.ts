/** Rates by groups of speakers that a program names. */
import { checkArray, checkInteger, checkOptions, checkString } from '../core/check.ts'
import type { LabelsLike } from '../core/labels.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { checkLabels, checkPairs, checkSameLength } from './class-labels.ts'
import { compareGroups, type GroupComparison, type SmallestGroup } from './group-comparison.ts'

/** Options of {@link groupRates}. */
export interface GroupRatesOptions {
  /** Classes in the order of `recall`. Default: those of `truth`, in the order of their occurrence. */
  classes?: readonly string[]
  /** Name of what the groups differ in. Default `group`. */
  by?: string
  smallest?: SmallestGroup
  /** Seed of the bootstrap samples. Default 0. */
  seed?: Seed
}

/** Checks numbers of the smallest group. */
export function checkSmallest(where: string, smallest: SmallestGroup | undefined): SmallestGroup | undefined {
  if (smallest === undefined) return undefined
  checkOptions(`${where}: smallest`, smallest, ['speakers', 'recordings'])
  for (const name of ['speakers', 'recordings'] as const) {
    checkInteger(where, `smallest.${name}`, smallest[name] ?? 1, { min: 1 })
  }
  return smallest
}

/**
 * Rates by groups of speakers, with 95 % bootstrap intervals over speakers, and the differences between groups. Recordings of the group
 * `''` are counted as unknown. A group of few speakers or recordings is marked (`small`): its interval is too narrow, and what it shows
 * may be the speakers, not the group. The groups may differ in more than their name says, such as in corpora and texts.
 *
 * @param truth - the class of each recording
 * @param said - the predicted classes
 * @param groups - the group of each recording
 * @param speakers - the speaker of each recording
 * @throws RangeError for lists of different lengths, no recordings, or a class that is none of `classes`
 * @example
 * ```ts
 * const truth = ['joy', 'anger', 'joy', 'anger']
 * const said = ['joy', 'anger', 'anger', 'anger']
 * const { groups, differences } = groupRates(truth, said, ['f', 'f', 'm', 'm'], ['s1', 's2', 's3', 's3'], { by: 'gender' })
 * groups.map(({ group, unweightedRecall, small }) => [group, unweightedRecall, small]) // [['f', 1, true], ['m', 0.5, true]]
 * differences[0].unweightedRecall // 0.5
 * ```
 */
export function groupRates(
  truth: LabelsLike,
  said: LabelsLike,
  groups: LabelsLike,
  speakers: LabelsLike,
  options: GroupRatesOptions = {},
): GroupComparison {
  const where = 'groupRates'
  checkOptions(where, options, ['classes', 'by', 'smallest', 'seed'])
  const pairs = checkPairs(where, truth, said)
  const [names, voices] = [checkLabels(where, 'groups', groups), checkLabels(where, 'speakers', speakers)]
  checkSameLength(where, ['truth', pairs.truth], ['groups', names])
  checkSameLength(where, ['truth', pairs.truth], ['speakers', voices])
  if (names.length === 0) throw new RangeError(`${where}: "truth" expected at least 1 label, got 0`)
  const own = Array.from(pairs.truth, (label, i) => {
    return { label: String(label), said: String(pairs.said[i]), group: String(names[i]), speaker: String(voices[i]) }
  })
  const classes = checkClasses(where, options.classes ?? [...new Set(own.map(({ label }) => label))], own)
  const by = checkString(where, 'by', options.by ?? 'group')
  const seed = checkSeed(where, options.seed ?? 0)
  const settings = { by, classes, smallest: checkSmallest(where, options.smallest), seed }
  return compareGroups([own], ({ group }) => group, settings)
}

/** Checks that the classes are names, and have those of the recordings. */
export function checkClasses(where: string, classes: readonly string[], own: readonly { label: string }[]): string[] {
  const names = checkArray<string>(where, 'classes', classes, 1).map((name) => checkString(where, 'classes', name))
  const odd = own.find(({ label }) => !names.includes(label))
  if (odd === undefined) return names
  throw new RangeError(
    `${where}: "classes" expected all classes of the recordings, got none of the name "${odd.label}"`,
  )
}
