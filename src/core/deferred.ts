/**
 * Arrays whose numbers are read, or computed, whenever they are looked at, and are not kept: features of more recordings
 * than memory should hold. They have the type and the values of other arrays; code that takes `data` once, uses it and lets it
 * go needs not know of them.
 */

import { rowMajorStride } from './storage.ts'
import type { Dtype, FloatArray, FloatNdArray } from './types.ts'
import { StridedMembers } from './view.ts'

/** Enough for a mini-batch, and for several looks at one array in a row. */
const MOST_BYTES = 4 * 2 ** 20

/** Numbers of one element type that are kept outside of memory. */
export interface FarNumbers {
  /** Adds numbers at the end; false where there is no room for them. */
  append(values: FloatArray): boolean
  /** Copies `length` numbers from index `from` on to out[at ..]. */
  readInto(out: FloatArray, at: number, from: number, length: number): void
  close(): void
}

/** The arrays that were made last, up to a number of bytes; the one made first gives way. */
export class HeldArrays {
  /** Bytes of all arrays that are kept. */
  bytes = 0
  /** A place outside of memory for numbers that are computed of all the arrays; null where there is none. */
  readonly far: () => FarNumbers | null
  private readonly arrays = new Map<object, FloatArray>()
  private readonly most: number
  /** Memory of the last look; null while one has it. */
  private spare: ArrayBuffer | null = null

  constructor(most: number = MOST_BYTES, far: () => FarNumbers | null = () => null) {
    this.most = most
    this.far = far
  }

  /** The array of an owner, made where it is not kept. */
  get(owner: object, make: () => FloatArray): FloatArray {
    const kept = this.arrays.get(owner)
    if (kept !== undefined) return kept
    const made = make()
    this.arrays.set(owner, made)
    this.bytes += made.byteLength
    for (const [first, { byteLength }] of this.arrays) {
      if (this.bytes <= this.most) break
      this.arrays.delete(first)
      this.bytes -= byteLength
    }
    return made
  }

  /**
   * Calls `use` with the array of an owner, where it is not kept in memory that the next look is given again: arrays that each look
   * makes anew wait for their collection, tens of megabytes of them.
   */
  lend<R>(owner: object, bytes: number, fill: (buffer: ArrayBuffer) => FloatArray, use: (data: FloatArray) => R): R {
    const kept = this.arrays.get(owner)
    if (kept !== undefined) return use(kept)
    const buffer = this.spare !== null && this.spare.byteLength >= bytes ? this.spare : new ArrayBuffer(bytes)
    this.spare = null
    try {
      return use(fill(buffer))
    } finally {
      this.spare = buffer
    }
  }
}

/** A row-major array whose numbers `make` makes whenever `data` is looked at; always the same ones. */
export class DeferredArray extends StridedMembers<FloatArray> {
  readonly held: HeldArrays
  private readonly type: Dtype
  private readonly make: () => FloatArray

  constructor(shape: number[], dtype: Dtype, held: HeldArrays, make: () => FloatArray) {
    super(shape, rowMajorStride(shape), 0)
    this.type = dtype
    this.held = held
    this.make = make
  }

  /** A mark to be known by: bundles of code that only asks then have none of this class. */
  get isDeferred(): true {
    return true
  }

  get data(): FloatArray {
    return this.held.get(this, this.make)
  }

  override get dtype(): Dtype {
    return this.type
  }

  /** Calls `use` with the numbers, which it must not keep. */
  lend<R>(use: (data: FloatArray) => R): R {
    return use(this.data)
  }

  /** @throws TypeError, for the number would be lost */
  override set(): never {
    throw new TypeError('the array is read from a file, or computed, whenever it is looked at: write to a copy of it')
  }

  /** Another array that is made whenever it is looked at, and kept for as long as this one would be. */
  derived(shape: number[], dtype: Dtype, make: () => FloatArray): DeferredArray {
    return new DeferredArray(shape, dtype, this.held, make)
  }

  /** The array with another element type, to which `convert` converts it. */
  as(dtype: Dtype, convert: () => FloatArray): DeferredArray {
    return dtype === this.type ? this : this.derived(this.shape, dtype, convert)
  }
}

/** A packed matrix of a {@link DeferredArray}. */
export class DeferredMatrix {
  readonly rows: number
  readonly cols: number
  readonly source: DeferredArray

  constructor(source: DeferredArray) {
    this.source = source
    this.rows = source.shape[0]
    this.cols = source.shape[1]
  }

  get data(): FloatArray {
    return this.source.data
  }

  get view(): FloatNdArray {
    return this.source as unknown as FloatNdArray
  }

  lend<R>(use: (data: FloatArray) => R): R {
    return this.source.lend(use)
  }
}

/** Calls `use` with the numbers of an array or matrix, which it must not keep: those in a file are read for its time alone. */
export function lookAt<R>(x: object & { data: FloatArray }, use: (data: FloatArray) => R): R {
  return 'lend' in x ? (x as DeferredArray | DeferredMatrix).lend(use) : use(x.data)
}

/** Whether the numbers of an array are made whenever they are looked at. */
export function isDeferred(value: unknown): value is DeferredArray {
  return (value as Partial<DeferredArray> | null | undefined)?.isDeferred === true
}

/** The result of a function of the array x; where x is deferred, so is the result, which the function makes again. */
export function following(x: unknown, compute: () => FloatNdArray): FloatNdArray {
  const made = compute()
  if (!isDeferred(x) || isDeferred(made)) return made
  const derived = x.derived([...made.shape], made.dtype as Dtype, () => compute().data)
  return derived as unknown as FloatNdArray
}

/** A place outside of memory for numbers computed of all the matrices; null where some are in memory. */
export function farFrom(matrices: readonly object[]): FarNumbers | null {
  const [first] = matrices
  const all = matrices.every((matrix) => matrix instanceof DeferredMatrix)
  return all && first instanceof DeferredMatrix ? first.source.held.far() : null
}
