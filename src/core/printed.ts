/**
 * Objects with a readable console output: a summary instead of all fields, among them a network's weights. Node, Deno
 * and Bun look for methods under registered symbols; other programs, and `String`, call `toString`.
 */
import { checkNumber, checkObject } from './check.ts'
import { LEAST_TEXT_WIDTH, TEXT_WIDTH } from './text.ts'

/** An object with a textual description. */
interface PrintedObject {
  /**
   * The description. Its first line is complete by itself, because consoles show only that line within other objects.
   * Lines have at most `width` characters unless a single word is longer.
   */
  toString(options?: { width?: number }): string
  /** The line shown within other objects, where the first line of the text is not complete by itself. */
  readonly line?: string
}

/**
 * Options that a console passes on; in Node `depth` is how many levels it shows, in Deno `currentDepth` the level it is
 * at.
 */
interface InspectOptions {
  breakLength?: number
  depth?: number | null
  currentDepth?: number
}

function inWords(object: PrintedObject, nested: boolean, { breakLength = TEXT_WIDTH }: InspectOptions): string {
  if (nested) return object.line ?? object.toString({ width: 2 * TEXT_WIDTH }).split('\n', 1)[0]
  return object.toString({ width: Math.max(LEAST_TEXT_WIDTH, Math.min(TEXT_WIDTH, breakLength)) })
}

const NODE = 'nodejs.util.inspect.custom'
const DENO = 'Deno.customInspect'

/**
 * Printing in Node and Bun, where `depth` counts the levels left to show. At the full depth the level is unknown; the
 * text may then be inside an object, whose lines Node indents.
 */
function inNode(this: PrintedObject, depth: number | null, options: InspectOptions = {}): string | object {
  const levels = options.depth ?? Number.POSITIVE_INFINITY
  const text = inWords(this, depth !== null && depth < levels, options)
  return levels < Number.POSITIVE_INFINITY ? text : { [Symbol.for(NODE)]: () => text }
}

function inDeno(this: PrintedObject, _inspect: unknown, options: InspectOptions = {}): string {
  return inWords(this, (options.currentDepth ?? 0) > 0, options)
}

/** Makes consoles print an object, and all that inherit from it, by `toString`. */
function printInWords(target: PrintedObject): void {
  const hooks = { [NODE]: inNode, [DENO]: inDeno }
  for (const [name, value] of Object.entries(hooks)) {
    Object.defineProperty(target, Symbol.for(name), { value, configurable: true, writable: true })
  }
}

/**
 * Gives a plain object a `toString` that consoles print it by; the object stays plain for JSON, copies and comparisons.
 */
export function printedAs<T extends object>(object: T, words: PrintedObject['toString']): T {
  Object.defineProperty(object, 'toString', { value: words, configurable: true, writable: true })
  printInWords(object)
  return object
}

function printedClass(): abstract new () => PrintedObject {
  class Printed {}
  printInWords(Printed.prototype)
  return Printed
}

/**
 * Base class of objects that consoles print by `toString`. A pure call creates it, so that bundlers can drop it when
 * unused: they cannot tell that a class with computed method names has no side effects.
 */
export const Printed: abstract new () => PrintedObject = /* @__PURE__ */ printedClass()

/** Items joined into lines of at most `width` characters, broken between items, each after `indent` spaces. */
export function listLines(items: readonly string[], width: number, indent = 2): string[] {
  const lines: string[] = []
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item},` : item
    const last = lines[lines.length - 1]
    if (last !== undefined && last.length + 1 + text.length <= width) lines[lines.length - 1] = `${last} ${text}`
    else lines.push(' '.repeat(indent) + text)
  }
  return lines
}

/** The width that a `toString` is asked for. */
export function widthOf(options: { width?: number } | undefined): number {
  const { width = TEXT_WIDTH } = checkObject<{ width?: number }>('toString', 'options', options ?? {})
  return checkNumber('toString', 'width', width)
}

/** A whole number with commas between thousands. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A count with its noun, such as `1 row` or `2 rows`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
