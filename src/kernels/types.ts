/**
 * The record of functions that all numerical work goes through. Kernels trust their arguments: shapes are checked once at
 * the public door. Outputs come first; `xOffset` is where `x` starts in its typed array, `ldx` the distance of its rows.
 *
 * Legend: B batch, T time steps, D inputs, H units; `rows` of a packed batch as in {@link PackedPass}.
 */
import type { FloatArray } from '../core/types.ts'

/** Applies a function to `n` elements: out[outOffset + i] = f(x[xOffset + i]); `out` may be `x`. */
export type ElementwiseKernel = (out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, n: number) => void

/**
 * Writes dx = dy * f'(x), given the function's own output y = f(x); `dx` may be `dy`.
 */
export type ElementwiseBackwardKernel = (
  dx: FloatArray,
  dxOffset: number,
  dy: FloatArray,
  dyOffset: number,
  y: FloatArray,
  yOffset: number,
  n: number,
) => void

/**
 * A packed batch of sequences in a recurrent layer. Sequences are sorted by falling length; step t owns the rows
 * offsets[t] .. offsets[t+1]-1, one for each sequence that still runs, in the same order at every step.
 */
export interface PackedPass {
  inputs: number
  units: number
  /** [T + 1] first row of each step; offsets[T] is the number of rows. */
  offsets: Int32Array
  /** Gradients do not flow from a step t > 0 with t % truncation = 0 to step t - 1; 0 for full BPTT. */
  truncation: number
  /** [rows, D] */
  x: FloatArray
  /** [B, H] output before the first step. */
  h0: FloatArray
  /** [rows, H] outputs. */
  h: FloatArray
}

/** One pass of a simple recurrent layer. */
export interface RnnPass extends PackedPass {
  /** [H, D] */
  wx: FloatArray
  /** [H, H] */
  wh: FloatArray
  /** [H] */
  b: FloatArray
}

/** What the backward pass of every recurrent layer reads and adds to. */
export interface PackedGradients {
  /** [rows, H] gradient of the loss by the outputs. */
  dh: FloatArray
  /** [rows, H] scratch: the outputs of each row's step before. */
  previous: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient by h0. */
  dhCarry: FloatArray
  /** [rows, D], written; null where nobody needs it. */
  dx: FloatArray | null
  /** Added to, shapes as the weights. */
  dwx: FloatArray
  dwh: FloatArray
  db: FloatArray
}

/** What the backward pass of a simple recurrent layer reads and adds to. */
export interface RnnGradients extends PackedGradients {
  /** [rows, H] scratch: gradients before the activation. */
  dz: FloatArray
}

/** One pass of an LSTM. */
export interface LstmPass extends PackedPass {
  /** [4H, D] input weights, the gates i, f, c, o one below the other. */
  wx: FloatArray
  /** [4H, H] recurrent weights, same order. */
  wh: FloatArray
  /** [4H] biases, same order. */
  b: FloatArray
  /** [3H] diagonal peepholes of i, f, o; null without peepholes. */
  peepholes: FloatArray | null
  /** [B, H] cell states before the first step. */
  c0: FloatArray
  /** [rows, 4H] activated gates; the c part holds tanh(z_c). */
  gates: FloatArray
  /** [rows, H] cell states. */
  cells: FloatArray
  /** [rows, H] tanh of the cell states. */
  squashed: FloatArray
}

/** What the backward pass of an LSTM reads and adds to. */
export interface LstmGradients extends PackedGradients {
  /** [rows, 4H] scratch: gradients by the gates' inputs. */
  dGates: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient by c0. */
  dcCarry: FloatArray
  dPeepholes: FloatArray | null
}

/**
 * Contrastive divergence on a mini-batch of a restricted Boltzmann machine with V visible units (0 or 1, or Gaussian of
 * variance 1) and H hidden units; biases may depend on a history of K numbers a case.
 */
export interface CdPass {
  /** V */
  visible: number
  /** H */
  hidden: number
  /** K; 0 where nothing depends on a history. */
  history: number
  /** Whether visible units are 0 or 1. */
  binary: boolean
  /** k: Gibbs steps of the chains. */
  steps: number
  /** Whether the chains go on from where they are; else they start at the data. */
  persistent: boolean
  /** Cases of the mini-batch. */
  rows: number
  /** Chains: as many as cases unless persistent and K = 0. */
  chains: number
  /** [V, H] */
  w: FloatArray
  /** [V + H, K]: A above B. */
  ab: FloatArray
  /** [V + H]: b before c. */
  bias: FloatArray
  /** [rows, V + K] each case beside its history. */
  windows: FloatArray
  /** [chains, V] where the chains are. */
  chain: FloatArray
  /** [k, chains, H] uniforms in [0, 1). */
  hiddenDraws: FloatArray
  /** [k, chains, V] uniforms for binary units, normals for Gaussian ones; null leaves visible units at their means. */
  visibleDraws: FloatArray | null
  /** [rows, H] P(h = 1) given the data, written. */
  positive: FloatArray
  /** [chains, H] P(h = 1) at the end of the chains, written. */
  negative: FloatArray
  /** [rows, V] mean of v given hidden units drawn from the data by the first step's draws, for the first min(rows, chains). */
  reconstruction: FloatArray
  /** [max(rows, chains), V + H] scratch. */
  biases: FloatArray
  /** [chains, H] scratch. */
  sample: FloatArray
  /** Written, shapes as the parameters: mean statistics of the data less those of the chains. */
  dw: FloatArray
  dab: FloatArray
  dBias: FloatArray
}

/** All kernels. A faster record has the same functions and the same results within rounding. */
export interface Kernels {
  readonly name: string
  /**
   * C = alpha op(A) op(B) + beta C with op(A) [m, k], op(B) [k, n], C [m, n]; `transA` means that A is stored [k, m].
   * beta = 0 overwrites C whatever it holds. An element's value does not depend on m, n or its place.
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
  /** Sets every row of out [rows, cols] to b. */
  fillRows(out: FloatArray, outOffset: number, b: FloatArray, bOffset: number, rows: number, cols: number): void
  /** out[j] += sum over rows of x [rows, cols], accumulated in float64. */
  addColumnSums(out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, rows: number, cols: number): void
  sigmoid: ElementwiseKernel
  tanh: ElementwiseKernel
  relu: ElementwiseKernel
  softplus: ElementwiseKernel
  sigmoidBackward: ElementwiseBackwardKernel
  tanhBackward: ElementwiseBackwardKernel
  reluBackward: ElementwiseBackwardKernel
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
  /** out [rows, units] = bias + x AB' with histories x [rows, history]; ldx may be negative, for time that runs backwards. */
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
  /** out [rows, H] = ct + v W, ct being the last H columns of biases [rows, V + H]; ldv may be negative. */
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
  /** out [rows, V] = bt + h W', bt being the first V columns of biases [rows, V + H]. */
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
   * Runs the chains and writes the statistics of a mini-batch; returns the mean over cases of the squared distance to the
   * reconstruction.
   */
  contrastiveDivergence(pass: CdPass): number
  /** Fills h. */
  rnnForward(pass: RnnPass, activate: ElementwiseKernel): void
  /** Adds the parameter gradients and writes dx, after `rnnForward` on the same pass. */
  rnnBackward(pass: RnnPass, gradients: RnnGradients, differentiate: ElementwiseBackwardKernel): void
  /** Fills gates, cells, squashed and h. */
  lstmForward(pass: LstmPass): void
  /** Adds the parameter gradients and writes dx, after `lstmForward` on the same pass. */
  lstmBackward(pass: LstmPass, gradients: LstmGradients): void
}
