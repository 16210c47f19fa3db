import { checkArray, checkInteger, checkNames, checkObject, checkOptions } from '../core/check.ts'
import { DivergenceError, expectation, FormatError, StateError } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import { checkFormat } from '../core/saved.ts'
import { wrapText } from '../core/text.ts'
import type { FloatArray } from '../core/types.ts'
import { type SummaryOptions, summaryWidth } from '../layers/summary.ts'
import { Exclusive } from '../numerics/exclusive.ts'
import { checkHooks } from '../numerics/loop.ts'
import { restoredVector, savedCount } from '../numerics/restored.ts'
import { savedRecords } from './checkpoint.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, EnergyEpochReport, EnergyHistory } from './energy-history.ts'
import { checkSizes, type EnergyModel, type EnergyModelOptions, type EnergyModelState } from './energy-model.ts'
import { type EnergyFitOptions, layerOptionNames } from './energy-options.ts'

/** The state of a greedy training after an epoch of one of its layers. */
export interface StackCheckpoint {
  /** The layer in training, counted from 0. */
  layer: number
  /** Parameters of the layers below. */
  below: FloatArray[]
  /** Histories of the layers below. */
  histories: EnergyHistory[]
  training: EnergyCheckpoint
}

/** Argument of `onEpoch` of a stack. */
export interface StackEpochReport extends EnergyEpochRecord {
  /** The layer in training, counted from 0. */
  layer: number
  epochs: number
  /** Makes a checkpoint for `resume`; call it inside `onEpoch`. */
  checkpoint: () => StackCheckpoint
}

/** Options of a stack's `fit`: those of all layers, and exceptions for single layers. */
export interface StackFitOptions<Data> extends Omit<EnergyFitOptions<Data>, 'onEpoch' | 'resume'> {
  /** Exceptions for each layer, from the bottom up; `{}` for none. */
  layers?: Omit<EnergyFitOptions<Data>, 'validation' | 'signal' | 'onEpoch' | 'onBatch' | 'resume'>[]
  /** Called after each epoch of each layer; a promise is awaited. */
  onEpoch?: (report: StackEpochReport) => unknown
  /** Continues from a checkpoint of an `onEpoch` report, with the result of an uninterrupted training, bit for bit. */
  resume?: StackCheckpoint
}

/** A stack as plain data. */
export interface EnergyStackState<Options> {
  format: `ser-core/${string}`
  version: 1
  options: Options
  layers: EnergyModelState<unknown>[]
}

/** A stack of energy models, trained from the bottom up: the hidden probabilities of one are the data of the next. */
export abstract class EnergyStack<Data, Model extends EnergyModel<Data, EnergyModelOptions>> extends Printed {
  /** The models from the bottom up. */
  readonly layers: readonly Model[]
  /** @internal */
  protected readonly name: string
  /** The name of the data in messages. @internal */
  protected abstract readonly dataName: string
  private readonly training = new Exclusive('stack')
  /** Whether the current `fit` has made an update. */
  private updated = false

  /** @internal */
  protected constructor(name: string, layers: readonly Model[]) {
    super()
    this.name = name
    this.layers = layers
  }

  /**
   * The stack as text: its layers from the bottom up, with units and parameters.
   *
   * @throws RangeError for a width below 40
   */
  summary(options: SummaryOptions = {}): string {
    const width = summaryWidth(`${this.name}.summary`, options)
    const total = this.layers.reduce((sum, { parameters }) => sum + parameters.values.length, 0)
    const lines = this.layers.flatMap((layer, i) => wrapText(`  ${i} ${layer.line}`, width, 4))
    const first = `${this.name}: ${counted(this.layers.length, 'layer')}, ${counted(total, 'parameter')}`
    return [first, ...lines].join('\n')
  }

  /** {@link EnergyStack.summary}, which consoles print. */
  override toString(options: SummaryOptions = {}): string {
    return this.summary(options)
  }

  /** Transforms a layer's data to those of the layer above. @internal */
  protected abstract lift(layer: Model, data: Data): Data

  /**
   * Trains layer after layer (Hinton, Osindero & Teh 2006): one history for each layer. Held-out data pass through the
   * layers like the training data.
   *
   * Options and data are checked for all layers before the first is trained.
   *
   * @throws DivergenceError where the training of a layer diverges; all layers are then as they were before the call
   */
  async fit(data: Data, options: StackFitOptions<Data> = {}): Promise<EnergyHistory[]> {
    const where = `${this.name}.fit`
    const layerOptions = this.optionsOfLayers(where, options)
    const { resume } = options
    this.checkData(where, this.dataName, data)
    if (options.validation !== undefined) this.checkData(where, 'validation', options.validation)
    const below = resume === undefined ? [] : this.checkBelow(`${where}: "resume"`, resume)
    const histories = resume === undefined ? [] : historiesOf(`${where}: "resume"`, resume)
    return this.training.run(where, async () => {
      const before = this.layers.map(({ parameters }) => parameters.values.slice())
      this.updated = false
      try {
        this.setParameters(below)
        return await this.fitLayers(data, options, layerOptions, histories)
      } catch (error) {
        if (error instanceof DivergenceError || !this.updated) this.setParameters(before)
        throw error
      }
    })
  }

