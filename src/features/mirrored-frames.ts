/** Frames of a signal that is mirrored at its edges (Kaldi's `--snip-edges=false`), from chunks of any size. */
import type { FloatArray } from '../core/types.ts'
import { type FrameSettings, type FrameSource, mirroredIndex, paddingOf } from './frames.ts'

/** The last `most` samples of `before` followed by `samples`, copied. */
function lastOf(before: Float64Array, samples: FloatArray, most: number): Float64Array {
  const fresh = samples.subarray(Math.max(0, samples.length - most))
  const kept = before.subarray(before.length - Math.min(before.length, most - fresh.length))
  const out = new Float64Array(kept.length + fresh.length)
  out.set(kept)
  out.set(fresh, kept.length)
  return out
}

/**
 * Puts mirrored samples before and behind those that a source takes. The first samples wait until there are as many as the
 * first frame needs in its mirror; the last frame's worth of samples is kept for the mirror at the end.
 */
export class MirroredFrames implements FrameSource {
  readonly mostFrames: number
  private readonly settings: FrameSettings
  private readonly source: FrameSource
  private started = false
  /** All samples before the start, then the last of them. */
  private kept: Float64Array = new Float64Array(0)

  /** `source` sees a signal that begins with the first frame. */
  constructor(settings: FrameSettings, source: FrameSource) {
    this.mostFrames = source.mostFrames
    this.settings = settings
    this.source = source
  }

  reset(): void {
    this.started = false
    this.kept = new Float64Array(0)
    this.source.reset()
  }

  append(samples: FloatArray): void {
    if (this.started) {
      this.source.append(samples)
      this.kept = lastOf(this.kept, samples, this.settings.reach)
      return
    }
    // As many as the mirror needs, and no copy of the rest, which may be a whole clip.
    const missing = Math.max(1, this.settings.margin) - this.kept.length
    this.kept = lastOf(this.kept, samples.subarray(0, missing), Number.POSITIVE_INFINITY)
    if (samples.length < missing) return
    this.start()
    this.append(samples.subarray(missing))
  }

  finish(samples: number): void {
    if (samples > 0 && !this.started) this.start()
    const { kept } = this
    const first = samples - kept.length
    const count = samples === 0 ? 0 : paddingOf(samples, this.settings)
    this.source.append(
      Float64Array.from({ length: count }, (_, i) => kept[mirroredIndex(samples + i, samples) - first]),
    )
  }

  private start(): void {
    const { margin, reach } = this.settings
    const { kept } = this
    const length = Math.max(0, margin)
    this.source.append(Float64Array.from({ length }, (_, i) => kept[mirroredIndex(i - margin, kept.length)]))
    this.source.append(kept)
    this.kept = lastOf(kept, new Float64Array(0), reach)
    this.started = true
  }
}
