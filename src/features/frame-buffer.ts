/** Cuts a signal that arrives in chunks into frames. */
import { checkInteger } from '../core/check.ts'
import type { StreamMemory } from '../core/stream-state.ts'
import type { FloatArray } from '../core/types.ts'
import { type FrameSettings, type FrameSource, paddingOf } from './frames.ts'
import { MirroredFrames } from './mirrored-frames.ts'

/**
 * Called with frames that begin at `data[start]`, `data[start + step]` and so on; samples from `end` on are padding.
 */
type Visit = (data: Float64Array, start: number, frames: number, end: number) => void

/** Creates a buffer of at least `capacity` samples that visits as many frames at once as fit. */
export function createFrameBuffer(settings: FrameSettings, visit: Visit, capacity = 0): FrameSource {
  if (!settings.mirrored) return new FrameBuffer(settings, visit, capacity)
  // Mirrored samples before the first arrive as samples, so only zeros of a centred frame need a margin.
  const margin = Math.min(0, settings.margin)
  return new MirroredFrames(settings, new FrameBuffer({ ...settings, margin }, visit, capacity))
}

/**
 * A buffer of fixed size that slides along the signal. Positions count from the first sample of the first frame, so
 * that the margin of centred frames is at 0, and samples that no frame uses may come before. The sample before the next
 * frame is kept too, for pre-emphasis.
 */
class FrameBuffer implements FrameSource {
  readonly mostFrames: number
  private readonly settings: FrameSettings
  private readonly visit: Visit
  private readonly data: Float64Array
  /** Position of `data[0]`. */
  private base = 0
  private filled = 0
  /** Position of the next frame. */
  private next = 0

  constructor(settings: FrameSettings, visit: Visit, capacity: number) {
    this.settings = settings
    this.visit = visit
    this.data = new Float64Array(Math.max(capacity, 2 * (settings.reach + 1) + settings.step))
    this.mostFrames = 1 + Math.floor((this.data.length - settings.reach) / settings.step)
    this.reset()
  }

  reset(): void {
    this.data.fill(0)
    this.base = Math.min(0, this.settings.margin)
    this.filled = Math.max(0, this.settings.margin)
    this.next = 0
  }

  get memory() {
    const { base, filled, next, data } = this
    return { base: base - Math.min(0, this.settings.margin), filled, next, data } satisfies StreamMemory
  }

  recall(memory: StreamMemory): void {
    const { base, filled, next, data } = memory as FrameBuffer['memory']
    this.filled = checkInteger('restore', 'state.memory.filled', filled, { max: this.data.length })
    this.base = base + Math.min(0, this.settings.margin)
    this.next = next
    this.data.set(data)
  }

  append(samples: FloatArray): void {
    this.take(samples, Number.POSITIVE_INFINITY)
  }

  finish(samples: number): void {
    this.take(new Float64Array(paddingOf(samples, this.settings)), this.base + this.filled)
  }

  private take(samples: FloatArray, endOfSignal: number): void {
    for (let at = 0; at < samples.length; ) {
      if (this.filled === this.data.length) this.slide()
      const count = Math.min(samples.length - at, this.data.length - this.filled)
      this.data.set(count === samples.length ? samples : samples.subarray(at, at + count), this.filled)
      this.rescale(this.filled, this.filled + count)
      this.filled += count
      at += count
      this.visitFrames(endOfSignal)
    }
  }

  private rescale(from: number, to: number): void {
    const { scale } = this.settings
    if (scale !== 1) for (let i = from; i < to; i++) this.data[i] *= scale
  }

  private visitFrames(endOfSignal: number): void {
    const { reach, step } = this.settings
    const rest = this.base + this.filled - this.next - reach
    if (rest < 0) return
    const frames = 1 + Math.floor(rest / step)
    this.visit(this.data, this.next - this.base, frames, Math.min(endOfSignal - this.base, this.filled))
    this.next += frames * step
  }

  /** Drops samples before the one that precedes the next frame; all of them where that frame is beyond the buffer. */
  private slide(): void {
    const dropped = Math.min(Math.max(0, this.next - 1 - this.base), this.filled)
    this.data.copyWithin(0, dropped, this.filled)
    this.base += dropped
    this.filled -= dropped
  }
}
