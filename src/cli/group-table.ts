import { fitTable, NO_BREAK } from '../core/text-table.ts'
import type { GroupComparison } from '../evaluation/group-comparison.ts'
import { groupCells, groupColumns, groupDifferences, groupNotes } from '../report/group-cells.ts'

/** Rates by groups of speakers as a table, their differences, and what the marks mean; no lines for nothing. */
export function groupLines(
  comparisons: readonly GroupComparison[],
  classes: readonly string[],
  width: number,
): string[] {
  if (comparisons.length === 0) return []
  const whole = (cell: string): string => cell.replaceAll(' ', NO_BREAK).replace(`${NO_BREAK}(`, ' (')
  const rows = groupCells(comparisons, classes).map((cells) => cells.map(whole))
  return [
    ...fitTable([groupColumns(classes), ...rows], width),
    ...groupDifferences(comparisons),
    ...groupNotes(comparisons),
  ]
}
