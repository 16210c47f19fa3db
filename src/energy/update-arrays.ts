/** Arrays of the updates of an energy model, where the kernels compute in place. */
import type { FloatArray } from '../core/types.ts'
import type { CdPass } from '../kernels/cd-pass.ts'
import { kernels } from '../kernels/index.ts'
import type { Room } from '../kernels/types.ts'
import { Workspace } from '../numerics/workspace.ts'
import type { UpdateSettings } from './energy-options.ts'
import type { Machine } from './machine.ts'

/** Cases and chains of a mini-batch. */
export interface BatchSize {
  rows: number
  chains: number
}

/** Parameters, their gradient and velocity in the order of the model's parameters. */
export interface Descent {
  values: FloatArray
  gradient: FloatArray
  velocity: FloatArray
}

/** A copy of the parameters with all that an update needs. Arrays serve as {@link Room} says. */
export class UpdateArrays {
  readonly room: Room
  private readonly machine: Machine
  /** Version of the parameters that the copy has. */
  private version = -1
  private views: Descent | null = null
  private readonly copyGradient = (out: FloatArray): void => out.set(this.descent().gradient)
  private last: { settings: UpdateSettings; pass: CdPass } | null = null

  constructor(machine: Machine) {
    this.machine = machine
    this.room = kernels.room(new Workspace(machine.dtype))
    this.descent().velocity.fill(0)
  }

  private get sizes(): Record<keyof Descent, number> {
    const { length } = this.machine.parameters.values
    return { values: length, gradient: length, velocity: length }
  }

  descent(): Descent {
    if (this.views === null || this.views.values.length === 0) this.views = this.room.arrays(this.sizes)
    return this.views
  }

  /** The pass of a mini-batch; its arrays are as the last pass left them. */
  pass(size: BatchSize, settings: UpdateSettings): CdPass {
    const { last } = this
    const isSame = last?.settings === settings && last.pass.rows === size.rows && last.pass.chains === size.chains
    if (isSame && last.pass.bias.length > 0) return last.pass
    const pass = this.makePass(size, settings)
    this.last = { settings, pass }
    return pass
  }

  private makePass({ rows, chains }: BatchSize, { k, persistent, sampleVisible }: UpdateSettings): CdPass {
    const { visible, hidden, order, binary } = this.machine.shape
    const { parameters, history } = this.machine
    const units = visible + hidden
    const { values, gradient, velocity, visibleDraws, ...arrays } = this.room.arrays({
      ...this.sizes,
      bias: units,
      windows: rows * (visible + history),
      chain: chains * visible,
      hiddenDraws: k * chains * hidden,
      visibleDraws: sampleVisible ? k * chains * visible : 0,
      positive: rows * hidden,
      negative: chains * hidden,
      reconstruction: rows * visible,
      biases: Math.max(rows, chains) * units,
      sample: chains * hidden,
    })
    const ab = (of: FloatArray): FloatArray => (order > 0 ? parameters.part(of, 'A', units * history) : this.machine.ab)
    this.views = { values, gradient, velocity }
    return {
      ...{ visible, hidden, history, binary, steps: k, persistent, rows, chains, ...arrays },
      ...{ w: parameters.part(values, 'W', visible * hidden), ab: ab(values) },
      visibleDraws: sampleVisible ? visibleDraws : null,
      ...{ dw: parameters.part(gradient, 'W', visible * hidden), dab: ab(gradient) },
      dBias: parameters.part(gradient, 'b', units),
    }
  }

  /** Copies the parameters from the model, where they changed, and its bias to that of the pass. */
  follow({ bias }: CdPass): void {
    const { parameters } = this.machine
    if (this.version !== parameters.version) this.descent().values.set(parameters.values)
    this.version = parameters.version
    bias.set(this.machine.unitBias())
  }

  /** Has the model copy the gradient when it is read. */
  deferGradient(): void {
    this.machine.parameters.deferGradient(this.copyGradient)
  }

  /** Gives the memory back. */
  close(): void {
    this.copyGradient(this.machine.parameters.gradient)
    this.room.close()
  }

  /** Copies the parameters to the model. */
  publish(): void {
    const { parameters } = this.machine
    parameters.forWriting().set(this.descent().values)
    this.version = parameters.version
    this.deferGradient()
  }
}
