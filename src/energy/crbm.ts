/**
 * The conditional restricted Boltzmann machine: G. Taylor, G. Hinton and S. Roweis, "Modeling human motion using binary
 * latent variables" (2006). A frame x_t given the n frames before it, hist = [x_{t-1}; ...; x_{t-n}]:
 *
 *   bt = b + A hist,   ct = c + B hist
 *   linear    E(x, h) = 1/2 ||x - bt||^2 - ct'h - x'W h,   F(x) = 1/2 ||x - bt||^2 - sum_j softplus(ct_j + x'W_j)
 *   binary    E(x, h) = -bt'x - ct'h - x'W h,              F(x) = -bt'x - sum_j softplus(ct_j + x'W_j)
 *   P(h_j = 1 | x, hist) = sigm(ct_j + x'W_j),   x | h, hist ~ N(bt + W h, I), or P(x_i = 1) = sigm(bt_i + W_i h)
 *
 * Not to be confused with the *continuous* RBM, which has the same abbreviation.
 */

import { allocate, floatView, type Matrix, sequenceList } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import { toSequence } from '../core/sequence.ts'
import { finish, finishInTurns, finishWith, type Steps } from '../core/steps.ts'
import type { FloatArray, FloatNdArray, MatrixLike } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import { undrawn } from '../numerics/undrawn.ts'
import type { AisEstimate, AisProgress } from './annealing.ts'
import { allFrames, type CaseSet, frameCases, scoredFrames } from './cases.ts'
import { CRBMStream } from './crbm-stream.ts'
import {
  checkModelOptions,
  checkState,
  EnergyModel,
  type EnergyModelOptions,
  type EnergyModelState,
  energyModelOptionNames,
} from './energy-model.ts'
import { type FrameDraw, FrameGenerator, type GenerateOptions, generateOptionNames, generating } from './generation.ts'
import { meanOf } from './likelihood-gradient.ts'
import type { Cases } from './machine.ts'
import {
  AIS_REMEDY,
  type AisPartitionOptions,
  annealEach,
  type EstimateOptions,
  type ExactPartitionOptions,
  enumerationOf,
  type FrameLikelihoodOptions,
  type PartitionOptions,
  type ResolvedAis,
  resolveEstimate,
  resolveLikelihood,
  resolvePartition,
  warnOfDoubts,
} from './partition.ts'
import type { Potential } from './potential.ts'
import { exactPrediction, fixedPointPrediction, PREDICTION_ITERATIONS } from './prediction.ts'
import { checkProbabilities } from './probabilities.ts'
import { companionRadius } from './stability.ts'

/** Options of {@link CRBM}. */
export interface CRBMOptions extends EnergyModelOptions {
  /** n, frames of history. */
  order: number
  /**
   * `linear` visible units are Gaussian with variance 1, for standardised features; `binary` ones 0 or 1. Default
   * `linear`.
   */
  visibles?: 'linear' | 'binary'
}

/** Options of {@link CRBM.predictNext}. */
export interface PredictOptions {
  /**
   * `meanField` approximates the mean of x by independent hidden units; `exact` is that mean, summed over all hidden
   * states (few hidden units only); `mode` climbs from the last frame to a local maximum of p(x), often a better
   * forecast where p(x) has several modes (linear units). Default `meanField`.
   */
  method?: 'meanField' | 'exact' | 'mode'
  /** Iterations of `meanField` and `mode`. Default 20. */
  iterations?: number
}

/**
 * A conditional restricted Boltzmann machine. Data are sequences [T, V]; parameters W [V, H], A [V, nV], B [H, nV], b
 * [V], c [H]. Frames without n predecessors are not training cases and have no energy: methods that need a history
 * return T - n rows.
 */
export class CRBM extends EnergyModel<readonly MatrixLike[], CRBMOptions> {
  /** n, frames of history. */
  readonly order: number
  /** @internal */
  protected readonly dataName = 'sequences'

  constructor(options: CRBMOptions) {
    checkOptions('CRBM', options, [...energyModelOptionNames, 'order', 'visibles'])
    const order = checkInteger('CRBM', 'order', options.order, { min: 1, limit: limits.units })
    const visibles = checkOneOf('CRBM', 'visibles', options.visibles ?? 'linear', ['linear', 'binary'])
    const checked = { ...checkModelOptions('CRBM', options, ['W', 'A', 'B']), order, visibles }
    super('CRBM', checked, { order, binary: visibles === 'binary', learnsScale: false })
    this.order = order
  }

  /** @internal */
  protected toCases(where: string, name: string, data: readonly MatrixLike[]): CaseSet {
    return frameCases(this.checkData(where, name, data, this.order), this.order, this.dtype)
  }

