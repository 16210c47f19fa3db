import { allocate, floatView, type Matrix } from '../core/array.ts'
import { checkInteger, checkNames, checkNumber, checkOptions } from '../core/check.ts'
import { toSequence } from '../core/sequence.ts'
import { finish, finishInTurns, finishWith, type Steps } from '../core/steps.ts'
import type { FloatArray, FloatNdArray, MatrixLike } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import type { Random, Seed } from '../numerics/random.ts'
import type { AisEstimate, AisProgress } from './annealing.ts'
import { type CaseSet, rowCases } from './cases.ts'
import { EnergyModel, type EnergyModelOptions } from './energy-model.ts'
import type { Enumeration } from './enumeration.ts'
import { GibbsChains, sampleVisibleInto } from './gibbs-chain.ts'
import { meanOf } from './likelihood-gradient.ts'
import type { Cases } from './machine.ts'
import {
  AIS_REMEDY,
  type AisPartitionOptions,
  anneal,
  type EstimateOptions,
  type ExactPartitionOptions,
  enumerationOf,
  type LikelihoodOptions,
  likelihoodOptionNames,
  type PartitionOptions,
  type ResolvedAis,
  resolveEstimate,
  resolveLikelihood,
  resolvePartition,
  shiftEstimate,
  warnOfDoubts,
} from './partition.ts'
import type { Potential } from './potential.ts'
import { checkProbabilities } from './probabilities.ts'

/** Source of random draws. */
export interface SeedOptions {
  /**
   * A seed, for the same draws in each call, or a stream that continues from call to call. Default: the model's seed.
   */
  seed?: Seed | Random
}

/** Options of `sample`. */
export interface SampleOptions extends SeedOptions {
  /** Gibbs steps from a random start. Default 1000. */
  steps?: number
  /** Called after each step of all chains. */
  onProgress?: (at: AisProgress) => unknown
  /** Stops after the current step, where `onProgress` aborts it or, in `sampleAsync`, anything does; its reason is thrown. */
  signal?: AbortSignal
}

/** Exact means of a model. */
export interface Marginals {
  /** E[v], [V] */
  visible: FloatNdArray
  /** P(h_j = 1), [H] */
  hidden: FloatNdArray
}

/** Takes chains by all their steps, one by one. */
function* advancing(chains: GibbsChains, all: number): Steps<FloatNdArray, AisProgress> {
  for (let done = 1; done <= all; done++) {
    chains.advance()
    yield { done, all }
  }
  return chains.visible
}

/** A restricted Boltzmann machine whose cases are rows of a matrix: {@link RBM} and {@link GaussianRBM}. */
export abstract class RestrictedBoltzmann<Options extends EnergyModelOptions> extends EnergyModel<MatrixLike, Options> {
  /** @internal */
  protected readonly dataName = 'x'

  /** @internal */
  protected toCases(where: string, name: string, data: MatrixLike): CaseSet {
    return rowCases(this.checkData(where, name, data))
  }

  /** @internal */
  checkData(where: string, name: string, value: unknown): Matrix {
    const matrix = toSequence(where, name, value, this.visible, this.dtype, 'n')
    if (this.machine.shape.binary) checkProbabilities(where, name, matrix)
    return matrix
  }

  private takeHidden(where: string, h: unknown): Matrix {
    const matrix = toSequence(where, 'h', h, this.hidden, this.dtype, 'n')
    checkProbabilities(where, 'h', matrix)
    return matrix
  }

  /** Checks x and converts its rows to units of s. @internal */
  protected casesOf(call: string, x: unknown): Cases {
    const { data, rows, cols } = this.checkData(`${this.name}.${call}`, 'x', x)
    return { data: this.inUnits(data), offset: 0, stride: cols, rows }
  }

  private inUnits(data: FloatArray): FloatArray {
    if (!this.machine.shape.learnsScale) return data
    const scaled = data.slice()
    this.machine.rescale(scaled, -1)
    return scaled
  }

