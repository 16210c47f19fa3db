/** Linear convolution of a signal that arrives in chunks: overlap-add of blocks that begin at fixed places. */
import { joined } from '../core/storage.ts'
import { convolve } from './convolution.ts'
import type { SoundProcessor } from './sound.ts'

/** Least samples of a block. */
const BLOCK = 4096

/**
 * x * h from the sample `skip` on, the same bits for chunks of any size.
 *
 * @param tail - samples of the result behind the end of x, at most h.length - 1 - skip
 */
export class BlockConvolution implements SoundProcessor {
  readonly sampleRate: number
  private readonly h: Float64Array
  private readonly block: Float64Array
  private filled = 0
  /** Sums of earlier blocks, from the first sample of the present one on. */
  private carried: Float64Array
  private left: number
  private readonly tail: number

  constructor(sampleRate: number, h: Float64Array, skip: number, tail: number) {
    this.sampleRate = sampleRate
    this.h = h
    this.block = new Float64Array(Math.max(BLOCK, h.length))
    this.carried = new Float64Array(h.length - 1)
    this.left = skip
    this.tail = tail + skip
  }

  push(chunk: Float64Array): Float64Array {
    const { block } = this
    const done: Float64Array[] = []
    for (let from = 0; from < chunk.length; ) {
      const taken = chunk.subarray(from, from + block.length - this.filled)
      block.set(taken, this.filled)
      this.filled += taken.length
      from += taken.length
      if (this.filled === block.length) done.push(this.next(block, block.length))
    }
    return joined(done)
  }

  flush(): Float64Array {
    return this.next(this.block.subarray(0, this.filled), this.filled + this.tail)
  }

  /** The first `count` samples of the result of a block; the rest is carried. */
  private next(block: Float64Array, count: number): Float64Array {
    const { carried, h } = this
    const sums = block.length > 0 ? convolve(block, h) : new Float64Array(h.length - 1)
    for (let n = 0; n < carried.length; n++) sums[n] += carried[n]
    this.carried = sums.slice(block.length)
    this.filled = 0
    const skipped = Math.min(this.left, count)
    this.left -= skipped
    return sums.slice(skipped, count)
  }
}
