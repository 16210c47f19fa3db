/** Energy models: hidden probabilities, reconstructions, forecasts. */
import { exp } from '../../core/elementary.ts'
import type { FloatArray } from '../../core/types.ts'
import type { CRBM } from '../../energy/crbm.ts'
import type { DBN } from '../../energy/dbn.ts'
import type { GaussianRBM } from '../../energy/gaussian-rbm.ts'
import { PREDICTION_ITERATIONS } from '../../energy/prediction.ts'
import type { RBM } from '../../energy/rbm.ts'
import type { StackedCRBM } from '../../energy/stacked-crbm.ts'
import { kernels } from '../../kernels/index.ts'
import type { Graph, Value } from '../graph.ts'
import { gathered } from '../layers/frame-stack.ts'
import type { Sequences, Steps } from '../steps.ts'
import { asItIs, chained, type Exported, type Part } from './exported.ts'

type Restricted = RBM | GaussianRBM
/** Any of the models, for its parameters. */
type Weighted = Pick<RBM, 'params' | 'visible' | 'hidden'>

function numbers({ params }: Weighted, name: string): FloatArray {
  return params[name].data as FloatArray
}

/** A matrix [rows, columns] turned. */
function turned(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]
  return out
}

/** x M + b, with constants. */
function affine(graph: Graph, x: Value, name: string, m: FloatArray, shape: number[], b: FloatArray): Value {
  const product = graph.node('MatMul', [x, graph.floats(name, m, shape)])
  return graph.node('Add', [product, graph.floats(`${name}.bias`, b)])
}

/** Standard deviations of the visible units; null where they are 1. */
function deviations({ params }: Restricted): Float64Array | null {
  return 'logSigma' in params ? Float64Array.from(params.logSigma.data as FloatArray, exp) : null
}

/** P(h = 1 | x) = sigm(c + (x / s) W) of rows. */
function hiddenOf(model: Restricted): Part {
  const { visible: V, hidden: H } = model
  const s = deviations(model)
  const W = Float64Array.from(numbers(model, 'W'), (w, at) => w / (s?.[Math.floor(at / H)] ?? 1))
  return (graph, x) => {
    const z = affine(graph, x.value, 'W', W, [V, H], numbers(model, 'c'))
    return { ...x, value: graph.node('Sigmoid', [z]), columns: H }
  }
}

/** E[x | h]: sigm(b + W h) of binary units, b + s W h of Gaussian ones. */
function visibleOf(model: Restricted, binary: boolean): Part {
  const { visible: V, hidden: H } = model
  const s = deviations(model)
  const W = turned(numbers(model, 'W'), V, H).map((w, at) => w * (s?.[at % V] ?? 1))
  return (graph, h) => {
    const z = affine(graph, h.value, 'W.visible', W, [H, V], numbers(model, 'b'))
    return { ...h, value: binary ? graph.node('Sigmoid', [z]) : z, columns: V }
  }
}

const facts = (kind: string, options: object): Record<string, string> => ({
  model: kind,
  options: JSON.stringify(options),
})

/** An `RBM` or a `GaussianRBM`, whose cases are rows: `transform` (standard), `reconstruct`. */
export function ofRestricted(kind: 'RBM' | 'GaussianRBM'): (where: string, model: Restricted) => Exported {
  return (_, model) => ({
    ...{ inputs: model.visible, sequences: false, trunk: hiddenOf(model), standard: ['transform'] },
    outputs: { transform: asItIs, reconstruct: visibleOf(model, kind === 'RBM') },
    metadata: facts(kind, model.state().options),
  })
}

/** A `DBN`: `transform` (standard), `reconstruct`. */
export function ofDbn(_: string, model: DBN): Exported {
  const { layers } = model
  const down = layers.map((layer, i) => visibleOf(layer, i > 0 || !('standardDeviations' in layer))).reverse()
  return {
    ...{ inputs: layers[0].visible, sequences: false, standard: ['transform'] },
    trunk: chained(layers.map(hiddenOf), 'layers'),
    outputs: { transform: asItIs, reconstruct: chained(down, 'down') },
    metadata: facts('DBN', model.state().options),
  }
}

/** Frames with the `order` before them side by side, the newest first; the first frames see their first repeated. */
function withHistory(x: Sequences, order: number): Sequences {
  const steps = x.steps as Steps
  const offsets = Array.from({ length: order + 1 }, (_, k) => -k)
  return { ...gathered(x, { step: 1, offsets }, steps.time, steps.lengths), steps }
}

/** P(h_t = 1 | x_t, history) = sigm(c + B hist + x W), for every frame. */
function hiddenOfFrames(model: CRBM): Part {
  const { visible: V, hidden: H, order } = model
  const B = turned(numbers(model, 'B'), H, order * V)
  const W = new Float64Array((order + 1) * V * H)
  W.set(numbers(model, 'W'))
  W.set(B, V * H)
  return (graph, x) => {
    const z = affine(graph, withHistory(x, order).value, 'WB', W, [(order + 1) * V, H], numbers(model, 'c'))
    return { value: graph.node('Sigmoid', [z]), columns: H, steps: x.steps }
  }
}

