/** Summaries of networks and layers: input and output of each layer and its number of parameters. */
import { sizeOf } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { displayedAs, htmlTable } from '../core/display.ts'
import { counted, countText, listLines, Printed } from '../core/printed.ts'
import { LEAST_TEXT_WIDTH, padStart, TEXT_WIDTH, wrapText } from '../core/text.ts'
import { alignedWidth, fitTable } from '../core/text-table.ts'
import type { Dtype } from '../core/types.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'

/** Spaces between the columns of a table. */
const GAP = 2

/** Options of `summary`. */
export interface SummaryOptions {
  /** Columns of the text, at least 40. Default 80. */
  width?: number
}

/** The members of a `Layer` that a summary needs. */
interface DescribedLayer {
  readonly type: string
  readonly words: string
  readonly inputs: number
  readonly knownInputs: number | undefined
  readonly outputs: number
  /** The layers within this one. */
  readonly inner: readonly DescribedLayer[]
  rowsLeft(rows: string): string
  parameterSpecs(): ParameterSpec[]
}

/** Facts about a network for its summary. */
export interface NetworkWords {
  name: string
  /** Symbol for the number of input rows: `T` for frames, `n` for cases. */
  rows: string
  /** Indices of layers that return one row although they are not pools. */
  ending?: ReadonlySet<number>
  /** Further facts for the first line. */
  more: readonly string[]
}

/** Checks {@link SummaryOptions}. */
export function summaryWidth(where: string, options: SummaryOptions): number {
  checkOptions(where, options, ['width'])
  return checkInteger(where, 'width', options.width ?? TEXT_WIDTH, { min: LEAST_TEXT_WIDTH })
}

/** Number of a layer's parameters; null while its inputs are not known. */
function parametersOf(layer: DescribedLayer): number | null {
  if (layer.knownInputs === undefined) return null
  return layer.parameterSpecs().reduce((sum, { shape }) => sum + sizeOf(shape), 0)
}

/** A layer in one line: its type and main options. */
function nameOf(layer: DescribedLayer): string {
  return layer.words === '' ? layer.type : `${layer.type} (${layer.words})`
}

interface LayerLine {
  /** The layer with its number, indented where it is within another. */
  name: string
  shape: string
  count: string
}

/** The layers' lines, those within a layer below it. */
function layerLines(
  layers: readonly DescribedLayer[],
  { rows: first, ending }: Pick<NetworkWords, 'rows' | 'ending'>,
  indent = '  ',
): LayerLine[] {
  let rows = first
  return layers.flatMap((layer, i) => {
    const inner = layerLines(layer.inner, { rows }, `${indent}   `)
    rows = ending?.has(i) ? '1' : layer.rowsLeft(rows)
    const own = { name: `${indent}${i} ${nameOf(layer)}`, shape: `[${rows}, ${layer.outputs}]` }
    return [{ ...own, count: countText(parametersOf(layer) ?? 0) }, ...inner]
  })
}

/** A table; where that is too wide, two lines for each layer. */
function layoutOf(layers: readonly LayerLine[], width: number): string[] {
  const head = { name: '  layer', shape: 'output', count: 'parameters' }
  const wide = Math.max(...[head, ...layers].map(({ count }) => count.length))
  const table = [head, ...layers].map(({ name, shape, count }) => [name, shape, padStart(count, wide)])
  if (alignedWidth(table, GAP) <= width) return fitTable(table, width, GAP)
  return layers.flatMap(({ name, shape, count }) => {
    const indent = name.length - name.trimStart().length + 2
    return [
      ...wrapText(name, width, indent),
      ...wrapText(`${' '.repeat(indent)}${shape}, ${count} parameters`, width, indent),
    ]
  })
}

/** The first line: shapes, layers, parameters. */
function networkFacts(layers: readonly DescribedLayer[], words: NetworkWords): string {
  const total = layers.reduce((sum, layer) => sum + (parametersOf(layer) ?? 0), 0)
  const facts = [counted(layers.length, 'layer'), counted(total, 'parameter'), ...words.more].join(', ')
  const rows = layers.reduce((rows, layer, i) => (words.ending?.has(i) ? '1' : layer.rowsLeft(rows)), words.rows)
  const shapes = `[${words.rows}, ${layers[0].inputs}] -> [${rows}, ${layers[layers.length - 1].outputs}]`
  return `${words.name}: ${shapes}, ${facts}`
}

/** A line about the network and a table of its layers. */
function networkSummary(layers: readonly DescribedLayer[], words: NetworkWords, width: number): string {
  return [...wrapText(networkFacts(layers, words), width, 2), ...layoutOf(layerLines(layers, words), width)].join('\n')
}

/** The same as HTML. */
function networkHtml(layers: readonly DescribedLayer[], words: NetworkWords): string {
  const rows = layerLines(layers, words, '').map(({ name, shape, count }) => [name, shape, count])
  return htmlTable(networkFacts(layers, words), ['layer', 'output', 'parameters'], rows)
}

/** Columns of the output; `?` where they depend on inputs that are not known. */
function outputsOf(layer: DescribedLayer): number | '?' {
  try {
    return layer.outputs
  } catch {
    return '?'
  }
}

/** The summary of a single layer: input and output columns, and its parameters with their shapes. */
export function layerSummary(name: string, layer: DescribedLayer, dtype: Dtype, width: number): string {
  const words = layer.words === '' ? name : `${name} (${layer.words})`
  const total = parametersOf(layer)
  if (total === null) return `${words}: [T, ?] -> [${layer.rowsLeft('T')}, ${outputsOf(layer)}], inputs not known yet`
  const shapes = `[T, ${layer.inputs}] -> [${layer.rowsLeft('T')}, ${layer.outputs}]`
  const parameters = layer.parameterSpecs().map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
  return [`${words}: ${shapes}, ${counted(total, 'parameter')}, ${dtype}`, ...listLines(parameters, width)].join('\n')
}

/** A network with a summary of its layers. */
export abstract class Network extends Printed {
  abstract readonly layers: readonly DescribedLayer[]

  static {
    displayedAs(Network.prototype, function () {
      return { 'text/plain': this.summary(), 'text/html': networkHtml(this.layers, this.described()) }
    })
  }

  /** @internal */
  protected abstract described(): NetworkWords

  /**
   * The network as text, as consoles print it: the output of each layer, its rows (T frames, n cases) and columns, and
   * the number of its parameters.
   *
   * @throws RangeError for a width below 40
   * @example
   * ```ts
   * const net = new Sequential([new LSTM({ inputs: 39, units: 128 }), new Dense({ units: 4, activation: 'softmax' })])
   * console.log(net.summary())
   * ```
   */
  summary(options: SummaryOptions = {}): string {
    const words = this.described()
    return networkSummary(this.layers, words, summaryWidth(`${words.name}.summary`, options))
  }

  /** {@link Network.summary}. */
  override toString(options: SummaryOptions = {}): string {
    return this.summary(options)
  }
}
