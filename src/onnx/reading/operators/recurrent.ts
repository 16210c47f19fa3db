/** The recurrent operators: LSTM, GRU, RNN. */
import type { FloatArray } from '../../../core/types.ts'
import type { GateActivation } from '../../../layers/lstm.ts'
import type { RecurrentActivation } from '../../../layers/rnn.ts'
import { type Dim, same, shapeText, textOf } from '../dims.ts'
import { type Data, type Flow, sizeOfAxis } from '../flow.ts'
import { plain } from '../numbers.ts'
import type { CellPart, RecurrentPart } from '../recurrent-part.ts'
import type { Node, Scene, Value } from '../scene.ts'
import { dataOf } from './dense.ts'
import { lastColumns, timeAt } from './parts.ts'

type Inputs = readonly (Value | null)[]
type Kind = RecurrentPart['type']

/** Blocks of rows of each operator, and the functions that it takes unless told. */
const kinds: Record<Kind, { gates: number; functions: readonly string[] }> = {
  lstm: { gates: 4, functions: ['Sigmoid', 'Tanh', 'Tanh'] },
  gru: { gates: 3, functions: ['Sigmoid', 'Tanh'] },
  rnn: { gates: 1, functions: ['Tanh'] },
}

/** Functions that take a number alpha, and those that take a second one too. */
const withAlpha = ['affine', 'leakyrelu', 'thresholdedrelu', 'scaledtanh', 'hardsigmoid', 'elu']
const withBeta = ['affine', 'scaledtanh', 'hardsigmoid']
const inner: Record<string, RecurrentActivation> = { tanh: 'tanh', relu: 'relu', sigmoid: 'sigmoid' }

type Activations = Pick<RecurrentPart, 'activation' | 'gateActivation'>

/** The activations of a node, which must be those of a layer here, in both directions the same. */
function activationsOf(node: Node, scene: Scene, type: Kind, directions: number): Activations {
  const { functions } = kinds[type]
  const named = node.texts('activations')
  const all = named.length === 0 ? Array.from({ length: directions }, () => functions).flat() : named
  if (all.length !== functions.length * directions) {
    scene.refuse(node, `has ${all.length} activations, expected ${functions.length * directions}`)
  }
  const [alphas, betas] = [node.floats('activation_alpha'), node.floats('activation_beta')]
  let [a, b] = [0, 0]
  const words = all.map((word) => {
    const name = word.toLowerCase()
    const alpha = withAlpha.includes(name) ? (alphas[a++] ?? 0) : null
    const beta = withBeta.includes(name) ? (betas[b++] ?? 0) : null
    return { name, text: alpha === null ? word : `${word}(${alpha}${beta === null ? '' : `, ${beta}`})`, alpha, beta }
  })
  const own = words.slice(0, functions.length)
  const other = words.slice(functions.length)
  if (other.some(({ text }, i) => text !== own[i].text)) scene.refuse(node, 'has other activations in each direction')
  const gate = type === 'rnn' ? null : own[0]
  const isHard = gate?.name === 'hardsigmoid' && gate.alpha === Math.fround(0.2) && gate.beta === Math.fround(0.5)
  const gateActivation: GateActivation | undefined = isHard
    ? 'hardSigmoid'
    : gate === null || gate.name === 'sigmoid'
      ? 'sigmoid'
      : undefined
  const cells = own.slice(gate === null ? 0 : 1)
  const activation = Object.hasOwn(inner, cells[0].name) ? inner[cells[0].name] : undefined
  const isOne = cells.every(({ name }) => name === cells[0].name)
  const fits =
    activation !== undefined &&
    isOne &&
    (type === 'lstm' || isHard === false) &&
    (type !== 'gru' || activation === 'tanh')
  if (!fits || gateActivation === undefined) {
    return scene.refuse(node, `has the activations ${own.map(({ text }) => text).join(', ')}, which no layer here has`)
  }
  return { activation, gateActivation }
}

/** The numbers of an input of a given shape, by direction; null where there is none. */
function blocks(
  node: Node,
  scene: Scene,
  value: Value | null | undefined,
  name: string,
  shape: readonly number[],
): FloatArray[] | null {
  if (!value) return null
  const numbers = scene.numbers(node, value, `weights ${name}`)
  const data = plain(scene.budget, numbers)
  const fits = numbers.shape.length === shape.length && shape.every((size, i) => numbers.shape[i] === size)
  if (data === null || !fits) {
    return scene.refuse(node, `has ${name} ${shapeText(numbers.shape)}, expected ${shapeText(shape)}`)
  }
  const size = data.length / shape[0]
  return Array.from({ length: shape[0] }, (_, i) => data.subarray(i * size, (i + 1) * size))
}

/** States before the first frame, [d, B, width], the same for every case; null where they are zero. */
function statesOf(
  node: Node,
  scene: Scene,
  value: Value | null | undefined,
  d: number,
  width: number,
): FloatArray[] | null {
  if (!value || value.kind === 'states given') return null
  const numbers = scene.numbers(node, value, 'states before the first frame')
  const { shape, table, data, ramps } = numbers
  const states = shape[2]
  if (shape.length === 3 && typeof states === 'number' && states !== width) scene.refuse(node, unfitText(width, states))
  if (shape.length !== 3 || ramps)
    scene.refuse(node, `has states before the first frame of the shape ${shapeText(shape)}`)
  if (data.length > 0 && Array.from(data as ArrayLike<number>).every((state) => state === 0)) return null
  const cases = table[1]
  const one = plain(scene.budget, { ...numbers, shape: [d, cases, width] })
  if (one === null || one.length !== d * cases * width)
    scene.refuse(node, `has states before the first frame of the shape ${shapeText(shape)}`)
  return Array.from({ length: d }, (_, i) => {
    const all = one.subarray(i * cases * width, (i + 1) * cases * width)
    if (all.some((state, at) => state !== all[at % width]))
      scene.refuse(node, 'has another state before the first frame for each case')
    return all.slice(0, width)
  })
}

