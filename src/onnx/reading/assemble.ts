/** The way of the input through a graph as layers, from the bottom up. */
import { describe, FormatError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { dividedUp, same } from './dims.ts'
import { type Affine, above, aboveNorm, below, composed, type Draft, dense, endsInBoth } from './drafts.ts'
import { clockOf, type Flow, type Input, sizeOfAxis } from './flow.ts'
import { recurrentDraft } from './recurrent-drafts.ts'

/** Columns beyond which a scale alone is not made a dense layer. */
const WIDEST = 4096
/** Levels of residual connections within each other. */
const DEEPEST = 16

/** Layers behind a flow. */
export class Assembly {
  readonly layers: Draft[] = []
  /** Whether the output is the probability of the second of two classes, beside that of the first. */
  twoClasses = false
  private readonly depth: number
  /** A scale and a shift of the columns that no layer has yet. */
  private pending: Affine | null = null
  /** The order of columns that no layer has yet. */
  private order: number[] | null = null
  /** Numbers of the last layer that the file has, and whether more may be taken in. */
  private known = { g: false, b: false, open: false }
  private columns = 0

  constructor(depth: number = 0) {
    this.depth = depth
  }

  /** Adds the layers between a flow and one above it. */
  between(base: Flow, top: Flow): this {
    this.columns = columnsOf(base)
    const flows: Exclude<Flow, Input>[] = []
    for (let at = top; at !== base; at = at.parent) {
      if (at.op === 'input') throw new FormatError(`a part of the graph does not begin where it should`)
      flows.push(at)
    }
    const upwards = withoutLogarithm(flows.reverse())
    upwards.forEach((flow, i) => {
      this.add(flow, upwards[i + 1], upwards.slice(i + 1))
    })
    this.flush()
    return this
  }

  private refuse(flow: Exclude<Flow, Input>, reason: string): never {
    throw new FormatError(`the node ${describe(flow.node)} ${reason}`)
  }

  private add(flow: Exclude<Flow, Input>, next: Flow | undefined, rest: readonly Flow[]): void {
    switch (flow.op) {
      case 'linear':
        this.linear(flow.weights, flow.units)
        break
      case 'affine':
        this.affine(flow)
        break
      case 'activation':
        this.activation(flow.name)
        break
      case 'norm':
        this.norm(flow)
        break
      case 'recurrent':
        this.recurrent(flow, rest)
        break
      case 'direction':
        this.direction(flow)
        break
      case 'frameStack':
        this.frameStack(flow)
        break
      case 'residual':
        this.residual(flow)
        break
      case 'twoClasses':
        if (next !== undefined) this.refuse(flow, 'gives two classes that are not the output')
        this.twoClasses = true
        break
      case 'marked':
      case 'merged':
        break
      default:
        this.pool(flow)
    }
  }

  private push(draft: Draft, known: Partial<Assembly['known']> = {}): void {
    this.layers.push(draft)
    this.columns = draft.outputs
    this.known = { g: false, b: false, open: false, ...known }
  }

  private linear(weights: FloatArray, units: number): void {
    const ordered = this.ordered(weights, units)
    const { W, b } = below(this.pending ?? { scale: null, shift: null }, { W: ordered }, this.columns, units)
    this.pending = null
    this.push(dense(W, b, this.columns, units), { b: b !== null, open: true })
  }

  /** Rows of weights in the order in which columns stand here. */
  private ordered(weights: FloatArray, units: number): FloatArray {
    const { order } = this
    if (order === null) return weights
    this.order = null
    const out = new Float32Array(weights.length)
    order.forEach((own, at) => {
      out.set(weights.subarray(at * units, (at + 1) * units), own * units)
    })
    return out
  }

  private get last(): Draft | undefined {
    return this.layers[this.layers.length - 1]
  }

  private affine(flow: Affine): void {
    const { last, known } = this
    if (this.pending === null && known.open && last?.type === 'dense') {
      above(last, flow, known.b)
      this.known.b = true
    } else if (this.pending === null && known.open && last?.type === 'layerNorm') {
      aboveNorm(last, flow, known)
      this.known.g ||= flow.scale !== null
      this.known.b ||= flow.shift !== null
    } else this.pending = composed(this.pending ?? { scale: null, shift: null }, flow)
  }

  /** Makes a layer of a scale that no other layer took in. */
  private flush(activation: string = 'linear'): void {
    const { pending, order, columns } = this
    if (pending === null && order === null && activation === 'linear') return
    if (columns > WIDEST)
      throw new FormatError(`a scale of ${columns} columns without a layer to take it in is too wide`)
    const W = new Float64Array(columns * columns)
    for (let j = 0; j < columns; j++) W[(order?.[j] ?? j) * columns + j] = pending?.scale?.[j] ?? 1
    this.pending = null
    this.order = null
    this.push(dense(W, pending?.shift ?? null, columns, columns, activation))
  }

  private activation(name: string): void {
    const { last, known } = this
    if (this.pending === null && this.order === null && known.open && last?.type === 'dense') {
      last.options.activation = name
      this.known.open = false
    } else this.flush(name)
  }

  private norm({ g, b, epsilon }: Flow & { op: 'norm' }): void {
    this.flush()
    const { columns } = this
    const params = { g: g ?? new Float32Array(columns).fill(1), b: b ?? new Float32Array(columns) }
    const options = { inputs: columns, epsilon: exactly(epsilon) }
    const known = { g: g !== null, b: b !== null, open: true }
    this.push({ type: 'layerNorm', options, params, inputs: columns, outputs: columns }, known)
  }

  private recurrent(flow: Flow & { op: 'recurrent' }, rest: readonly Flow[]): void {
    this.flush()
    const { part, parent } = flow
    const marks = parent.op === 'marked' ? parent.ends.length : 0
    if (parent.op === 'marked' && parent.ends.join() !== ['first', 'last'].slice(0, part.cells.length).join()) {
      this.refuse(flow, 'has marks of frames that are not those of its first steps')
    }
    if (part.reversed) this.refuse(flow, 'runs backward in time alone, which only a Bidirectional layer does here')
    const { merge, index } = usageOf(rest)
    // Of two directions of which the first alone is used, the other is left out.
    const used = index === 0 && part.cells.length === 2 ? { ...part, cells: part.cells.slice(0, 1) } : part
    const draft = recurrentDraft(used, marks, merge)
    if (draft === null) this.refuse(flow, 'has a projection, or a state before its first step, that does not fit')
    this.push(draft)
  }

  /** Of the backward direction alone its columns are taken, by weights 0 and 1. */
  private direction({ index }: Flow & { op: 'direction' }): void {
    if (index === 0) return
    const width = this.columns
    const units = width / 2
    const W = new Float32Array(width * units)
    for (let j = 0; j < units; j++) W[(units + j) * units + j] = 1
    this.push(dense(W, null, width, units))
  }

  private frameStack(flow: Flow & { op: 'frameStack' }): void {
    this.flush()
    const { offsets, step, time, parent } = flow
    const frames = offsets.length
    const clock = clockOf(parent)
    const rows = clock?.time == null ? 1 : dividedUp(clock.time.size, step)
    const places = offsets.map((offset) => offset + frames - 1)
    const isWhole = places.every((place) => place >= 0 && place < frames) && new Set(places).size === frames
    if (!isWhole || rows === null || !same(rows, time.size)) {
      this.refuse(flow, 'takes frames that are not the last ones before each step, as those of a FrameStack')
    }
    const inputs = this.columns
    this.push({ type: 'frameStack', options: { inputs, frames, step }, params: {}, inputs, outputs: frames * inputs })
    if (places.some((place, i) => place !== i)) {
      this.order = places.flatMap((place) => Array.from({ length: inputs }, (_, j) => place * inputs + j))
    }
  }

  private residual(flow: Flow & { op: 'residual' }): void {
    this.flush()
    if (this.depth >= DEEPEST) this.refuse(flow, `is a connection around more than ${DEEPEST} others`)
    const inner = new Assembly(this.depth + 1).between(flow.parent, flow.inner)
    const inputs = this.columns
    const outputs = columnsOf(flow)
    const params = inner.layers.flatMap((layer, i) =>
      Object.entries(layer.params).map(([name, data]) => [`layers.${i}.${name}`, data] as const),
    )
    const layers = inner.layers.map(({ type, options }) => ({ type, options }))
    const { projection } = flow
    const options = { layers, inputs, projection: projection === null ? 'none' : 'linear' }
    const all = { ...Object.fromEntries(params), ...(projection && { projection }) }
    this.push({ type: 'residual', options, params: all, inputs, outputs, inner: inner.layers })
  }

  private pool(flow: Exclude<Flow, Input>): void {
    this.flush()
    const inputs = this.columns
    const push = (type: string, options: Draft['options'] = {}, params: Draft['params'] = {}): void => {
      this.push({ type, options: { inputs, ...options }, params, inputs, outputs: inputs * wider })
    }
    const wider = flow.op === 'pool' ? flow.statistics.length : flow.op === 'attention' ? flow.heads : 1
    if (flow.op === 'ends') push('lastPool', { take: 'finalStates' })
    else if (flow.op === 'frame' && flow.end === 'last')
      push('lastPool', { take: endsInBoth(this.layers) ? 'lastFrame' : 'finalStates' })
    else if (flow.op === 'pool') {
      const { statistics } = flow
      const single = { mean: 'meanPool', max: 'maxPool', sd: 'standardDeviationPool' }
      if (statistics.length === 1) push(single[statistics[0]])
      else push('statisticsPool', { statistics: [...statistics] })
    } else if (flow.op === 'attention') {
      const { W, b, V, units, heads } = flow
      push('attentionPool', { units, heads }, { W, b, V })
    } else if (flow.op === 'frame') {
      this.refuse(
        flow,
        'takes the first frame alone, as graphs do that were unrolled for one frame: export with the time axis free, or the weights by name',
      )
    } else this.refuse(flow, 'is a part of a computation that is no layer here')
  }
}

function columnsOf(flow: Flow): number {
  return sizeOfAxis(flow.columns ?? []) as number
}

/** How the directions of a layer are used by what is behind it. */
function usageOf(rest: readonly Flow[]): { merge: string; index: number | null } {
  for (const flow of rest) {
    if (flow.op === 'merged') return { merge: flow.how, index: null }
    if (flow.op === 'direction') return { merge: 'concatenate', index: flow.index }
    if (flow.op !== 'ends' && flow.op !== 'frame') break
  }
  return { merge: 'concatenate', index: null }
}

/**
 * At the top, log posteriors are posteriors here, and their mean over time, renormalised, is how networks here decide for an utterance
 * anyway.
 */
function withoutLogarithm(flows: Exclude<Flow, Input>[]): Exclude<Flow, Input>[] {
  const at = flows.findIndex(({ op }) => op === 'logSoftmax')
  if (at < 0) return flows
  const [pool, again] = flows.slice(at + 1)
  const softmax: Exclude<Flow, Input> = { ...flows[at], op: 'activation', name: 'softmax' } as never
  const isAlone = at === flows.length - 1
  const isDecision = at === flows.length - 3 && pool.op === 'pool' && pool.statistics.join() === 'mean'
  if (isAlone || (isDecision && again.op === 'activation' && again.name === 'softmax'))
    return [...flows.slice(0, at), softmax]
  return flows
}

/** A number of float32 as its shortest decimal. */
function exactly(value: number): number {
  const short = Number(value.toPrecision(7))
  return Math.fround(short) === value ? short : value
}
