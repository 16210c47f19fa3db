import { StateError } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import { type Activations, rowsOf } from './batch.ts'
import { Dense } from './dense.ts'
import type { GateStatistics } from './gate-statistics.ts'
import { LastPool } from './last-pool.ts'
import { type Layer, type LayerStates, prefixedStatistics } from './layer.ts'
import { isSoftmax, LogAverage } from './log-average.ts'

/** How a batch passes through the layers. */
export interface ChainPass {
  training: boolean
  truncation: number
  random: Random | null
  /** What the layers go on from, and leave the next pass; absent where sequences start and end with the pass. */
  states?: LayerStates
}

/** What the last layer puts out: softmax of known logits, a (weighted) mean of softmaxes, or anything. */
export type OutputKind = 'softmax' | 'probabilities' | 'values'

/**
 * The layer whose final states the pool at `top` takes: a bidirectional one below, with nothing between but layers that map
 * every row by itself; -1 where there is none. Pooling there and then is the same, for those layers, as pooling above them.
 */
function finalStatesBelow(layers: readonly Layer[], top: number): number {
  const pool = layers[top]
  if (!(pool instanceof LastPool) || pool.take !== 'finalStates') return -1
  let i = top - 1
  while (i > 0 && layers[i].rowwise) i--
  return i >= 0 && layers[i].hasFinalStates ? i : -1
}

/** Layers one above the other: forward keeps what backward needs. */
export class LayerChain {
  readonly layers: readonly Layer[]
  readonly output: OutputKind
  /** Of an output of probabilities. */
  private readonly average: LogAverage | null
  /** The layers that give final states alone. */
  readonly ending: ReadonlySet<number>

  constructor(layers: readonly Layer[]) {
    this.layers = layers
    this.ending = new Set(layers.map((_, i) => finalStatesBelow(layers, i)))
    this.average = LogAverage.of(layers)
    if (isSoftmax(layers[layers.length - 1])) this.output = 'softmax'
    else this.output = this.average === null ? 'values' : 'probabilities'
  }

  /** Throws where a checkpoint was made while a pool of this chain had another meaning. */
  checkResumable(where: string, resume: { version?: number } | null | undefined): void {
    if (!resume || resume.version !== undefined || [...this.ending].every((i) => i < 0)) return
    throw new StateError(
      `${where}: "resume" is of ser-core 0.1.0, whose LastPool took the last frame of a Bidirectional layer; ` +
        "make the network with new LastPool({ take: 'lastFrame' })",
    )
  }

  forward(x: Activations, { training, truncation, random, states }: ChainPass): Activations {
    let activations = x
    for (const [i, layer] of this.layers.entries()) {
      const own = { random: random?.substream(i) ?? null, state: states?.[i] ?? null }
      const context = { training, truncation, ...own, finalStates: this.ending.has(i) }
      activations = layer.forwardBatch(activations, context)
    }
    return activations
  }

  /** One call of a stream: the layers' states go on. No layer sees a batch without rows, such as a frame stack may leave. */
  advance(x: Activations, states: LayerStates): Activations {
    let activations = x
    for (const [i, layer] of this.layers.entries()) {
      if (rowsOf(activations.plan) === 0) return { ...activations, cols: this.layers[this.layers.length - 1].outputs }
      activations = layer.forwardBatch(activations, {
        training: false,
        truncation: 0,
        random: null,
        state: states[i],
      })
    }
    return activations
  }

  createStates(sequences = 1): LayerStates {
    return this.layers.map((layer) => layer.createState(sequences))
  }

  /** Throws where a layer needs the whole sequence, or leaves fewer steps than it gets, so that no chunk can be trained. */
  checkCuttable(where: string): void {
    const i = this.layers.findIndex((layer) => layer.outputLength(2) !== 2)
    if (i >= 0) {
      const which = `(layers[${i}], ${this.layers[i].type})`
      throw new RangeError(`${where}: "chunkLength" does not go with a layer that changes the number of steps ${which}`)
    }
    this.createStates()
  }

  /** How open gates stood in the last pass, as `layers.0.f`. */
  gateStatistics(): Record<string, GateStatistics> {
    return prefixedStatistics(this.layers.map((layer, i) => [`layers.${i}`, layer]))
  }

  /** Rows of the output for a sequence of `steps`. */
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

  /** The logarithms of the last output, right also where it underflows; only for an output of probabilities. */
  logOutput(): Float64Array {
    return this.averageOutput.values()
  }

  /** The tangent of `logOutput`, after it and `tangent`. */
  logOutputTangent(): Float64Array {
    return this.averageOutput.tangent()
  }

  private get averageOutput(): LogAverage {
    if (this.average === null) throw new StateError('the last layers are no average of a softmax')
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
   * As `backward`, but adds the tangents of the gradients, after it and `tangent`, from that of its first argument; the second
   * stays as it is.
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

  /** Each layer with its part of a vector laid out as the parameters. */
  private eachPart(vector: FloatArray, visit: (layer: Layer, part: FloatArray, i: number) => void): void {
    let from = 0
    this.layers.forEach((layer, i) => {
      const end = from + layer.parameterCount
      visit(layer, vector.subarray(from, end), i)
      from = end
    })
  }

  /**
   * Adds the gradients of the last forward pass, from dL/d logits for a softmax output and dL/d output otherwise; of an output
   * of probabilities what depends on its logarithms comes as dL/d `logOutput` beside.
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