  /** Checks sequences for models of this order or a higher one. @internal */
  checkData(where: string, name: string, data: readonly MatrixLike[], order: number): Matrix[] {
    return checkArray(where, name, data, 1).map((sequence, i) => {
      return this.takeSequence(where, `${name}[${i}]`, sequence, order + 1)
    })
  }

  private takeSequence(where: string, name: string, value: unknown, least: number): Matrix {
    const sequence = toSequence(where, name, value, this.visible, this.dtype)
    if (sequence.rows < least) {
      const why = least > this.order ? 'order + 1' : 'order'
      throw new RangeError(`${where}: "${name}" expected at least ${least} frames (${why}), got ${sequence.rows}`)
    }
    if (this.machine.shape.binary) checkProbabilities(where, name, sequence)
    return sequence
  }

  /** Frames with a full history. */
  private scored(call: string, sequence: unknown): Cases {
    return scoredFrames(this.takeSequence(`CRBM.${call}`, 'sequence', sequence, this.order + 1), this.order, this.dtype)
  }

  /** All frames; the history of the first ones repeats the first frame. */
  private all(call: string, sequence: unknown): Cases {
    return allFrames(this.takeSequence(`CRBM.${call}`, 'sequence', sequence, 1), this.order, this.dtype)
  }

  /** Checks h: a row [H] for each frame with a full history, [T - n, H]. */
  private takeHidden(call: string, h: unknown, rows: number): FloatArray {
    const where = `CRBM.${call}`
    const matrix = toSequence(where, 'h', h, this.hidden, this.dtype, 'n')
    checkProbabilities(where, 'h', matrix)
    if (matrix.rows === rows) return matrix.data
    throw new RangeError(`${where}: "h" expected ${rows} rows (frames less order), got ${matrix.rows}`)
  }

  /** E(x_t, h_t) given the history, for frames t >= n with their rows of h [T - n, H]: [T - n]. */
  energy(sequence: MatrixLike, h: MatrixLike): FloatNdArray {
    const cases = this.scored('energy', sequence)
    return this.vector('energy', this.machine.energies(cases, this.takeHidden('energy', h, cases.rows)), cases)
  }

  /** F(x_t) = -ln sum_h exp(-E(x_t, h)) given the history, for frames t >= n: [T - n]. */
  freeEnergy(sequence: MatrixLike): FloatNdArray {
    const cases = this.scored('freeEnergy', sequence)
    return this.vector('freeEnergy', this.machine.freeEnergies(cases), cases)
  }

  /** P(h_t = 1 | x_t, history) for every frame: [T, H]. The history of the first n frames repeats the first frame. */
  transform(sequence: MatrixLike): FloatNdArray
  transform(sequences: readonly MatrixLike[]): FloatNdArray[]
  transform(input: MatrixLike | readonly MatrixLike[]): FloatNdArray | FloatNdArray[] {
    const list = sequenceList(input)
    if (list !== null) return list.map((sequence) => this.transform(sequence))
    const cases = this.all('transform', input)
    return floatView(this.finite('transform', this.machine.transform(cases), cases), [cases.rows, this.hidden])
  }

  /** {@link CRBM.transform}, fed frame by frame: the same rows, bit for bit. */
  stream(): CRBMStream {
    return new CRBMStream(this.machine)
  }

  /**
   * E[x_t | h_t, history] with h_t at P(h_t = 1 | x_t, history), for every frame as in {@link CRBM.transform}: [T, V].
   */
  reconstruct(sequence: MatrixLike): FloatNdArray {
    const cases = this.all('reconstruct', sequence)
    return floatView(this.finite('reconstruct', this.machine.reconstruct(cases), cases), [cases.rows, this.visible])
  }

  /** E[x_t | h_t, history] for frames t >= n with their rows of h [T - n, H]: [T - n, V]. */
  visibleMean(sequence: MatrixLike, h: MatrixLike): FloatNdArray {
    const cases = this.scored('visibleMean', sequence)
    const out = allocate(cases.rows * this.visible, this.dtype)
    const hidden = this.takeHidden('visibleMean', h, cases.rows)
    this.machine.visibleMeansInto(out, hidden, this.machine.biases(cases), cases.rows)
    return floatView(this.finite('visibleMean', out, cases), [cases.rows, this.visible])
  }

