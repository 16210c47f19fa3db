/** Training histories as text tables. */
import { counted, printedAs } from '../core/printed.ts'
import { TEXT_WIDTH } from '../core/text.ts'
import { align, alignedWidth } from '../core/text-table.ts'

interface AnyHistory {
  epochs: readonly object[]
  stoppedEarly: boolean
  bestEpoch: number
  ending?: { message: string }
}

/** Epochs shown from each end of a long training. */
const SHOWN = 5
const DIGITS = 5
/** Columns to omit first where the table is too wide. */
const lastColumns = ['gradientNorm', 'learningRate', 'momentum']

function valueText(value: unknown): string {
  if (typeof value !== 'number') return ''
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)))
}

/** The names of all numbers that occur in any epoch, `epoch` first. */
function columnsOf(epochs: readonly object[]): string[] {
  const known = new Set(epochs.flatMap((record) => Object.keys(record)))
  const told = [...known].filter((name) =>
    epochs.some((record) => Number.isFinite((record as Record<string, unknown>)[name])),
  )
  return [...told.filter((name) => !lastColumns.includes(name)), ...told.filter((name) => lastColumns.includes(name))]
}

function historyText({ epochs, stoppedEarly, bestEpoch, ending }: AnyHistory, width: number): string {
  const facts = [counted(epochs.length, 'epoch'), `best ${bestEpoch}`, ...(stoppedEarly ? ['stopped early'] : [])]
  const first = `History: ${facts.join(', ')}${ending === undefined ? '' : `. ${ending.message}`}`
  const shown = epochs.filter((_, i) => i < SHOWN || i >= epochs.length - SHOWN)
  const table = (columns: readonly string[]): string[][] => {
    const rows = shown.map((record) => columns.map((name) => valueText((record as Record<string, unknown>)[name])))
    return [[...columns], ...rows]
  }
  const columns = columnsOf(epochs)
  while (columns.length > 2 && alignedWidth(table(columns), 2) > width - 2) columns.pop()
  const lines = columns.length === 0 ? [] : align(table(columns), 2)
  if (shown.length < epochs.length) lines.splice(SHOWN + 1, 0, '...')
  return [first, ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Makes consoles print the history as a table; JSON, copies and comparisons are unaffected. */
export function printedHistory<H extends AnyHistory>(history: H): H {
  return printedAs(history, ({ width = TEXT_WIDTH } = {}) => historyText(history, width))
}
