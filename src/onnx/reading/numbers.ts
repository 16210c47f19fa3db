/**
 * Numbers that are known before the model runs, up to the sizes of axes: constants, shapes, and what is computed of them. The elements
 * stand in a table, one for several where they are equal along an axis; `ramps` add a multiple of the index along an axis.
 */
import { FormatError } from '../../core/errors.ts'
import { sizeOf } from '../../core/storage.ts'
import { type Dim, same, shapeText, times } from './dims.ts'

/** Elements of a table: of constants a typed array. */
export type Elements = ArrayLike<Dim>

/** Numbers of a shape. */
export interface Numbers {
  readonly kind: 'numbers'
  readonly type: 'float' | 'int' | 'bool'
  readonly shape: readonly Dim[]
  /** Sizes of the table: that of the shape, or 1 where all elements along an axis are equal. */
  readonly table: readonly number[]
  readonly data: Elements
  /** By how much elements grow along each axis; absent where along none. */
  readonly ramps?: readonly number[]
}

/** Texts, such as names of classes. */
export interface Words {
  readonly kind: 'words'
  readonly shape: readonly number[]
  readonly words: readonly string[]
}

/** A constant. */
export function constant(type: Numbers['type'], shape: readonly number[], data: Elements): Numbers {
  return { kind: 'numbers', type, shape, table: shape, data }
}

/** A list of sizes. */
export function list(sizes: readonly Dim[]): Numbers {
  return { kind: 'numbers', type: 'int', shape: [sizes.length], table: [sizes.length], data: sizes }
}

/** A single number. */
export function scalar(value: Dim, type: Numbers['type'] = 'int'): Numbers {
  return { kind: 'numbers', type, shape: [], table: [], data: [value] }
}

/** The same number everywhere. */
export function uniform(type: Numbers['type'], shape: readonly Dim[], value: Dim): Numbers {
  return { kind: 'numbers', type, shape, table: shape.map(() => 1), data: [value] }
}

/** Room for constants that are computed: what a small file makes of itself by doubling ends here. */
export class Budget {
  private left: number

  constructor(elements: number) {
    this.left = elements
  }

  take(elements: number): void {
    const isCount = Number.isSafeInteger(elements) && elements >= 0
    this.left -= elements
    if (!isCount || !(this.left >= 0))
      throw new FormatError(`${elements} numbers are computed, more than a file of its size needs`)
  }
}

/** An array of the same kind. */
function like(data: Elements, length: number): Dim[] | Float32Array | Float64Array {
  if (Array.isArray(data)) return new Array<Dim>(length).fill(0)
  return (data as Float32Array).BYTES_PER_ELEMENT === 4 ? new Float32Array(length) : new Float64Array(length)
}

/** Distances between neighbours along each axis of a table. */
function strides(table: readonly number[]): number[] {
  const out = new Array<number>(table.length).fill(1)
  for (let i = table.length - 2; i >= 0; i--) out[i] = out[i + 1] * table[i + 1]
  return out
}

/** Elements picked from a table: along each axis of the result, steps of the given size from a first place. */
export function picked(
  budget: Budget,
  data: Elements,
  sizes: readonly number[],
  steps: readonly number[],
  from: number = 0,
): Elements {
  const length = sizeOf(sizes)
  budget.take(length)
  const out = like(data, length)
  const index = sizes.map(() => 0)
  let at = from
  for (let i = 0; i < length; i++) {
    out[i] = data[at]
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += steps[axis]
      if (++index[axis] < sizes[axis]) break
      at -= steps[axis] * sizes[axis]
      index[axis] = 0
    }
  }
  return out
}

/** Axes in another order. */
export function transposed(budget: Budget, x: Numbers, perm: readonly number[]): Numbers {
  const steps = strides(x.table)
  const table = perm.map((axis) => x.table[axis])
  return {
    ...x,
    shape: perm.map((axis) => x.shape[axis]),
    table,
    data: picked(
      budget,
      x.data,
      table,
      perm.map((axis) => steps[axis]),
    ),
    ...(x.ramps && { ramps: perm.map((axis) => (x.ramps as number[])[axis]) }),
  }
}

/** Every `step`th element of an axis from one index on. */
export function sliced(budget: Budget, x: Numbers, axis: number, [from, size, step]: [number, Dim, number]): Numbers {
  const shape = x.shape.map((old, i) => (i === axis ? size : old))
  const ramps = x.ramps?.map((ramp, i) => (i === axis ? ramp * step : ramp))
  const moved = x.ramps === undefined ? 0 : x.ramps[axis] * from
  if (moved !== 0) throw new FormatError('a part of numbers that count along an axis is not read')
  if (x.table[axis] === 1 && !same(x.shape[axis], 1)) return { ...x, shape, ...(ramps && { ramps }) }
  const steps = strides(x.table)
  const table = x.table.map((old, i) => (i === axis ? (size as number) : old))
  const data = picked(
    budget,
    x.data,
    table,
    steps.map((distance, i) => (i === axis ? distance * step : distance)),
    from * steps[axis],
  )
  return { ...x, shape, table, data, ...(ramps && { ramps }) }
}

