/**
 * The interface of a kernel set, through which all numerical work goes. Kernels do not check their arguments: public
 * functions check shapes once. Outputs come first; `xOffset` is the index in its typed array where `x` starts, `ldx`
 * (leading dimension) the distance between the starts of its rows.
 *
 * Legend: B batch, T time steps, D inputs, H units; `rows` of a packed batch as in {@link PackedPass}.
 */
import type { Dtype, FloatArray } from '../core/types.ts'
import type { CdPass } from './cd-pass.ts'
import type {
  LstmDerivatives,
  LstmFunctions,
  LstmVariantGradients,
  LstmVariantPass,
  LstmVariantTangents,
} from './lstm-variant-pass.ts'
import type { ElementwiseBackwardKernel, ElementwiseKernel, PackedTangents } from './packed-pass.ts'
import type {
  GruGradients,
  GruPass,
  GruTangents,
  LstmGradients,
  LstmPass,
  LstmTangents,
  RnnGradients,
  RnnPass,
} from './recurrent-passes.ts'
import type { XoshiroSeed } from './uniforms.ts'

export type {
  ElementwiseBackwardKernel,
  ElementwiseKernel,
  PackedGradients,
  PackedPass,
  PackedTangents,
} from './packed-pass.ts'
export type {
  GruGradients,
  GruPass,
  GruTangents,
  LstmGradients,
  LstmPass,
  LstmTangents,
  RnnGradients,
  RnnPass,
} from './recurrent-passes.ts'

/** Settings of a step of Adam. */
export interface AdamSettings {
  rate: number
  beta1: number
  beta2: number
  /** 1 - beta1^t and 1 - beta2^t. */
  correction1: number
  correction2: number
  epsilon: number
  /** Weight decay added to the gradient (L2), and applied to the weights directly (AdamW). */
  coupledDecay: number
  decoupledDecay: number
}

