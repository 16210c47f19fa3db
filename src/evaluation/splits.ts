/**
 * Splits of a data set into training and test parts, as ascending indices into the given list. Each is a pure function
 * of its arguments: the same labels and seed give the same split on every machine.
 */
import { toLabels } from '../core/array.ts'
import { checkBoolean, checkInteger, checkOptions } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import type { Label, LabelsLike } from '../core/labels.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { checkLabels, checkSameLength, positionsByLabel } from './class-labels.ts'

/** A training and a test part. */
export interface Split {
  train: Int32Array
  test: Int32Array
}

/** A split whose test part is one group. */
export interface GroupSplit<G extends Label = Label> extends Split {
  group: G
}

/** A split whose test part is several whole groups. */
export interface GroupFold<G extends Label = Label> extends Split {
  groups: G[]
}

/** Options of {@link groupKFold}. */
export interface GroupKFoldOptions {
  /** Number of test parts, 2..number of groups. */
  folds: number
}

/** Options of {@link stratifiedKFold}. */
export interface StratifiedKFoldOptions {
  /** Number of test parts, 2..size of the smallest class. */
  folds: number
  /** Whether members of a class are assigned to folds at random (default) or in their order. */
  shuffle?: boolean
  /** Seed of the shuffle; 0 by default. */
  seed?: Seed
  /** The group (speaker) of each item, used only to warn where a group is in both parts of a split. */
  groups?: LabelsLike
  /** Receives the warning, at most one per call. Default `console.warn`. */
  onWarning?: (message: string) => void
}

/** Options of {@link holdOutGroups}. */
export interface HoldOutOptions {
  /** Number of groups to hold out, 1..number of groups - 1. */
  count: number
  /** Seed of the random choice. Default 0. */
  seed?: Seed
  /** The indices to split, for example the `train` of another split. Default: all. */
  within?: LabelsLike<number>
}

/** Indices of the remaining training items, and of the held-out groups. */
export interface HoldOut<G extends Label = Label> {
  train: Int32Array
  validation: Int32Array
  groups: G[]
}

function divide(indices: Int32Array, isTest: (index: number) => boolean): Split {
  return { train: indices.filter((i) => !isTest(i)), test: indices.filter(isTest) }
}

/** Checks an integer in `min`..`max`; `limit` explains the upper end in the error. */
function checkCount(where: string, name: string, value: unknown, min: number, max: number, limit: string): number {
  const count = checkInteger(where, name, value, { min })
  if (count <= max) return count
  throw new RangeError(`${where}: "${name}" expected at most ${max} (${limit}), got ${count}`)
}

function upTo(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i)
}

/**
 * The groups that {@link leaveOneGroupOut} leaves out, in its order.
 *
 * @throws RangeError for fewer than two groups
 */
export function groupsLeftOut<G extends Label>(groups: LabelsLike<G>): G[] {
  const names = [...positionsByLabel(checkLabels('leaveOneGroupOut', 'groups', groups)).keys()]
  if (names.length >= 2) return names
  throw new RangeError(`leaveOneGroupOut: "groups" expected at least 2 different groups, got ${names.length}`)
}

/**
 * Leave-one-group-out cross-validation: each group is the test part once, everything else trains. Splits come in
 * ascending order of their groups.
 *
 * @param groups - the group (speaker) of each item
 * @throws RangeError for fewer than two groups, which leave nothing to train on
 * @example
 * ```ts
 * const [first, second] = leaveOneGroupOut(['03', '08', '03'])
 * first // { group: '03', train: [1], test: [0, 2] }
 * second.group // '08'
 * ```
 */
export function leaveOneGroupOut<G extends Label>(groups: LabelsLike<G>): GroupSplit<G>[] {
  const list = checkLabels('leaveOneGroupOut', 'groups', groups)
  const all = upTo(list.length)
  return groupsLeftOut(list).map((group) => ({ ...divide(all, (i) => list[i] === group), group }))
}

/**
 * K-fold cross-validation with whole groups. Groups, by decreasing size, go to the smallest fold so far, ties in
 * ascending order, so that the folds are about equally large.
 *
 * @param groups - the group (speaker) of each item
 * @throws RangeError for more folds than groups
 */
export function groupKFold<G extends Label>(groups: LabelsLike<G>, options: GroupKFoldOptions): GroupFold<G>[] {
  const list = checkLabels('groupKFold', 'groups', groups)
  const positions = positionsByLabel(list)
  checkOptions('groupKFold', options, ['folds'])
  const folds = checkCount('groupKFold', 'folds', options.folds, 2, positions.size, 'the number of groups')
  const sizes = new Array<number>(folds).fill(0)
  const foldOf = new Map<G, number>()
  for (const [group, members] of [...positions].sort(([, a], [, b]) => b.length - a.length)) {
    const smallest = sizes.indexOf(sizes.reduce((least, size) => Math.min(least, size)))
    foldOf.set(group, smallest)
    sizes[smallest] += members.length
  }
  const all = upTo(list.length)
  return sizes.map((_, fold) => ({
    ...divide(all, (i) => foldOf.get(list[i]) === fold),
    groups: [...positions.keys()].filter((group) => foldOf.get(group) === fold),
  }))
}

