/** Updates that are refused because a number is not finite. */
import { NonFiniteError } from '../core/errors.ts'
import { nonFiniteIndex } from '../numerics/clip.ts'
import type { ParameterSet } from '../numerics/parameters.ts'

/** An update: its epoch and its batch, both counted from 1. */
export interface Position {
  epoch: number
  batch: number
}

/** The error of an update that was not made. */
export function nonFinite(what: string, parameter: string, { epoch, batch }: Position): NonFiniteError {
  return new NonFiniteError(
    `fit: epoch ${epoch}, batch ${batch}: ${what}; the weights are those before this update. ` +
      'Try a smaller learningRate, clipNorm, or standardised inputs',
    { epoch, batch, parameter },
  )
}

/** Names the culprit where loss or gradient are not finite: a parameter itself before its gradient before the loss. */
export function refuseNonFinite(parameters: ParameterSet, loss: number, at: Position): void {
  if (nonFiniteIndex(parameters.gradient) < 0 && Number.isFinite(loss)) return
  const culprit = parameters.nonFinite()
  if (culprit !== null) throw nonFinite(`"${culprit.parameter}" ${culprit.what}`, culprit.parameter, at)
  throw nonFinite(`the loss is ${loss}`, 'loss', at)
}
