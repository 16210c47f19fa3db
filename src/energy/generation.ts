/** Generation of sequences by conditional models. */
import { allocate, floatView, type Matrix } from '../core/array.ts'
import { RunawayError } from '../core/errors.ts'
import type { Steps } from '../core/steps.ts'
import type { Dtype, FloatArray, FloatNdArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import type { AisProgress } from './annealing.ts'
import type { Cases, Machine } from './machine.ts'
import type { SeedOptions } from './restricted.ts'

/** Options of `generate`. */
export interface GenerateOptions extends SeedOptions {
  /** Gibbs steps per frame. Default 30. */
  steps?: number
  /** Standard deviation of noise on the last frame, from which the Gibbs steps start. Default 0.01. */
  noise?: number
  /**
   * Standard deviation of the noise about the means of linear visible units: 1 is that of the model; 0 (default) takes
   * the means, so that frames vary less than the data or collapse to one frame. Above 0, binary visible units are
   * sampled too, and so are the hidden units of the last step: with 1 the frames are samples of the model.
   */
  visibleNoise?: number
  /**
   * Largest magnitude of a value, beyond which generation counts as diverged. Default: 10 times that of the sequence,
   * at least 10. In a stack it holds for the data; for the models above the lowest it is at least 10.
   */
  limit?: number
  /** Called after each frame. */
  onProgress?: (at: AisProgress) => unknown
  /** Stops after the current frame, where `onProgress` aborts it or, in `generateAsync`, anything does; its reason is thrown. */
  signal?: AbortSignal
}

/** The options of `generate`. */
export const generateOptionNames = ['steps', 'noise', 'visibleNoise', 'limit', 'seed', 'onProgress', 'signal'] as const

/** Frames [frames, V] that `next` draws one by one. */
export function* generating(
  next: () => FloatArray,
  frames: number,
  { visible, dtype }: { visible: number; dtype: Dtype },
): Steps<FloatNdArray, AisProgress> {
  const out = allocate(frames * visible, dtype)
  for (let t = 0; t < frames; t++) {
    out.set(next(), t * visible)
    yield { done: t + 1, all: frames }
  }
  return floatView(out, [frames, visible])
}

/** Settings of the generation of a frame. */
export interface FrameDraw {
  steps: number
  noise: number
  visibleNoise: number
  random: Random
}

/** The call's name for errors, and the limit of values. */
export interface FrameBounds {
  where: string
  limit?: number
}

/** Default `limit` as a multiple of the sequence's largest magnitude. */
export const WIDEST = 10

/** Generates frames one after another from a history. */
export class FrameGenerator {
  private readonly machine: Machine
  /** [n + 1, V] the newest frame first; the first row is the frame being drawn. */
  private readonly frames: FloatArray
  private readonly h: FloatArray
  private readonly v: FloatArray
  private readonly where: string
  private readonly limit: number
  private drawn = 0

  /** Starts from the last n frames of a sequence. */
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
   * The next frame [V], valid until the next call. Starting from the last frame with noise, h is sampled and x set to
   * its mean in turn; at the end x is its mean given the probabilities of h. Taylor, Hinton & Roweis (2006) and the
   * code they published.
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
      // Checked before sampling, which turns NaN into 0.
      lost ||= h.some(Number.isNaN)
      if (step < steps || visibleNoise > 0) random.bernoulliInto(h, h)
      machine.visibleMeansInto(v, h, biases, 1)
      this.addNoise(draw)
      frames.set(v)
    }
    return this.checked(lost)
  }

  /** Samples the visible units from their means if `visibleNoise` asks for it. */
  private addNoise({ visibleNoise, random }: FrameDraw): void {
    const { machine, v } = this
    if (visibleNoise === 0) return
    if (machine.shape.binary) random.bernoulliInto(v, v)
    else for (let i = 0; i < v.length; i++) v[i] += visibleNoise * random.normal()
  }

  /** The frame; throws if it or its hidden units have diverged. */
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
