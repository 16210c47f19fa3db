/** Renders charts as SVG with the optional packages vega and vega-lite. */
import { checkObject, checkString } from '../core/check.ts'
import { describe, messageOf, StateError } from '../core/errors.ts'
import { escapeHtml } from '../core/escape-html.ts'
import { importUnbundled } from '../core/optional.ts'
import type { Chart } from './chart.ts'

type Vega = typeof import('vega')
type View = import('vega').View
type VegaLite = typeof import('vega-lite')

const DECIMALS = 2

async function loadVega(): Promise<[Vega, VegaLite]> {
  try {
    return await Promise.all([importUnbundled<Vega>('vega'), importUnbundled<VegaLite>('vega-lite')])
  } catch (cause) {
    throw new StateError('renderSvg: charts need the optional packages: npm install vega vega-lite', { cause })
  }
}

/** Vega's loader of data and images, which opens no file and asks no network, whatever a chart names. */
async function refuseLoad(uri: unknown): Promise<never> {
  throw new StateError(`renderSvg: a chart holds its own data, ${describe(uri)} is not loaded`)
}

/** The attributes of a link, none of which is kept; of images the address is refused. Vega ends the process where a link is refused. */
async function unlinked(uri: unknown, { context }: { context?: unknown } = {}): Promise<{ href: string }> {
  if (context !== 'href') await refuseLoad(uri)
  return {} as { href: string }
}

const loadsNothing = {
  ...{ options: {}, load: refuseLoad, sanitize: unlinked, http: refuseLoad, file: refuseLoad },
}

/** Rounds the coordinates in a tag, to keep pages small. */
function shortened(tag: string): string {
  return tag.replace(/ (d|transform|x2|y2)="([^"]*)"/g, (_, name: string, value: string) => {
    const short = value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(DECIMALS))))
    return ` ${name}="${short}"`
  })
}

/** Prefixes the ids in a tag, so that one page can hold several drawings. */
function prefixed(tag: string, prefix: string): string {
  return tag.replace(/ id="|="url\(#/g, (start) => start + prefix)
}

/** Options of {@link renderSvg}. */
export interface RenderOptions {
  /** Prefix of the ids in the drawing; must differ for each drawing of a page. */
  idPrefix?: string
}

/**
 * The chart as a self-contained SVG drawing, with its description as accessible name. Nothing is loaded: data and images by `url`
 * are left out.
 *
 * @throws StateError where the optional packages `vega` and `vega-lite` are not installed
 */
export async function renderSvg(spec: Chart, options: RenderOptions = {}): Promise<string> {
  const where = 'renderSvg'
  const { idPrefix = '' } = checkObject<RenderOptions>(where, 'options', options)
  checkObject(where, 'spec', spec)
  checkString(where, 'spec.description', spec.description)
  checkString(where, 'idPrefix', idPrefix)
  const [vega, { compile }] = await loadVega()
  const viewOf = (): View => {
    const plain = JSON.parse(JSON.stringify(spec))
    const { spec: compiled } = compile(plain, { logger: vega.logger(vega.None) })
    return new vega.View(vega.parse(compiled), { renderer: 'none', loader: loadsNothing, logLevel: vega.None })
  }
  let view: View
  try {
    view = viewOf()
  } catch (cause) {
    throw new TypeError(`${where}: "spec" expected a chart of Vega-Lite: ${messageOf(cause)}`, { cause })
  }
  const svg = await view.toSVG()
  view.finalize()
  const drawing = svg.replace(/<[^>]+>/g, (tag) => prefixed(shortened(tag), idPrefix))
  return drawing.replace('<svg ', () => `<svg role="img" aria-label="${escapeHtml(spec.description)}" `)
}
