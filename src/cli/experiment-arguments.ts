/** Parsers of the flags of corpora and experiments, apart from those that every command loads. */
import { InvalidArgumentError } from 'commander'
import { messageOf } from '../core/errors.ts'
import { type FoldKey, foldKeys } from '../experiments/folds.ts'
import { checkAddress } from '../node/queue/address.ts'
import { hasGroup } from '../node/source.ts'
import { naturalNumber, oneOf, words } from './arguments.ts'

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

/** Parses what folds are by. */
export function foldKeysOf(text: string): FoldKey[] {
  return words(text).map((word) => oneOf(word, foldKeys))
}

/** Parses numbers of folds; 0 leaves each group out once. */
export function foldCounts(text: string): number[] {
  const counts = words(text).map(naturalNumber)
  if (!counts.includes(1)) return counts
  throw new InvalidArgumentError(
    'expected 2 or more: one fold has nothing left to train on; 0 leaves each group out once',
  )
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
