/** Rows of MFCC or log mel energies of a signal that arrives in chunks. */
import type { StreamMemory } from '../core/stream-state.ts'
import type { FloatArray } from '../core/types.ts'
import type { FramePlan } from '../kernels/frame-plan.ts'
import { frameFeatures } from '../kernels/simd/frames.ts'
import { DeltaStream } from './delta-stream.ts'
import { checkHeldRows } from './deltas.ts'
import { createFrameBuffer } from './frame-buffer.ts'
import type { FrameSource } from './frames.ts'
import { optionNames } from './mfcc.ts'
import type { FrontEndSettings } from './mfcc-settings.ts'
import { framePlan } from './plan-frames.ts'

/** Frames, their static features and deltas; takes checked samples. */
export class FrameRows {
  /** Numbers in a row. */
  readonly columns: number
  /** Samples so far. */
  samples = 0
  private readonly settings: FrontEndSettings
  private readonly plan: FramePlan
  private readonly buffer: FrameSource
  private readonly deltas: DeltaStream
  private readonly statics: Float64Array
  private rows: FloatArray[] = []

  /** @throws RangeError for `topDecibels`, which needs the whole clip */
  constructor(where: string, settings: FrontEndSettings) {
    if (settings.topDecibels < Number.POSITIVE_INFINITY) {
      throw new RangeError(
        `${where}: "topDecibels" needs the maximum of the whole clip: set it to "off", or use mfcc on the whole clip`,
      )
    }
    this.settings = settings
    this.plan = framePlan(where, settings)
    const { columns } = this.plan
    this.buffer = createFrameBuffer(settings.frames, (...frames) => this.analyze(...frames))
    this.deltas = new DeltaStream(columns, settings.deltas, settings.dynamics, settings.dtype)
    this.statics = new Float64Array(this.buffer.mostFrames * columns)
    this.columns = columns * (1 + settings.deltas)
  }

  /** Appends samples and returns the rows that they complete. */
  push(samples: FloatArray): FloatArray[] {
    this.samples += samples.length
    this.buffer.append(samples)
    return this.takeRows()
  }

  /** Ends the signal: returns the remaining rows, and is then ready for another signal, also where it throws. */
  flush(where: string): FloatArray[] {
    const { deltas, dynamics } = this.settings
    try {
      this.buffer.finish(this.samples)
      if (deltas > 0) checkHeldRows(where, optionNames, dynamics, this.deltas.rows)
      this.deltas.flush(this.rows)
      return this.takeRows()
    } finally {
      this.reset()
    }
  }

  /** Discards the signal so far. */
  reset(): void {
    this.samples = 0
    this.rows = []
    this.buffer.reset()
    this.deltas.reset()
  }

  /** All that later rows depend on; shares arrays. */
  get memory(): { samples: number; frames: StreamMemory; deltas: StreamMemory } {
    const { samples, buffer, deltas } = this
    return { samples, frames: buffer.memory, deltas: deltas.memory }
  }

  /** Continues from the memory of another of the same settings. */
  recall({ samples, frames, deltas }: FrameRows['memory']): void {
    this.buffer.recall(frames)
    this.deltas.recall(deltas)
    this.samples = samples
  }

  private analyze(data: Float64Array, start: number, frames: number, end: number): void {
    frameFeatures(this.statics, 0, this.plan, data, start, frames, end)
    for (let t = 0; t < frames; t++) this.deltas.push(this.statics, t * this.plan.columns, this.rows)
  }

  private takeRows(): FloatArray[] {
    const { rows } = this
    this.rows = []
    return rows
  }
}
