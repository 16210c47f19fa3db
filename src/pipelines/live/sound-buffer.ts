/** The latest samples of a sound, by their places in it. */

/** Least room, samples. */
const ROOM = 4096

/** Samples from the last that was forgotten to the last that came; the room grows with what is kept. */
export class SoundBuffer {
  private data: Float32Array = new Float32Array(ROOM)
  /** Place of `data[0]` in the sound, and the number of samples from there on. */
  private base = 0
  private filled = 0
  /** Place of the first sample that is still wanted. */
  private wanted = 0

  /** Samples that came so far. */
  get end(): number {
    return this.base + this.filled
  }

  append(samples: ArrayLike<number>): void {
    if (this.filled + samples.length > this.data.length) this.makeRoom(samples.length)
    this.data.set(samples, this.filled)
    this.filled += samples.length
  }

  /** The samples from place `from` to before `to`, which the next call of `append` may move. */
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