/** The table over the whole shape, where that is known. */
export function spread(budget: Budget, x: Numbers): Numbers | null {
  if (x.ramps?.some((ramp) => ramp !== 0) || !x.shape.every((size) => typeof size === 'number')) return null
  const shape = x.shape as number[]
  if (shape.every((size, i) => size === x.table[i])) return { ...x, table: shape }
  const steps = strides(x.table)
  const data = picked(
    budget,
    x.data,
    shape,
    steps.map((distance, i) => (x.table[i] === 1 ? 0 : distance)),
  )
  return { ...x, table: shape, data }
}

/** Numbers side by side along an axis; null where that has no form here. */
export function joined(budget: Budget, parts: readonly Numbers[], axis: number): Numbers | null {
  const whole = parts.map((part) => spread(budget, part))
  if (whole.some((part) => part === null)) return null
  const [first] = whole as Numbers[]
  const size = (whole as Numbers[]).reduce((sum, { table }) => sum + table[axis], 0)
  const table = first.table.map((old, i) => (i === axis ? size : old))
  const inner = sizeOf(table.slice(axis + 1))
  budget.take(sizeOf(table))
  const isDims = whole.some((part) => Array.isArray((part as Numbers).data))
  const data = isDims ? new Array<Dim>(sizeOf(table)).fill(0) : like(first.data, sizeOf(table))
  let at = 0
  for (const part of whole as Numbers[]) {
    const width = part.table[axis] * inner
    for (let row = 0; row * width < part.data.length; row++) {
      for (let j = 0; j < width; j++) data[row * size * inner + at + j] = part.data[row * width + j]
    }
    at += width
  }
  return constant(first.type, table, data)
}

/** The shape that two shapes make together; null where they do not fit. */
export function together(a: readonly Dim[], b: readonly Dim[]): Dim[] | null {
  const rank = Math.max(a.length, b.length)
  const out: Dim[] = []
  for (let i = 0; i < rank; i++) {
    const [p, q] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1]
    if (!same(p, q) && !same(p, 1) && !same(q, 1)) return null
    out.push(same(p, 1) ? q : p)
  }
  return out
}

const padded = (values: readonly number[], rank: number, by: number): number[] => [
  ...new Array<number>(rank - values.length).fill(by),
  ...values,
]

/** Numbers computed from two, element by element; null where that has no form here. */
export function combined(
  budget: Budget,
  [a, b]: readonly [Numbers, Numbers],
  type: Numbers['type'],
  of: (p: Dim, q: Dim) => Dim | null,
  ramp: (p: number, q: number) => number | null,
): Numbers | null {
  const shape = together(a.shape, b.shape)
  if (shape === null) return null
  const rank = shape.length
  const tables = [padded(a.table, rank, 1), padded(b.table, rank, 1)]
  const table = tables[0].map((size, i) => Math.max(size, tables[1][i]))
  if (tables.some((own) => own.some((size, i) => size !== 1 && size !== table[i]))) return null
  if (table.some((size, i) => size !== 1 && !same(shape[i], size))) return null
  const [p, q] = tables.map((own, k) => {
    const steps = strides(own).map((distance, i) => (own[i] === 1 ? 0 : distance))
    return picked(budget, k === 0 ? a.data : b.data, table, steps)
  })
  const isDims = Array.isArray(p) || Array.isArray(q)
  const data = isDims ? new Array<Dim>(p.length).fill(0) : new Float64Array(p.length)
  for (let i = 0; i < p.length; i++) {
    const value = of(p[i], q[i])
    if (value === null || (!isDims && typeof value !== 'number')) return null
    data[i] = value
  }
  const slopes = shape.map((_, i) => ramp(rampAt(a, i - rank), rampAt(b, i - rank)))
  if (slopes.includes(null)) return null
  const ramps = slopes as number[]
  return { kind: 'numbers', type, shape, table, data, ...(ramps.some((slope) => slope !== 0) && { ramps }) }
}

/** The ramp of an axis counted from behind. */
function rampAt({ ramps }: Numbers, axis: number): number {
  return ramps?.[ramps.length + axis] ?? 0
}

/** The numbers in another shape; null where that has no form here. */
export function reshaped(budget: Budget, x: Numbers, shape: readonly Dim[]): Numbers | null {
  if (shape.length === x.shape.length && shape.every((size, i) => same(size, x.shape[i]))) return x
  if (x.data.length === 1 && x.ramps === undefined) return uniform(x.type, shape, x.data[0])
  const whole = spread(budget, x)
  if (whole === null || !shape.every((size) => typeof size === 'number')) return null
  if (sizeOf(shape as number[]) !== whole.data.length) return null
  return { ...whole, shape, table: shape as number[] }
}

/** All elements of a shape; null where that has no form here. */
export function count(shape: readonly Dim[]): Dim | null {
  return shape.reduce<Dim | null>((product, size) => (product === null ? null : times(product, size)), 1)
}

/** The elements of a constant of plain numbers; null where some are sizes that are not known. */
export function plain(budget: Budget, x: Numbers): Float32Array | Float64Array | null {
  const whole = spread(budget, x)
  if (whole === null) return null
  const { data } = whole
  if (!Array.isArray(data)) return data as Float64Array
  if (!data.every((value) => typeof value === 'number')) return null
  return Float64Array.from(data as number[])
}

/** Text for errors. */
export function numbersText({ type, shape }: Numbers): string {
  return `${type === 'float' ? 'numbers' : type === 'int' ? 'whole numbers' : 'truth values'} ${shapeText(shape)}`
}