  private visibleView(call: string, data: FloatArray, cases: Cases | null = null): FloatNdArray {
    this.machine.rescale(data, 1)
    return floatView(this.finite(call, data, cases), [data.length / this.visible, this.visible])
  }

  /** E(x, h) of each row of x [n, V] with that of h [n, H]: [n]. */
  energy(x: MatrixLike, h: MatrixLike): FloatNdArray {
    const cases = this.casesOf('energy', x)
    const hidden = this.takeHidden(`${this.name}.energy`, h)
    if (hidden.rows !== cases.rows) {
      const shapes = `"x" [${cases.rows}, ${this.visible}] and "h" [${hidden.rows}, ${this.hidden}]`
      throw new RangeError(`${this.name}.energy: ${shapes} expected as many rows in both`)
    }
    return this.vector('energy', this.machine.energies(cases, hidden.data), cases)
  }

  /** F(x) = -ln sum_h exp(-E(x, h)) of each row of x [n, V]: [n]. */
  freeEnergy(x: MatrixLike): FloatNdArray {
    const cases = this.casesOf('freeEnergy', x)
    return this.vector('freeEnergy', this.machine.freeEnergies(cases), cases)
  }

  /** P(h = 1 | x) for each row of x [n, V]: [n, H]. */
  transform(x: MatrixLike): FloatNdArray {
    const cases = this.casesOf('transform', x)
    return floatView(this.finite('transform', this.machine.transform(cases), cases), [cases.rows, this.hidden])
  }

  /** Hidden states drawn given each row of x [n, V]: [n, H]. */
  sampleHidden(x: MatrixLike, options: SeedOptions = {}): FloatNdArray {
    const random = this.draws('sampleHidden', options)
    const cases = this.casesOf('sampleHidden', x)
    const p = this.finite('sampleHidden', this.machine.transform(cases), cases)
    random.bernoulliInto(p, p)
    return floatView(p, [p.length / this.hidden, this.hidden])
  }

  /** E[x | h] for each row of h [n, H] (0, 1 or probabilities): [n, V]. */
  visibleMean(h: MatrixLike): FloatNdArray {
    return this.visibleView('visibleMean', this.visibleMeans('visibleMean', h))
  }

  /** Visible states drawn given each row of h [n, H]: [n, V]. */
  sampleVisible(h: MatrixLike, options: SeedOptions = {}): FloatNdArray {
    const random = this.draws('sampleVisible', options)
    const out = this.visibleMeans('sampleVisible', h)
    sampleVisibleInto(out, out, this.machine.shape.binary, random)
    return this.visibleView('sampleVisible', out)
  }

  private visibleMeans(call: string, h: MatrixLike): FloatArray {
    const { data, rows } = this.takeHidden(`${this.name}.${call}`, h)
    const out = allocate(rows * this.visible, this.dtype)
    const biases = this.machine.biases({ data: out, offset: 0, stride: this.visible, rows })
    this.machine.visibleMeansInto(out, data, biases, rows)
    return this.finite(call, out, null)
  }

  /** E[x | h] with h at P(h = 1 | x), for each row of x [n, V]: [n, V]. */
  reconstruct(x: MatrixLike): FloatNdArray {
    const cases = this.casesOf('reconstruct', x)
    return this.visibleView('reconstruct', this.machine.reconstruct(cases), cases)
  }

  /** Gibbs chains from the rows of x [n, V]. */
  gibbs(x: MatrixLike, options: SeedOptions = {}): GibbsChains {
    const random = this.draws('gibbs', options)
    return new GibbsChains(this.machine, this.checkData(`${this.name}.gibbs`, 'x', x).data, random)
  }

  /**
   * The visible states [n, V] of n Gibbs chains after `steps` steps from random starts, at once; {@link sampleAsync} lets
   * the event loop turn between the steps, {@link gibbs} takes them in pieces.
   */
  sample(n: number, options: SampleOptions = {}): FloatNdArray {
    return finishWith(this.sampling(n, options), options)
  }

