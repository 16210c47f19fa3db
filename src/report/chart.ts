/** Charts as Vega-Lite specifications: plain JSON that notebooks display directly. */
import { displayedAs, type MimeBundle } from '../core/display.ts'
import type { Json } from '../core/types.ts'
import { ink } from './colors.ts'

/** A part of a Vega-Lite specification. */
export type ChartPart = { [key: string]: Json }

/** A whole Vega-Lite specification. Deno's notebooks show it as a chart. */
export interface Chart extends ChartPart {
  $schema: string
  /** Text alternative for readers who do not see the chart. */
  description: string
}

const font = 'system-ui, sans-serif'

const words: ChartPart = { labelColor: ink.text, titleColor: ink.text, titleFontWeight: 'normal', titleFontSize: 12 }
const lines: ChartPart = { gridColor: ink.grid, domainColor: ink.axis, tickColor: ink.axis }

const config: ChartPart = {
  aria: false,
  background: ink.ground,
  font,
  view: { stroke: null },
  axis: { ...words, ...lines, labelFontSize: 12, labelLimit: 260 },
  title: {
    ...{ color: ink.text, fontSize: 14, anchor: 'start', limit: 1000, offset: 10 },
    ...{ subtitleFontSize: 12, subtitleColor: ink.quiet },
  },
  legend: { ...words, labelFontSize: 12, labelLimit: 260 },
  header: { ...words, labelFontSize: 13, labelFontWeight: 'bold', labelLimit: 260 },
}

/** Output in notebooks: a copy of the specification without this method. */
function display(this: Chart): MimeBundle {
  return { 'application/vnd.vegalite.v5+json': { ...this }, 'text/plain': this.description }
}

/**
 * Replaces the line and paragraph separators (U+2028, U+2029) in all texts by spaces. Names become part of Vega
 * expressions, which, unlike JSON, do not allow them.
 */
function withoutSeparators<T extends Json>(value: T): T {
  if (typeof value === 'string') return value.replace(/[\u2028\u2029]/g, ' ') as T
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutSeparators) as T
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutSeparators(part)])) as T
}

/** Completes a specification with the common style. */
export function chart(description: string, spec: ChartPart): Chart {
  const $schema = 'https://vega.github.io/schema/vega-lite/v5.json'
  const whole: Chart = withoutSeparators({ $schema, description, config, ...spec })
  return displayedAs(whole, display)
}

/** Rounds a value, so that charts of many points stay small. */
export function rounded(value: number, digits: number = 4): number {
  return Number(value.toPrecision(digits))
}
