/** One row of numbers for each utterance: its cepstra's statistics over time, or what a front end gives in one row. */
import { allocate, floatView } from '../core/array.ts'
import type { FloatNdArray } from '../core/types.ts'
import { functionals } from '../features/functionals.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import { type ColumnGroup, columnGroupNames, statisticGroups } from './column-groups.ts'
import type { ResolvedFrontEnd } from './front-end.ts'
import { cepstraStep, toCepstra } from './front-end-columns.ts'
import { framesFrom } from './timeline.ts'

/** Settings of the rows. */
export interface RowSettings {
  frontEnd: ResolvedFrontEnd
  /** Cepstral coefficients of log mel energies; 0: none. */
  cepstra: number
  /** Quantiles beside mean, standard deviation, skewness and kurtosis; none where the front end gives one row. */
  quantiles: readonly number[]
}

function projected(x: FloatNdArray, { cepstra, frontEnd }: RowSettings): FloatNdArray {
  return cepstra > 0 ? toCepstra('functionals', x, cepstra, frontEnd) : x
}

/** Statistics of projected features; those of a set are the features already. */
function statistics(x: FloatNdArray, { quantiles, frontEnd }: RowSettings): FloatNdArray {
  return frontEnd.functionals ? x : functionals(x, { quantiles })
}

/** The row [1, D'] of the features of an utterance. */
export function rowOf(x: FloatNdArray, settings: RowSettings): FloatNdArray {
  return statistics(projected(x, settings), settings)
}

/** The rows [1, D'] of windows of the features. */
export function windowRows(
  features: FloatNdArray,
  firsts: readonly number[],
  length: number,
  settings: RowSettings,
): FloatNdArray[] {
  const frames = projected(features, settings)
  return firsts.map((first) => statistics(framesFrom(frames, first, length), settings))
}

/** Stacks rows [1, D] to one matrix [n, D]. */
export function stackedRows(rows: readonly FloatNdArray[]): FloatNdArray {
  const cols = rows[0].shape[1]
  const out = allocate(rows.length * cols, 'float32')
  rows.forEach((row, i) => {
    out.set(row.data, i * cols)
  })
  return floatView(out, [rows.length, cols])
}

/** Groups of the columns of a row by what they measure. */
export function rowGroups({ frontEnd, cepstra }: RowSettings): (count: number) => ColumnGroup[] {
  const names = columnGroupNames(frontEnd, cepstra)
  return (count) => statisticGroups(names, count)
}

/** The computation of the row, step by step. */
export function rowSteps({ cepstra, frontEnd, quantiles }: RowSettings): ClassifierStep[] {
  return [
    ...(cepstra > 0 ? [cepstraStep('functionals', cepstra, frontEnd)] : []),
    ...(frontEnd.functionals ? [] : [{ kind: 'functionals', quantiles } as const]),
  ]
}