  private async fitLayers(
    data: Data,
    { validation, resume, onEpoch }: StackFitOptions<Data>,
    layerOptions: readonly EnergyFitOptions<Data>[],
    histories: EnergyHistory[],
  ): Promise<EnergyHistory[]> {
    const first = resume?.layer ?? 0
    let input = data
    let held = validation
    for (const [i, layer] of this.layers.entries()) {
      if (i > 0) {
        input = this.lift(this.layers[i - 1], input)
        held = held && this.lift(this.layers[i - 1], held)
      }
      if (i < first) continue
      const history = await layer.fit(input, {
        ...layerOptions[i],
        validation: held,
        onBatch: (report) => {
          this.updated = true
          return layerOptions[i].onBatch?.(report)
        },
        onEpoch: onEpoch && ((report) => onEpoch(this.reportOf(i, report, histories))),
        resume: i === first ? resume?.training : undefined,
      })
      histories.push(history)
    }
    return histories
  }

  /** The options of each layer, all checked before the first is trained. */
  private optionsOfLayers(where: string, options: StackFitOptions<Data>): EnergyFitOptions<Data>[] {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(expectation(where, 'options', 'an object', options))
    }
    const { layers: own = [], onEpoch, resume, ...common } = options
    const list = checkArray<object>(where, 'layers', own)
    if (list.length > this.layers.length) {
      throw new RangeError(`${where}: "layers" expected at most ${this.layers.length} items, got ${list.length}`)
    }
    checkHooks(where, options, ['onEpoch'])
    return this.layers.map((layer, i) => {
      if (list[i] !== undefined) checkNames(`${where} layers[${i}]`, list[i], layerOptionNames)
      const merged = { ...common, ...list[i] }
      layer.checkFit(merged)
      return merged
    })
  }

  /** Throws for data that some layer cannot take. @internal */
  protected abstract checkData(where: string, name: string, data: Data): void

  /** Checks the saved parameters of the layers below a checkpoint's layer. */
  private checkBelow(where: string, resume: StackCheckpoint): FloatArray[] {
    const { layer, below, training, histories } = checkObject<StackCheckpoint>(where, 'checkpoint', resume)
    checkInteger(where, 'layer', layer, { min: 0, below: this.layers.length })
    if (typeof training !== 'object' || training === null) {
      throw new TypeError(expectation(where, 'training', 'a checkpoint', training))
    }
    for (const [name, list] of Object.entries({ below, histories })) {
      if (checkArray(where, name, list).length === layer) continue
      throw new StateError(
        `${where}: "${name}" has ${list.length} items, expected one for each of the ${layer} layers below`,
      )
    }
    return below.map((saved, i) => restoredVector(where, `below[${i}]`, saved, this.layers[i].parameters.values))
  }

  /** Sets the parameters of as many layers as there are vectors, from the bottom up. */
  private setParameters(vectors: readonly FloatArray[]): void {
    for (const [i, vector] of vectors.entries()) this.layers[i].parameters.forWriting().set(vector)
  }

  private reportOf(layer: number, report: EnergyEpochReport, histories: readonly EnergyHistory[]): StackEpochReport {
    const below = this.layers.slice(0, layer)
    const checkpoint = (): StackCheckpoint => ({
      layer,
      below: below.map(({ parameters }) => parameters.values.slice()),
      histories: [...histories],
      training: report.checkpoint(),
    })
    return { ...report, layer, checkpoint }
  }

  /** The data after the lowest `depth` layers. @internal */
  protected lifted(where: string, data: Data, depth: number): Data {
    checkInteger(where, 'depth', depth, { min: 1, max: this.layers.length })
    return this.layers.slice(0, depth).reduce((input, layer) => this.lift(layer, input), data)
  }

  /** Restores the layers from a state with the same options. @internal */
  restore({ layers }: EnergyStackState<unknown>): this {
    if (layers.length !== this.layers.length) {
      throw new FormatError(
        `${this.name}.fromState: the state has ${layers.length} layers, its options ${this.layers.length}`,
      )
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

/** The options of a stack that determine its sizes; `layers` for a DBN. */
interface StackSizes {
  visible: number
  hidden: number[]
  layers: number[]
  order: number | number[]
}

/** Copies of the histories of the layers below a checkpoint's layer. */
function historiesOf(where: string, { histories }: StackCheckpoint): EnergyHistory[] {
  return histories.map((past, i) => {
    const { epochs } = checkObject<EnergyHistory>(where, `histories[${i}]`, past)
    return { ...past, epochs: savedRecords(`${where} histories[${i}]`, epochs) }
  })
}

/** Throws unless the value is a state of this class. */
export function checkStackState(name: string, state: EnergyStackState<unknown> | undefined): void {
  const where = `${name}.fromState`
  const { options, layers: saved } = checkFormat(where, state as EnergyStackState<unknown>, name)
  const { visible, hidden, layers, order = 0 } = checkObject<Partial<StackSizes>>(where, 'state.options', options)
  const list = (value: unknown): number[] => checkArray<number>(where, 'state.options', value ?? [])
  const sizes = layers === undefined ? [visible ?? 0, ...list(hidden)] : list(layers)
  const count = checkArray<EnergyModelState<unknown>>(where, 'state.layers', saved).reduce((sum, layer, i) => {
    const { parameters } = checkObject<EnergyModelState<unknown>>(where, `state.layers[${i}]`, layer)
    return sum + savedCount(where, `state.layers[${i}].parameters`, parameters)
  }, 0)
  checkSizes(name, sizes, order, count)
}

/** Depth of a transform. */
export interface DepthOptions {
  /** Layers passed through, from the bottom. Default: all. */
  depth?: number
}

/** Checks the depth and fills in the default. */
export function resolveDepth(where: string, options: DepthOptions, layers: number): number {
  checkOptions(where, options, ['depth'])
  return options.depth ?? layers
}
