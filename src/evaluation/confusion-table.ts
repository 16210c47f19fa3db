/** Confusion matrices as tables: contents of the tables, and an HTML heat map. */

import type { NdArray } from 'ndarray'
import { escapeHtml } from '../core/escape-html.ts'
import type { Interval } from './intervals.ts'

/** Contents of a table of a confusion matrix. */
export interface ConfusionSummary {
  readonly classes: readonly string[]
  readonly counts: NdArray<Int32Array>
  readonly total: number
  readonly accuracy: number
  readonly unweightedRecall: number
  readonly macroF1: number
  readonly recall: Record<string, number>
  readonly accuracyInterval: Interval
  readonly recallIntervals: Record<string, Interval>
}

/** A true class, how often each class was predicted for it, and the number of its recordings. */
export interface Row {
  name: string
  counts: number[]
  n: number
}

/** Greatest opacity of the heat map, at which text stays readable on white and on black pages. */
const STRONGEST = 0.45

/** The matrix row by row. */
export function rowsOf({ classes, counts }: ConfusionSummary): Row[] {
  return classes.map((name, i) => {
    const row = classes.map((_, j) => counts.get(i, j))
    return { name, counts: row, n: row.reduce((sum, count) => sum + count, 0) }
  })
}

/** `0.7963` as `79.6 %`, NaN as `-`. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)} %`
}

/** `{ low: 0.445, high: 0.616 }` as `44.5 to 61.6 %`. */
export function range({ low, high }: Interval): string {
  return `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`
}

/** The three rates, name and value. */
export function ratesOf(summary: ConfusionSummary): [string, string][] {
  const { accuracy, unweightedRecall, macroF1, total, accuracyInterval } = summary
  return [
    ['accuracy (WAR)', `${percent(accuracy)}, 95 % interval ${range(accuracyInterval)}, n = ${total}`],
    ['unweighted recall (UAR)', percent(unweightedRecall)],
    ['macro F1', percent(macroF1)],
  ]
}

function heatCell(count: number, n: number): string {
  const share = n === 0 ? 0 : count / n
  const colour = `background:rgba(37,99,235,${(STRONGEST * share).toFixed(3)})`
  return `<td style="${colour};text-align:right" title="${percent(count / n)}">${count}</td>`
}

/** The matrix as an HTML table, shaded by row percentage, with the text colour of the page. */
export function confusionHtml(summary: ConfusionSummary): string {
  const heads = summary.classes.map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('')
  const body = rowsOf(summary).map(({ name, counts, n }) => {
    const cells = counts.map((count) => heatCell(count, n)).join('')
    const recall = `${percent(summary.recall[name])} (${range(summary.recallIntervals[name])})`
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}<td>${n}</td><td>${recall}</td></tr>`
  })
  const rates = ratesOf(summary).map(([name, value]) => `${name} ${value}`)
  return [
    '<table style="color:inherit;border-collapse:collapse">',
    `<caption style="caption-side:bottom;color:inherit">${rates.join('<br>')}</caption>`,
    `<thead><tr><th>true \\ said</th>${heads}<th>n</th><th>recall (95 % interval)</th></tr></thead>`,
    `<tbody>${body.join('')}</tbody>`,
    '</table>',
  ].join('\n')
}
