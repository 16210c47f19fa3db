import { InvalidArgumentError } from 'commander'

/** The number in an option's text, an integer >= 1. */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected an integer >= 1')
  return value
}

/** The words of a list separated by commas. */
export function words(text: string): string[] {
  const list = text.split(',').map((word) => word.trim())
  if (list.includes('')) throw new InvalidArgumentError('expected words separated by commas')
  return list
}

/** A number where the text is one, else the text: both are seeds. */
export function seed(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
