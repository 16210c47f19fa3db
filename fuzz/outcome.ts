/** Outcomes of a door: its answer as a line of text, or its error, and whether that is one of the library's own. */
import { createHash } from 'node:crypto'
import { isOwnError } from '../test/support/wrong.ts'

/** Longest answer that is written out; a longer one is given by its digest. */
const LONGEST = 300

const hashOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex').slice(0, 16)

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value
    const name = Object.prototype.toString.call(value).slice(8, -1)
    const length = (value as Uint8Array).length
    return `${name}(${length}) ${hashOf(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength))}`
  }
  if (value instanceof Map || value instanceof Set) return plain([...value])
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
  }
  return value
}

/** An answer as text: numbers in typed arrays by their digest. */
export function answerText(value: unknown): string {
  const text = JSON.stringify(plain(value)) ?? String(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… ${hashOf(text)}` : text
}

interface Thrown {
  name?: string
  message?: string
  cause?: unknown
}

/** An error as text. */
export function errorText(error: unknown): string {
  const { name = 'no error', message = String(error) } = (error ?? {}) as Thrown
  return `${name}: ${message}`
}

const engine = ['TypeError', 'RangeError', 'ReferenceError', 'InternalError', 'URIError', 'EvalError', 'Error']
/** Errors of the system, which say in plain words what is wrong with a path. */
const ofSystem = /^E[A-Z]+: |^The argument 'path' must be/
/** Texts of V8's errors, wherever an error quotes one. */
const quoted =
  /(^|: )(Cannot |Invalid (array|typed|string|array buffer) |Maximum call|Array buffer alloc|Offset is outside|\S+ is not (a function|iterable|defined|a constructor))/

/**
 * Why an error is none of the library's own: of another class, or of the engine, itself or what it was made from; undefined for
 * one of the library.
 *
 * @param outside - whether errors of other packages may be among the causes
 */
export function faultOf(error: unknown, outside = false): string | undefined {
  const { name = '', message = '', cause } = (error ?? {}) as Thrown
  const isOwn = isOwnError(error) || ['FormatError', 'StateError'].includes(name)
  if (!isOwn && !(engine.includes(name) && ofSystem.test(message))) return errorText(error)
  if (outside) return undefined
  if (quoted.test(message)) return errorText(error)
  const from = (cause ?? {}) as Thrown
  if (cause === undefined || from.name === 'SyntaxError' || ofSystem.test(from.message ?? '')) return undefined
  return engine.includes(from.name ?? '') ? faultOf(cause) : undefined
}
