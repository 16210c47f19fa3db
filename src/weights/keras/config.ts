/** A Keras model's configuration as a chain of layers. */
import { describe, FormatError } from '../../core/errors.ts'

/** Plain data of a configuration. */
export type Config = Readonly<Record<string, unknown>>

/** A layer of the chain. */
export interface KerasLayer {
  className: string
  /** Its own name, by which files of Keras 2 have its weights. */
  name: string
  config: Config
  /** Its path in a weights file, such as `layers/lstm_1`: the class and its number among its neighbours. */
  path: string
  /** Such as `layer "lstm_1" (LSTM)`, for messages. */
  text: string
}

/** The layers of a model, from the input up. */
export interface KerasChain {
  layers: KerasLayer[]
  /** The input's shape with the batch first, null for lengths that vary; empty where it is not told. */
  shape: readonly unknown[]
}

/** A layer as the configuration has it. */
interface Entry {
  className: string
  name: string
  config: Config
  key: string
  nodes: unknown
}

/** Operations by which functional models write the masks of `Masking`. */
const maskOperations = ['NotEqual', 'Any']
const nests = ['Sequential', 'Functional', 'Model']

export function fail(reason: string): never {
  throw new FormatError(reason)
}

export function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Class names as Keras writes them in paths: LSTMCell as `lstm_cell`. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** Names each class by its number among those before: `lstm`, `lstm_1`, `lstm_2`. */
export function numbered(classNames: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return classNames.map((className) => {
    const key = snakeCase(className)
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return count === 0 ? key : `${key}_${count}`
  })
}

/** The class and the configuration of a serialised object. */
export function classOf(value: unknown): { className: string; config: Config } {
  const { class_name: className, config } = isConfig(value) ? value : ({} as Config)
  if (typeof className !== 'string' || (!isConfig(config) && !Array.isArray(config))) {
    fail(`the configuration has ${describe(value)} where a layer is expected`)
  }
  return { className, config: config as Config }
}

function entriesOf(list: unknown, text: string): Entry[] {
  if (!Array.isArray(list)) fail(`${text} has no list of layers`)
  const found = list.map((item) => ({ ...classOf(item), name: item.name, nodes: item.inbound_nodes }))
  const keys = numbered(found.map(({ className }) => className))
  return found.map(({ className, config, name, nodes }, i) => {
    const own = name ?? config.name
    return { className, config, key: keys[i], nodes, name: typeof own === 'string' ? own : keys[i] }
  })
}

function textOf({ className, name }: Pick<Entry, 'className' | 'name'>): string {
  return `layer ${describe(name)} (${className})`
}

/** Names of the layers whose outputs are among some arguments, in Keras 3's form and Keras 2's `[name, node, output]`. */
function tensorsIn(value: unknown): string[] {
  if (isConfig(value)) {
    const { class_name: className, config } = value
    if (className === '__keras_tensor__' && isConfig(config)) return tensorsIn(config.keras_history)
    return Object.values(value).flatMap(tensorsIn)
  }
  if (!Array.isArray(value)) return []
  const [name, node, output] = value
  if (typeof name === 'string' && typeof node === 'number' && typeof output === 'number') {
    return [name, ...value.slice(3).flatMap(tensorsIn)]
  }
  return value.flatMap(tensorsIn)
}

/** The layer below: the only one whose output is an argument, masks aside. */
function sourceOf(entry: Entry, masks: ReadonlySet<string>): string | undefined {
  const { nodes } = entry
  if (!Array.isArray(nodes) || nodes.length === 0) return undefined
  if (nodes.length > 1) fail(`${textOf(entry)} is used ${nodes.length} times, where only chains of layers are read`)
  const sources = tensorsIn(nodes).filter((name) => !masks.has(name))
  if (sources.length === 1) return sources[0]
  return fail(`${textOf(entry)} has ${sources.length} inputs, where only chains of layers are read`)
}

/** The entries of a functional model in the order of computation. */
function inOrder(entries: Entry[], config: Config, text: string): Entry[] {
  const masks = new Set(entries.filter(({ className }) => maskOperations.includes(className)).map(({ name }) => name))
  const rest = entries.filter(({ name }) => !masks.has(name))
  const above = new Map<string | undefined, Entry>()
  for (const entry of rest) {
    const source = sourceOf(entry, masks)
    const other = above.get(source)
    if (other !== undefined) {
      const where = source === undefined ? 'inputs' : `layers above ${describe(source)}`
      fail(`${text} has several ${where}, ${describe(other.name)} and ${describe(entry.name)}: only chains are read`)
    }
    above.set(source, entry)
  }
  const chain: Entry[] = []
  for (let entry = above.get(undefined); entry !== undefined; entry = above.get(entry.name)) {
    chain.push(entry)
    if (chain.length > rest.length) fail(`${text} has layers in a circle`)
  }
  if (chain.length < rest.length) fail(`${text} has layers apart from its chain`)
  const outputs = tensorsIn(config.output_layers)
  if (outputs.length !== 1 || outputs[0] !== chain[chain.length - 1]?.name) {
    fail(`${text} has other outputs than that of its last layer`)
  }
  return chain
}

function layersOf(className: string, config: Config, prefix: string, text: string): KerasLayer[] {
  const list = Array.isArray(config) ? config : config.layers
  const entries = entriesOf(list, text)
  const ordered = className === 'Sequential' ? entries : inOrder(entries, config, text)
  return ordered.flatMap((entry): KerasLayer[] => {
    const path = `${prefix}layers/${entry.key}`
    const own = textOf(entry)
    if (nests.includes(entry.className)) return layersOf(entry.className, entry.config, `${path}/`, own)
    return [{ className: entry.className, name: entry.name, config: entry.config, path, text: own }]
  })
}

/** The chain of layers of a model; FormatError for models that are none. */
export function chainOf(model: unknown): KerasChain {
  const { className, config } = classOf(model)
  if (!nests.includes(className)) {
    fail(`the model is a ${className}, of which the file has no layers; Sequential and functional models are read`)
  }
  const layers = layersOf(className, config, '', 'the model')
  if (layers.length === 0) fail('the model has no layers')
  const [first] = layers
  const { batch_shape: shape, batch_input_shape: older } = first.config
  const found = shape ?? older ?? config.build_input_shape
  return { layers, shape: Array.isArray(found) ? found : [] }
}
