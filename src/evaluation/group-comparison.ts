/**
 * Recognition rates by groups of speakers, such as gender: whom a system works for. Intervals are percentiles of bootstrap samples of
 * whole speakers (Efron & Tibshirani 1993, chapter 13), of differences too: a speaker of both groups is drawn for both.
 */
import { grouped, positionsBy } from '../core/groups.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { countGroups, drawn, type GroupCounts, intervalsOf, percentilesOf, ratesOf } from './bootstrap.ts'
import type { Interval } from './intervals.ts'

/** Fewest speakers and recordings of a group whose rates say something. */
export interface SmallestGroup {
  /** Default 10: intervals over fewer speakers are too narrow. */
  speakers?: number
  /** Default 100. */
  recordings?: number
}

/** Rates of one group. */
export interface GroupRates {
  group: string
  recordings: number
  speakers: number
  accuracy: number
  /** 95 % bootstrap interval over speakers, as the others. */
  accuracyInterval: Interval
  /** Mean recall of the classes that occur in the group. */
  unweightedRecall: number
  unweightedRecallInterval: Interval
  /** Recall of each class; NaN, in JSON null, for a class that does not occur. */
  recall: Record<string, number>
  recallIntervals: Record<string, Interval>
  /** Whether it has fewer speakers or recordings than `smallest`: too few to judge by. */
  small: boolean
}

/** Rates of one group less those of another, or of all others. */
export interface GroupDifference {
  first: string
  /** `others`: all other groups together. */
  second: string
  accuracy: number
  accuracyInterval: Interval
  /** Of the classes that occur in both. */
  unweightedRecall: number
  unweightedRecallInterval: Interval
  /** Whether one of the two is small. */
  small: boolean
}

/** Rates of groups and their differences, as plain JSON. */
export interface GroupComparison {
  /** The property by which the groups differ, such as `gender`. */
  by: string
  /** By their names. */
  groups: GroupRates[]
  /** Of two groups the one; of more, each less all others; empty for one. */
  differences: GroupDifference[]
  /** Recordings whose group is not known; they are in no group. */
  unknown: number
  smallest: Required<SmallestGroup>
}

/** A recording that was asked about. */
export interface JudgedRecording {
  speaker: string
  label: string
  said: string
}

/** Options of {@link compareGroups}. */
export interface ComparisonSettings {
  by: string
  classes: readonly string[]
  smallest?: SmallestGroup
  seed?: Seed
}

/** Bootstrap samples, and their confidence. */
const RESAMPLES = 1000
const CONFIDENCE = 0.95

/** Limits below which a group is small, with the defaults. */
export function smallestOf({ speakers = 10, recordings = 100 }: SmallestGroup = {}): Required<SmallestGroup> {
  return { speakers, recordings }
}

function sumOf(counts: readonly GroupCounts[], of: 'all' | 'right', k: number): number {
  return counts.reduce((sum, one) => sum + one[of][k], 0)
}

function recallOf(speakers: readonly GroupCounts[], k: number): number {
  return sumOf(speakers, 'right', k) / sumOf(speakers, 'all', k)
}

/** Intervals of the recall of each class, over those samples that have it. */
function recallIntervals(speakers: readonly GroupCounts[], classes: readonly string[], seed: Seed): Interval[] {
  const random = new Random(seed).substream('recalls')
  const samples = Array.from({ length: RESAMPLES }, () => drawn(speakers, random))
  return classes.map((_, k) => {
    const values = samples.map((sample) => recallOf(sample, k)).filter((value) => !Number.isNaN(value))
    return values.length === 0 ? { low: 0, high: 1 } : percentilesOf(values, CONFIDENCE)
  })
}

/** Counts of the speakers of one group. */
type Cell = ReadonlyMap<string, GroupCounts>

function ratesOfGroup(group: string, cell: Cell, { classes, by, seed = 0, smallest }: ComparisonSettings): GroupRates {
  const speakers = [...cell.values()]
  const named = seed === 0 ? `${by} ${group}` : `${seed} ${by} ${group}`
  const { accuracy, unweightedRecall } = ratesOf(speakers)
  const intervals = intervalsOf(speakers, { resamples: RESAMPLES, confidence: CONFIDENCE, seed: named })
  const recalls = recallIntervals(speakers, classes, named)
  const least = smallestOf(smallest)
  const recordings = classes.reduce((sum, _, k) => sum + sumOf(speakers, 'all', k), 0)
  return {
    ...{ group, recordings, speakers: speakers.length },
    ...{ accuracy, accuracyInterval: intervals.accuracy },
    ...{ unweightedRecall, unweightedRecallInterval: intervals.unweightedRecall },
    recall: Object.fromEntries(classes.map((name, k) => [name, recallOf(speakers, k)])),
    recallIntervals: Object.fromEntries(classes.map((name, k) => [name, recalls[k]])),
    small: speakers.length < least.speakers || recordings < least.recordings,
  }
}

/** Counts of a speaker in the two parts of a comparison. */
interface Pair {
  first: GroupCounts | null
  second: GroupCounts | null
}

