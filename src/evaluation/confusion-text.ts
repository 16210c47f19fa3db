/** Confusion matrices as text of a given width, in the first of several layouts that fits. */
import { cutText, TEXT_WIDTH, textWidth, withoutControls } from '../core/text.ts'
import { align, alignedWidth } from '../core/text-table.ts'
import { type ConfusionSummary, percent, type Row, range, ratesOf, rowsOf } from './confusion-table.ts'

type Table = string[][]

const corner = 'true \\ said'
const ratesHead = ['n', 'recall', '95 % interval']
const WIDEST_PERCENT = '100.0 %'.length
const WIDE_GAP = 3
const NARROW_GAP = 2
/** Fewest letters of a shortened name. */
const SHORTEST_NAME = 3
const ELLIPSIS = '...'

function countAndShare({ counts, n }: Row): string[] {
  return counts.map((count) => `${count} ${percent(count / n).padStart(WIDEST_PERCENT)}`)
}

function countsAlone({ counts }: Row): string[] {
  return counts.map(String)
}

/** The matrix with its numbers of recordings; `heads` name the columns. */
function matrixTable(rows: readonly Row[], heads: readonly string[], cells: (row: Row) => string[]): Table {
  return [[corner, ...heads, 'n'], ...rows.map((row) => [row.name, ...cells(row), String(row.n)])]
}

function ratesOfRow({ recall, recallIntervals }: ConfusionSummary, name: string, n: number): string[] {
  return [String(n), percent(recall[name]), range(recallIntervals[name])]
}

/** The names shortened to the longest distinct prefixes that fit; null where none fit. */
function shortHeads(names: readonly string[], fits: (heads: string[]) => boolean): string[] | null {
  const longest = Math.max(...names.map(textWidth))
  for (let length = longest; length >= SHORTEST_NAME; length--) {
    const heads = names.map((name) => cutText(name, length))
    if (new Set(heads).size < heads.length) return null
    if (fits(heads)) return heads
  }
  return null
}

/** The matrix with numbered rows and columns, in blocks of as many columns as fit. */
function numberedBlocks(rows: readonly Row[], width: number): string[] {
  const named = rows.map((row, i) => ({ ...row, name: `${i + 1} ${row.name}` }))
  const blocks: string[] = []
  for (let from = 0; from < rows.length; ) {
    const block = (to: number): Table =>
      matrixTable(
        named,
        rows.slice(from, to).map((_, j) => String(from + j + 1)),
        ({ counts }) => counts.slice(from, to).map(String),
      )
    let to = rows.length
    while (to > from + 1 && alignedWidth(block(to), NARROW_GAP) > width) to--
    blocks.push(...(from === 0 ? [] : ['']), ...align(block(to), NARROW_GAP))
    from = to
  }
  return blocks
}

/** The matrix alone: with percentages, without, with shortened names, or in blocks. */
function matrixLines(rows: readonly Row[], width: number): string[] {
  const names = rows.map(({ name }) => name)
  for (const cells of [countAndShare, countsAlone]) {
    const table = matrixTable(rows, names, cells)
    const gap = [WIDE_GAP, NARROW_GAP].find((one) => alignedWidth(table, one) <= width)
    if (gap !== undefined) return align(table, gap)
  }
  const limit = Math.max(corner.length, Math.floor(width / 3))
  const short = rows.map((row) => ({ ...row, name: shorten(row.name, limit) }))
  const heads = shortHeads(names, (some) => alignedWidth(matrixTable(short, some, countsAlone), NARROW_GAP) <= width)
  return heads === null ? numberedBlocks(short, width) : align(matrixTable(short, heads, countsAlone), NARROW_GAP)
}

function shorten(name: string, limit: number): string {
  return textWidth(name) <= limit ? name : cutText(name, limit - ELLIPSIS.length) + ELLIPSIS
}

/**
 * Name and value in two columns; a long value continues below itself, or stands below the name where both are too wide.
 */
function rateLines(summary: ConfusionSummary, width: number): string[] {
  const rates = ratesOf(summary).map(([name, value]) => ({ name, value, parts: value.split(', ') }))
  const indent = Math.max(...rates.map(({ name }) => name.length)) + 2
  const fits = rates.every(({ parts }) => parts.every(({ length }) => indent + length <= width))
  return rates.flatMap(({ name, value, parts }) => {
    if (!fits) return [name, ...parts.map((part) => `  ${part}`)]
    const lines = indent + value.length <= width ? [value] : parts
    return lines.map((line, i) => (i === 0 ? name : '').padEnd(indent) + line)
  })
}

/** The table of a {@link ConfusionSummary} for a fixed-width font: counts, row percentages, recalls, then the rates. */
export function confusionText(summary: ConfusionSummary, width: number = TEXT_WIDTH): string {
  const rows = rowsOf(summary).map((row) => ({ ...row, name: withoutControls(row.name) }))
  const rates = summary.classes.map((name, i) => ratesOfRow(summary, name, rows[i].n))
  const head = [corner, ...rows.map(({ name }) => name), ...ratesHead]
  const whole = [head, ...rows.map((row, i) => [row.name, ...countAndShare(row), ...rates[i]])]
  const foot = ['', ...rateLines(summary, width)]
  if (alignedWidth(whole) <= width) return [...align(whole), ...foot].join('\n')
  const room = width - alignedWidth([ratesHead, ...rates]) - WIDE_GAP
  const below = [['', ...ratesHead], ...rates.map((cells, i) => [shorten(rows[i].name, room), ...cells])]
  return [...matrixLines(rows, width), '', ...align(below), ...foot].join('\n')
}
