/** Operators that give constants or pass values on, and those around the cases of a batch. */
import { list, plain, uniform } from '../numbers.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { typeOfElements } from '../tensors.ts'
import { given, sizesOf, unread } from './layout.ts'
import { frameAt } from './parts.ts'
import { stackedFrames } from './selection.ts'

type Inputs = readonly (Value | null)[]

export function constantNode(node: Node, _: Inputs, scene: Scene): Value {
  const tensor = node.tensor('value')
  if (tensor !== undefined) return scene.tensors.read(tensor, node.name)
  const ints = node.has('value_int') ? [node.int('value_int', 0)] : node.ints('value_ints')
  if (ints !== undefined) {
    const numbers = list(ints)
    return node.has('value_int') ? { ...numbers, shape: [], table: [] } : numbers
  }
  if (node.has('value_float')) return uniform('float', [], node.float('value_float', 0))
  if (node.has('value_floats')) return { ...list(node.floats('value_floats')), type: 'float' }
  return scene.refuse(node, 'has a value that is not read')
}

export function constantOfShape(node: Node, inputs: Inputs, scene: Scene): Value {
  const sizes = sizesOf(node, scene, inputs[0])
  const tensor = node.tensor('value')
  const value = tensor === undefined ? uniform('float', [], 0) : scene.tensors.read(tensor, node.name)
  if (value.kind !== 'numbers' || value.data.length !== 1) return scene.refuse(node, 'has a value that is no number')
  return uniform(value.type, sizes, value.data[0])
}

export function identity(node: Node, inputs: Inputs, scene: Scene): Value {
  return given(node, inputs, scene)
}

/** Dropout, which does nothing but in training. */
export function dropout(node: Node, inputs: Inputs, scene: Scene): Value {
  const training = inputs[2]
  if (
    training &&
    !(training.kind === 'numbers' && Array.from(training.data as ArrayLike<number>).every((one) => one === 0))
  ) {
    scene.refuse(node, 'drops numbers, as in training')
  }
  return given(node, inputs, scene)
}

export function cast(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const type = typeOfElements(node.int('to', 0))
  if (x.kind !== 'numbers') {
    if (x.kind === 'data' && type !== 'float') scene.refuse(node, 'makes whole numbers of what the input makes')
    return x
  }
  if (type === undefined || type === 'text')
    return scene.refuse(node, `makes elements of the type ${node.int('to', 0)}`)
  const isCut = x.type === 'float' && type !== 'float'
  if (!isCut) return { ...x, type }
  const data = plain(scene.budget, x) ?? scene.refuse(node, 'makes whole numbers of sizes')
  return {
    ...x,
    type,
    table: x.shape as number[],
    data: data.map((value) => (type === 'bool' ? Number(value !== 0) : Math.trunc(value))),
  }
}

/** One frame, or several side by side, of each case by itself. */
export function gatherND(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  if (x.kind !== 'data' || node.int('batch_dims', 0) !== 1 || x.axes.length !== 3) return unread(node, scene, x)
  const indices = scene.numbers(node, inputs[1], 'indices')
  const { shape, ramps } = indices
  if (shape[shape.length - 1] !== 1) scene.refuse(node, 'takes elements by several indices')
  if (ramps === undefined && indices.data.length === 1 && shape[shape.length - 2] === 1) {
    return frameAt(node, scene, x, 1, indices.data[0], true)
  }
  const inner = <T>(values: readonly T[]): T[] => values.slice(0, -1)
  const apart = { ...indices, shape: inner(shape), table: inner(indices.table), ramps: ramps && inner(ramps) }
  return stackedFrames(node, scene, x, 1, apart)
}

/** The cases of a batch by their lengths, which are all the same here. */
export function topK(node: Node, inputs: Inputs, scene: Scene): (Value | null)[] {
  const x = scene.numbers(node, inputs[0], 'numbers')
  if (x.shape.length !== 1 || x.data.length !== 1) return scene.refuse(node, 'sorts what is not known')
  return [x, { kind: 'order', shape: x.shape }]
}

/** The way back from an order. */
export function scatter(node: Node, inputs: Inputs, scene: Scene): Value {
  const [, order, values] = [0, 1, 2].map((i) => given(node, inputs, scene, i))
  const isBack = order.kind === 'order' && values.kind === 'numbers' && values.ramps?.[0] === 1 && values.data[0] === 0
  return isBack
    ? { kind: 'order back', shape: shapeOf(order) ?? [] }
    : scene.refuse(node, 'puts elements in places that are not known')
}

/** Names of classes, which outputs of networks do not have. */
export function labels(): Value {
  return { kind: 'labels' }
}

/** Probabilities with the names of the classes: the probabilities. */
export function zipMap(node: Node, inputs: Inputs, scene: Scene): Value {
  return given(node, inputs, scene)
}

/** Words on graphs that have another graph inside. */
export function attributeText(of: 'loop' | 'if'): string {
  if (of === 'if')
    return 'chooses between two graphs, of which no layer can be told; export the model without the choice'
  return (
    'runs a graph again and again: Keras writes GRU, SimpleRNN and masked layers so, of which no layer can be told; ' +
    'for a Keras model read its .keras file with fromKeras'
  )
}
