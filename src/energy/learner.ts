/** Updates by contrastive divergence: Hinton (2002), with persistent chains Tieleman (2008). */
import { allocate, nonFiniteIndex } from '../core/array.ts'
import { DivergenceError, NonFiniteError } from '../core/errors.ts'
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import type { CdPass } from '../kernels/cd-pass.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import { type CaseSet, copyCase, gatherInto } from './cases.ts'
import type { EnergyUpdateReport, LearnerState } from './energy-history.ts'
import type { UpdateSettings } from './energy-options.ts'
import { toDataUnits } from './likelihood-gradient.ts'
import type { Machine } from './machine.ts'
import { type BatchSize, UpdateArrays } from './update-arrays.ts'

/** Rates and counts of an update. */
export interface UpdateStep {
  rate: number
  momentum: number
  epoch: number
  /** Counted from 1. */
  batch: number
  random: Random
}

/** Divergence: reconstructions farther from the data than this multiple of the data's own norm. */
const FAR = 1000
/** Divergence of a binary model: a parameter of larger magnitude. */
const LARGE = 500
/** Divergence of ln s: a larger change in one update (a factor of 3 in s), or a larger magnitude (s of about 1e9). */
const LOG_SCALE = { change: 1, size: 20 } as const

/** Makes updates and keeps their state: velocity, persistent chains, hidden activity. */
export class Learner {
  updates = 0
  private readonly machine: Machine
  private readonly arrays: UpdateArrays
  private chains: FloatArray | null = null
  private activity: Float64Array | null = null

  constructor(machine: Machine) {
    this.machine = machine
    this.arrays = new UpdateArrays(machine)
  }

  /** Creates the state that these settings need where it is missing, and drops the rest. */
  private prepare({ persistent, sparsity }: UpdateSettings, set: CaseSet, rows: number): void {
    this.chains = persistent ? (this.chains ?? this.startChains(set, rows)) : null
    const { activity, machine } = this
    this.activity = sparsity && (activity ?? new Float64Array(machine.shape.hidden).fill(sparsity.target))
  }

  /**
   * Starts persistent chains at cases: one per case of a conditional model, else one per case of the first mini-batch.
   */
  private startChains(set: CaseSet, rows: number): FloatArray {
    const { visible, order } = this.machine.shape
    const count = set.starts.length
    const chains = allocate((order > 0 ? count : rows) * visible, this.machine.dtype)
    for (let at = 0, r = 0; at < chains.length; at += visible, r++) copyCase(chains, at, set, r % count, visible)
    return chains
  }

  /** Gives memory back; no update may follow. */
  close(): void {
    this.arrays.close()
  }

  /** A copy of the updates' state. */
  state(): LearnerState {
    return {
      updates: this.updates,
      velocity: this.arrays.descent().velocity.slice(),
      chains: this.chains?.slice() ?? null,
      activity: this.activity?.slice() ?? null,
    }
  }

  /** Continues from a saved state. */
  restore({ updates, velocity, chains, activity }: LearnerState): void {
    this.updates = updates
    this.arrays.descent().velocity.set(velocity)
    this.chains = chains === null ? null : allocate(chains.length, this.machine.dtype)
    this.chains?.set(chains as FloatArray)
    this.activity = activity === null ? null : Float64Array.from(activity)
  }

  /** One update by some cases of the set. */
  update(set: CaseSet, members: ArrayLike<number>, settings: UpdateSettings, step: UpdateStep): EnergyUpdateReport {
    this.prepare(settings, set, members.length)
    const size = this.sizeOf(members, settings)
    const begun = this.passOf(set, members, size, settings, step.random)
    if (this.chains !== null) this.loadChains(this.chains, begun, members)
    const { room } = this.arrays
    const distance = room.contrastiveDivergence(begun)
    const pass = this.arrays.pass(size, settings)
    const { gradient } = this.arrays.descent()
    const sigma = this.machine.logSigma && this.machine.sigma()
    if (sigma !== null) toDataUnits(this.machine, gradient, squaresOf(pass))
    const gradientNorm = room.norm(gradient)
    this.refuseRunaway(pass, distance, gradientNorm, step)
    if (this.chains !== null) this.storeChains(this.chains, pass, members)
    this.addSparsity(pass, settings)
    this.descend(settings, step)
    this.updates++
    return { reconstructionError: (sigma === null ? distance : dataDistance(pass, sigma)) / pass.visible, gradientNorm }
  }

  private sizeOf({ length: rows }: ArrayLike<number>, { persistent }: UpdateSettings): BatchSize {
    const { visible, order } = this.machine.shape
    return { rows, chains: persistent && order === 0 ? (this.chains as FloatArray).length / visible : rows }
  }

  /** The pass of some cases, with its draws made. */
  private passOf(
    set: CaseSet,
    members: ArrayLike<number>,
    size: BatchSize,
    settings: UpdateSettings,
    random: Random,
  ): CdPass {
    gatherInto(this.arrays.pass(size, settings).windows, set, members, this.arrays.room.gather)
    const pass = this.arrays.pass(size, settings)
    this.arrays.follow(pass)
    this.machine.rescale(pass.windows, -1)
    this.arrays.room.uniforms(pass.hiddenDraws, random.blockSeed())
    if (pass.visibleDraws === null) return pass
    if (pass.binary) this.arrays.room.uniforms(pass.visibleDraws, random.blockSeed())
    else random.normalInto(pass.visibleDraws)
    return pass
  }

  /** Loads the chains of these cases, or all chains of a model without a history. */
  private loadChains(chains: FloatArray, { chain, visible, history }: CdPass, members: ArrayLike<number>): void {
    if (history === 0) chain.set(chains)
    else forRows(members, visible, (kept, at) => (chain[at] = chains[kept]))
    this.machine.rescale(chain, -1)
  }

