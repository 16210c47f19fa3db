/**
 * Values of another realm. Arrays of an iframe, of Node's `vm`, of jest or Electron have other constructors than ours,
 * so that `instanceof` is false for them. They are recognised by their internal slots instead: the tag that the getter
 * of %TypedArray% reads is the same in every realm, and no subclass can change it.
 */

const makers = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
} as const

type Getter<T> = (this: unknown) => T

function getterOf<T>(prototype: object, name: PropertyKey): Getter<T> {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as Getter<T>
}

const tagOf = /* @__PURE__ */ getterOf<string | undefined>(
  /* @__PURE__ */ Object.getPrototypeOf(/* @__PURE__ */ Object.getPrototypeOf(/* @__PURE__ */ new Uint8Array(0))),
  Symbol.toStringTag,
)

/**
 * The name of the intrinsic constructor of a typed array of any realm, such as `Float32Array`; undefined for anything
 * else.
 */
export function typedArrayTag(value: unknown): string | undefined {
  return tagOf.call(value)
}

/** Whether the value is a `Float32Array` of any realm. */
export function isFloat32(value: unknown): value is Float32Array {
  return tagOf.call(value) === 'Float32Array'
}

/** Whether the value is a `Float64Array` of any realm. */
export function isFloat64(value: unknown): value is Float64Array {
  return tagOf.call(value) === 'Float64Array'
}

/** Whether the value is a `Uint8Array` of any realm, Node's `Buffer` among them. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf.call(value) === 'Uint8Array'
}

/** Whether the value is an `ArrayBuffer` or a `SharedArrayBuffer` of any realm. */
function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== 'object' || value === null) return false
  return (
    hasLength(ArrayBuffer, value) || (typeof SharedArrayBuffer !== 'undefined' && hasLength(SharedArrayBuffer, value))
  )
}

/** Whether the value is a buffer of this kind, of any realm: the getter of `byteLength` throws for all else. */
function hasLength({ prototype }: { readonly prototype: object }, value: object): boolean {
  try {
    getterOf<number>(prototype, 'byteLength').call(value)
    return true
  } catch {
    return false
  }
}

/**
 * The typed array as one of this realm, on the same memory; itself where it is one already. Inner loops then see
 * arrays of this realm only, which keeps them monomorphic.
 */
export function ownArray<T extends ArrayBufferView>(value: T): T {
  // The fast path for the two types that streams and networks use.
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Float32Array.prototype || prototype === Float64Array.prototype) return value
  const make = makers[tagOf.call(value) as keyof typeof makers]
  if (make === undefined || prototype === make.prototype) return value
  const { buffer, byteOffset, length } = value as unknown as InstanceType<typeof make>
  // A detached buffer cannot back a new array.
  return (length === 0 ? new make(0) : new make(buffer as ArrayBuffer, byteOffset, length)) as unknown as T
}

/** The bytes of a file as a `Uint8Array` of this realm, on the same memory; undefined for anything but bytes. */
export function ownBytes(value: unknown): Uint8Array | undefined {
  if (isBytes(value)) {
    // Not by the table of `ownArray`, which bundles of decoders need not carry. A detached buffer cannot back a new array.
    if (Object.getPrototypeOf(value) === Uint8Array.prototype) return value
    return value.length === 0 ? new Uint8Array(0) : new Uint8Array(value.buffer, value.byteOffset, value.length)
  }
  return isArrayBuffer(value) ? new Uint8Array(value) : undefined
}

/** Whether the value is an error of any realm, a `DOMException` among them: it has a name and a message. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  const { name, message } = value as Partial<Error>
  return typeof name === 'string' && typeof message === 'string'
}

/** Whether the value is a `DOMException` of any realm. */
export function isDOMException(value: unknown): value is DOMException {
  return Object.prototype.toString.call(value) === '[object DOMException]'
}

/** Whether the value is an error of this name, of any realm and of any copy of the library. */
export function isErrorNamed(value: unknown, ...names: readonly string[]): value is Error {
  return isError(value) && names.includes(value.name)
}

/** Whether the value has the members of an `AbortSignal`, of any realm. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  return typeof value === 'object' && value !== null && typeof (value as Partial<AbortSignal>).aborted === 'boolean'
}

/** Throws the signal's reason once it is aborted; an `AbortError` where it comes from a library that gives none. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  if (signal.reason !== undefined) throw signal.reason
  const error = new Error('This operation was aborted')
  error.name = 'AbortError'
  throw error
}
