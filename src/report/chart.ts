/** Charts as Vega-Lite specifications: plain JSON, shown by notebooks as they are. */
import type { Json } from '../core/types.ts'

/** A part of a Vega-Lite specification. */
export type ChartPart = { [key: string]: Json }

/** A whole Vega-Lite specification. Deno's notebooks show it as a chart. */
export interface Chart extends ChartPart {
  $schema: string
  /** What the chart shows, for those who do not see it. */
  description: string
}

/** Colours that people with any colour vision tell apart (Okabe & Ito 2008), on white. */
export const palette: readonly string[] = [
  '#E69F00',
  '#009E73',
  '#0072B2',
  '#D55E00',
  '#CC79A7',
  '#56B4E9',
  '#666666',
  '#7A4FA3',
  '#000000',
]

/** Colours of what is not a class. */
export const ink = { value: '#0072B2', range: '#9CC9E8', other: '#D55E00', text: '#222222', quiet: '#666666' } as const

const text = { font: 'system-ui, sans-serif', labelFont: 'system-ui, sans-serif', titleFont: 'system-ui, sans-serif' }

const config: ChartPart = {
  aria: false,
  background: 'white',
  font: text.font,
  view: { stroke: null },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: 260, gridColor: '#e6e6e6' },
  title: { fontSize: 14, anchor: 'start', subtitleFontSize: 12, subtitleColor: ink.quiet, limit: 1000, offset: 10 },
  legend: { labelFontSize: 12, titleFontSize: 12, labelLimit: 260 },
  header: { labelFontSize: 13, labelFontWeight: 'bold', labelLimit: 260, titleFontSize: 12 },
}

/** A notebook asks for this; what it is given must not hold it again. */
function display(this: Chart): Record<string, unknown> {
  return { 'application/vnd.vegalite.v5+json': { ...this }, 'text/plain': this.description }
}

/** The specification with the looks of all charts here. */
export function chart(description: string, spec: ChartPart): Chart {
  const whole: Chart = { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', description, config, ...spec }
  return Object.defineProperty(whole, Symbol.for('Jupyter.display'), { value: display, enumerable: false })
}

/** Rounded, so that a chart of many points stays small. */
export function rounded(value: number, digits: number = 4): number {
  return Number(value.toPrecision(digits))
}