  /** Forecasts of x_t given its history alone, by `method`, for frames t >= n: [T - n, V]. */
  predictNext(sequence: MatrixLike, options: PredictOptions = {}): FloatNdArray {
    const where = 'CRBM.predictNext'
    checkOptions(where, options, ['method', 'iterations'])
    const method = checkOneOf(where, 'method', options.method ?? 'meanField', ['meanField', 'exact', 'mode'])
    const iterations = checkInteger(where, 'iterations', options.iterations ?? PREDICTION_ITERATIONS, { min: 1 })
    const cases = this.scored('predictNext', sequence)
    const out =
      method === 'exact'
        ? exactPrediction(this.machine, cases, enumerationOf(where, this.machine.coupling(), ''))
        : fixedPointPrediction(this.machine, cases, method === 'mode' ? 'mode' : 'mean', iterations)
    return floatView(this.finite('predictNext', out, cases), [cases.rows, this.visible])
  }

  /**
   * Generates `frames` frames that continue the sequence (of n frames or more): [frames, V]. By default each frame is a
   * mean, without noise, so that their variance shrinks over time, often to a fixed point; `visibleNoise` samples from
   * the model.
   *
   * @throws RunawayError where values exceed `limit` or are not finite; see {@link CRBM.spectralRadius}
   * @example
   * ```ts
   * const wave = matrix(Array.from({ length: 200 }, (_, t) => [Math.sin(t / 5), Math.cos(t / 5)]))
   * const crbm = new CRBM({ visible: 2, hidden: 8, order: 3, seed: 1 })
   * await crbm.fit([wave], { epochs: 10, learningRate: 1e-3 })
   * crbm.generate(wave, 50, { visibleNoise: 0.1, seed: 1 }).shape // [50, 2]
   * ```
   */
  generate(sequence: MatrixLike, frames: number, options: GenerateOptions = {}): FloatNdArray {
    return finishWith(this.generating(sequence, frames, options), options)
  }

  /** {@link CRBM.generate}, the same frames, while the event loop turns between them, so that a `signal` stops it. */
  async generateAsync(sequence: MatrixLike, frames: number, options: GenerateOptions = {}): Promise<FloatNdArray> {
    const { signal, onProgress: onStep } = checkObject<GenerateOptions>('CRBM.generate', 'options', options)
    return await finishInTurns(this.generating(sequence, frames, options), { signal, onStep })
  }

  private generating(sequence: MatrixLike, frames: number, options: GenerateOptions): Steps<FloatNdArray, AisProgress> {
    const where = 'CRBM.generate'
    checkInteger(where, 'frames', frames, { min: 1 })
    const draw = this.frameDraw(where, options)
    const generator = this.generator(where, sequence, options)
    return generating(() => generator.next(draw), frames, this)
  }

  /** Checks the options of generation. @internal */
  frameDraw(where: string, options: GenerateOptions): FrameDraw {
    checkOptions(where, options, generateOptionNames)
    checkHooks(where, options, ['onProgress'])
    if (options.limit !== undefined) checkNumber(where, 'limit', options.limit, { above: 0 })
    return {
      steps: checkInteger(where, 'steps', options.steps ?? 30, { min: 0 }),
      noise: checkNumber(where, 'noise', options.noise ?? 0.01, { min: 0 }),
      visibleNoise: checkNumber(where, 'visibleNoise', options.visibleNoise ?? 0, { min: 0 }),
      random: this.randomFor(where, 'generate', options.seed),
    }
  }

  /** A generator that continues a sequence of n frames or more. @internal */
  generator(where: string, sequence: MatrixLike, { limit }: GenerateOptions = {}): FrameGenerator {
    return new FrameGenerator(this.machine, this.takeSequence(where, 'sequence', sequence, this.order), {
      where,
      limit,
    })
  }

  /**
   * The spectral radius of the linear part, x_t = A hist: the largest |eigenvalue| of its companion matrix. Hidden
   * units add b + W h to it, and h lies in [0, 1]. For linear visibles, generated frames therefore stay bounded below
   * 1, whatever the hidden units (with a large bound near 1); above 1 they can grow without limit, because the bounded
   * hidden units can counteract only small frames. Binary visibles are always bounded. Takes 30 products of matrices [n
   * V, n V].
   *
   * @example
   * ```ts
   * const crbm = new CRBM({ visible: 1, hidden: 4, order: 2 })
   * crbm.params.A.data.set([0.5, 0.24]) // x_t = 0.5 x_{t-1} + 0.24 x_{t-2}
   * crbm.spectralRadius() // 0.8000
   * ```
   */
  spectralRadius(): number {
    const { visible, order } = this
    const radius = companionRadius(this.parameters.block('A', order * visible * visible).data, visible, order)
    return this.finite('spectralRadius', Float64Array.of(radius), null)[0]
  }

