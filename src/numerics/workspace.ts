import { allocate } from '../core/array.ts'
import type { Dtype, FloatArray } from '../core/types.ts'

/** Named buffers that grow as needed and are reused between calls, so that training does not allocate. */
export class Workspace {
  private readonly buffers = new Map<string, { all: FloatArray; taken: FloatArray }>()
  readonly dtype: Dtype

  constructor(dtype: Dtype) {
    this.dtype = dtype
  }

  /** A buffer of `length` elements; its contents are whatever the last user of the name left. */
  take(name: string, length: number): FloatArray {
    const kept = this.buffers.get(name)
    if (kept === undefined || kept.all.length < length) {
      const buffer = allocate(length, this.dtype)
      this.buffers.set(name, { all: buffer, taken: buffer })
      return buffer
    }
    // Reuses the view for equal lengths: creating one takes longer than a step of a small layer.
    if (kept.taken.length !== length) kept.taken = kept.all.subarray(0, length)
    return kept.taken
  }
}