  /**
   * {@link sample}, the same draws, while the event loop turns between the steps, so that a `signal` stops it.
   *
   * @example
   * ```ts
   * const rbm = new RBM({ visible: 30, hidden: 40, seed: 1 })
   * const told: number[] = []
   * const states = await rbm.sampleAsync(5, { steps: 10, onProgress: ({ done, all }) => told.push(done / all) })
   * states.shape // [5, 30]
   * told.at(-1) // 1
   * ```
   */
  async sampleAsync(n: number, options: SampleOptions = {}): Promise<FloatNdArray> {
    return await finishInTurns(this.sampling(n, options), { signal: options.signal, onStep: options.onProgress })
  }

  /** The steps of {@link sample}, whose arguments are checked at once. */
  private sampling(n: number, options: SampleOptions): Steps<FloatNdArray, AisProgress> {
    const where = `${this.name}.sample`
    checkOptions(where, options, ['steps', 'seed', 'onProgress', 'signal'])
    checkHooks(where, options, ['onProgress'])
    const { steps = 1000, seed } = options
    const random = this.draws('sample', { seed })
    checkInteger(where, 'n', n, { min: 1 })
    checkInteger(where, 'steps', steps, { min: 1 })
    const start = allocate(n * this.visible, this.dtype)
    const neutral = allocate(start.length, this.dtype).fill(this.machine.shape.binary ? 0.5 : 0)
    sampleVisibleInto(start, neutral, this.machine.shape.binary, random)
    this.machine.rescale(start, 1)
    return advancing(new GibbsChains(this.machine, start, random), steps)
  }

  /** @internal */
  protected draws(call: string, options: SeedOptions): Random {
    const where = `${this.name}.${call}`
    checkOptions(where, options, ['seed'])
    return this.randomFor(where, call, options.seed)
  }

  /** @internal */
  protected potential(): Potential {
    return { ...this.machine.coupling(), ...this.machine.biasesOf(this.machine.unitBias(), 0) }
  }

  /** @internal */
  protected enumeration(where: string, remedy: string): Enumeration {
    return enumerationOf(where, this.machine.coupling(), remedy)
  }

  /**
   * ln Z, exactly (a sum over 2^min(V, H) states for binary, 2^H for Gaussian models) or estimated by AIS with an
   * interval of three standard errors. With strong weights all chains can be wrong together: check `reliable` before
   * you use the figures. `logLikelihood` and `logProbability` with AIS warn where it is false.
   *
   * @example
   * ```ts
   * const rbm = new RBM({ visible: 30, hidden: 40, seed: 1 })
   * const { logZ, reliable } = rbm.logPartition({ method: 'ais', chains: 20, temperatures: 500 })
   * reliable // true
   * Math.abs(logZ - 70 * Math.LN2) < 0.1 // true: 2^70 states of almost equal weight
   * ```
   */
  logPartition(options?: ExactPartitionOptions): number
  logPartition(options: AisPartitionOptions): AisEstimate
  logPartition(options: PartitionOptions = {}): number | AisEstimate {
    const ais = resolvePartition(`${this.name}.logPartition`, options, this.seed)
    return ais === null ? this.exactLogZ('logPartition') : this.annealedLogZ('logPartition', ais)
  }

  private exactLogZ(call: string): number {
    const { b, c } = this.potential()
    const logZ = this.enumeration(`${this.name}.${call}`, AIS_REMEDY).logPartition(b, c)
    return this.finite(call, Float64Array.of(logZ + this.machine.logScale()), null)[0]
  }

