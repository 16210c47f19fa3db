import { isError } from './realm.ts'

/** The call is valid but not in the object's present state; the message names the remedy. */
export class StateError extends Error {
  override readonly name: string = 'StateError'

  constructor(message?: string, options?: { cause?: unknown }) {
    super(textOf(message ?? ''), options)
  }
}

/** A file or byte stream is malformed or not of the expected format. */
export class FormatError extends Error {
  override readonly name: string = 'FormatError'

  constructor(message?: string, options?: { cause?: unknown }) {
    super(textOf(message ?? ''), options)
  }
}

/** Position at which training diverged. */
export interface DivergenceDetails {
  epoch: number
  batch: number
  /** The first parameter that diverged or has a non-finite gradient, else `loss` or `reconstruction`. */
  parameter: string
}

/** Training diverges: values grow without bound but are still finite. The message says which parameters are kept. */
export class DivergenceError extends Error {
  override readonly name: string = 'DivergenceError'
  readonly epoch: number
  readonly batch: number
  readonly parameter: string

  constructor(message: string, details: DivergenceDetails) {
    super(textOf(message))
    if (typeof details !== 'object' || details === null) {
      throw new TypeError(expectation('DivergenceError', 'details', '{ epoch, batch, parameter }', details))
    }
    this.epoch = details.epoch
    this.batch = details.batch
    this.parameter = details.parameter
  }
}

/** NaN or infinity in training. The message says which parameters are kept. */
export class NonFiniteError extends DivergenceError {
  override readonly name: string = 'NonFiniteError'
}

/** Generation diverges: values without bound, NaN or infinity. The message names remedies. */
export class RunawayError extends Error {
  override readonly name: string = 'RunawayError'
  /** The frame, counted from 0, whose values diverged. */
  readonly frame: number

  constructor(message: string, frame: number) {
    super(textOf(message))
    if (typeof frame !== 'number') throw new TypeError(expectation('RunawayError', 'frame', 'a number', frame))
    this.frame = frame
  }
}

/** `where: "name" expected …, got …` with the value shown briefly. */
export function expectation(where: string, name: string, expected: string, value: unknown): string {
  return `${where}: "${name}" expected ${expected}, got ${describe(value)}`
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : describe(message)
}

/** The message of a thrown value: that of an error, or the value as text. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : textOf(error)
}

/** A short, safe rendering of any value for an error message. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Uint8Array).length ?? value.byteLength})`
  if (Array.isArray(value)) return `an array of length ${value.length}`
  if ('shape' in value && Array.isArray(value.shape)) return `an ndarray [${value.shape.join(', ')}]`
  return `an object ${value.constructor?.name ?? ''}`.trim()
}
