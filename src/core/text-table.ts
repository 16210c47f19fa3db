/** Tables for a fixed-width font. */
import { padEnd, padStart, textWidth, wrapText } from './text.ts'

/** A space at which lines are not broken. */
export const NO_BREAK = '\u00a0'

/** Rows as lines with padded columns, the first aligned left, the others (numbers) right. */
export function align(table: readonly (readonly string[])[], gap = 3): string[] {
  const widths = widthsOf(table)
  const pad = (cell: string, column: number): string =>
    column === 0 ? padEnd(cell, widths[column]) : padStart(cell, widths[column])
  return table.map((row) => row.map(pad).join(' '.repeat(gap)))
}

function widthsOf(table: readonly (readonly string[])[]): number[] {
  return table[0].map((_, column) => Math.max(...table.map((row) => textWidth(row[column]))))
}

/** The width of the table that {@link align} makes. */
export function alignedWidth(table: readonly (readonly string[])[], gap = 3): number {
  return widthsOf(table).reduce((sum, width) => sum + width + gap, -gap)
}

/** Least width of each column: that of its longest word. */
function leastWidths(table: readonly (readonly string[])[]): number[] {
  return table[0].map((_, column) =>
    Math.max(...table.flatMap((row) => row[column].split(' ').map((word) => textWidth(word)))),
  )
}

/**
 * Rows as lines with left-aligned columns, wrapped at spaces where the table is wider than `width`; the widest columns
 * shrink first. {@link NO_BREAK} becomes a space.
 */
export function fitTable(table: readonly (readonly string[])[], width: number, gap = 2): string[] {
  const [widths, least] = [widthsOf(table), leastWidths(table)]
  const total = (): number => widths.reduce((sum, one) => sum + one + gap, -gap)
  while (total() > width) {
    const spare = widths.map((one, j) => (one > least[j] ? one : 0))
    const widest = spare.indexOf(Math.max(...spare))
    if (spare[widest] === 0) break
    const lines = table.flatMap((row) => wrapText(row[widest], widths[widest] - 1))
    widths[widest] = Math.max(...lines.map(textWidth))
  }
  return table.flatMap((row) => {
    const cells = row.map((cell, j) => wrapText(cell, widths[j]))
    const height = Math.max(...cells.map(({ length }) => length))
    return Array.from({ length: height }, (_, i) =>
      cells
        .map((lines, j) => padEnd(lines[i] ?? '', widths[j]))
        .join(' '.repeat(gap))
        .replaceAll(NO_BREAK, ' ')
        .trimEnd(),
    )
  })
}
