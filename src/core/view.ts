import type { NdArray } from 'ndarray'
import type { NumericData } from './types.ts'

/** The members of `ndarray`'s views, over data of any origin. */
export abstract class StridedMembers<D extends NumericData> {
  abstract readonly data: D
  readonly shape: number[]
  readonly stride: number[]
  readonly offset: number

  constructor(shape: number[], stride: number[], offset: number) {
    this.shape = shape
    this.stride = stride
    this.offset = offset
  }

  get dtype(): string {
    return Array.isArray(this.data) ? 'array' : this.data.constructor.name.replace('Array', '').toLowerCase()
  }

  get dimension(): number {
    return this.shape.length
  }

  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1)
  }

  /** Axes from the smallest stride to the largest. */
  get order(): number[] {
    return this.stride
      .map((stride, axis) => [Math.abs(stride), axis] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, axis]) => axis)
  }

  get T(): NdArray<D> {
    return this.transpose(...this.shape.map((_, axis) => this.dimension - 1 - axis))
  }

  index(...at: number[]): number {
    return at.reduce((position, i, axis) => position + i * this.stride[axis], this.offset)
  }

  get(...at: number[]): number {
    return this.data[this.index(...at)]
  }

  set(...args: number[]): number {
    const value = args[this.dimension]
    this.data[this.index(...args.slice(0, this.dimension))] = value
    return value
  }

  lo(...at: (number | null)[]): NdArray<D> {
    const from = this.shape.map((_, axis) => Math.max(at[axis] ?? 0, 0))
    const shape = this.shape.map((length, axis) => length - from[axis])
    return this.like(shape, this.stride, this.index(...from))
  }

  hi(...at: (number | null)[]): NdArray<D> {
    const shape = this.shape.map((length, axis) => at[axis] ?? length)
    return this.like(shape, this.stride, this.offset)
  }

  step(...by: (number | null)[]): NdArray<D> {
    const steps = this.shape.map((_, axis) => by[axis] ?? 1)
    const shape = this.shape.map((length, axis) => Math.ceil(length / Math.abs(steps[axis])))
    const offset = this.shape.reduce(
      (sum, length, axis) => (steps[axis] < 0 ? sum + this.stride[axis] * (length - 1) : sum),
      this.offset,
    )
    return this.like(
      shape,
      this.stride.map((stride, axis) => stride * steps[axis]),
      offset,
    )
  }

  transpose(...axes: number[]): NdArray<D> {
    const order = this.shape.map((_, axis) => axes[axis] ?? axis)
    return this.like(
      order.map((axis) => this.shape[axis]),
      order.map((axis) => this.stride[axis]),
      this.offset,
    )
  }

  pick(...at: (number | null)[]): NdArray<D> {
    const kept = this.shape.map((_, axis) => axis).filter((axis) => !(typeof at[axis] === 'number' && at[axis] >= 0))
    const offset = this.shape.reduce(
      (sum, _, axis) => (kept.includes(axis) ? sum : sum + this.stride[axis] * (at[axis] as number)),
      this.offset,
    )
    return this.like(
      kept.map((axis) => this.shape[axis]),
      kept.map((axis) => this.stride[axis]),
      offset,
    )
  }

  private like(shape: number[], stride: number[], offset: number): NdArray<D> {
    return new StridedView(this.data, shape, [...stride], offset) as unknown as NdArray<D>
  }
}

/**
 * A strided view with the members of `ndarray`'s views but without generated code: the substitute where a security
 * policy forbids code generation from strings.
 */
export class StridedView<D extends NumericData> extends StridedMembers<D> {
  readonly data: D

  constructor(data: D, shape: number[], stride: number[], offset: number) {
    super(shape, stride, offset)
    this.data = data
  }
}