/** All kernels. Kernel sets have the same functions and, within rounding, the same results. */
export interface Kernels {
  readonly name: string
  /**
   * C = alpha op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]; `transA` means that A is stored [k, m].
   * beta = 0 overwrites C, NaN included. The value of an element does not depend on m, n or its position.
   */
  gemm(
    c: FloatArray,
    cOffset: number,
    ldc: number,
    a: FloatArray,
    aOffset: number,
    lda: number,
    transA: boolean,
    b: FloatArray,
    bOffset: number,
    ldb: number,
    transB: boolean,
    m: number,
    n: number,
    k: number,
    alpha: number,
    beta: number,
  ): void
  /** y = alpha op(A) x + beta y with A stored [m, n]. */
  gemv(
    y: FloatArray,
    yOffset: number,
    a: FloatArray,
    aOffset: number,
    lda: number,
    transA: boolean,
    x: FloatArray,
    xOffset: number,
    m: number,
    n: number,
    alpha: number,
    beta: number,
  ): void
  /** A += alpha x y' with A [m, n]. */
  ger(
    a: FloatArray,
    aOffset: number,
    lda: number,
    x: FloatArray,
    xOffset: number,
    y: FloatArray,
    yOffset: number,
    m: number,
    n: number,
    alpha: number,
  ): void
  /** y += alpha x. */
  axpy(y: FloatArray, yOffset: number, alpha: number, x: FloatArray, xOffset: number, n: number): void
  /** x'y, accumulated in float64. */
  dot(x: FloatArray, xOffset: number, y: FloatArray, yOffset: number, n: number): number
  /** Euclidean norm, accumulated in float64. */
  norm(x: FloatArray): number
  /** Sets every row of out [rows, cols] to b. */
  fillRows(out: FloatArray, outOffset: number, b: FloatArray, bOffset: number, rows: number, cols: number): void
  /** out[j] += sum over rows of x [rows, cols], accumulated in float64. */
  addColumnSums(out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, rows: number, cols: number): void
  sigmoid: ElementwiseKernel
  tanh: ElementwiseKernel
  relu: ElementwiseKernel
  leakyRelu: ElementwiseKernel
  softplus: ElementwiseKernel
  hardSigmoid: ElementwiseKernel
  sigmoidBackward: ElementwiseBackwardKernel
  tanhBackward: ElementwiseBackwardKernel
  reluBackward: ElementwiseBackwardKernel
  leakyReluBackward: ElementwiseBackwardKernel
  softplusBackward: ElementwiseBackwardKernel
  hardSigmoidBackward: ElementwiseBackwardKernel
  /** Row-wise softmax of x [rows, cols]; `out` may be `x`. */
  softmax(out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, rows: number, cols: number): void
  /** Row-wise log softmax of x [rows, cols]; `out` may be `x`. */
  logSoftmax(out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, rows: number, cols: number): void
  /** dx = y (dy - dy'y) for each row, given y = softmax(x); `dx` may be `dy`. */
  softmaxBackward(
    dx: FloatArray,
    dxOffset: number,
    dy: FloatArray,
    dyOffset: number,
    y: FloatArray,
    yOffset: number,
    rows: number,
    cols: number,
  ): void
  /**
   * Cross-entropy on softmax: returns L = -sum_r w_r sum_k t_rk ln softmax(z_r)_k and writes dL/dz = w (softmax(z) sum
   * t - t); z, targets t and dz are [rows, cols], `dz` is not `z`.
   */
  crossEntropy(
    dz: FloatArray,
    z: FloatArray,
    targets: FloatArray,
    weights: Float64Array,
    rows: number,
    cols: number,
  ): number
  /** ln sum_i exp(x_i); -Infinity for n = 0. */
  logSumExp(x: FloatArray, xOffset: number, n: number): number
  /** out_i = 1 where draws_i < p_i, else 0; `out` may be `p`. */
  bernoulli(
    out: FloatArray,
    outOffset: number,
    p: FloatArray,
    pOffset: number,
    draws: FloatArray,
    drawsOffset: number,
    n: number,
  ): void
  /**
   * velocity = momentum velocity + rate (gradient - decay w), then w += velocity, for n elements from `offset` on;
   * returns the largest |w|, NaN where any is NaN.
   */
  momentumStep(
    w: FloatArray,
    velocity: FloatArray,
    gradient: FloatArray,
    offset: number,
    n: number,
    rate: number,
    momentum: number,
    decay: number,
  ): number
  /**
   * g = gradient + decay w, velocity = momentum velocity + g, then w -= rate velocity, with `nesterov` rate (g +
   * momentum velocity), for n elements from `offset` on.
   */
  sgdStep(
    w: FloatArray,
    velocity: FloatArray,
    gradient: FloatArray,
    offset: number,
    n: number,
    rate: number,
    momentum: number,
    decay: number,
    nesterov: boolean,
  ): void
  /**
   * g = gradient + coupledDecay w, first = beta1 first + (1 - beta1) g, second = beta2 second + (1 - beta2) g^2, then
   * w -= rate (first / correction1 / (sqrt(second / correction2) + epsilon) + decoupledDecay w).
   */
  adamStep(
    w: FloatArray,
    first: FloatArray,
    second: FloatArray,
    gradient: FloatArray,
    offset: number,
    n: number,
    settings: AdamSettings,
  ): void
  /** Fills with uniforms in [0, 1) of xoshiro128++. */
  uniforms(out: FloatArray, seed: XoshiroSeed): void
  /** mask = factor where a uniform of xoshiro128++ is at least `least` / 2^24, else 0; y = x mask, as long as the mask. */
  dropout(y: FloatArray, mask: FloatArray, x: FloatArray, seed: XoshiroSeed, least: number, factor: number): void
  /** A room for arrays of a training; without one of its own, it is `plain`. */
  room(plain: Storage): Room
  /** out [rows, units] = bias + x AB' with histories x [rows, history]; ldx may be negative, for reversed time. */
  conditionalBiases(
    out: FloatArray,
    bias: FloatArray,
    ab: FloatArray,
    x: FloatArray,
    xOffset: number,
    ldx: number,
    rows: number,
    units: number,
    history: number,
  ): void
  /** out [rows, H] = ct + v W, where ct is the last H columns of biases [rows, V + H]; ldv may be negative. */
  hiddenInputs(
    out: FloatArray,
    biases: FloatArray,
    v: FloatArray,
    vOffset: number,
    ldv: number,
    w: FloatArray,
    rows: number,
    visible: number,
    hidden: number,
  ): void
  /** out [rows, V] = bt + h W', where bt is the first V columns of biases [rows, V + H]. */
  visibleInputs(
    out: FloatArray,
    biases: FloatArray,
    h: FloatArray,
    w: FloatArray,
    rows: number,
    visible: number,
    hidden: number,
  ): void
  /**
   * Runs the Gibbs chains and writes the statistics of a mini-batch; returns the mean over cases of the squared
   * distance to the reconstruction.
   */
  contrastiveDivergence(pass: CdPass): number
  /** Fills h. */
  rnnForward(pass: RnnPass, activate: ElementwiseKernel): void
  /** Adds the parameter gradients and writes dx, after `rnnForward` on the same pass. */
  rnnBackward(pass: RnnPass, gradients: RnnGradients, differentiate: ElementwiseBackwardKernel): void
  /** Writes the tangents of the outputs, after `rnnForward` on the same pass; full BPTT only. */
  rnnTangent(pass: RnnPass, tangents: PackedTangents, differentiate: ElementwiseBackwardKernel): void
  /** Fills gates, cells, squashed and h. */
  lstmForward(pass: LstmPass): void
  /** Adds the parameter gradients and writes dx, after `lstmForward` on the same pass. */
  lstmBackward(pass: LstmPass, gradients: LstmGradients): void
  /** Writes the tangents of cells and outputs, after `lstmForward` on the same pass; full BPTT only. */
  lstmTangent(pass: LstmPass, tangents: LstmTangents): void
  /** Fills gates, cells, squashed, mixed and h. */
  lstmVariantForward(pass: LstmVariantPass, functions: LstmFunctions): void
  /** Adds the parameter gradients and writes dx, after `lstmVariantForward` on the same pass. */
  lstmVariantBackward(pass: LstmVariantPass, gradients: LstmVariantGradients, derivatives: LstmDerivatives): void
  /** Writes the tangents of cells and outputs, after `lstmVariantForward` on the same pass; full BPTT only. */
  lstmVariantTangent(pass: LstmVariantPass, tangents: LstmVariantTangents, derivatives: LstmDerivatives): void
  /** Fills gates, inner and h. */
  gruForward(pass: GruPass): void
  /** Adds the parameter gradients and writes dx, after `gruForward` on the same pass. */
  gruBackward(pass: GruPass, gradients: GruGradients): void
  /** Writes the tangents of the outputs, after `gruForward` on the same pass; full BPTT only. */
  gruTangent(pass: GruPass, tangents: GruTangents): void
}

/** Named buffers, kept between calls; see `numerics/workspace.ts`. */
export interface Storage {
  readonly dtype: Dtype
  take(name: string, length: number): FloatArray
}

/** Kernels that compute in place on arrays of a room. */
export type RoomKernels = Pick<Kernels, 'contrastiveDivergence' | 'momentumStep' | 'norm' | 'uniforms'>

/**
 * Named arrays and the kernels that know where they lie; other arrays are copied as ever. Arrays serve until the next call of
 * `arrays`, `gather` or `contrastiveDivergence`: when the memory has grown, all have length 0 and are to be taken anew.
 */
export interface Room extends RoomKernels {
  /** Arrays of these lengths, which keep their contents from call to call. */
  arrays<Name extends string>(lengths: Readonly<Record<Name, number>>): Record<Name, FloatArray>
  /** out[r] = the numbers of `data` from starts[members[r]] on, for rows as long as `length`; `data` must not change later. */
  gather(out: FloatArray, data: FloatArray, starts: Int32Array, members: ArrayLike<number>, length: number): void
  /** Gives the memory back; the room and its arrays are no longer of use. */
  close(): void
}
