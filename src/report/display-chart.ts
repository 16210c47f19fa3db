import { checkObject, checkString } from '../core/check.ts'
import { encodeUtf8 } from '../core/utf8.ts'
import { crc32 } from '../io/crc32.ts'
import type { Chart } from './chart.ts'
import { type Displayed, shown } from './notebook-display.ts'
import { renderSvg } from './render.ts'

/**
 * A chart as a drawing for notebooks, which stays in them where they are exported, or shown by programs without Vega: the
 * chart itself is a specification that Jupyter draws.
 *
 * @throws StateError where the optional packages `vega` and `vega-lite` are not installed
 * @example
 * ```ts
 * import { displayChart } from 'ser-core/node'
 *
 * const drawing = await displayChart(waveformSpec(Float32Array.from({ length: 800 }, Math.random), 8000))
 * drawing.html.startsWith('<svg ') // true
 * ```
 */
export async function displayChart(spec: Chart): Promise<Displayed> {
  const where = 'displayChart'
  checkObject(where, 'spec', spec)
  checkString(where, 'spec.description', spec.description)
  // Drawings on one page need ids of their own.
  const idPrefix = `c${crc32(encodeUtf8(JSON.stringify(spec))).toString(16)}-`
  return shown(await renderSvg(spec, { idPrefix }), spec.description)
}