/** A hidden size beside another size that should be that, or as many as that times the gates. */
function unfitText(hidden: number, other: Dim): string {
  return (
    `has hidden_size ${hidden} beside a size of ${textOf(other)}, which does not fit: so PyTorch's exporter writes an LSTM with ` +
    'proj_size, whose projection the file has lost; save its state_dict instead'
  )
}

function unitsOf(node: Node, scene: Scene, type: Kind, r: Value | null | undefined): number {
  const shape = scene.numbers(node, r, 'weights R').shape
  const units = shape[2]
  const hidden = node.int('hidden_size', undefined)
  if (shape.length !== 3 || typeof units !== 'number' || units < 1)
    return scene.refuse(node, `has R ${shapeText(shape)}`)
  const rows = kinds[type].gates * units
  if ((hidden !== undefined && hidden !== units) || shape[1] !== rows) {
    return scene.refuse(node, unfitText(hidden ?? units, shape[1]))
  }
  return units
}

function checkAttributes(node: Node, scene: Scene): void {
  if (node.int('layout', 0) !== 0) scene.refuse(node, 'has the batch first (layout 1)')
  if (node.has('clip')) scene.refuse(node, 'clips its cells')
}

function directionsOf(node: Node, scene: Scene): { d: number; reversed: boolean } {
  const direction = node.text('direction', 'forward')
  if (!['forward', 'reverse', 'bidirectional'].includes(direction)) scene.refuse(node, `has the direction ${direction}`)
  return { d: direction === 'bidirectional' ? 2 : 1, reversed: direction === 'reverse' }
}

/** The weights of a node by direction. */
function cellsOf(
  node: Node,
  inputs: Inputs,
  scene: Scene,
  type: Kind,
  sizes: { d: number; D: number; H: number },
): CellPart[] {
  const { d, D, H } = sizes
  const rows = kinds[type].gates * H
  const W = blocks(node, scene, inputs[1], 'W', [d, rows, D]) ?? scene.refuse(node, 'lacks W')
  const R = blocks(node, scene, inputs[2], 'R', [d, rows, H]) ?? scene.refuse(node, 'lacks R')
  const B = blocks(node, scene, inputs[3], 'B', [d, 2 * rows])
  const P = type === 'lstm' ? blocks(node, scene, inputs[7], 'P', [d, 3 * H]) : null
  const h0 = statesOf(node, scene, inputs[5], d, H)
  const c0 = type === 'lstm' ? statesOf(node, scene, inputs[6], d, H) : null
  return W.map((w, i) => ({
    ...{
      W: w,
      R: R[i],
      B: B?.[i] ?? null,
      P: P?.[i] ?? null,
      h0: h0?.[i] ?? null,
      c0: c0?.[i] ?? null,
      projection: null,
    },
  }))
}

/** Lengths that are an input leave no trace; constant ones must be those of whole sequences. */
function checkLengths(node: Node, scene: Scene, lengths: Value | null | undefined, time: Dim): void {
  if (lengths?.kind !== 'numbers') return
  const data = Array.from(lengths.data as ArrayLike<number>)
  if (lengths.ramps || data.some((length) => !same(length, time))) {
    scene.refuse(node, `has fixed lengths in sequences of ${textOf(time)} frames`)
  }
}

/** A recurrent node: all outputs, final outputs, final cells. */
export function recurrent(type: Kind): (node: Node, inputs: Inputs, scene: Scene) => (Value | null)[] {
  return (node, inputs, scene) => {
    const x = dataOf(node, inputs, scene)
    checkAttributes(node, scene)
    if (x.axes.length !== 3) scene.refuse(node, `has an input of ${x.axes.length} axes`)
    timeAt(node, scene, x, 0)
    checkLengths(node, scene, inputs[4], sizeOfAxis(x.axes[0]))
    const { d, reversed } = directionsOf(node, scene)
    const D = lastColumns(node, scene, x)
    const H = unitsOf(node, scene, type, inputs[2])
    const part: RecurrentPart = {
      ...{ type, inputs: D, units: H, reversed, projected: null, ...activationsOf(node, scene, type, d) },
      cells: cellsOf(node, inputs, scene, type, { d, D, H }),
      coupled: node.int('input_forget', 0) !== 0,
      resetAfter: node.int('linear_before_reset', 0) !== 0,
    }
    const columns = [scene.atom('columns', H)]
    const both = scene.atom('directions', d)
    const behind = { parent: x.flow, node: node.name, columns: d === 2 ? [both, ...columns] : columns }
    const rows: Flow = { op: 'recurrent', ...behind, part }
    const ends: Flow = { op: 'ends', ...behind, parent: rows }
    const all: Data = { ...x, flow: rows, axes: [x.axes[0], [both], x.axes[1], columns] }
    return [all, { ...x, flow: ends, axes: [[both], x.axes[1], columns] }, { kind: 'cells' }]
  }
}
