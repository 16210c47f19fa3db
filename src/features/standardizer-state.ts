/** Standardizers as plain JSON: format and checks. */
import { checkDtype } from '../core/array.ts'
import {
  checkArray,
  checkBoolean,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  type Limits,
} from '../core/check.ts'
import type { Dtype } from '../core/types.ts'
import type { Moments } from './standardizer-moments.ts'

/** Frames from which mean and scale are computed: of the training set, the utterance or its speaker. */
export type StandardizerStatistics = 'training' | 'utterance' | 'speaker'

export const STATISTICS = ['training', 'utterance', 'speaker'] as const

/** A standardizer as plain JSON; numbers survive exactly. */
export interface StandardizerState {
  statistics: StandardizerStatistics
  mask: boolean[] | null
  epsilon: number
  dtype: Dtype
  /** Mean and scale of each column: one entry for the training set, named '', or one for each speaker. */
  moments: { group: string; mean: number[]; scale: number[] }[]
}

/** {@link StandardizerState} as stored by `saveModel`. */
export interface StandardizerFileState extends StandardizerState {
  format: 'ser-core/standardizer'
  version: 1
}

/** The value if it is a list of flags, one per column. */
export function checkMask(where: string, mask: unknown): boolean[] {
  return checkArray(where, 'mask', mask, 1).map((leave, j) => checkBoolean(where, `mask[${j}]`, leave))
}

/** The value if it has the form written by `toJSON`; {@link readMoments} checks the moments. */
export function checkJson(where: string, json: unknown): StandardizerState {
  checkOptions(where, json as StandardizerState, ['statistics', 'mask', 'epsilon', 'dtype', 'moments'])
  const { statistics, mask, epsilon, dtype, moments } = json as Partial<StandardizerState>
  return {
    statistics: checkOneOf(where, 'statistics', statistics, STATISTICS),
    mask: mask === null ? null : checkMask(where, mask),
    epsilon: checkNumber(where, 'epsilon', epsilon),
    dtype: checkDtype(where, dtype),
    moments: Array.from(checkArray<StandardizerState['moments'][number]>(where, 'moments', moments)),
  }
}

/** Mean and scale of a group, checked for the number of columns. */
export function readMoments(
  where: string,
  entry: StandardizerState['moments'][number],
  cols: number,
): [string, Moments] {
  checkOptions(where, entry, ['group', 'mean', 'scale'])
  const read = (name: 'mean' | 'scale', limits: Limits) => {
    const values = checkArray(where, name, entry[name])
    if (values.length !== cols) {
      throw new RangeError(`${where}: "${name}" expected ${cols} numbers, got ${values.length}`)
    }
    return Float64Array.from(values, (value, j) => checkNumber(where, `${name}[${j}]`, value, limits))
  }
  return [checkString(where, 'group', entry.group), { mean: read('mean', {}), scale: read('scale', { above: 0 }) }]
}
