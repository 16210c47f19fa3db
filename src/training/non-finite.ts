/** Errors for losses, gradients and parameters that are not finite. */

import { nonFiniteIndex } from '../core/array.ts'
import { NonFiniteError } from '../core/errors.ts'
import type { ParameterSet } from '../numerics/parameters.ts'

/** An update: its epoch and its batch, both counted from 1. */
export interface Position {
  epoch: number
  batch: number
}

/** The error that names the quantity, the parameter, the epoch and the batch of a refused update. */
export function nonFinite(what: string, parameter: string, { epoch, batch }: Position): NonFiniteError {
  return new NonFiniteError(
    `fit: epoch ${epoch}, batch ${batch}: ${what}; the weights are those before this update. ` +
      'Try a smaller learningRate, clipNorm, or standardised inputs',
    { epoch, batch, parameter },
  )
}

/** Throws where a number is not finite; names the first of parameter, gradient and loss that is not. */
export function refuseNonFinite(parameters: ParameterSet, loss: number, at: Position): void {
  if (nonFiniteIndex(parameters.gradient) < 0 && Number.isFinite(loss)) return
  const culprit = parameters.nonFinite()
  if (culprit !== null) throw nonFinite(`"${culprit.parameter}" ${culprit.what}`, culprit.parameter, at)
  throw nonFinite(`the loss is ${loss}`, 'loss', at)
}
