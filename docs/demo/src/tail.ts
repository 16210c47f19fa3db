/** The end of a sound that is still needed, by places from the sound's start. */
import { joined } from './joined.ts'

/** Sound to which chunks are appended and from whose start what is no longer needed is dropped. */
export class Tail {
  private samples: Float32Array = new Float32Array(0)
  private first = 0

  /** One more than the place of the last sample. */
  get end(): number {
    return this.first + this.samples.length
  }

  append(chunk: Float32Array): void {
    this.samples = joined([this.samples, chunk], chunk)
  }

  /** The samples from a place on, to another. */
  view(from: number, to: number = this.end): Float32Array {
    return this.samples.subarray(from - this.first, to - this.first)
  }

  forget(before: number): void {
    if (before <= this.first) return
    this.samples = this.samples.slice(before - this.first)
    this.first = before
  }
}
