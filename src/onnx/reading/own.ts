/**
 * Files of this library: texts in them tell what a graph does not, such as rates of dropout. The graph counts: what does not agree with it
 * is left aside.
 */
import { checkNesting } from '../../core/saved.ts'
import type { Json } from '../../core/types.ts'
import type { LayerConfig } from '../../layers/registry.ts'
import type { MLPOptions } from '../../networks/mlp-options.ts'
import type { Seed } from '../../numerics/random.ts'
import type { ModelMessage } from '../messages.ts'
import { type Draft, endsInBoth, isRowwise } from './drafts.ts'

/** A text of a file of this library, read as JSON; undefined where there is none, or none that can be read. */
export function jsonOf({ producerName, metadataProps }: ModelMessage, name: string): Json | undefined {
  const text = producerName === 'ser-core' ? metadataProps.find(({ key }) => key === name)?.value : undefined
  if (text === undefined) return undefined
  try {
    const value = JSON.parse(text)
    checkNesting('fromOnnx', name, value)
    return value
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The kind of a model that this library wrote: a word, no JSON. */
function kindOf({ producerName, metadataProps }: ModelMessage): string | undefined {
  return producerName === 'ser-core' ? metadataProps.find(({ key }) => key === 'model')?.value : undefined
}

/** The seed of the network that a file was written of. */
export function ownSeed(model: ModelMessage): Seed | undefined {
  const seed = jsonOf(model, 'seed')
  const isSeed = typeof seed === 'string' || (typeof seed === 'number' && Number.isFinite(seed))
  return kindOf(model) === 'Sequential' && isSeed ? seed : undefined
}

/** The options of the MLP that a file was written of, where its layers are those of the graph. */
export function ownMlpOptions(model: ModelMessage, layers: readonly Draft[]): MLPOptions | null {
  const options = jsonOf(model, 'options')
  if (kindOf(model) !== 'MLP' || !isObject(options)) return null
  const { layers: sizes, activation, output, dtype: _, ...rest } = options
  const own = [layers[0]?.inputs, ...layers.map(({ outputs }) => outputs)]
  const fits = layers.every(({ type, options: { activation: name } }, i) => {
    return type === 'dense' && name === (i === layers.length - 1 ? output : activation)
  })
  if (!fits || JSON.stringify(sizes) !== JSON.stringify(own)) return null
  return { ...rest, layers: own, activation, output } as unknown as MLPOptions
}

/** Values of options that files leave out. */
const standard: Record<string, Json> = {
  ...{ coupled: false, activation: 'tanh', gateActivation: 'sigmoid', merge: 'concatenate', initialState: 'zero' },
}

const statistics: Record<string, string[]> = { meanPool: ['mean'], maxPool: ['max'], standardDeviationPool: ['sd'] }

/** A layer in one form: pools by their statistics. */
function plain(type: string, options: Record<string, Json>): [string, Record<string, Json>] {
  if (!Object.hasOwn(statistics, type)) return [type, options]
  return ['statisticsPool', { ...options, statistics: statistics[type] }]
}

/** Whether a layer computes what the graph does. */
function agrees(config: LayerConfig, draft: { type: string; options: Record<string, Json> }): boolean {
  if (!isObject(config) || typeof config.type !== 'string' || !isObject(config.options)) return false
  const [type, options] = plain(config.type, config.options)
  const [own, wanted] = plain(draft.type, draft.options)
  if (type !== own) return false
  return Object.entries(wanted).every(([name, value]) => {
    const other = options[name] ?? standard[name]
    if (name === 'take' || name === 'layers') return true
    if (name === 'layer') return agrees(other as unknown as LayerConfig, value as unknown as Draft)
    if (typeof value === 'number' && typeof other === 'number') return Math.fround(value) === Math.fround(other)
    return JSON.stringify(other) === JSON.stringify(value)
  })
}

/** The layers of the graph in the order of the file: a LastPool may stand above layers that map every row by itself. */
function inOrder(types: readonly string[], drafts: readonly Draft[]): Draft[] {
  const out = [...drafts]
  types.forEach((type, i) => {
    const from = out.findIndex((draft, k) => k < i && draft.type === 'lastPool' && types[k] !== 'lastPool')
    if (type !== 'lastPool' || from < 0 || !out.slice(from + 1, i + 1).every(isRowwise)) return
    out.splice(i, 0, ...out.splice(from, 1))
  })
  return out
}

function isDropout(config: LayerConfig): boolean {
  return isObject(config) && config.type === 'dropout'
}

/** Whether the layers below give one row for each sequence. */
function isPooled(layers: readonly Draft[]): boolean {
  return layers.some(({ type }) => type.endsWith('Pool'))
}

/** Whether a layer computes nothing, so that a graph has no operators of it. */
function isNothing(config: LayerConfig, below: readonly Draft[]): boolean {
  if (isDropout(config)) return true
  return isObject(config) && config.type === 'frameStack' && config.options?.frames === 1 && isPooled(below)
}

/** A layer of the graph as the file has it; null where they do not agree. */
function asWritten(config: LayerConfig, draft: Draft, below: readonly Draft[]): Draft | null {
  const { type } = draft
  if (!isObject(config) || !isObject(config.options)) return null
  const wanted = { ...draft.options }
  // One row repeated has no steps; a LastPool stands elsewhere than in the graph.
  if (type === 'frameStack' && isPooled(below)) wanted.step = config.options.step
  if (type === 'lastPool') wanted.inputs = config.options.inputs
  if (!agrees(config, { type, options: wanted })) return null
  const { options } = config
  // Frames of one direction are final states too.
  if (type === 'lastPool' && (options.take ?? 'lastFrame') !== draft.options.take && endsInBoth(below)) return null
  const outputs = type === 'lastPool' ? (below[below.length - 1]?.outputs ?? draft.outputs) : draft.outputs
  const own = draft.inner === undefined ? { ...draft, options, outputs } : around(config, draft, draft.inner)
  return own === null ? null : { ...own, type: config.type }
}

/** Drafts with the options of the file, and the layers that compute nothing between them; null where they do not agree. */
function merged(configs: readonly LayerConfig[], drafts: readonly Draft[]): Draft[] | null {
  const out: Draft[] = []
  const types = configs.filter((config) => !isDropout(config)).map((config) => String(config?.type))
  const left = inOrder(types, drafts)
  for (const config of configs) {
    const columns = out[out.length - 1]?.outputs ?? drafts[0]?.inputs ?? 0
    if (isNothing(config, out)) {
      out.push({ ...config, params: {}, inputs: columns, outputs: columns })
      continue
    }
    const draft = left.shift()
    const own = draft === undefined ? null : asWritten(config, draft, out)
    if (own === null) return null
    out.push(own)
  }
  return left.length === 0 ? out : null
}

/** A residual connection with its inner layers as the file has them. */
function around(config: LayerConfig, draft: Draft, inner: readonly Draft[]): Draft | null {
  const { layers } = config.options as unknown as { layers?: LayerConfig[] }
  const own = Array.isArray(layers) ? merged(layers, inner) : null
  if (own === null) return null
  const params = own.flatMap((layer, i) =>
    Object.entries(layer.params).map(([name, data]) => [`layers.${i}.${name}`, data] as const),
  )
  const { projection } = draft.params
  return {
    ...draft,
    options: config.options,
    params: { ...Object.fromEntries(params), ...(projection && { projection }) },
  }
}

/** The layers that a file was written of, where they agree with those of the graph; else these. */
export function refined(model: ModelMessage, drafts: readonly Draft[]): readonly Draft[] {
  const configs = jsonOf(model, 'layers')
  if (!Array.isArray(configs)) return drafts
  const own = configs as unknown as LayerConfig[]
  const top = drafts[drafts.length - 1]
  // The output `predict` of values is their mean over time, which is no layer.
  const below = top?.type === 'meanPool' ? merged(own, drafts.slice(0, -1)) : null
  return merged(own, drafts) ?? below ?? drafts
}
