/** Features of one recording as they were given, with what errors tell about them. */
import { floatView } from '../../core/array.ts'
import { FormatError } from '../../core/errors.ts'
import type { FloatNdArray } from '../../core/types.ts'
import type { FeatureTable } from '../../corpora/feature-table.ts'
import type { NpyArray } from '../../io/npy.ts'

/** Features of one recording. */
export interface GivenRows {
  /** [T, D] */
  features: FloatNdArray
  /** Names of the columns; null where they have none. */
  names: string[] | null
  /** Rows in the file, from 1, for messages; null where they are those of the features. */
  rowsInFile: number[] | null
  /** Start of each row, s; null where it is not known. */
  starts: number[] | null
  /** The file, for messages; set by collections. */
  place?: string
}

/** Rows [T, D] of an array: a vector [D], a matrix [T, D], or one of these in a batch of one. */
export function rowsOfArray({ data, shape }: NpyArray): GivenRows {
  const lengths =
    shape.length > 2 ? shape.slice(shape.findIndex((n, i) => n !== 1 || i === shape.length - 2)) : [...shape]
  if (lengths.length === 0 || lengths.length > 2) {
    throw new FormatError(`expected a vector [D] or a matrix [T, D], got an array [${shape.join(', ')}]`)
  }
  const [rows, columns] = lengths.length === 1 ? [1, lengths[0]] : lengths
  if (rows === 0 || columns === 0) throw new FormatError(`expected numbers, got an array [${shape.join(', ')}]`)
  const values = Float32Array.from(data as ArrayLike<number>, Number)
  return { features: floatView(values, [rows, columns]), names: null, rowsInFile: null, starts: null }
}

/** One row of features as features. */
export function rowOf({ data, shape }: FloatNdArray, t: number): FloatNdArray {
  const [, columns] = shape
  return floatView(data.slice(t * columns, (t + 1) * columns), [1, columns])
}

/** Some rows of a table, in the order of their times. */
export function rowsOfTable(table: FeatureTable, chosen: readonly number[] = table.rows.map((_, i) => i)): GivenRows {
  const { columns, data, names } = table
  const timed = chosen.every((i) => table.rows[i].start !== undefined)
  const order = timed
    ? [...chosen].sort((a, b) => (table.rows[a].start as number) - (table.rows[b].start as number))
    : chosen
  const values = new Float32Array(order.length * columns)
  for (const [t, i] of order.entries()) values.set(data.subarray(i * columns, (i + 1) * columns), t * columns)
  return {
    features: floatView(values, [order.length, columns]),
    names,
    rowsInFile: order.map((i) => table.rows[i].row),
    starts: timed ? order.map((i) => table.rows[i].start as number) : null,
  }
}
