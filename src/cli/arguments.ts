/** Parsers of arguments and flags of all commands. */
import { InvalidArgumentError } from 'commander'

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

/** Parses a number >= 0. */
export function numberFromZero(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('expected a number >= 0')
  return value
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

/** Parses a seed: a number if the text is one, else the text itself. */
export function seed(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