/** The fold of each item: the items, class by class, go to the folds in turn. */
function dealFolds(positions: Map<Label, number[]>, n: number, folds: number, random: Random | null): Int32Array {
  const foldOf = new Int32Array(n)
  let dealt = 0
  for (const [label, members] of positions) {
    const order = random ? random.substream(label).permutation(members.length) : upTo(members.length)
    for (const at of order) foldOf[members[at]] = dealt++ % folds
  }
  return foldOf
}

function warnOfOverlap(splits: Split[], groups: LabelsLike, warn: (message: string) => void): void {
  const shared = new Set(splits.flatMap((split) => checkSpeakerOverlap(split, groups)))
  if (shared.size === 0) return
  const [first] = shared
  warn(
    `stratifiedKFold: ${shared.size} of the groups (${describe(first)} first) stand in a training part and in its test ` +
      'part, so results will be too good; groupKFold and leaveOneGroupOut keep groups whole',
  )
}

/**
 * Stratified k-fold cross-validation: the folds' counts of any class, and their sizes, differ by one at most. It does
 * not keep speakers apart; with `groups` it warns where they are split.
 *
 * @param labels - the class of each item
 * @throws RangeError where a class has fewer items than there are folds
 */
export function stratifiedKFold(labels: LabelsLike, options: StratifiedKFoldOptions): Split[] {
  const where = 'stratifiedKFold'
  checkOptions(where, options, ['folds', 'shuffle', 'seed', 'groups', 'onWarning'])
  const { shuffle = true, seed = 0, groups, onWarning = (message: string) => console.warn(message) } = options
  if (typeof onWarning !== 'function') throw new TypeError(expectation(where, 'onWarning', 'a function', onWarning))
  const list = checkLabels<Label>(where, 'labels', labels)
  const positions = positionsByLabel(list)
  const smallest = [...positions.values()].reduce((least, { length }) => Math.min(least, length), list.length)
  const folds = checkCount(where, 'folds', options.folds, 2, smallest, 'the size of the smallest class')
  if (groups !== undefined) {
    checkSameLength(where, ['labels', list], ['groups', checkLabels(where, 'groups', groups)])
  }
  const random = checkBoolean(where, 'shuffle', shuffle) ? new Random(seed).substream(where) : null
  const foldOf = dealFolds(positions, list.length, folds, random)
  const all = upTo(list.length)
  const splits = Array.from({ length: folds }, (_, fold) => divide(all, (i) => foldOf[i] === fold))
  if (groups !== undefined) warnOfOverlap(splits, groups, onWarning)
  return splits
}

/**
 * The groups (speakers) that are in both parts of a split, in ascending order. An empty list means that the test part
 * is speaker-independent.
 *
 * @param split - indices into `groups`
 * @param groups - the group of each item
 * @throws RangeError for an index outside `groups`
 */
export function checkSpeakerOverlap<G extends Label>(split: Split, groups: LabelsLike<G>): G[] {
  const where = 'checkSpeakerOverlap'
  if (typeof split !== 'object' || split === null) {
    throw new TypeError(expectation(where, 'split', 'an object with "train" and "test"', split))
  }
  const list = checkLabels(where, 'groups', groups)
  const groupsOf = (name: 'train' | 'test') =>
    Array.from(toLabels(where, name, split[name], list.length), (i) => list[i])
  const trained = new Set(groupsOf('train'))
  return [...positionsByLabel(groupsOf('test')).keys()].filter((group) => trained.has(group))
}

/**
 * Holds out whole groups at random, for example for early stopping by speakers that are not trained on.
 *
 * @param groups - the group (speaker) of each item
 * @throws RangeError where the count leaves nothing to train on
 * @example
 * ```ts
 * const speakers = ['03', '03', '08', '09', '10', '10']
 * const [split] = leaveOneGroupOut(speakers) // 03 is the test speaker
 * const { train, validation } = holdOutGroups(speakers, { count: 2, seed: 1, within: split.train })
 * train.length + validation.length // 4
 * ```
 */
export function holdOutGroups<G extends Label>(groups: LabelsLike<G>, options: HoldOutOptions): HoldOut<G> {
  const where = 'holdOutGroups'
  const list = checkLabels(where, 'groups', groups)
  checkOptions(where, options, ['count', 'seed', 'within'])
  const { seed = 0, within = upTo(list.length) } = options
  const indices = toLabels(where, 'within', within, list.length).sort()
  const names = [...positionsByLabel(Array.from(indices, (i) => list[i])).keys()]
  if (names.length === 0) throw new RangeError(`${where}: "groups" expected at least 2 groups, got 0`)
  const count = checkCount(where, 'count', options.count, 1, names.length - 1, 'all groups but one')
  const drawn = new Random(seed).substream(where).permutation(names.length).subarray(0, count)
  const chosen = new Set(drawn)
  const held = new Set(names.filter((_, i) => chosen.has(i)))
  const { train, test } = divide(indices, (i) => held.has(list[i]))
  return { train, validation: test, groups: [...held] }
}
