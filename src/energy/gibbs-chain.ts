import { allocate, floatView } from '../core/array.ts'
import { checkInteger } from '../core/check.ts'
import { counted, Printed } from '../core/printed.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { finiteResult } from '../numerics/overflow.ts'
import type { Random } from '../numerics/random.ts'
import type { Machine } from './machine.ts'

/** Samples visible units with the given means, in units of s; binary ones for a binary machine. */
export function sampleVisibleInto(out: FloatArray, means: FloatArray, binary: boolean, random: Random): void {
  if (binary) random.bernoulliInto(out, means)
  else for (let i = 0; i < out.length; i++) out[i] = means[i] + random.normal()
}

/** Independent Gibbs chains of a model without history: v and h are sampled in turn. */
export class GibbsChains extends Printed {
  /** Number of chains. */
  readonly count: number
  private readonly machine: Machine
  private readonly random: Random
  private readonly v: FloatArray
  private readonly h: FloatArray

  /** Starts from visible states [count, V] in the data's units. @internal */
  constructor(machine: Machine, start: FloatArray, random: Random) {
    super()
    const { visible, hidden } = machine.shape
    this.machine = machine
    this.random = random
    this.count = start.length / visible
    this.v = start.slice()
    this.h = allocate(this.count * hidden, machine.dtype)
    machine.rescale(this.v, -1)
    this.sampleHidden()
  }

  /** Number and size of the chains, which consoles print. */
  override toString(): string {
    const { visible, hidden } = this.machine.shape
    return `GibbsChains: ${counted(this.count, 'chain')} of ${visible} visible and ${hidden} hidden units`
  }

  private sampleHidden(): void {
    const { visible } = this.machine.shape
    this.machine.hiddenProbabilitiesInto(this.h, { data: this.v, offset: 0, stride: visible, rows: this.count })
    this.random.bernoulliInto(this.finite(this.h), this.h)
  }

  /** Returns the numbers; throws where they are not finite, which sampling would hide. */
  private finite(numbers: FloatArray): FloatArray {
    return finiteResult('GibbsChains', numbers, this.machine.parameters, { name: 'the visible states', data: this.v })
  }

  /**
   * Draws v given h, then h given v, `steps` times. Several calls draw as one of all their steps does: between them a
   * program can let the event loop turn, show progress or stop.
   */
  advance(steps = 1): this {
    checkInteger('GibbsChains.advance', 'steps', steps, { min: 0 })
    const { visible, binary } = this.machine.shape
    const cases = { data: this.v, offset: 0, stride: visible, rows: this.count }
    for (let step = 0; step < steps; step++) {
      this.machine.visibleMeansInto(this.v, this.h, this.machine.biases(cases), this.count)
      sampleVisibleInto(this.v, this.v, binary, this.random)
      this.sampleHidden()
    }
    return this
  }

  /** Visible states [count, V], a copy. */
  get visible(): FloatNdArray {
    const out = this.v.slice()
    this.machine.rescale(out, 1)
    return floatView(this.finite(out), [this.count, this.machine.shape.visible])
  }

  /** Hidden states [count, H] given them, a copy. */
  get hidden(): FloatNdArray {
    return floatView(this.h.slice(), [this.count, this.machine.shape.hidden])
  }
}
