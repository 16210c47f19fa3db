/** Rows of a front end for stretches of a sound that comes in parts. */
import { floatView } from '../../core/array.ts'
import type { FloatArray, FloatNdArray } from '../../core/types.ts'
import { resolveFrames } from '../../features/frames.ts'
import { FeatureStream } from '../feature-stream.ts'
import type { SpectralFrontEnd } from '../front-end.ts'
import { floats32, RecentNumbers } from './recent-numbers.ts'

/**
 * The latest rows of `FeatureStream`. A stretch from sample a to before b has the rows t whose frames lie in it:
 * a <= t S and t S + L <= b, for frames of L samples every S.
 */
export class RecentRows {
  private readonly stream: FeatureStream
  private readonly step: number
  private readonly length: number
  private rows: RecentNumbers = new RecentNumbers(floats32)

  constructor(frontEnd: SpectralFrontEnd) {
    const { sampleRate } = frontEnd
    const { step, length } = resolveFrames('frontEnd', { sampleRate })
    this.stream = new FeatureStream({ sampleRate, frontEnd })
    this.step = step
    this.length = length
  }

  push(samples: FloatArray): void {
    for (const row of this.stream.push(samples)) this.rows.append(row)
  }

  /** Ends the sound: all its rows are there. */
  finish(): void {
    for (const row of this.stream.flush()) this.rows.append(row)
  }

  /** Whether the rows are there of whatever ends before a sample. */
  has(end: number): boolean {
    return this.rows.end >= this.lastBefore(end) * this.stream.columns
  }

  /** The rows of a stretch, a copy. */
  between(from: number, to: number): FloatNdArray {
    const { columns } = this.stream
    const [first, end] = [this.firstFrom(from), this.lastBefore(to)]
    return floatView(this.rows.view(first * columns, end * columns).slice(), [end - first, columns])
  }

  /** Lets go the rows that begin before a sample. */
  forget(before: number): void {
    this.rows.forget(this.firstFrom(before) * this.stream.columns)
  }

  private firstFrom(sample: number): number {
    return Math.ceil(sample / this.step)
  }

  /** The number of rows whose frames end at a sample or before. */
  private lastBefore(sample: number): number {
    return Math.max(0, Math.floor((sample - this.length) / this.step) + 1)
  }
}
