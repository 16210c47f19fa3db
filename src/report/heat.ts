/** Heat maps: cells shaded by a share, with text that is readable on every shade. */
import type { ChartPart } from './chart.ts'
import { ink, STRONG, shades, shadeText } from './colors.ts'

/** Cells shaded by a field between two values. */
export function heatCells(field: string, [least, most]: readonly [number, number], gap: number): ChartPart {
  const scale: ChartPart = { type: 'quantize', domain: [least, most], range: [...shades] }
  return {
    mark: { type: 'rect', stroke: ink.ground, strokeWidth: gap },
    encoding: { color: { field, type: 'quantitative', scale, legend: null } },
  }
}

/** Texts in such cells. */
export function heatText(
  text: string,
  mark: ChartPart,
  field: string,
  [least, most]: readonly [number, number],
): ChartPart {
  const from = least + STRONG * (most - least)
  const condition = { test: `datum[${JSON.stringify(field)}] >= ${from}`, value: shadeText.strong }
  return {
    mark: { type: 'text', ...mark },
    encoding: { text: { field: text, type: 'nominal' }, color: { condition, value: shadeText.pale } },
  }
}
