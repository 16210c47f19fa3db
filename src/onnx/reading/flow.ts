/**
 * Values that the input makes: which layers it went through, and how its axes stand. An axis is a list of atoms, the axes of the layers
 * themselves: of none where its size is 1, of two where axes were joined, as the two directions with their columns.
 */
import type { FloatArray } from '../../core/types.ts'
import type { ActivationName } from '../../layers/activation.ts'
import type { Dim } from './dims.ts'
import { count } from './numbers.ts'
import type { RecurrentPart } from './recurrent-part.ts'

/** An axis of a layer's output, the same object wherever it stands. */
export interface Atom {
  readonly name: string
  readonly size: Dim
}

/** Axes of a value. */
export type Axes = readonly (readonly Atom[])[]

/** The way of a value from the input on; `parent` is what was before. */
export type Flow =
  | Input
  | (Behind & { op: 'linear'; weights: FloatArray; units: number })
  | (Behind & { op: 'affine'; scale: FloatArray | null; shift: FloatArray | null })
  | (Behind & { op: 'activation'; name: ActivationName })
  | (Behind & { op: 'norm'; g: FloatArray | null; b: FloatArray | null; epsilon: number })
  | (Behind & { op: 'recurrent'; part: RecurrentPart })
  | (Behind & { op: 'direction'; index: number })
  | (Behind & { op: 'merged'; how: 'sum' | 'average' })
  | (Behind & { op: 'frame'; end: 'first' | 'last' })
  | (Behind & { op: 'pool'; statistics: readonly PoolName[] })
  | (Behind & { op: 'attention'; W: FloatArray; b: FloatArray; V: FloatArray; units: number; heads: number })
  | (Behind & { op: 'frameStack'; offsets: readonly number[]; step: number; time: Atom })
  | (Behind & { op: 'residual'; inner: Flow; projection: FloatArray | null })
  | (Behind & { op: 'weighted'; scores: Flow })
  | (Behind & { op: 'marked'; ends: readonly ('first' | 'last')[] })
  | (Behind & { op: 'timeSum'; frames: Dim })
  | (Behind & { op: 'ends' | 'oneMinus' | 'twoClasses' | Intermediate })

/** Steps towards a layer that only together are one. */
export type Intermediate =
  | 'logSoftmax'
  | 'timeSoftmax'
  | 'timeVariance'
  | 'fromTimeMean'
  | 'columnMean'
  | 'fromColumnMean'
  | 'square'
  | 'root'

/** Statistics over time. */
export type PoolName = 'mean' | 'max' | 'sd'

/** The input itself. Its last axis has the columns if its size is fixed; else, and for time, what is done with it tells. */
export interface Input {
  op: 'input'
  name: string
  axes: readonly Atom[]
  columns: readonly Atom[] | null
  time: Atom | null
}

/** A flow behind another one. */
export interface Behind {
  parent: Flow
  /** The name of the node, for errors. */
  node: string
  /** The axes of its columns. */
  columns: readonly Atom[]
}

/** A value that the input makes. */
export interface Data {
  readonly kind: 'data'
  readonly flow: Flow
  readonly axes: Axes
  /** Whether the cases stand in the order of their lengths. */
  readonly sorted?: boolean
}

/** Final states of several recurrent layers, one above the other along the first axis. */
export interface States {
  readonly kind: 'states'
  readonly entries: readonly { readonly flow: Flow; readonly index: number }[]
  readonly axes: Axes
  /** Whether the cases stand in the order of their lengths. */
  readonly sorted?: boolean
}

/** The size of an axis; 1 of none. */
export function sizeOfAxis(axis: readonly Atom[]): Dim {
  return count(axis.map(({ size }) => size)) as Dim
}

/** The atom of an axis where it has one of a size other than 1. */
export function only(axis: readonly Atom[]): Atom | null {
  const [first, ...more] = axis.filter(({ size }) => size !== 1)
  return more.length > 0 ? null : (first ?? axis[0] ?? null)
}

/** Whether two axes are the same but for atoms of size 1. */
export function sameAxis(a: readonly Atom[], b: readonly Atom[]): boolean {
  const [p, q] = [a, b].map((axis) => axis.filter(({ size }) => size !== 1))
  return p.length === q.length && p.every((atom, i) => atom === q[i])
}

/** Whether axes are the same, each. */
export function sameAxes(a: Axes, b: Axes): boolean {
  return a.length === b.length && a.every((axis, i) => sameAxis(axis, b[i]))
}

/** The flow whose axis of time this one has: the input, a frame stack; null where sequences have become one row. */
export function clockOf(flow: Flow): Input | (Behind & { op: 'frameStack'; time: Atom }) | null {
  let at = flow
  for (;;) {
    if (at.op === 'input' || at.op === 'frameStack') return at
    if (at.op === 'frame' || at.op === 'pool' || at.op === 'ends' || at.op === 'attention' || at.op === 'timeSum')
      return null
    at = at.parent
  }
}

/** The columns of a flow; null of an input that was not asked yet. */
export function columnsOf(flow: Flow): readonly Atom[] | null {
  return flow.columns
}
