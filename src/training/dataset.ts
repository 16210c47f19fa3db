import { checkFinite, type Matrix, toVector } from '../core/array.ts'
import { checkArray } from '../core/check.ts'
import type { Dtype } from '../core/types.ts'
import type { LossOptions } from './options.ts'
import { resolveTargets, type Targets } from './targets.ts'

/** A data set ready for training. */
export interface Dataset {
  sequences: readonly Matrix[]
  targets: Targets
  /** Weight of each output row in the loss of its sequence; 1 where absent. */
  frameWeights?: readonly Float64Array[]
}

/** What a data set must fit. */
export interface DatasetShape {
  /** Rows of the output for a sequence of so many steps. */
  outputLength: (steps: number) => number
  outputs: number
  dtype: Dtype
  labelSmoothing: number
}

/** Weights of output rows, one vector a sequence of the lengths given. */
function resolveFrameWeights(
  where: string,
  weights: LossOptions['frameWeights'],
  lengths: ArrayLike<number>,
): Float64Array[] | undefined {
  if (weights === undefined) return undefined
  const list = checkArray(where, 'frameWeights', weights)
  if (list.length !== lengths.length) {
    throw new RangeError(
      `${where}: "frameWeights" expected one for each of the ${lengths.length} sequences, got ${list.length}`,
    )
  }
  return list.map((item, i) => {
    const name = `frameWeights[${i}]`
    const vector = Float64Array.from(toVector(where, name, item, 'float64'))
    if (vector.length !== lengths[i]) {
      throw new RangeError(`${where}: "${name}" expected shape [${lengths[i]}], got [${vector.length}]`)
    }
    checkFinite(where, name, vector)
    const negative = vector.findIndex((v) => v < 0)
    if (negative >= 0) throw new RangeError(`${where}: "${name}" expected numbers >= 0, got ${vector[negative]}`)
    return vector
  })
}

/** Checks labels and frame weights against sequences and what a network makes of them. */
export function resolveDataset(
  where: string,
  sequences: readonly Matrix[],
  labels: unknown,
  { outputLength, ...shape }: DatasetShape,
  frameWeights?: LossOptions['frameWeights'],
): Dataset {
  const lengths = sequences.map(({ rows }) => outputLength(rows))
  const targets = resolveTargets(where, labels, { lengths, ...shape })
  return { sequences, targets, frameWeights: resolveFrameWeights(where, frameWeights, lengths) }
}
