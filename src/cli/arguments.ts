import { InvalidArgumentError } from 'commander'
import { messageOf } from '../core/errors.ts'
import { type FoldKey, foldKeys } from '../experiments/folds.ts'
import { checkAddress } from '../node/queue/address.ts'
import { hasGroup } from '../node/source.ts'

/** Checks a path. An empty one, such as from an unset variable, would mean the current folder. */
export function place(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('expected a path, got an empty text')
  return text
}

/** Collects the paths of a variadic argument. */
export function places(text: string, before: string[] = []): string[] {
  return [...before, place(text)]
}

/** Parses an integer >= 1. */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected an integer >= 1')
  return value
}

/** Parses an integer >= 0. */
export function naturalNumber(text: string): number {
  return text.trim() === '0' ? 0 : positiveInteger(text)
}

/** Parses a number > 0. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number > 0')
  return value
}

/** Parses a regular expression with a group. */
export function regularExpression(text: string): RegExp {
  let pattern: RegExp
  try {
    pattern = new RegExp(text)
  } catch {
    throw new InvalidArgumentError('not a regular expression')
  }
  if (hasGroup(pattern)) return pattern
  throw new InvalidArgumentError('expected an expression with a group, such as ^(..)')
}

/** Splits a list of words separated by commas. */
export function words(text: string): string[] {
  const list = text.split(',').map((word) => word.trim())
  if (list.includes('')) throw new InvalidArgumentError('expected words separated by commas')
  return list
}

/** Checks that the text is one of the known words. */
export function oneOf<T extends string>(text: string, known: readonly T[]): T {
  const word = known.find((candidate) => candidate === text)
  if (word === undefined) throw new InvalidArgumentError(`"${text}" is none of ${known.join(', ')}`)
  return word
}

/** Parses what folds are by. */
export function foldKeysOf(text: string): FoldKey[] {
  return words(text).map((word) => oneOf(word, foldKeys))
}

/** Parses numbers of folds; 0 leaves each group out once. */
export function foldCounts(text: string): number[] {
  return words(text).map(naturalNumber)
}

/** Parses a seed: a number if the text is one, else the text itself. */
export function seed(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** Parses part and number of parts from a text such as `2/5`. */
export function shard(text: string): { index: number; count: number } {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= count) return { index, count }
  throw new InvalidArgumentError('expected i/n, such as 1/4, with i from 1 to n')
}

/** Parses name and file from a text such as `study=predictions.csv`; `study` alone has no file. */
export function baselineFile(text: string): { name: string; file?: string } {
  if (text === 'study') return { name: text }
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('expected a name and a file, such as study=FILE, or study')
  return { name: text.slice(0, at), file: text.slice(at + 1) }
}

/** Checks the address of a queue. Not for `argParser`, whose errors would print a password. */
export function queueAddress(text: string): string {
  try {
    return checkAddress('ser', '--queue', text)
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}
