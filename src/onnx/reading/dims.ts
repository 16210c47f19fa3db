/**
 * Sizes of axes, some of which are known at run time alone: whole numbers, or `times` a name `plus` a number. A name is that of an axis,
 * such as T, or a product or quotient of them; its value is at least 1.
 */

/** A size that is not known before the model runs. */
export interface Free {
  readonly name: string
  readonly times: number
  readonly plus: number
}

/** A size. */
export type Dim = number | Free

/** A size of its own, known at run time. */
export function free(name: string): Free {
  return { name, times: 1, plus: 0 }
}

function made(name: string, times: number, plus: number): Dim {
  return times === 0 ? plus : { name, times, plus }
}

/** a + b; null where it has no form here. */
export function plus(a: Dim, b: Dim): Dim | null {
  if (typeof a === 'number') return typeof b === 'number' ? a + b : made(b.name, b.times, b.plus + a)
  if (typeof b === 'number') return made(a.name, a.times, a.plus + b)
  return a.name === b.name ? made(a.name, a.times + b.times, a.plus + b.plus) : null
}

/** a b; null where it has no form here. */
export function times(a: Dim, b: Dim): Dim | null {
  if (typeof a === 'number') return typeof b === 'number' ? a * b : made(b.name, b.times * a, b.plus * a)
  if (typeof b === 'number') return times(b, a)
  if (a.plus !== 0 || b.plus !== 0) return null
  return made([...a.name.split('*'), ...b.name.split('*')].sort().join('*'), a.times * b.times, 0)
}

/** a - b; null where it has no form here. */
export function minus(a: Dim, b: Dim): Dim | null {
  const negative = times(b, -1)
  return negative === null ? null : plus(a, negative)
}

/** The quotient a / b of whole numbers, towards zero; null where it has no form here. */
export function divided(a: Dim, b: Dim): Dim | null {
  if (typeof b !== 'number') return textOf(a) === textOf(b) ? 1 : null
  if (b === 0) return null
  if (typeof a === 'number') return Math.trunc(a / b)
  if (a.times % b === 0 && a.plus % b === 0) return made(a.name, a.times / b, a.plus / b)
  return free(quotientName(a, b))
}

/** The name of a quotient, towards zero. */
function quotientName(a: Free, b: number): string {
  return `((${textOf(a)})/${b})`
}

/** ceil(a / b) as the quotient (a + b - 1) / b. */
export function dividedUp(a: Dim, b: number): Dim | null {
  const sum = plus(a, b - 1)
  return sum === null ? null : divided(sum, b)
}

/** Whether a < b for every value of the names; undefined where that depends on it. */
export function less(a: Dim, b: Dim): boolean | undefined {
  const difference = minus(b, a)
  if (difference === null) return undefined
  if (typeof difference === 'number') return difference > 0
  const least = difference.times + difference.plus
  if (difference.times > 0) return least > 0 ? true : undefined
  return least <= 0 ? false : undefined
}

/** The larger, or the smaller; null where that depends on the names. */
export function chosen(a: Dim, b: Dim, larger: boolean): Dim | null {
  const before = less(a, b)
  if (before !== undefined) return before === larger ? b : a
  const behind = less(b, a)
  if (behind !== undefined) return behind === larger ? a : b
  return null
}

/** Whether two sizes are the same. */
export function same(a: Dim, b: Dim): boolean {
  return textOf(a) === textOf(b)
}

/** A size as text, the same for equal ones. */
export function textOf(size: Dim): string {
  if (typeof size === 'number') return String(size)
  const { name, times: factor, plus: more } = size
  return `${factor === 1 ? '' : `${factor} `}${name}${more === 0 ? '' : more < 0 ? ` - ${-more}` : ` + ${more}`}`
}

/** A shape as text. */
export function shapeText(shape: readonly Dim[]): string {
  return `[${shape.map(textOf).join(', ')}]`
}
