import { StateError } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import { type Activations, rowsOf } from './batch.ts'
import { Dense } from './dense.ts'
import type { GateStatistics } from './gate-statistics.ts'
import { LastPool } from './last-pool.ts'
import { type Layer, type LayerStates, prefixedStatistics } from './layer.ts'
import { isSoftmax, LogAverage } from './log-average.ts'

/** Settings of a pass through the layers. */
export interface ChainPass {
  training: boolean
  truncation: number
  random: Random | null
  /** Layer states, read and updated by the pass; absent where sequences start and end with the pass. */
  states?: LayerStates
}

/** Kind of the output: a softmax of known logits, a (weighted) mean of softmaxes, or anything else. */
export type OutputKind = 'softmax' | 'probabilities' | 'values'

/**
 * Index of the layer whose final states the `LastPool` at `top` takes: a bidirectional layer below, with only layers
 * that map every row by itself between them; -1 where there is none. For these layers, pooling below equals pooling
 * above.
 */
function finalStatesBelow(layers: readonly Layer[], top: number): number {
  const pool = layers[top]
  if (!(pool instanceof LastPool) || pool.take !== 'finalStates') return -1
  let i = top - 1
  while (i > 0 && layers[i].rowwise) i--
  return i >= 0 && layers[i].hasFinalStates ? i : -1
}

/** A stack of layers with forward, backward and tangent passes; the forward pass keeps what the others need. */
export class LayerChain {
  readonly layers: readonly Layer[]
  readonly output: OutputKind
  /** Forward passes so far: what a pass kept is there for as long as no other came. */
  passes = 0
  /** Present where the output is a mean of softmaxes (`probabilities`). */
  private readonly average: LogAverage | null
  /** Indices of the layers that return their final states only. */
  readonly ending: ReadonlySet<number>

  constructor(layers: readonly Layer[]) {
    this.layers = layers
    this.ending = new Set(layers.map((_, i) => finalStatesBelow(layers, i)))
    this.average = LogAverage.of(layers)
    if (isSoftmax(layers[layers.length - 1])) this.output = 'softmax'
    else this.output = this.average === null ? 'values' : 'probabilities'
  }

  /** Throws where a checkpoint of 0.1.0 was trained with the old meaning of a pool of this chain. */
  checkResumable(where: string, resume: { version?: number } | null | undefined): void {
    if (!resume || resume.version !== undefined || [...this.ending].every((i) => i < 0)) return
    throw new StateError(
      `${where}: "resume" is of ser-core 0.1.0, whose LastPool took the last frame of a Bidirectional layer; ` +
        "make the network with new LastPool({ take: 'lastFrame' })",
    )
  }

  /**
   * How many of the first layers map every row by itself, so that sequences may share their rows; at least one layer, and the
   * whole of an average of softmaxes, come after them.
   */
  get sharing(): number {
    if (this.average !== null) return 0
    const first = this.layers.findIndex((layer) => !layer.rowwise)
    return first < 0 ? this.layers.length - 1 : first
  }

  /**
   * One pass through the layers `from` up to `to`, all unless said. It ends at a layer that returns no rows, as a frame stack may
   * for a chunk.
   */
  forward(
    x: Activations,
    { training, truncation, random, states }: ChainPass,
    from: number = 0,
    to: number = this.layers.length,
  ): Activations {
    this.passes++
    let activations = x
    for (let i = from; i < to; i++) {
      const layer = this.layers[i]
      if (rowsOf(activations.plan) === 0) return { ...activations, cols: this.layers[this.layers.length - 1].outputs }
      const own = { random: random?.substream(i) ?? null, state: states?.[i] ?? null }
      const context = { training, truncation, ...own, finalStates: this.ending.has(i) }
      activations = layer.forwardBatch(activations, context)
    }
    return activations
  }

  /** A streaming pass, which updates the states. */
  advance(x: Activations, states: LayerStates): Activations {
    return this.forward(x, { training: false, truncation: 0, random: null, states })
  }

  createStates(sequences = 1): LayerStates {
    return this.layers.map((layer) => layer.createState(sequences))
  }

