/** Layers with their weights as a network. */
import { FormatError } from '../../core/errors.ts'
import type { Dtype } from '../../core/types.ts'
import { restoring } from '../../io/state-file.ts'
import type { ActivationName } from '../../layers/activation.ts'
import { createLayers, type LayerConfig } from '../../layers/registry.ts'
import { MLP } from '../../networks/mlp.ts'
import type { MLPOptions } from '../../networks/mlp-options.ts'
import { Sequential } from '../../networks/sequential.ts'
import type { ParameterSet } from '../../numerics/parameters.ts'
import type { Seed } from '../../numerics/random.ts'
import { undrawn } from '../../numerics/undrawn.ts'
import type { Draft } from './drafts.ts'

/** Facts of a network beside its layers. */
export interface Named {
  dtype: Dtype
  /** Names of the classes; null without. */
  classes: string[] | null
  /** Seed of a network. */
  seed?: Seed | undefined
}

/** Puts weights in their places; every parameter must be there, of its size. */
function fill(where: string, parameters: ParameterSet, layers: readonly Draft[]): void {
  const values = parameters.forWriting()
  for (const { name, offset, size } of parameters.slots) {
    const [, index, own] = /^layers\.(\d+)\.(.*)$/.exec(name) as RegExpExecArray
    const data = layers[Number(index)].params[own]
    if (data?.length !== size) {
      throw new FormatError(`${where}: ${name} expected ${size} numbers, the file has ${data?.length ?? 0}`)
    }
    const odd = data.findIndex((value) => !Number.isFinite(Math.fround(value)))
    if (odd >= 0)
      throw new FormatError(`${where}: ${name} expected finite numbers, the file has ${data[odd]} at ${odd}`)
    values.set(data, offset)
  }
}

function configsOf(layers: readonly Draft[]): LayerConfig[] {
  return layers.map(({ type, options }) => ({ type, options }))
}

/** A `Sequential`. */
export function sequentialOf(where: string, drafts: readonly Draft[], { dtype, classes, seed }: Named): Sequential {
  if (drafts.length === 0) throw new FormatError(`${where}: the graph has no layers`)
  return restoring(where, () => {
    const layers = createLayers(where, 'layers', configsOf(drafts))
    const names = classes?.length === drafts[drafts.length - 1].outputs ? { classes } : {}
    const network = new Sequential(layers, undrawn({ dtype, seed, ...names }))
    fill(where, network.parameters, drafts)
    return network
  })
}

/** The options of an `MLP` of these layers; null where they are none. */
export function mlpOptions(layers: readonly Draft[]): MLPOptions | null {
  const names = layers.map(({ options }) => options.activation as ActivationName)
  const hidden = new Set(names.slice(0, -1))
  const [activation] = hidden
  const top = layers[layers.length - 1]
  if (!layers.every(({ type }) => type === 'dense') || hidden.size > 1 || activation === 'softmax') return null
  if (top === undefined || (names[names.length - 1] === 'softmax' && top.outputs === 1)) return null
  const sizes = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)]
  return { layers: sizes, ...(activation && { activation }), output: names[names.length - 1] } as MLPOptions
}

/** An `MLP`. */
export function mlpOf(where: string, drafts: readonly Draft[], options: MLPOptions, { dtype, classes }: Named): MLP {
  return restoring(where, () => {
    const isNamed = classes !== null && classes.length === Math.max(2, drafts[drafts.length - 1].outputs)
    const network = new MLP(undrawn({ ...options, dtype, ...(isNamed && { classes }) }))
    fill(where, network.parameters, drafts)
    return network
  })
}

/** All numbers of some layers. */
export function countOf(layers: readonly Draft[]): number {
  return layers.reduce((sum, { params }) => sum + Object.values(params).reduce((own, { length }) => own + length, 0), 0)
}
