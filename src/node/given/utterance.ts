/** Features of a recording for a front end that takes given ones. */
import { messageOf, StateError } from '../../core/errors.ts'
import type { FloatNdArray } from '../../core/types.ts'
import type { GivenRecord } from '../../experiments/given-features.ts'
import type { ResolvedFrontEnd } from '../../pipelines/front-end.ts'
import { checkGiven } from '../../pipelines/front-end-columns.ts'
import type { CorpusUtterance } from '../corpus-types.ts'

/**
 * Throws unless the recordings were given the features of the front end.
 *
 * @throws StateError where they have none, RangeError for others
 */
export function checkHasFeatures(
  where: string,
  frontEnd: ResolvedFrontEnd,
  { utterances, features }: { utterances: readonly CorpusUtterance[]; features?: GivenRecord },
): void {
  const { given } = frontEnd
  if (given === undefined) return
  const without = utterances.find((one) => one.features === undefined)
  if (features === undefined || without !== undefined) {
    throw new StateError(
      `${where}: the system takes ${given.columns} given features, the recordings have none: give the corpus "features", or --features`,
    )
  }
  const { columns, form, names } = features.columns
  if (columns !== given.columns || form !== given.form) {
    throw new RangeError(
      `${where}: the system takes ${given.form}s of ${given.columns} columns, the features of the recordings are ${form}s of ${columns}${remedy(given.form, form)}`,
    )
  }
  const j = given.names?.findIndex((name, i) => names !== undefined && names[i] !== name) ?? -1
  if (j < 0) return
  throw new RangeError(
    `${where}: column ${j + 1} of the system is "${given.names?.[j]}", of the features of the recordings "${names?.[j]}"`,
  )
}

function remedy(wanted: string, got: string): string {
  if (wanted === got) return ''
  return got === 'sequence'
    ? '; take a system over sequences, or statistics over time as features'
    : '; take a system on vectors, such as functionals-mlp or measures-logistic'
}

/** The given features of a recording. */
export async function givenFeatures(
  where: string,
  { path, features }: CorpusUtterance,
  frontEnd: ResolvedFrontEnd,
): Promise<FloatNdArray> {
  if (features === undefined) throw new StateError(`${where}: "${path}" was given no features`)
  try {
    const x = await features()
    checkGiven(where, path, x, frontEnd)
    return x
  } catch (cause) {
    // No fault of one recording, which would be left out: all were looked at when the corpus was opened.
    throw new StateError(`${where}: the features of "${path}" have changed: ${messageOf(cause)}`, { cause })
  }
}
