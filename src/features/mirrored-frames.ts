/** Frames of a signal that is mirrored at its edges (Kaldi's `--snip-edges=false`), from chunks of any size. */
import { checkInteger } from '../core/check.ts'
import type { StreamMemory } from '../core/stream-state.ts'
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
 * Passes a signal on to a frame source with mirrored samples before and after it. The first samples are held back until
 * there are enough for the mirror image of the first frame; the last ones are kept for the mirror image at the end.
 */
export class MirroredFrames implements FrameSource {
  readonly mostFrames: number
  private readonly settings: FrameSettings
  private readonly source: FrameSource
  private started = false
  /** All samples until the source has started, then the last ones. */
  private kept: Float64Array = new Float64Array(0)

  /** `source` receives a signal that begins with the first frame. */
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

  get memory(): { started: number; kept: number; data: Float64Array; source: StreamMemory } {
    const { kept, settings, source } = this
    const data = new Float64Array(Math.max(1, settings.margin, settings.reach))
    data.set(kept)
    return { started: Number(this.started), kept: kept.length, data, source: source.memory }
  }

  recall(memory: StreamMemory): void {
    const { started, kept, data, source } = memory as MirroredFrames['memory']
    checkInteger('restore', 'state.memory.kept', kept, { max: data.length })
    this.source.recall(source)
    this.started = started > 0
    this.kept = data.subarray(0, kept)
  }

  append(samples: FloatArray): void {
    if (this.started) {
      this.source.append(samples)
      this.kept = lastOf(this.kept, samples, this.settings.reach)
      return
    }
    // Only as many as the mirror needs: the rest may be a whole clip, which must not be copied.
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
