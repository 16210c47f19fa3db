/** The latest numbers of a sequence, such as samples of a sound, by their places in it. */

import type { FloatArray } from '../../core/types.ts'

/** Least room. */
const ROOM = 4096

/** Room for numbers of 32 bits. */
export const floats32 = (length: number): Float32Array => new Float32Array(length)
/** Room for numbers of 64 bits. */
export const floats64 = (length: number): Float64Array => new Float64Array(length)

/** Numbers from the first that was not forgotten to the last that came; the room grows with what is kept. */
export class RecentNumbers<T extends FloatArray = Float32Array> {
  private readonly room: (length: number) => T
  private data: T
  /** Place of `data[0]` in the sequence, and how many there are from there on. */
  private base = 0
  private filled = 0
  /** Place of the first that is still wanted. */
  private wanted = 0

  /** @param room - makes an array of numbers */
  constructor(room: (length: number) => T) {
    this.room = room
    this.data = room(ROOM)
  }

  /** How many came so far. */
  get end(): number {
    return this.base + this.filled
  }

  append(numbers: ArrayLike<number>): void {
    if (this.filled + numbers.length > this.data.length) this.makeRoom(numbers.length)
    this.data.set(numbers, this.filled)
    this.filled += numbers.length
  }

  /** Those from place `from` to before `to`, which the next call of `append` may move. */
  view(from: number, to: number): T {
    return this.data.subarray(from - this.base, to - this.base) as T
  }

  /** Lets go what lies before a place. */
  forget(before: number): void {
    this.wanted = Math.max(this.wanted, Math.min(before, this.end))
  }

  private makeRoom(count: number): void {
    const kept = this.view(this.wanted, this.end)
    const needed = kept.length + count
    if (2 * needed > this.data.length) {
      const larger = this.room(2 * needed)
      larger.set(kept)
      this.data = larger
    } else this.data.copyWithin(0, this.wanted - this.base, this.filled)
    this.filled = kept.length
    this.base = this.wanted
  }
}
