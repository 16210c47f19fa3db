/**
 * Objects that consoles print in words, not field by field, where a network's weights would flood the screen. Node, Deno and Bun
 * ask an object under registered symbols; other programs, and `String`, call `toString`.
 */
import { LEAST_TEXT_WIDTH, TEXT_WIDTH } from './text.ts'

/** An object that tells what it is. */
interface PrintedObject {
  /**
   * The object in words. The first line says what it is by itself: within other objects consoles show it alone. Lines are at
   * most `width` wide where their words allow it.
   */
  toString(options?: { width?: number }): string
  /** The line that consoles show within other objects, where the text does not begin with one that stands by itself. */
  readonly line?: string
}

/** Options that a console passes on; in Node `depth` is how many levels it shows, in Deno `currentDepth` the level it is at. */
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
 * Node and Bun, where `depth` levels are left to show. Where all are, nothing tells the level, and the text comes within an object, whose
 * lines Node indents.
 */
function inNode(this: PrintedObject, depth: number | null, options: InspectOptions = {}): string | object {
  const levels = options.depth ?? Number.POSITIVE_INFINITY
  const text = inWords(this, depth !== null && depth < levels, options)
  return levels < Number.POSITIVE_INFINITY ? text : { [Symbol.for(NODE)]: () => text }
}

function inDeno(this: PrintedObject, _inspect: unknown, options: InspectOptions = {}): string {
  return inWords(this, (options.currentDepth ?? 0) > 0, options)
}

/** Makes consoles print an object, or what has it as prototype, by its `toString`. */
function printInWords(target: PrintedObject): void {
  const hooks = { [NODE]: inNode, [DENO]: inDeno }
  for (const [name, value] of Object.entries(hooks)) {
    Object.defineProperty(target, Symbol.for(name), { value, configurable: true, writable: true })
  }
}

/** Gives a plain object a `toString` that consoles print it by; the object stays plain for JSON, copies and comparisons. */
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
 * The class of objects that consoles print in words. Made by a call, which bundles without such objects leave out: of a class with a
 * symbol among its methods they could not know.
 */
export const Printed: abstract new () => PrintedObject = /* @__PURE__ */ printedClass()

/** Items side by side, broken between them into lines of at most `width`, each after `indent` spaces. */
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

/** A whole number with commas between thousands. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A number and what it counts. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
