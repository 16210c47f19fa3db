/** Numbers of recordings, such as arousal, in the columns of lists: targets to learn in place of classes. */
import { describe, FormatError } from '../core/errors.ts'

/** Label of recordings of a list that has numbers and no labels. */
export const UNLABELLED = 'any'

/** Numbers of a recording by the names of their columns; without those of empty cells, NaN for what is no number. */
export type TargetValues = Readonly<Record<string, number>>

const none: readonly string[] = ['', 'nan', 'na', 'n/a', 'none', 'null']

/** The numbers in cells, read by the name of their column. */
export function targetsIn(
  names: readonly string[],
  cell: (name: string) => string | null | undefined,
): { targets: TargetValues } {
  const values: Record<string, number> = {}
  for (const name of names) {
    const text = (cell(name) ?? '').trim()
    if (!none.includes(text.toLowerCase())) values[name] = /^[-+.\deE]+$/.test(text) ? Number(text) : Number.NaN
  }
  return { targets: values }
}

/** Throws unless there are columns of these names. */
export function checkTargetColumns(columns: readonly string[], names: readonly string[]): void {
  const missing = names.find((name) => !columns.includes(name))
  if (missing === undefined) return
  const there = columns.filter((name) => name !== '').join(', ')
  throw new FormatError(`expected a column ${describe(missing)}, the target, got ${there}`)
}

/** Why a recording cannot serve for the targets, or null. */
export function targetFault(names: readonly string[], values: TargetValues = {}): string | null {
  const missing = names.find((name) => !Object.hasOwn(values, name))
  if (missing !== undefined) return `without ${missing}: its list has no number for it`
  const odd = names.find((name) => !Number.isFinite(values[name]))
  return odd === undefined ? null : `its ${odd} is no finite number`
}
