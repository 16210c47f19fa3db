/**
 * A stack of conditional RBMs: Taylor, Hinton & Roweis (2006), section 5. The hidden probabilities of one model, frame
 * by frame, are the sequence of the next.
 */

import { sequenceList } from '../core/array.ts'
import { checkArray, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { following } from '../core/deferred.ts'
import { limits } from '../core/limits.ts'
import { copyPlain } from '../core/plain.ts'
import { counted, Printed } from '../core/printed.ts'
import { finishInTurns, finishWith, type Steps } from '../core/steps.ts'
import type { Dtype, FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { undrawn, undrawnAs } from '../numerics/undrawn.ts'
import type { AisProgress } from './annealing.ts'
import { CRBM } from './crbm.ts'
import type { CRBMStream } from './crbm-stream.ts'
import type { EnergyModelOptions } from './energy-model.ts'
import { checkStackState, type DepthOptions, EnergyStack, type EnergyStackState, resolveDepth } from './energy-stack.ts'
import { type GenerateOptions, generating, WIDEST } from './generation.ts'

/** Options of {@link StackedCRBM}. */
export interface StackedCRBMOptions {
  /** V, visible units of the lowest model. */
  visible: number
  /** Hidden units of each model from the bottom up, such as `[150, 100]`. */
  hidden: number[]
  /** Frames of history: the same for all, or one for each. */
  order: number | number[]
  /** Kind of the visible units of the lowest model. Default `linear`. */
  visibles?: 'linear' | 'binary'
  /** Kind of the visible units of the models above, which see probabilities. Default `binary`. */
  upperVisibles?: 'linear' | 'binary'
  /** Standard deviation of the starting weights. Default 0.01. */
  weightScale?: EnergyModelOptions['weightScale']
  /** Default 0. */
  seed?: Seed
  /** Default `float32`. */
  dtype?: Dtype
}

const optionNames = ['visible', 'hidden', 'order', 'visibles', 'upperVisibles', 'weightScale', 'seed', 'dtype'] as const
const kinds = ['linear', 'binary'] as const

function ordersOf(order: unknown, layers: number): number[] {
  const list = Array.isArray(order) ? order : new Array(layers).fill(order)
  if (list.length !== layers) {
    throw new RangeError(`StackedCRBM: "order" expected one number or ${layers}, got ${list.length}`)
  }
  return list.map((n, i) =>
    checkInteger('StackedCRBM', Array.isArray(order) ? `order[${i}]` : 'order', n, { min: 1, limit: limits.units }),
  )
}

function makeLayers(options: StackedCRBMOptions): CRBM[] {
  const where = 'StackedCRBM'
  checkOptions(where, options, optionNames)
  const { visible, visibles = 'linear', upperVisibles = 'binary', weightScale, dtype } = options
  const seed = checkSeed(where, options.seed ?? 0)
  checkOneOf(where, 'visibles', visibles, kinds)
  checkOneOf(where, 'upperVisibles', upperVisibles, kinds)
  const sizes = checkArray(where, 'hidden', options.hidden, 1).map((n, i) => {
    return checkInteger(where, `hidden[${i}]`, n, { min: 1, limit: limits.units })
  })
  const orders = ordersOf(options.order, sizes.length)
  return sizes.map((hidden, i) => {
    const below = i === 0 ? { visible, visibles } : { visible: sizes[i - 1], visibles: upperVisibles }
    const layer = { ...below, hidden, order: orders[i], weightScale, seed: `${seed}/${i}`, dtype }
    return new CRBM(undrawnAs(options, layer))
  })
}

/**
 * Raises the `limit` to at least 10 for the models above the lowest, whose frames are probabilities whatever the data.
 */
function upperBounds({ limit = 0 }: GenerateOptions): GenerateOptions {
  return { limit: Math.max(limit, WIDEST) }
}

/** A stack of {@link CRBM}s. Data are sequences [T, V]. */
export class StackedCRBM extends EnergyStack<readonly MatrixLike[], CRBM> {
  private readonly options: StackedCRBMOptions

  constructor(options: StackedCRBMOptions) {
    super('StackedCRBM', makeLayers(options))
    this.options = copyPlain(options)
  }

  /** @internal */
  protected readonly dataName = 'sequences'

  /** @internal */
  protected checkData(where: string, name: string, sequences: readonly MatrixLike[]): void {
    const longest = Math.max(...this.layers.map(({ order }) => order))
    this.layers[0].checkData(where, name, sequences, longest)
  }

  /** @internal */
  protected lift(layer: CRBM, sequences: readonly MatrixLike[]): FloatNdArray[] {
    return sequences.map((x) => following(x, () => layer.transform(x)))
  }

  /** The hidden probabilities of the top model (or of model `depth`) for every frame: [T, H]. */
  transform(sequence: MatrixLike, options?: DepthOptions): FloatNdArray
  transform(sequences: readonly MatrixLike[], options?: DepthOptions): FloatNdArray[]
  transform(input: MatrixLike | readonly MatrixLike[], options: DepthOptions = {}): FloatNdArray | FloatNdArray[] {
    const where = 'StackedCRBM.transform'
    const depth = resolveDepth(where, options, this.layers.length)
    const list = sequenceList(input)
    const lifted = this.lifted(where, list ?? [input as MatrixLike], depth) as FloatNdArray[]
    return list === null ? lifted[0] : lifted
  }

  /** {@link StackedCRBM.transform}, fed frame by frame: the same rows, bit for bit. */
  stream(): StackedCRBMStream {
    return new StackedCRBMStream(this.layers.map((layer) => layer.stream()))
  }

  /**
   * Generates `frames` frames that continue the sequence: [frames, V]. The top model generates its next frame, which is
   * the hidden state of the model below; that model's mean given this state (a sample with `visibleNoise`) is the
   * hidden state of the next one down.
   *
   * @throws RunawayError where values exceed `limit` or are not finite
   */
  generate(sequence: MatrixLike, frames: number, options: GenerateOptions = {}): FloatNdArray {
    return finishWith(this.generating(sequence, frames, options), options)
  }

  /** {@link StackedCRBM.generate}, the same frames, while the event loop turns between them, so that a `signal` stops it. */
  async generateAsync(sequence: MatrixLike, frames: number, options: GenerateOptions = {}): Promise<FloatNdArray> {
    const { signal, onProgress: onStep } = checkObject<GenerateOptions>('StackedCRBM.generate', 'options', options)
    return await finishInTurns(this.generating(sequence, frames, options), { signal, onStep })
  }

  private generating(sequence: MatrixLike, frames: number, options: GenerateOptions): Steps<FloatNdArray, AisProgress> {
    checkInteger('StackedCRBM.generate', 'frames', frames, { min: 1 })
    const draw = this.layers[0].frameDraw('StackedCRBM.generate', options)
    const inputs = this.layers.map((_, i) => (i === 0 ? sequence : this.transform(sequence, { depth: i })))
    const generators = this.layers.map((layer, i) => {
      return layer.generator('StackedCRBM.generate', inputs[i], i === 0 ? options : upperBounds(options))
    })
    const next = (): FloatArray => {
      const top = generators[generators.length - 1].next(draw)
      return generators.slice(0, -1).reduceRight((h, generator) => generator.given(h, draw), top)
    }
    return generating(next, frames, this.layers[0])
  }

  /** The stack as plain data. */
  state(): EnergyStackState<StackedCRBMOptions> {
    return this.stateOf(this.options)
  }

  /** The stack that a state describes. */
  static fromState(state: EnergyStackState<StackedCRBMOptions>): StackedCRBM {
    checkStackState('StackedCRBM', state)
    return new StackedCRBM(undrawn(state.options)).restore(state)
  }
}

/** The hidden probabilities of a {@link StackedCRBM}, frame by frame, in constant memory. */
export class StackedCRBMStream extends Printed {
  private readonly streams: readonly CRBMStream[]

  /** @internal */
  constructor(streams: readonly CRBMStream[]) {
    super()
    this.streams = streams
  }

  /** The models from the bottom up in one line, which consoles print. */
  override toString(): string {
    return [`StackedCRBMStream: ${counted(this.streams.length, 'layer')}`, ...this.streams.map((s) => `  ${s}`)].join(
      '\n',
    )
  }

  /** Takes one frame [V] and returns the top model's P(h = 1) as a new array [H]. */
  push(frame: VectorLike): FloatArray {
    const [lowest, ...above] = this.streams
    return above.reduce((h, stream) => stream.push(h), lowest.push(frame))
  }

  /** Starts a new sequence. */
  reset(): void {
    for (const stream of this.streams) stream.reset()
  }
}
