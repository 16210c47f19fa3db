/** Long names in charts, wrapped to several lines. */
import type { ChartPart } from './chart.ts'

/** Half the height of a line, pixels. */
const HALF_LINE = 6
/** Widest label, pixels; above any wrapped line, so that Vega does not cut labels again. */
const LIMIT = 600

/** Splits a text at its possible line breaks. */
function piecesOf(text: string, most: number): string[] {
  const words = text.match(/[^\s+_/,-]*[\s+_/,-]+|[^\s+_/,-]+$/g) ?? [text]
  return words.flatMap((word) => word.match(new RegExp(`.{1,${most}}`, 'gsu')) ?? [])
}

/**
 * Wraps a name to lines of at most `most` letters, after spaces and punctuation, or within longer words. After `lines`
 * lines it ends with an ellipsis.
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

/** A wrapped title in Vega's form: a text for one line, a list for several. */
export function titleLines(name: string, most: number): string | string[] {
  const lines = wrapped(name, most)
  return lines.length === 1 ? lines[0] : lines
}

/**
 * Axis properties that wrap its names to at most two lines beside it or one above it. Vega puts the first line at the
 * tick, so that names of two lines are moved up by half a line.
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