  /** Throws where a layer needs the whole sequence or changes the number of steps, so that chunks cannot be trained. */
  checkCuttable(where: string): void {
    const i = this.layers.findIndex((layer) => layer.outputLength(2) !== 2)
    if (i >= 0) {
      const which = `(layers[${i}], ${this.layers[i].type})`
      throw new RangeError(`${where}: "chunkLength" does not go with a layer that changes the number of steps ${which}`)
    }
    this.createStates()
  }

  /** Statistics of the gate activations in the last pass, by names such as `layers.0.f`. */
  gateStatistics(): Record<string, GateStatistics> {
    return prefixedStatistics(this.layers.map((layer, i) => [`layers.${i}`, layer]))
  }

  /** Rows of the output for a sequence of `steps` time steps. */
  outputLength(steps: number): number {
    return this.layers.reduce((length, layer) => layer.outputLength(length), steps)
  }

  /** The last batch's logits; only where the output is a softmax. */
  get logits(): FloatArray {
    const head = this.layers[this.layers.length - 1]
    if (!isSoftmax(head)) throw new StateError('the last layer is not a softmax')
    return head.logits
  }

  /**
   * The tangent of the last forward pass for a tangent `wDot` of all parameters: of the logits for a softmax output,
   * else of the output; null stands for zero. The R-operator of Pearlmutter (1994).
   */
  tangent(wDot: FloatArray): FloatArray | null {
    let tangent: FloatArray | null = null
    this.eachPart(wDot, (layer, part, i) => {
      tangent = this.endsAtLogits(layer, i) ? layer.tangentLogits(tangent, part) : layer.tangentBatch(tangent, part)
    })
    return tangent
  }

  /** The logarithms of the last output, accurate even where it underflows; only for an output of probabilities. */
  logOutput(): Float64Array {
    return this.averageOutput.values()
  }

  /** The tangent of `logOutput`; call `logOutput` and `tangent` first. */
  logOutputTangent(): Float64Array {
    return this.averageOutput.tangent()
  }

  private get averageOutput(): LogAverage {
    if (this.average === null) throw new StateError('the last layers are not an average of a softmax')
    return this.average
  }

  /** Whether a pass in training depends on random draws. */
  get draws(): boolean {
    return this.layers.some((layer) => layer.draws)
  }

  /** Whether every layer can differentiate its backward pass. */
  get hasHessian(): boolean {
    return this.layers.every((layer) => layer.hasHessian)
  }

  /**
   * As `backward`, but adds the tangents of the gradients, given the tangent of its first argument; the second is
   * constant. Call `backward` and `tangent` first.
   */
  backwardTangent(gradientDot: FloatArray, wDot: FloatArray, logGradient: Float64Array | null = null): void {
    const direct = logGradient && this.averageOutput.gradientsTangent(logGradient)
    const parts: FloatArray[] = []
    this.eachPart(wDot, (_, part) => parts.push(part))
    let upper = gradientDot
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i]
      const lower = this.endsAtLogits(layer, i)
        ? layer.backwardTangentLogits(upper, parts[i], i > 0)
        : layer.backwardTangentBatch(upper, parts[i], i > 0, direct?.get(i))
      if (lower !== null) upper = lower
    }
  }

  private endsAtLogits(layer: Layer, i: number): layer is Dense {
    return i === this.layers.length - 1 && this.output === 'softmax' && layer instanceof Dense
  }

  /** Visits each layer with its part of a vector laid out as the parameters. */
  private eachPart(vector: FloatArray, visit: (layer: Layer, part: FloatArray, i: number) => void): void {
    let from = 0
    this.layers.forEach((layer, i) => {
      const end = from + layer.parameterCount
      visit(layer, vector.subarray(from, end), i)
      from = end
    })
  }

  /**
   * Adds the gradients of the last forward pass, from dL/d logits for a softmax output and dL/d output otherwise. For
   * an output of probabilities, `logGradient` is dL/d `logOutput` of the elements whose loss is computed from
   * logarithms.
   */
  backward(gradient: FloatArray, logGradient: Float64Array | null = null): void {
    const direct = logGradient && this.averageOutput.gradients(logGradient)
    let upper = gradient
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i]
      const fromLogits = this.endsAtLogits(layer, i)
      const lower = fromLogits ? layer.backwardLogits(upper, i > 0) : layer.backwardBatch(upper, i > 0, direct?.get(i))
      if (lower !== null) upper = lower
    }
  }
}
