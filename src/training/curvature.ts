/**
 * Second derivatives of the losses by the outputs, as products with a tangent u of the logits of a softmax output, else
 * of the output itself. With w the weight of a row, t its targets, y its outputs and J = diag(y) - y y' the derivative
 * of softmax:
 *
 *   cross-entropy on softmax    w (sum t) J u        binary cross-entropy on logits z    w s(1 - s) u, s = sigm(z)
 *   cross-entropy on means      w t / y^2 u          squared error                       w u; through a softmax w J J u
 *
 * A mean that is too small for 1 / y^2 is taken by its logarithm, with the tangent v of ln y: w t v, in the place of H.
 *
 * Where t >= 0 these matrices are positive semi-definite, and so is the Gauss-Newton matrix: Schraudolph (2002).
 */
import { sigmoid as sigmoidOf } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { activateBackwardTangent } from '../layers/activation.ts'
import type { Activations } from '../layers/batch.ts'
import type { OutputKind } from '../layers/layer-chain.ts'
import { LEAST_PROBABILITY, type LossKind, type LossRows } from './loss.ts'

/** An output, its targets and the weights of its rows. */
export interface LossPoint {
  kind: LossKind
  outputKind: OutputKind
  output: Activations
  losses: LossRows
}

/** out = J u row by row. */
function softmaxProduct(out: FloatArray, u: FloatArray, y: FloatArray, { rows, cols }: LossRows): void {
  kernels.softmaxBackward(out, 0, u, 0, y, 0, rows, cols)
}

function weighRows(out: FloatArray, { weights, rows, cols }: LossRows): void {
  for (let r = 0, k = 0; r < rows; r++) for (let end = k + cols; k < end; k++) out[k] *= weights[r]
}

function crossEntropyOnLogits(out: FloatArray, u: FloatArray, y: FloatArray, losses: LossRows): void {
  const { targets, rows, cols } = losses
  softmaxProduct(out, u, y, losses)
  for (let from = 0; from < rows * cols; from += cols) {
    let mass = 0
    for (let k = from; k < from + cols; k++) mass += targets[k]
    for (let k = from; k < from + cols; k++) out[k] *= mass
  }
}

/** Divides u by y twice, because 1 / y^2 may not be finite in float32. */
function crossEntropyOnProbabilities(out: FloatArray, u: FloatArray, y: FloatArray, { targets }: LossRows): void {
  for (let k = 0; k < u.length; k++) {
    out[k] = targets[k] === 0 || y[k] < LEAST_PROBABILITY ? 0 : (u[k] / y[k]) * (targets[k] / y[k])
  }
}

function binaryCrossEntropyOnLogits(out: FloatArray, u: FloatArray, z: FloatArray): void {
  for (let k = 0; k < u.length; k++) out[k] = sigmoidOf(z[k]) * sigmoidOf(-z[k]) * u[k]
}

/** out = H u with H the Hessian of the loss; of a squared error through a softmax the positive part w J J. */
export function gaussNewtonCurvature(out: FloatArray, u: FloatArray, point: LossPoint): void {
  const { kind, outputKind, output, losses } = point
  const y = output.data
  if (kind === 'binaryCrossEntropy') binaryCrossEntropyOnLogits(out, u, y)
  else if (kind === 'crossEntropy' && outputKind === 'softmax') crossEntropyOnLogits(out, u, y, losses)
  else if (kind === 'crossEntropy') crossEntropyOnProbabilities(out, u, y, losses)
  else if (outputKind === 'softmax') {
    softmaxProduct(out, u, y, losses)
    softmaxProduct(out, out, y, losses)
  } else out.set(u)
  weighRows(out, losses)
}

/** As `gaussNewtonCurvature`, but with the whole Hessian of a squared error through a softmax. */
export function exactCurvature(out: FloatArray, u: FloatArray, point: LossPoint): void {
  const { kind, outputKind, output, losses } = point
  if (!(kind === 'squaredError' && outputKind === 'softmax')) {
    gaussNewtonCurvature(out, u, point)
    return
  }
  const { targets, rows, cols } = losses
  const y = output.data
  const dy = y.slice(0, rows * cols)
  for (let k = 0; k < dy.length; k++) dy[k] -= targets[k]
  const yDot = dy.slice()
  softmaxProduct(yDot, u, y, losses)
  activateBackwardTangent('softmax', out, { dy, dyDot: yDot, y, yDot }, rows, cols)
  weighRows(out, losses)
}
