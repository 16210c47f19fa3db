/** Standardizers as plain JSON, and how it is read back. */
import { checkDtype } from '../core/array.ts'
import {
  checkArray,
  checkBoolean,
  checkNames,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
  type Limits,
} from '../core/check.ts'
import type { Dtype } from '../core/types.ts'
import type { Moments } from './standardizer-moments.ts'

/** Whose frames give mean and scale. */
export type StandardizerStatistics = 'training' | 'utterance' | 'speaker'

export const STATISTICS = ['training', 'utterance', 'speaker'] as const

/** A standardizer as plain JSON; numbers survive exactly. */
export interface StandardizerState {
  statistics: StandardizerStatistics
  mask: boolean[] | null
  epsilon: number
  dtype: Dtype
  /** Mean and scale of each column: one entry for the training set (of the empty name), or one for each speaker. */
  moments: { group: string; mean: number[]; scale: number[] }[]
}

/** {@link StandardizerState} as `saveModel` keeps it. */
export interface StandardizerFileState extends StandardizerState {
  format: 'ser-core/standardizer'
  version: 1
}

/** The value if it is a list of flags, one a column. */
export function checkMask(where: string, mask: unknown): boolean[] {
  return checkArray(where, 'mask', mask, 1).map((leave, j) => checkBoolean(where, `mask[${j}]`, leave))
}

/** The value if it is what `toJSON` wrote, but for its moments, which {@link readMoments} checks. */
export function checkJson(where: string, json: unknown): StandardizerState {
  checkNames(where, json, ['statistics', 'mask', 'epsilon', 'dtype', 'moments'])
  const { statistics, mask, epsilon, dtype, moments } = json as Partial<StandardizerState>
  return {
    statistics: checkOneOf(where, 'statistics', statistics, STATISTICS),
    mask: mask === null ? null : checkMask(where, mask),
    epsilon: checkNumber(where, 'epsilon', epsilon),
    dtype: checkDtype(where, dtype),
    moments: checkArray(where, 'moments', moments),
  }
}

/** Mean and scale of a group, of so many columns. */
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