/** Differences of both rates; of the unweighted recall over the classes of both, NaN where there is none. */
function differenceOf(pairs: readonly Pair[], classes: number): { accuracy: number; unweightedRecall: number } {
  const of = (part: keyof Pair): GroupCounts[] => pairs.flatMap((pair) => pair[part] ?? [])
  const [first, second] = [of('first'), of('second')]
  let [difference, shared] = [0, 0]
  for (let k = 0; k < classes; k++) {
    const one = recallOf(first, k) - recallOf(second, k)
    if (Number.isNaN(one)) continue
    difference += one
    shared++
  }
  return { accuracy: ratesOf(first).accuracy - ratesOf(second).accuracy, unweightedRecall: difference / shared }
}

function compared(
  [first, one]: readonly [string, Cell],
  [second, other]: readonly [string, Cell],
  { classes, by, seed = 0 }: ComparisonSettings,
): Omit<GroupDifference, 'small'> {
  const names = [...new Set([...one.keys(), ...other.keys()])]
  const pairs = names.map((name) => ({ first: one.get(name) ?? null, second: other.get(name) ?? null }))
  // Speakers of the first, of the second and of both are drawn apart, so that each sample has as many of each.
  const strata = [...positionsBy(pairs.map((pair) => `${pair.first !== null} ${pair.second !== null}`)).values()]
  const random = new Random(`${seed} ${by} ${first} ${second}`).substream('differences')
  const samples = Array.from({ length: RESAMPLES }, () => {
    const sample = strata.flatMap((members) => drawn(members, random).map((i) => pairs[i]))
    return differenceOf(sample, classes.length)
  })
  const between = (name: 'accuracy' | 'unweightedRecall'): Interval =>
    percentilesOf(
      samples.map((sample) => sample[name]).filter((value) => !Number.isNaN(value)),
      CONFIDENCE,
    )
  return {
    ...{ first, second, ...differenceOf(pairs, classes.length) },
    ...{ accuracyInterval: between('accuracy'), unweightedRecallInterval: between('unweightedRecall') },
  }
}

function added(a: GroupCounts, b: GroupCounts): GroupCounts {
  return { all: a.all.map((n, k) => n + b.all[k]), right: a.right.map((n, k) => n + b.right[k]) }
}

/** Several groups as one. */
function together(cells: readonly Cell[]): Cell {
  const all = new Map<string, GroupCounts>()
  for (const [name, counts] of cells.flatMap((cell) => [...cell])) {
    const before = all.get(name)
    all.set(name, before === undefined ? counts : added(before, counts))
  }
  return all
}

function differencesOf(
  cells: readonly (readonly [string, Cell])[],
  rates: readonly GroupRates[],
  settings: ComparisonSettings,
): GroupDifference[] {
  if (cells.length < 2) return []
  const small = (i: number): boolean => rates[i].small
  if (cells.length === 2) return [{ ...compared(cells[0], cells[1], settings), small: small(0) || small(1) }]
  return cells.map((cell, i) => {
    const others = together(cells.filter((_, j) => j !== i).map(([, counts]) => counts))
    return { ...compared(cell, ['others', others], settings), small: small(i) }
  })
}

/** Counts of each speaker of each group, means over the runs. */
function cellsOf<R extends JudgedRecording>(
  runs: readonly (readonly R[])[],
  groupOf: (recording: R) => string,
  classes: readonly string[],
): Map<string, Cell> {
  const cells = new Map<string, Map<string, GroupCounts>>()
  for (const [group, members] of grouped(runs.flat(), runs.flat().map(groupOf))) {
    if (group === '') continue
    const counted = countGroups(
      members.map(({ speaker, label, said }) => {
        return { group: speaker, label: classes.indexOf(label), right: label === said }
      }),
      classes.length,
    )
    const mean = (counts: number[]): number[] => counts.map((n) => n / runs.length)
    cells.set(
      group,
      new Map(Array.from(counted, ([name, { all, right }]) => [name, { all: mean(all), right: mean(right) }])),
    )
  }
  return cells
}

/**
 * {@link groupRates} without checks, of several runs (seeds) their means.
 *
 * @param runs - answers of each run for the same recordings
 * @param groupOf - the group of a recording; '' where it is not known
 */
export function compareGroups<R extends JudgedRecording>(
  runs: readonly (readonly R[])[],
  groupOf: (recording: R) => string,
  settings: ComparisonSettings,
): GroupComparison {
  const cells = [...cellsOf(runs, groupOf, settings.classes)].sort(([a], [b]) => order(a, b))
  const groups = cells.map(([group, cell]) => ratesOfGroup(group, cell, settings))
  return {
    by: settings.by,
    groups,
    differences: differencesOf(cells, groups, settings),
    unknown: runs[0].filter((one) => groupOf(one) === '').length,
    smallest: smallestOf(settings.smallest),
  }
}

/** Groups by their names, those of ages by their years. */
function order(a: string, b: string): number {
  const years = (text: string): number => (text.startsWith('under') ? -1 : Number.parseInt(text, 10))
  const [one, other] = [years(a), years(b)]
  if (one !== other && !Number.isNaN(one) && !Number.isNaN(other)) return one - other
  return a < b ? -1 : 1
}
