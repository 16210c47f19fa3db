/** Rates by groups of speakers as the cells of tables and as sentences, for reports and terminals. */
import type { GroupComparison, GroupDifference } from '../evaluation/group-comparison.ts'
import { percentage, percentages } from './facts.ts'

/** Mark of a small group. */
const SMALL = '*'

/** Names of the columns of {@link groupCells}. */
export function groupColumns(classes: readonly string[]): string[] {
  const over = '(95 % over speakers)'
  return ['by', 'group', 'recordings of speakers', `UAR ${over}`, `WAR ${over}`, ...classes]
}

function rateText(rate: number | null, interval: { low: number; high: number }): string {
  return rate === null || Number.isNaN(rate) ? '-' : `${percentage(rate)} (${percentages(interval)})`
}

/** Rates of each group: what it differs in, its name, marked where it is small, numbers, UAR, WAR, recalls. */
export function groupCells(comparisons: readonly GroupComparison[], classes: readonly string[]): string[][] {
  return comparisons.flatMap(({ by, groups }) =>
    groups.map((one) => [
      by,
      one.small ? `${one.group} ${SMALL}` : one.group,
      `${Math.round(one.recordings)} of ${one.speakers}`,
      rateText(one.unweightedRecall, one.unweightedRecallInterval),
      rateText(one.accuracy, one.accuracyInterval),
      ...classes.map((name) => percentage(one.recall[name] ?? null)),
    ]),
  )
}

function signed(share: number): string {
  const text = percentage(share)
  return share > 0 && text !== '0.0' ? `+${text}` : text
}

function differenceText({ first, second, small, ...rates }: GroupDifference): string {
  const { unweightedRecall: uar, unweightedRecallInterval: interval, accuracy } = rates
  const of =
    uar === null || Number.isNaN(uar) ? '-' : `${signed(uar)} (${signed(interval.low)} to ${signed(interval.high)})`
  const clear = !small && (interval.low > 0 || interval.high < 0)
  return `${first} less ${second}${small ? ` ${SMALL}` : ''}: UAR ${of}, WAR ${signed(accuracy)}${clear ? '; the interval excludes 0' : ''}`
}

/** The differences between groups, a sentence each. */
export function groupDifferences(comparisons: readonly GroupComparison[]): string[] {
  return comparisons.flatMap(({ by, differences }) => differences.map((one) => `${by}: ${differenceText(one)}`))
}

/** Notes: the meaning of the marks, of whom nothing is known, and how to read differences. */
export function groupNotes(comparisons: readonly GroupComparison[]): string[] {
  if (comparisons.length === 0) return []
  const [{ smallest }] = comparisons
  const small = comparisons.some(({ groups }) => groups.some((one) => one.small))
  const unknown = comparisons.filter((one) => one.unknown > 0).map((one) => `${one.by} of ${Math.round(one.unknown)}`)
  return [
    ...(small
      ? [
          `${SMALL} small: fewer than ${smallest.speakers} speakers or ${smallest.recordings} recordings. Its interval is too narrow, and ` +
            'its rate may be that of these speakers, not of the group.',
        ]
      : []),
    ...(unknown.length === 0 ? [] : [`Not known: ${unknown.join(', ')} recordings, which are in no group.`]),
  ]
}

/** How to read rates by groups. */
export const groupsText: string =
  'Rates by what the corpus tells of its speakers; no system learns from it. Intervals are over speakers. Groups may differ in more than ' +
  'their name says, such as in corpus, text or microphone; differences are not corrected for their number.'
