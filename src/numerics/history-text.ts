/** Training histories as text tables, and in notebooks as curves above a table. */
import { displayedAs, htmlTable } from '../core/display.ts'
import { lineDrawing } from '../core/line-drawing.ts'
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

/** Measures that have curves, of training and of validation data. */
const measures = [
  ['loss', 'validationLoss'],
  ['reconstructionError', 'validationReconstructionError'],
]

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

/** One line about the training. */
function factsOf({ epochs, stoppedEarly, bestEpoch, ending }: AnyHistory): string {
  const facts = [counted(epochs.length, 'epoch'), `best ${bestEpoch}`, ...(stoppedEarly ? ['stopped early'] : [])]
  return `History: ${facts.join(', ')}${ending === undefined ? '' : `. ${ending.message}`}`
}

/** A row for each epoch shown, below the names of the columns. */
function tableOf(epochs: readonly object[], columns: readonly string[]): string[][] {
  const shown = epochs.filter((_, i) => i < SHOWN || i >= epochs.length - SHOWN)
  const rows = shown.map((record) => columns.map((name) => valueText((record as Record<string, unknown>)[name])))
  return [[...columns], ...rows]
}

function historyText(history: AnyHistory, width: number): string {
  const { epochs } = history
  const columns = columnsOf(epochs)
  while (columns.length > 2 && alignedWidth(tableOf(epochs, columns), 2) > width - 2) columns.pop()
  const lines = columns.length === 0 ? [] : align(tableOf(epochs, columns), 2)
  if (2 * SHOWN < epochs.length) lines.splice(SHOWN + 1, 0, '...')
  return [factsOf(history), ...lines.map((line) => `  ${line}`)].join('\n')
}

/** Curves of the training's measure and of the same on validation data, above the table. */
function historyHtml(history: AnyHistory): string {
  const { epochs } = history
  const columns = columnsOf(epochs)
  const curves = measures.find(([name]) => columns.includes(name)) ?? []
  const points = (name: string): [number, number][] =>
    epochs.map((record) => {
      const { epoch, [name]: value } = record as Record<string, unknown>
      return [Number(epoch), typeof value === 'number' ? value : Number.NaN]
    })
  const lines = curves
    .filter((name) => columns.includes(name))
    .map((name, i) => ({ name: i === 0 ? 'training' : 'validation', points: points(name) }))
  const drawing = lineDrawing(lines, { x: 'epoch', y: curves[0] ?? '' })
  const [head, ...rows] = tableOf(epochs, columns)
  if (2 * SHOWN < epochs.length) rows.splice(SHOWN, 0, ['...', ...columns.slice(1).map(() => '')])
  return `${drawing}\n${htmlTable(factsOf(history), head, rows)}`
}

/**
 * Makes consoles print the history as a table and notebooks show curves; JSON, copies and comparisons are unaffected.
 */
export function printedHistory<H extends AnyHistory>(history: H): H {
  const words = ({ width = TEXT_WIDTH } = {}): string => historyText(history, width)
  return displayedAs(printedAs(history, words), () => {
    return { 'text/plain': words(), 'text/html': historyHtml(history) }
  })
}