  private storeChains(chains: FloatArray, { chain, visible, history }: CdPass, members: ArrayLike<number>): void {
    this.machine.rescale(chain, 1)
    if (history === 0) chains.set(chain)
    else forRows(members, visible, (kept, at) => (chains[kept] = chain[at]))
  }

  private refuseRunaway(pass: CdPass, distance: number, gradientNorm: number, step: UpdateStep): void {
    if (!Number.isFinite(gradientNorm)) {
      // Finite elements may still have an infinite norm: the error then names the gradient as a whole.
      const { parameters } = this.machine
      this.arrays.deferGradient()
      const { parameter, what } = parameters.nonFinite() ?? { parameter: 'gradient', what: 'overflows' }
      throw new NonFiniteError(this.complaint(`"${parameter}" ${what}`, step), { ...step, parameter })
    }
    if (distance <= FAR * pass.visible) return
    const power = meanNorm(pass) + pass.visible
    if (distance > FAR * power) {
      const what = `the reconstruction is ${Math.sqrt(distance / power).toFixed(0)} times the size of the data`
      throw new DivergenceError(this.complaint(what, step), { ...step, parameter: 'reconstruction' })
    }
  }

  private complaint(what: string, { epoch, batch }: UpdateStep): string {
    const remedy = this.machine.shape.binary
      ? 'Try a smaller learningRate'
      : 'Gaussian visible units need a learningRate 10 to 100 times smaller than binary ones, and standardised data'
    return `fit: epoch ${epoch}, batch ${batch}: ${what}; the parameters are those before this call. ${remedy}`
  }

  /** q <- decay q + (1 - decay) mean P(h = 1); dc += cost (target - q). */
  private addSparsity({ positive, hidden, rows, visible, dBias }: CdPass, { sparsity }: UpdateSettings): void {
    const { activity } = this
    if (activity === null || sparsity === null) return
    for (let j = 0; j < hidden; j++) {
      let sum = 0
      for (let r = 0; r < rows; r++) sum += positive[r * hidden + j]
      activity[j] = sparsity.decay * activity[j] + ((1 - sparsity.decay) * sum) / rows
      dBias[visible + j] += sparsity.cost * (sparsity.target - activity[j])
    }
  }

  /** Throws where standard deviations diverge, before they become 0 or infinite. */
  private refuseScale(step: UpdateStep): void {
    const { logSigma, parameters } = this.machine
    if (logSigma === null) return
    const first = parameters.values.length - logSigma.length
    const { velocity } = this.arrays.descent()
    for (let i = 0; i < logSigma.length; i++) {
      const change = velocity[first + i]
      if (Math.abs(change) <= LOG_SCALE.change && Math.abs(logSigma[i]) <= LOG_SCALE.size) continue
      const what = `the update changes ln s of visible unit ${i} by ${change.toPrecision(3)} to ${logSigma[i].toPrecision(3)}`
      throw new DivergenceError(this.complaint(what, step), { ...step, parameter: 'logSigma' })
    }
  }

  /** velocity <- momentum velocity + rate (gradient - decay w), w <- w + velocity. */
  private descend({ rateFactors, weightDecays }: UpdateSettings, step: UpdateStep): void {
    const { parameters } = this.machine
    const { values, gradient, velocity } = this.arrays.descent()
    let largest = 0
    parameters.slots.forEach(({ offset, size }, s) => {
      const rate = step.rate * rateFactors[s]
      const { momentum } = step
      const most = this.arrays.room.momentumStep(
        values,
        velocity,
        gradient,
        offset,
        size,
        rate,
        momentum,
        weightDecays[s],
      )
      largest = Math.max(largest, most)
    })
    this.arrays.publish()
    this.refuseScale(step)
    const finite = Number.isFinite(largest)
    if (finite && !(this.machine.shape.binary && largest > LARGE)) return
    const at = finite ? values.findIndex((value) => Math.abs(value) === largest) : nonFiniteIndex(values)
    const parameter = parameters.nameAt(at)
    const message = this.complaint(`the update makes "${parameter}" ${values[at]}`, step)
    throw new (finite ? DivergenceError : NonFiniteError)(message, { ...step, parameter })
  }
}

/** Mean of ||v||^2 over the cases. */
function meanNorm({ windows, rows, visible, history }: CdPass): number {
  let sum = 0
  for (let r = 0; r < rows; r++) {
    const at = r * (visible + history)
    sum += kernels.dot(windows, at, windows, at, visible)
  }
  return sum / rows
}

/** Visits, element by element, the indices in a store of rows and in the rows of some members. */
function forRows(members: ArrayLike<number>, cols: number, visit: (kept: number, at: number) => void): void {
  for (let r = 0, at = 0; r < members.length; r++) {
    for (let i = 0; i < cols; i++, at++) visit(members[r] * cols + i, at)
  }
}

/** Mean squared distance of the reconstructions from the data, in the data's units; without history. */
function dataDistance({ visible, rows, chains, windows, reconstruction }: CdPass, sigma: FloatArray): number {
  const compared = Math.min(rows, chains)
  let sum = 0
  for (let at = 0; at < compared * visible; at++)
    sum += square(sigma[at % visible] * (windows[at] - reconstruction[at]))
  return sum / compared
}

/** Mean of v_i^2 over the cases minus that over the chains. */
function squaresOf({ visible, rows, chains, windows, chain }: CdPass): Float64Array {
  const out = new Float64Array(visible)
  for (let at = 0; at < rows * visible; at++) out[at % visible] += square(windows[at]) / rows
  for (let at = 0; at < chains * visible; at++) out[at % visible] -= square(chain[at]) / chains
  return out
}