  /**
   * ln Z of the model of each frame t >= n given its history: [T - n], exactly (linear: 2^H states a frame) or
   * estimated by AIS.
   */
  logPartition(sequence: MatrixLike, options?: ExactPartitionOptions): FloatNdArray
  logPartition(sequence: MatrixLike, options: AisPartitionOptions): AisEstimate[]
  logPartition(sequence: MatrixLike, options: PartitionOptions = {}): FloatNdArray | AisEstimate[] {
    const ais = resolvePartition('CRBM.logPartition', options, this.seed)
    const cases = this.scored('logPartition', sequence)
    if (ais !== null) return this.annealedLogZ('logPartition', cases, ais)
    return this.vector('logPartition', this.exactLogZ('logPartition', cases), cases)
  }

  /** {@link CRBM.logPartition} by AIS as a promise, with progress and a `signal` that stops it within a frame. */
  async estimateLogPartition(sequence: MatrixLike, options: EstimateOptions = {}): Promise<AisEstimate[]> {
    const { ais, signal } = resolveEstimate('CRBM.estimateLogPartition', options, this.seed)
    const cases = this.scored('estimateLogPartition', sequence)
    const estimates = await finishInTurns(this.anneal(cases, ais), { signal, onStep: ais.onProgress })
    return this.checkEstimates('estimateLogPartition', cases, estimates)
  }

  private annealedLogZ(call: string, cases: Cases, ais: ResolvedAis): AisEstimate[] {
    return this.checkEstimates(call, cases, finish(this.anneal(cases, ais), ais.onProgress))
  }

  /** AIS of all frames, with the weights as they are now. */
  private anneal(cases: Cases, ais: ResolvedAis): Steps<AisEstimate[], AisProgress> {
    const biases = this.machine.biases(cases)
    const coupling = this.machine.coupling()
    const potential = (_: unknown, r: number): Potential => ({ ...coupling, ...this.machine.biasesOf(biases, r) })
    return annealEach(Array.from({ length: cases.rows }, potential), ais)
  }

  private checkEstimates(call: string, cases: Cases, estimates: AisEstimate[]): AisEstimate[] {
    this.finite(call, new Float64Array(estimates.map(({ logZ }) => logZ)), cases)
    return estimates
  }

  private exactLogZ(call: string, cases: Cases): Float64Array {
    const enumeration = enumerationOf(`CRBM.${call}`, this.machine.coupling(), AIS_REMEDY)
    const biases = this.machine.biases(cases)
    return Float64Array.from({ length: cases.rows }, (_, r) => {
      const { b, c } = this.machine.biasesOf(biases, r)
      return enumeration.logPartition(b, c)
    })
  }

  /**
   * ln p(x_t | history) = -F(x_t) - ln Z(history), in nats, for frames t >= n: [T - n]. With AIS it warns as
   * `logLikelihood`.
   */
  logProbability(sequence: MatrixLike, options: FrameLikelihoodOptions = {}): FloatNdArray {
    const values = this.logProbabilities('logProbability', [sequence], options)
    return this.vector('logProbability', values, this.scored('logProbability', sequence))
  }

  /** ln p(x_t | history) for the frames t >= n of all sequences, concatenated. */
  private logProbabilities(
    call: string,
    sequences: readonly MatrixLike[],
    options: FrameLikelihoodOptions,
  ): Float64Array {
    const where = `CRBM.${call}`
    const resolved = resolveLikelihood(where, options, this.seed)
    const estimates: AisEstimate[] = []
    const values = sequences.map((sequence) => {
      const cases = this.scored(call, sequence)
      const annealed = resolved && this.annealedLogZ(call, cases, resolved.ais)
      const logZ = annealed?.map((estimate) => estimate.logZ) ?? this.exactLogZ(call, cases)
      estimates.push(...(annealed ?? []))
      return this.finite(
        call,
        this.machine.freeEnergies(cases).map((free, r) => -free - logZ[r]),
        cases,
      )
    })
    if (resolved !== null) warnOfDoubts(where, estimates, resolved.onWarning)
    return Float64Array.from(values.flatMap((each) => [...each]))
  }

  /**
   * Mean of ln p(x_t | history) over the frames t >= n of a sequence or of several, in nats. With AIS it warns once if
   * the ln Z of some frames cannot be trusted.
   */
  logLikelihood(input: MatrixLike | readonly MatrixLike[], options: FrameLikelihoodOptions = {}): number {
    const list = sequenceList(input)
    const sequences =
      list === null ? [input as MatrixLike] : checkArray<MatrixLike>('CRBM.logLikelihood', 'sequences', list, 1)
    return meanOf(this.logProbabilities('logLikelihood', sequences, options))
  }

  /** The model that a state describes. */
  static fromState(state: EnergyModelState<CRBMOptions>): CRBM {
    checkState('CRBM', state)
    return new CRBM(undrawn(state.options)).restore(state)
  }
}