/** Frames t >= n: their histories, and as many rows less. */
function histories(graph: Graph, x: Sequences, order: number): Sequences {
  const steps = x.steps as Steps
  const less = (count: Value): Value => graph.node('Sub', [count, graph.ints([order])])
  const lengths = steps.lengths === null ? null : graph.node('Max', [less(steps.lengths), graph.ints([0])])
  const offsets = Array.from({ length: order }, (_, k) => -1 - k)
  // Their rows are those of the frames before the last, which are all there.
  return gathered(x, { first: order, step: 1, offsets }, less(steps.time), lengths)
}

/** The mean-field iteration, see `energy/prediction.ts`. */
function forecast(model: CRBM): Part {
  return (graph, x) => {
    const { visible: V, hidden: H, order } = model
    const n = order * V
    const history = histories(graph, x, order)
    const b = affine(graph, history.value, 'A', turned(numbers(model, 'A'), V, n), [n, V], numbers(model, 'b'))
    const c = affine(graph, history.value, 'B', turned(numbers(model, 'B'), H, n), [n, H], numbers(model, 'c'))
    const binary = model.state().options.visibles === 'binary'
    const value = binary ? binaryForecast(graph, model, b, c) : linearForecast(graph, model, b, c)
    return { ...history, value, columns: V }
  }
}

/** x = sigm(bt + W m), m <- sigm(ct + x W), from m = 1/2. */
function binaryForecast(graph: Graph, model: CRBM, b: Value, c: Value): Value {
  const { visible: V, hidden: H } = model
  const W = graph.floats('W', numbers(model, 'W'), [V, H])
  const down = graph.floats('W.visible', turned(numbers(model, 'W'), V, H), [H, V])
  const halves = graph.node('Add', [b, graph.floats('W.halves', rowSums(model), [V])])
  let x = graph.node('Sigmoid', [halves])
  for (let i = 0; i < PREDICTION_ITERATIONS; i++) {
    const m = graph.node('Sigmoid', [graph.node('Add', [graph.node('MatMul', [x, W]), c])])
    x = graph.node('Sigmoid', [graph.node('Add', [graph.node('MatMul', [m, down]), b])])
  }
  return x
}

/** W m of m = 1/2. */
function rowSums(model: CRBM): Float64Array {
  const { visible: V, hidden: H } = model
  const W = numbers(model, 'W')
  return Float64Array.from({ length: V }, (_, i) => {
    let sum = 0
    for (let j = 0; j < H; j++) sum += W[i * H + j] / 2
    return sum
  })
}

/**
 * x = bt + W m is linear, so that m <- sigm(ct + x W + |W_j|^2 (1/2 - m_j)) is m <- sigm(a + G m) with a = ct + bt W + |W_j|^2 / 2 and
 * G = W'W without its diagonal.
 */
function linearForecast(graph: Graph, model: CRBM, b: Value, c: Value): Value {
  const { visible: V, hidden: H } = model
  const W = Float64Array.from(numbers(model, 'W'))
  const squares = new Float64Array(H * H)
  kernels.gemm(squares, 0, H, W, 0, H, true, W, 0, H, false, H, H, V, 1, 0)
  const own = Float64Array.from({ length: H }, (_, j) => squares[j * H + j] / 2)
  for (let j = 0; j < H; j++) squares[j * H + j] = 0
  const G = graph.floats('G', squares, [H, H])
  const seen = graph.node('MatMul', [b, graph.floats('W', W, [V, H])])
  const a = graph.node('Add', [graph.node('Add', [seen, c]), graph.floats('G.own', own)])
  const start = Float64Array.from({ length: H }, (_, j) => {
    let sum = 0
    for (let i = 0; i < H; i++) sum += squares[i * H + j] / 2
    return sum
  })
  let m = graph.node('Sigmoid', [graph.node('Add', [a, graph.floats('G.halves', start)])])
  for (let i = 1; i < PREDICTION_ITERATIONS; i++) {
    m = graph.node('Sigmoid', [graph.node('Add', [graph.node('MatMul', [m, G]), a])])
  }
  const down = graph.node('MatMul', [m, graph.floats('W.visible', turned(W, V, H), [H, V])])
  return graph.node('Add', [b, down])
}

/** A `CRBM`: `transform` and `predictNext`, both unless others are asked for. */
export function ofCrbm(_: string, model: CRBM): Exported {
  return {
    ...{ inputs: model.visible, sequences: true, trunk: asItIs, standard: ['transform', 'predictNext'] },
    outputs: {
      transform: hiddenOfFrames(model),
      predictNext: (graph, x) => graph.within('predictNext', () => forecast(model)(graph, x)),
    },
    metadata: facts('CRBM', model.state().options),
  }
}

/** The hidden probabilities of the top model of a stack. */
export function transformOf({ layers }: StackedCRBM): Part {
  return chained(layers.map(hiddenOfFrames), 'layers')
}

/** A `StackedCRBM`: `transform`. */
export function ofStackedCrbm(_: string, model: StackedCRBM): Exported {
  return {
    ...{ inputs: model.layers[0].visible, sequences: true, trunk: transformOf(model), standard: ['transform'] },
    outputs: { transform: asItIs },
    metadata: facts('StackedCRBM', model.state().options),
  }
}
