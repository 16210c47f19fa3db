/** Rates by what is known of speakers: gender, age group, language, corpus. */
import { checkArray, checkNumber, checkObject, checkOptions, checkString } from '../core/check.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { compareGroups, type GroupComparison, type JudgedRecording, type SmallestGroup } from './group-comparison.ts'
import { checkClasses, checkSmallest } from './group-rates.ts'

/** An answer for a recording, and what is known of its speaker. */
export interface AnsweredRecording {
  /** The true class. */
  label: string
  /** The class that was recognised. */
  said: string
  speaker: string
  gender?: string
  /** Years, or the name of an age group as of {@link ageGroup}. */
  age?: number | string
  language?: string
  corpus?: string
}

/** Options of {@link ratesByGroup}. */
export interface RatesByGroupOptions {
  /** Classes in their order. Default: those of the recordings, in the order of their occurrence. */
  classes?: readonly string[]
  /** Ages in years at which a group begins, ascending. Default 18, 30, 45, 60. */
  ageBounds?: readonly number[]
  /** Groups with fewer are marked as small. */
  smallest?: SmallestGroup
  /** Seed of the bootstrap samples. Default 0. */
  seed?: Seed
}

/** Properties by which groups differ, in the order of reports. */
export const groupings = ['gender', 'age', 'language', 'corpus'] as const

/** Ages at which groups begin. */
export const usualAgeBounds: readonly number[] = [18, 30, 45, 60]

/**
 * The age group of an age in years, such as `30 to 44`.
 *
 * @param bounds - ages at which a group begins, ascending whole numbers. Default 18, 30, 45, 60
 * @example
 * ```ts
 * [12, 31, 70].map((age) => ageGroup(age)) // ['under 18', '30 to 44', '60 and over']
 * ageGroup(31, [25, 50]) // 25 to 49
 * ```
 */
export function ageGroup(age: number, bounds: readonly number[] = usualAgeBounds): string {
  const where = 'ageGroup'
  checkNumber(where, 'age', age, { min: 0 })
  checkBounds(where, 'bounds', bounds)
  return groupOfAge(age, bounds)
}

function groupOfAge(age: number, bounds: readonly number[]): string {
  const next = bounds.findIndex((bound) => age < bound)
  if (next === 0) return `under ${bounds[0]}`
  if (next < 0) return `${bounds.at(-1)} and over`
  return `${bounds[next - 1]} to ${bounds[next] - 1}`
}

function checkBounds(where: string, name: string, bounds: readonly number[]): void {
  for (const [i, bound] of checkArray<number>(where, name, bounds, 1).entries()) {
    checkNumber(where, `${name}[${i}]`, bound, { min: i === 0 ? 1 : bounds[i - 1] + 1 })
    if (Number.isInteger(bound)) continue
    throw new RangeError(`${where}: "${name}" expected whole numbers, got ${bound}`)
  }
}

function textOf({ age }: Pick<AnsweredRecording, 'age'>, bounds: readonly number[]): string {
  if (typeof age !== 'number') return age ?? ''
  return groupOfAge(age, bounds)
}

type Facts = Omit<AnsweredRecording, 'label' | 'said' | 'speaker'>

/**
 * {@link ratesByGroup} without checks, of several runs their means. Groupings of which nothing is known are left out, and corpora where
 * there is one.
 */
export function peopleRates<R extends JudgedRecording & Facts>(
  runs: readonly (readonly R[])[],
  { classes, ageBounds = usualAgeBounds, ...settings }: RatesByGroupOptions & { classes: readonly string[] },
): GroupComparison[] {
  return groupings.flatMap((by) => {
    const groupOf = (one: R): string => (by === 'age' ? textOf(one, ageBounds) : (one[by] ?? ''))
    const known = new Set(runs[0].map(groupOf).filter((group) => group !== ''))
    if (known.size < (by === 'corpus' ? 2 : 1)) return []
    return [compareGroups(runs, groupOf, { ...settings, by, classes })]
  })
}

/**
 * Whom a system works for: its rates by gender, age group, language and corpus, as far as they are known, with 95 % bootstrap intervals
 * over speakers, as {@link groupRates} gives them. Of two groups their difference is told, of more that of each to all others. Groups of
 * fewer than 10 speakers or 100 recordings are marked as small.
 *
 * @throws TypeError or RangeError for recordings or options of another form
 * @example
 * ```ts
 * const answers: AnsweredRecording[] = syntheticCorpus({ speakers: 4, sentences: 1 }).map(({ label, speaker, gender }, i) => {
 *   return { label, said: gender === 'male' && i % 4 === 0 ? 'anger' : label, speaker, gender, age: 30 }
 * })
 * const [gender, age] = ratesByGroup(answers)
 * gender.groups.map(({ group, speakers, accuracy }) => [group, speakers, accuracy]) // [['female', 2, 1], ['male', 2, 0.75]]
 * gender.differences[0].accuracy // 0.25
 * age.groups[0].group // 30 to 44
 * ```
 */
export function ratesByGroup(
  recordings: readonly AnsweredRecording[],
  options: RatesByGroupOptions = {},
): GroupComparison[] {
  const where = 'ratesByGroup'
  checkOptions(where, options, ['classes', 'ageBounds', 'smallest', 'seed'])
  const own = checkArray<AnsweredRecording>(where, 'recordings', recordings, 1)
  for (const [i, one] of own.entries()) checkAnswered(where, `recordings[${i}]`, one)
  if (options.ageBounds !== undefined) checkBounds(where, 'ageBounds', options.ageBounds)
  checkSmallest(where, options.smallest)
  checkSeed(where, options.seed ?? 0)
  const classes = checkClasses(where, options.classes ?? [...new Set(own.map(({ label }) => label))], own)
  return peopleRates([own], { ...options, classes })
}

function checkAnswered(where: string, at: string, value: AnsweredRecording): void {
  const { label, said, speaker, gender, age, language, corpus } = checkObject<AnsweredRecording>(where, at, value)
  for (const [name, text] of Object.entries({ label, said, speaker })) checkString(where, `${at}.${name}`, text)
  for (const [name, text] of Object.entries({ gender, language, corpus })) {
    if (text !== undefined) checkString(where, `${at}.${name}`, text)
  }
  if (typeof age === 'string' || age === undefined) return
  checkNumber(where, `${at}.age`, age, { min: 0 })
}
