/** The latest numbers of a sequence, such as samples of a sound, by their places in it. */

/** Least room. */
const ROOM = 4096

/** Numbers from the first that was not forgotten to the last that came; the room grows with what is kept. */
export class RecentNumbers {
  private data: Float32Array = new Float32Array(ROOM)
  /** Place of `data[0]` in the sequence, and how many there are from there on. */
  private base = 0
  private filled = 0
  /** Place of the first that is still wanted. */
  private wanted = 0

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
  view(from: number, to: number): Float32Array {
    return this.data.subarray(from - this.base, to - this.base)
  }

  /** Lets go what lies before a place. */
  forget(before: number): void {
    this.wanted = Math.max(this.wanted, Math.min(before, this.end))
  }

  private makeRoom(count: number): void {
    const kept = this.view(this.wanted, this.end)
    const needed = kept.length + count
    if (2 * needed > this.data.length) {
      const larger = new Float32Array(2 * needed)
      larger.set(kept)
      this.data = larger
    } else this.data.copyWithin(0, this.wanted - this.base, this.filled)
    this.filled = kept.length
    this.base = this.wanted
  }
}
