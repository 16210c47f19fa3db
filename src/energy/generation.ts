/** Sequences drawn from conditional models. */
import { allocate, type Matrix } from '../core/array.ts'
import { RunawayError } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import type { Cases, Machine } from './machine.ts'
import type { SeedOptions } from './restricted.ts'

/** Options of `generate`. */
export interface GenerateOptions extends SeedOptions {
  /** Gibbs steps a frame. Default 30. */
  steps?: number
  /** Standard deviation of what is added to the last frame, where they start. Default 0.01. */
  noise?: number
  /**
   * Standard deviation of the noise that linear visible units are drawn with, about their means: 1 is the model's own, 0 (default)
   * takes the means, after which frames have less spread than the data, or collapse to one frame. Binary units are drawn if it
   * is above 0. Hidden units are then drawn to the last, so that with 1 the frames are draws of the model.
   */
  visibleNoise?: number
  /**
   * Largest magnitude of a value; beyond it the model runs away. Default 10 times that of the sequence, or 10 if that is more. In a
   * stack that of the data; models above the lowest have 10 if that is more.
   */
  limit?: number
}

/** How a frame is drawn. */
export interface FrameDraw {
  steps: number
  noise: number
  visibleNoise: number
  random: Random
}

/** Where frames are generated and how large their values may be. */
export interface FrameBounds {
  where: string
  limit?: number
}

/** Values this many times as large as those of the sequence have run away. */
export const WIDEST = 10

/** Draws one frame after another behind a history. */
export class FrameGenerator {
  private readonly machine: Machine
  /** [n + 1, V] the newest frame first; the first row is the frame being drawn. */
  private readonly frames: FloatArray
  private readonly h: FloatArray
  private readonly v: FloatArray
  private readonly where: string
  private readonly limit: number
  private drawn = 0

  /** Behind the last n frames of a sequence. */
  constructor(machine: Machine, { data, rows, cols }: Matrix, { where, limit }: FrameBounds) {
    const { order, hidden } = machine.shape
    let largest = 1
    for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]))
    this.where = where
    this.limit = limit ?? WIDEST * largest
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
  next(draw: FrameDraw): FloatArray {
    const { steps, noise, visibleNoise, random } = draw
    const { machine, frames, h, v } = this
    const { visible } = machine.shape
    frames.copyWithin(visible, 0)
    for (let i = 0; i < visible; i++) frames[i] += noise * random.normal()
    const cases: Cases = { data: frames, offset: 0, stride: frames.length, rows: 1 }
    const biases = machine.biases(cases)
    let lost = false
    for (let step = 0; step <= steps; step++) {
      machine.hiddenProbabilitiesInto(h, cases, biases)
      // Draws would hide it: NaN gives 0.
      lost ||= h.some(Number.isNaN)
      if (step < steps || visibleNoise > 0) random.bernoulliInto(h, h)
      machine.visibleMeansInto(v, h, biases, 1)
      this.addNoise(draw)
      frames.set(v)
    }
    return this.checked(lost)
  }

  /** The visible units from their means, where they are to be drawn. */
  private addNoise({ visibleNoise, random }: FrameDraw): void {
    const { machine, v } = this
    if (visibleNoise === 0) return
    if (machine.shape.binary) random.bernoulliInto(v, v)
    else for (let i = 0; i < v.length; i++) v[i] += visibleNoise * random.normal()
  }

  /** The frame, unless it or the hidden units behind it have run away. */
  private checked(lost: boolean): FloatArray {
    const { where, limit, v, drawn } = this
    const at = v.findIndex((value) => !(Math.abs(value) <= limit))
    this.drawn++
    if (at < 0 && !lost) return v
    const found = at < 0 ? 'NaN in the hidden units' : `${v[at]} in column ${at}, beyond ${limit}`
    const remedy = 'train with a smaller learning rate or more weight decay on A (see spectralRadius), or raise "limit"'
    throw new RunawayError(`${where}: frame ${drawn} reached ${found}: the model runs away; ${remedy}`, drawn)
  }

  /** The next frame given hidden states [H], its mean or a draw, valid until the next call. */
  given(h: FloatArray, draw: FrameDraw): FloatArray {
    const { machine, frames, v } = this
    frames.copyWithin(machine.shape.visible, 0)
    const biases = machine.biases({ data: frames, offset: 0, stride: frames.length, rows: 1 })
    machine.visibleMeansInto(
      v,
      h.map((p) => Math.min(Math.max(p, 0), 1)),
      biases,
      1,
    )
    this.addNoise(draw)
    frames.set(v)
    return this.checked(false)
  }
}
