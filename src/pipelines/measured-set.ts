/** The measures of a training set, without gaps. */
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { quantileOf } from '../features/track-statistics.ts'
import type { MeasuredSet } from './measures-training.ts'
import type { LabelledFeatures } from './system.ts'

/** Measures with the medians in the place of those that are not there. */
export function filled(measures: FloatArray, medians: Float64Array): Float64Array {
  const out = new Float64Array(measures)
  for (let j = 0; j < out.length; j++) if (!Number.isFinite(out[j])) out[j] = medians[j]
  return out
}

function mediansOf(rows: readonly FloatArray[]): Float64Array {
  return Float64Array.from(rows[0], (_, j) => {
    const known = rows.map((row) => row[j]).filter(Number.isFinite)
    return quantileOf(Float64Array.from(known).sort(), 0.5)
  })
}

/**
 * The measures of all utterances, and the medians that fill their gaps.
 *
 * @param known - medians, if not those of the set
 */
export function measuredSet(
  data: LabelledFeatures,
  measures: (features: FloatNdArray) => FloatArray,
  known?: Float64Array,
): { set: MeasuredSet; medians: Float64Array } {
  const measured = data.sequences.map((x) => measures(x))
  const medians = known ?? mediansOf(measured)
  const { labels, speakers, degraded } = data
  const corpora = data.corpora ?? speakers.map(() => '')
  const set = { rows: measured.map((row) => filled(row, medians)), labels, speakers, corpora }
  if (degraded === undefined) return { set, medians }
  const rows = degraded.sequences.map((x) => filled(measures(x), medians))
  return { set: { ...set, degraded: { rows, kinds: degraded.kinds } }, medians }
}

/** Values several times over. */
export function repeated<T extends Int32Array | Float64Array>(values: T, times: number): T {
  const out = new (values.constructor as new (n: number) => T)(values.length * times)
  for (let i = 0; i < times; i++) out.set(values, i * values.length)
  return out
}
