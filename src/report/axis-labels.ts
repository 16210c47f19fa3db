/** Names in charts that are long. */
import type { ChartPart } from './chart.ts'

/** Half the height of a line, pixels. */
const HALF_LINE = 6
/** Widest label, pixels; Vega's own limit would cut again what is cut to letters already. */
const LIMIT = 600

/** Pieces of a text that a line may end after. */
function piecesOf(text: string, most: number): string[] {
  const words = text.match(/[^\s+_/,-]*[\s+_/,-]+|[^\s+_/,-]+$/g) ?? [text]
  return words.flatMap((word) => word.match(new RegExp(`.{1,${most}}`, 'gsu')) ?? [])
}

/**
 * A name as lines of at most so many letters, broken behind spaces and signs, and within words that are longer. A name of more
 * lines than `lines` ends with an ellipsis.
 */
export function wrapped(name: string, most: number, lines: number = 3): string[] {
  const all: string[] = []
  for (const piece of piecesOf(name, most)) {
    const last = all.at(-1)
    if (last !== undefined && (last + piece).trimEnd().length <= most) all[all.length - 1] = last + piece
    else all.push(piece)
  }
  const whole = all.map((line) => line.trim()).filter((line) => line !== '')
  if (whole.length <= lines) return whole.length === 0 ? [name] : whole
  return [...whole.slice(0, lines - 1), `${whole[lines - 1].slice(0, most - 1)}…`]
}

/** One line as a text, several as a list, as Vega takes titles. */
export function titleLines(name: string, most: number): string | string[] {
  const lines = wrapped(name, most)
  return lines.length === 1 ? lines[0] : lines
}

/**
 * Properties of an axis that show its names as lines of at most so many letters, two beside it and one above. Vega puts the first
 * line at the tick, so names of two lines are moved up by half a line.
 */
export function nameLabels(names: readonly string[], most: number, where: 'beside' | 'above' = 'beside'): ChartPart {
  const lines = new Map(names.map((name) => [name, wrapped(name, most, where === 'above' ? 1 : 2)]))
  const keyed = Object.fromEntries(Array.from(lines, ([name, all]) => [`name ${name}`, all]))
  const labelExpr = `(${JSON.stringify(keyed)})['name ' + datum.label]`
  const long = names.filter((name) => (lines.get(name)?.length ?? 1) > 1)
  if (long.length === 0) return { labelExpr, labelLimit: LIMIT }
  const test = `indexof(${JSON.stringify(long)}, datum.value) >= 0`
  return { labelExpr, labelLimit: LIMIT, labelOffset: { condition: { test, value: -HALF_LINE }, value: 0 } }
}
