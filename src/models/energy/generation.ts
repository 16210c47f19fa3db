/** Sequences drawn from conditional models. */
import { allocate, type Matrix } from '../../core/array.ts'
import type { FloatArray } from '../../core/types.ts'
import type { Random } from '../../numerics/random.ts'
import type { Cases, Machine } from './machine.ts'
import type { SeedOptions } from './restricted.ts'

/** Options of `generate`. */
export interface GenerateOptions extends SeedOptions {
  /** Gibbs steps a frame. Default 30. */
  steps?: number
  /** Standard deviation of what is added to the last frame, where they start. Default 0.01. */
  noise?: number
}

/** How a frame is drawn. */
export interface FrameDraw {
  steps: number
  noise: number
  random: Random
}

/** Draws one frame after another behind a history. */
export class FrameGenerator {
  private readonly machine: Machine
  /** [n + 1, V] the newest frame first; the first row is the frame being drawn. */
  private readonly frames: FloatArray
  private readonly h: FloatArray
  private readonly v: FloatArray

  /** Behind the last n frames of a sequence. */
  constructor(machine: Machine, { data, rows, cols }: Matrix) {
    const { order, hidden } = machine.shape
    this.machine = machine
    this.frames = allocate((order + 1) * cols, machine.dtype)
    for (let back = 0; back < order; back++) {
      const from = (rows - 1 - back) * cols
      this.frames.set(data.subarray(from, from + cols), back * cols)
    }
    this.h = allocate(hidden, machine.dtype)
    this.v = allocate(cols, machine.dtype)
  }

  /**
   * The next frame [V], valid until the next call: from the last frame with noise, alternately h is drawn and x set to its mean;
   * then x is its mean given the probabilities of h. Taylor, Hinton & Roweis (2006) and the code they published.
   */
  next({ steps, noise, random }: FrameDraw): FloatArray {
    const { machine, frames, h, v } = this
    const { visible } = machine.shape
    frames.copyWithin(visible, 0)
    for (let i = 0; i < visible; i++) frames[i] += noise * random.normal()
    const cases: Cases = { data: frames, offset: 0, stride: frames.length, rows: 1 }
    const biases = machine.biases(cases)
    for (let step = 0; step <= steps; step++) {
      machine.hiddenProbabilitiesInto(h, cases, biases)
      if (step < steps) random.bernoulliInto(h, h)
      machine.visibleMeansInto(v, h, biases, 1)
      frames.set(v)
    }
    return v
  }

  /** The next frame as its mean given hidden states [H], valid until the next call. */
  given(h: FloatArray): FloatArray {
    const { machine, frames, v } = this
    frames.copyWithin(machine.shape.visible, 0)
    const biases = machine.biases({ data: frames, offset: 0, stride: frames.length, rows: 1 })
    machine.visibleMeansInto(
      v,
      h.map((p) => Math.min(Math.max(p, 0), 1)),
      biases,
      1,
    )
    frames.set(v)
    return v
  }
}