  /**
   * {@link logPartition} by AIS, while the event loop turns between the Gibbs steps of the chains: with progress, and a
   * `signal` that stops it. Likelihoods take its `logZ` as `logPartition`.
   *
   * @example
   * ```ts
   * const rbm = new RBM({ visible: 30, hidden: 40, seed: 1 })
   * const told: number[] = []
   * const onProgress = (at: { done: number; all: number }) => told.push(at.done / at.all)
   * const { logZ } = await rbm.estimateLogPartition({ chains: 20, temperatures: 500, onProgress })
   * told.at(-1) // 1
   * rbm.logLikelihood([new Array(30).fill(1)], { logPartition: logZ }) // -20.70
   * ```
   */
  async estimateLogPartition(options: EstimateOptions = {}): Promise<AisEstimate> {
    const { ais, signal } = resolveEstimate(`${this.name}.estimateLogPartition`, options, this.seed)
    const steps = anneal(this.potential(), ais)
    return this.shifted('estimateLogPartition', await finishInTurns(steps, { signal, onStep: ais.onProgress }))
  }

  private annealedLogZ(call: string, options: ResolvedAis): AisEstimate {
    return this.shifted(call, finish(anneal(this.potential(), options), options.onProgress))
  }

  private shifted(call: string, annealed: AisEstimate): AisEstimate {
    const estimate = shiftEstimate(annealed, this.machine.logScale())
    this.finite(call, Float64Array.of(estimate.logZ), null)
    return estimate
  }

  private logZ(call: string, options: LikelihoodOptions): number {
    const where = `${this.name}.${call}`
    checkNames(where, options, ['logPartition', ...likelihoodOptionNames])
    if ('logPartition' in options) {
      checkOptions(where, options, ['logPartition'])
      return checkNumber(where, 'logPartition', options.logPartition)
    }
    const resolved = resolveLikelihood(where, options, this.seed)
    if (resolved === null) return this.exactLogZ(call)
    const estimate = this.annealedLogZ(call, resolved.ais)
    warnOfDoubts(where, [estimate], resolved.onWarning)
    return estimate.logZ
  }

  /** ln p(x) = -F(x) - ln Z of each row of x [n, V], in nats: [n]. With AIS it warns where ln Z cannot be trusted. */
  logProbability(x: MatrixLike, options: LikelihoodOptions = {}): FloatNdArray {
    const cases = this.casesOf('logProbability', x)
    const free = this.finite('logProbability', this.machine.freeEnergies(cases), cases)
    const logZ = this.logZ('logProbability', options)
    const values = free.map((value) => -value - logZ)
    return this.vector('logProbability', values, cases)
  }

  /**
   * Mean of ln p(x) over the rows of x [n, V], in nats. With AIS it warns where ln Z cannot be trusted.
   *
   * @example
   * ```ts
   * const rbm = new RBM({ visible: 30, hidden: 40, seed: 1 })
   * const warnings: string[] = []
   * const onWarning = (message: string) => warnings.push(message) // default: console.warn
   * rbm.logLikelihood([new Array(30).fill(1)], { method: 'ais', chains: 20, temperatures: 500, onWarning }) // -20.70
   * warnings.length // 0
   * ```
   */
  logLikelihood(x: MatrixLike, options: LikelihoodOptions = {}): number {
    const cases = this.casesOf('logLikelihood', x)
    const mean = this.finite('logLikelihood', Float64Array.of(meanOf(this.machine.freeEnergies(cases))), cases)[0]
    return this.finite('logLikelihood', Float64Array.of(-mean - this.logZ('logLikelihood', options)), cases)[0]
  }

  /** E[v] and P(h = 1), by summing over all states. */
  marginals(): Marginals {
    const { b, c } = this.potential()
    const { visible, hidden } = this.enumeration(`${this.name}.marginals`, '').expectations(b, c)
    const v = this.vector('marginals', visible, null)
    this.machine.rescale(v.data, 1)
    this.finite('marginals', v.data as FloatArray, null)
    return { visible: v, hidden: this.vector('marginals', hidden, null) }
  }
}
