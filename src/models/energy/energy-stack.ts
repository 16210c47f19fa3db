import { checkArray, checkInteger, checkOptions } from '../../core/check.ts'
import { DivergenceError, FormatError, StateError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { restoredVector } from '../training/options.ts'
import type { EnergyModel, EnergyModelOptions, EnergyModelState } from './energy-model.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, EnergyEpochReport, EnergyHistory } from './history.ts'
import type { EnergyFitOptions } from './options.ts'

/** The state of a greedy training after an epoch of one of its layers. */
export interface StackCheckpoint {
  /** The layer in training, counted from 0. */
  layer: number
  /** Parameters of the layers below it. */
  below: FloatArray[]
  training: EnergyCheckpoint
}

/** Given to `onEpoch` of a stack. */
export interface StackEpochReport extends EnergyEpochRecord {
  /** The layer in training, counted from 0. */
  layer: number
  epochs: number
  /** Everything needed to go on from here: pass it as `resume`. To be called inside `onEpoch`. */
  checkpoint: () => StackCheckpoint
}

/** Options of a stack's `fit`: those of its layers, and what single layers have of their own. */
export interface StackFitOptions<Data> extends Omit<EnergyFitOptions<Data>, 'onEpoch' | 'resume'> {
  /** Options that differ for a layer, by its number; `{}` for none. */
  layers?: Omit<EnergyFitOptions<Data>, 'validation' | 'signal' | 'onEpoch' | 'onBatch' | 'resume'>[]
  /** Called after each epoch of each layer; a promise is awaited. */
  onEpoch?: (report: StackEpochReport) => unknown
  /** Goes on from a checkpoint of an `onEpoch` report, to the same result as if it had never stopped. */
  resume?: StackCheckpoint
}

/** A stack as plain data. */
export interface EnergyStackState<Options> {
  format: `ser-core/${string}`
  version: 1
  options: Options
  layers: EnergyModelState<unknown>[]
}

/** Energy models one above the other, trained from the bottom up: the hidden probabilities of one are the data of the next. */
export abstract class EnergyStack<Data, Model extends EnergyModel<Data, EnergyModelOptions>> {
  /** From the bottom up. */
  readonly layers: readonly Model[]
  /** @internal */
  protected readonly name: string

  /** @internal */
  protected constructor(name: string, layers: readonly Model[]) {
    this.name = name
    this.layers = layers
  }

  /** The data of the layer above. @internal */
  protected abstract lift(layer: Model, data: Data): Data

  /**
   * Trains layer after layer (Hinton, Osindero & Teh 2006): one history for each layer. Held-out data are lifted with the training
   * data.
   *
   * @throws DivergenceError where a layer runs away; all layers are then as they were before the call
   */
  async fit(data: Data, options: StackFitOptions<Data> = {}): Promise<EnergyHistory[]> {
    const { layers: own = [], onEpoch, resume, ...common } = options
    this.checkOwn(own)
    const before = this.layers.map(({ parameters }) => parameters.data.slice())
    const first = resume === undefined ? 0 : this.restoreBelow(resume)
    const histories: EnergyHistory[] = []
    let input = data
    let held = options.validation
    try {
      for (const [i, layer] of this.layers.entries()) {
        if (i >= first) {
          histories.push(
            await layer.fit(input, {
              ...common,
              ...own[i],
              validation: held,
              onEpoch: onEpoch && ((report) => onEpoch(this.reportOf(i, report))),
              resume: i === first ? resume?.training : undefined,
            }),
          )
        }
        if (i === this.layers.length - 1) break
        input = this.lift(layer, input)
        held = held && this.lift(layer, held)
      }
    } catch (error) {
      if (error instanceof DivergenceError) this.setParameters(before)
      throw error
    }
    return histories
  }

  private checkOwn(own: unknown): void {
    const where = `${this.name}.fit`
    const list = checkArray(where, 'layers', own)
    if (list.length > this.layers.length) {
      throw new RangeError(`${where}: "layers" expected at most ${this.layers.length} items, got ${list.length}`)
    }
  }

  private restoreBelow({ layer, below }: StackCheckpoint): number {
    const where = `${this.name}.fit resume`
    checkInteger(where, 'layer', layer, { min: 0, below: this.layers.length })
    if (checkArray(where, 'below', below).length !== layer) {
      throw new StateError(`${where}: the checkpoint lacks layers below ${layer}`)
    }
    const restored = below.map((saved, i) => restoredVector(where, saved, this.layers[i].parameters.data))
    this.setParameters(restored)
    return layer
  }

  /** From the bottom up, as many layers as there are vectors. */
  private setParameters(vectors: readonly FloatArray[]): void {
    for (const [i, vector] of vectors.entries()) this.layers[i].parameters.data.set(vector)
  }

  private reportOf(layer: number, report: EnergyEpochReport): StackEpochReport {
    const below = this.layers.slice(0, layer)
    const checkpoint = (): StackCheckpoint => ({
      layer,
      below: below.map(({ parameters }) => parameters.data.slice()),
      training: report.checkpoint(),
    })
    return { ...report, layer, checkpoint }
  }

  /** The data as the layer number `depth` sees them; the number of layers gives what the top one makes of them. @internal */
  protected lifted(where: string, data: Data, depth: number): Data {
    checkInteger(where, 'depth', depth, { min: 1, max: this.layers.length })
    return this.layers.slice(0, depth).reduce((input, layer) => this.lift(layer, input), data)
  }

  /** Takes the layers of a state with the same options. @internal */
  restore({ layers }: EnergyStackState<unknown>): this {
    if (layers.length !== this.layers.length) {
      throw new FormatError(`${this.name}.fromState: ${layers.length} layers for options of ${this.layers.length}`)
    }
    for (const [i, layer] of this.layers.entries()) layer.restore(layers[i])
    return this
  }

  /** @internal */
  protected stateOf<Options>(options: Options): EnergyStackState<Options> {
    const layers = this.layers.map((layer) => layer.state())
    return { format: `ser-core/${this.name}`, version: 1, options, layers }
  }
}

/** Throws unless the value is a state of this class. */
export function checkStackState(name: string, state: EnergyStackState<unknown> | undefined): void {
  if (state?.format !== `ser-core/${name}` || state.version !== 1 || !Array.isArray(state.layers)) {
    throw new FormatError(`${name}.fromState: not the state of a ser-core ${name}, version 1`)
  }
}

/** Depth of a transform. */
export interface DepthOptions {
  /** Layers passed through, from the bottom. Default: all. */
  depth?: number
}

/** The depth that is asked for. */
export function resolveDepth(where: string, options: DepthOptions, layers: number): number {
  checkOptions(where, options, ['depth'])
  return options.depth ?? layers
}
