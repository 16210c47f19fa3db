/** Folds of an experiment: which utterances train a system, and which test it. */
import { checkArray, checkInteger, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import { groupKFold } from '../evaluation/splits.ts'

/** Groups that are kept together, in training or in the test. */
export type FoldKey = 'speaker' | 'corpus' | 'text'

/** All values of {@link FoldKey}. */
export const foldKeys: readonly FoldKey[] = ['speaker', 'corpus', 'text']

/** The folds of a plan; without one, each speaker is left out once. */
export interface FoldPlan {
  /**
   * Groups left out of training. Of two keys, each pair of groups is a test part once, and neither group is trained on:
   * `['speaker', 'text']` tests on texts that no training speaker speaks. Default: `['speaker']`, or none beside `test`.
   */
  by?: FoldKey[]
  /** Number of folds for each key of `by`, of whole groups; 0 or absent: each group is left out once. */
  folds?: number[]
  /** Names of corpora that are tested on only, by a system trained on all others. */
  test?: string[]
  /**
   * Names of corpora of which every training gets the recordings without their labels, for systems that learn features
   * from them (`crbm-dnn`, `crbm-lstm`, `stacked-crbm-lstm`). They are not tested on.
   */
  unlabelled?: string[]
  /**
   * By corpus: `others` (default) trains on all other corpora, `each` on each corpus alone, tested on all others, `both`
   * on both.
   */
  train?: 'others' | 'each' | 'both'
}

/** A fold: indices of utterances. */
export interface Fold {
  /** Unique: the group left out, its number, `CORPUS alone` (trained on it alone), or `test`. */
  name: string
  /** Training set, in words. */
  training: string
  train: Int32Array
  test: Int32Array
  /** Used in training without labels; absent where there are none. */
  unlabelled?: Int32Array
}

/** Groups of the utterances, one entry each. */
export interface FoldGroups {
  speakers: readonly string[]
  corpora?: readonly string[]
  texts?: readonly string[]
}

/** End of the name of a fold trained on one corpus alone. */
export const ALONE = ' alone'
const TEST = 'test'
const MOST_KEYS = 2

/**
 * Checks the folds of a plan.
 *
 * @throws TypeError or RangeError that names the place
 */
export function checkFolds(where: string, folds: FoldPlan): FoldPlan {
  checkOptions(`${where}: folds`, folds, ['by', 'folds', 'test', 'train', 'unlabelled'])
  const by = checkArray(where, 'folds.by', folds.by ?? []).map((key) => checkOneOf(where, 'folds.by', key, foldKeys))
  if (by.length > MOST_KEYS || new Set(by).size < by.length) {
    throw new RangeError(expectation(where, 'folds.by', 'one or two different keys', by.join(', ')))
  }
  const counts = checkArray(where, 'folds.folds', folds.folds ?? [])
  for (const count of counts) if (count !== 0) checkInteger(where, 'folds.folds', count, { min: 2 })
  const keys = by.length === 0 && folds.test === undefined ? 1 : by.length
  if (counts.length > keys) {
    throw new RangeError(expectation(where, 'folds.folds', `at most ${keys}, one for each key of "by"`, counts.length))
  }
  const namesOf = (key: 'test' | 'unlabelled'): string[] => {
    const names = checkArray(where, `folds.${key}`, folds[key] ?? []).map((n) => checkString(where, `folds.${key}`, n))
    if (folds[key] === undefined || names.length > 0) return names
    throw new RangeError(expectation(where, `folds.${key}`, 'names of corpora', names))
  }
  const test = namesOf('test')
  const both = namesOf('unlabelled').find((name) => test.includes(name))
  if (both !== undefined) {
    throw new RangeError(expectation(where, 'folds.unlabelled', 'corpora that are not tested on', both))
  }
  const { train = 'others' } = folds
  checkOneOf(where, 'folds.train', train, ['others', 'each', 'both'])
  if (train !== 'others' && by.join() !== 'corpus') {
    throw new RangeError(expectation(where, 'folds.train', '"others" unless folds are by corpus', train))
  }
  if (train !== 'others' && counts.length > 0) {
    throw new RangeError(expectation(where, 'folds.folds', `none beside the training "${train}"`, counts.length))
  }
  return folds
}

function keysOf({ by, test }: FoldPlan): FoldKey[] {
  return by ?? (test === undefined ? ['speaker'] : [])
}

function valuesOf(key: FoldKey, { speakers, corpora, texts }: FoldGroups): readonly string[] {
  const values = { speaker: speakers, corpus: corpora, text: texts }[key]
  if (values !== undefined) return values
  throw new RangeError(`folds by ${key} need recordings of ${key === 'corpus' ? 'several corpora' : 'known texts'}`)
}

/** A test part by one key. */
interface Part {
  name: string
  has: (index: number) => boolean
}

/** The groups of one key, or folds of them, among the utterances at the indices. */
function partsBy(key: FoldKey, count: number, groups: FoldGroups, inside: readonly number[]): Part[] {
  const values = valuesOf(key, groups)
  const names = [...new Set(inside.map((i) => values[i]))].sort()
  if (names.length < Math.max(2, count)) {
    const least = `${Math.max(2, count)} ${key === 'corpus' ? 'corpora' : `${key}s`}`
    throw new RangeError(`folds by ${key} need recordings of at least ${least}, got ${names.length}`)
  }
  if (count === 0) return names.map((name) => ({ name, has: (i) => values[i] === name }))
  const kept = groupKFold(
    inside.map((i) => values[i]),
    { folds: count },
  )
  return kept.map((fold, k) => {
    const own = new Set(fold.groups)
    return { name: String(k + 1), has: (i) => own.has(values[i]) }
  })
}

function where(indices: readonly number[], is: (index: number) => boolean): Int32Array {
  return Int32Array.from(indices.filter(is))
}

/** Each part of the first key with each of the second. */
function crossed(parts: readonly Part[][]): Part[][] {
  return parts.reduce<Part[][]>((all, some) => all.flatMap((before) => some.map((part) => [...before, part])), [[]])
}

function leftOut(folds: FoldPlan, groups: FoldGroups, inside: readonly number[]): Fold[] {
  const keys = keysOf(folds)
  if (keys.length === 0) return []
  const words = { speaker: 'other speakers', corpus: 'other corpora', text: 'other texts' }
  const parts = keys.map((key, k) => partsBy(key, folds.folds?.[k] ?? 0, groups, inside))
  return crossed(parts)
    .map((part) => ({
      name: part.map(({ name }) => name).join('+'),
      training: keys.map((key) => words[key]).join(', '),
      train: where(inside, (i) => part.every(({ has }) => !has(i))),
      test: where(inside, (i) => part.every(({ has }) => has(i))),
    }))
    .filter(({ test }) => test.length > 0)
}

function checkThere(names: readonly string[], corpora: FoldGroups['corpora'], use: string): void {
  const missing = names.find((name) => !corpora?.includes(name))
  if (missing === undefined) return
  throw new RangeError(`no recording of the corpus ${describe(missing)}, which is to be ${use}`)
}

/**
 * The folds of utterances.
 *
 * @throws RangeError where there are too few groups, or a corpus to test on is missing
 */
export function foldsOf(folds: FoldPlan | undefined, groups: FoldGroups): Fold[] {
  const { test: tested = [], unlabelled: plain = [], train = 'others' } = folds ?? {}
  const { corpora } = groups
  checkThere(tested, corpora, 'tested on')
  checkThere(plain, corpora, 'used without labels')
  const indices = groups.speakers.map((_, i) => i)
  const all = indices.filter((i) => !plain.includes(corpora?.[i] ?? ''))
  const more = where(indices, (i) => plain.includes(corpora?.[i] ?? ''))
  const inside = all.filter((i) => !tested.includes(corpora?.[i] ?? ''))
  const outside = all.filter((i) => tested.includes(corpora?.[i] ?? ''))
  if (inside.length === 0) {
    throw new RangeError('no recording to train on: every corpus is to be tested on only, or to be used without labels')
  }
  const others = train === 'each' ? [] : leftOut(folds ?? {}, groups, inside)
  const alone = train === 'others' ? [] : partsBy('corpus', 0, groups, inside)
  return [
    ...others,
    ...alone.map(({ name, has }) => {
      return { name: name + ALONE, training: name, train: where(inside, has), test: where(all, (i) => !has(i)) }
    }),
    ...(outside.length === 0 || train === 'each'
      ? []
      : [{ name: TEST, training: 'other corpora', train: Int32Array.from(inside), test: Int32Array.from(outside) }]),
  ].map((fold) => {
    if (fold.train.length > 0) return more.length === 0 ? fold : { ...fold, unlabelled: more }
    throw new RangeError(`the fold ${describe(fold.name)} leaves nothing to train on; fewer groups are one (folds)`)
  })
}

/** The folds in words. */
export function foldsText(folds: FoldPlan | undefined): string {
  if (folds === undefined) return 'leave-one-speaker-out'
  const { test = [], train = 'others', unlabelled = [] } = folds
  const names = keysOf(folds).map((key, k) => {
    const count = folds.folds?.[k] ?? 0
    return count === 0 ? `leave-one-${key}-out` : `${count} folds by ${key}`
  })
  const parts = train === 'each' ? [] : [names.join(' and ')].filter((text) => text !== '')
  if (train !== 'others') parts.push('trained on each corpus alone')
  if (test.length > 0) parts.push(`tested on ${test.join(', ')}`)
  if (unlabelled.length > 0) parts.push(`features learnt from ${unlabelled.join(', ')} too, without labels`)
  return parts.join('; ')
}
