/** Wrong values for arguments and saved states, and the errors that they should give. */

function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1
  for (let i = 0; i < levels; i++) value = wrap(value)
  return value
}

/** Values that a damaged or hostile file may have in place of a right one. */
export function damages(): unknown[] {
  return [
    ...[1e9, 1e6, -1, 0.5, Number.NaN, null, undefined, true, 'text', [], {}, [null], new Array(3), () => 1],
    ...['0'.repeat(12), { length: 1e9 }, new Float32Array([Number.NaN, Number.NaN]), new Float64Array(2)],
    nested(700, (layer) => [layer]),
    nested(350, (layer) => ({ type: 'residual', options: { layers: [layer] } })),
  ]
}

const names = ['FormatError', 'StateError', 'TypeError', 'RangeError', 'NonFiniteError', 'DivergenceError']
const raw =
  /^(Cannot |Invalid |Maximum|Array buffer|Class |Reduce|object null|.* is not (a function|iterable|defined|a constructor))|\((reading|setting) |is not iterable|is not a function|not an object|Iterator value|Object\.defineProperty|Method .* called|to a BigInt|mix BigInt|convert a |Symbol value|at least \d+ argument/

/** Whether an error is one of the library's own: of a known class, with a text that begins with the place. */
export function isOwnError(error: unknown): boolean {
  const { name, message } = (error ?? {}) as Error
  return names.includes(name) && /^_?[A-Za-z][\w.-]*[^:\n]{0,60}: /.test(message) && !raw.test(message)
}

/** Whether a value holds a number that is none. */
export function hasOddNumber(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return false
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array).some((x) => !Number.isFinite(Number(x)))
  return Object.values(value).some(hasOddNumber)
}

/** The places within plain data, one of each kind: items of a list share one place. */
export function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [at]
  const keys = Object.keys(value).slice(0, Array.isArray(value) ? 2 : 60)
  return [at, ...keys.flatMap((key) => placesIn((value as Record<string, unknown>)[key], [...at, key]))]
}

/** A copy of plain data with another value at a place; undefined removes what is there. */
export function damaged(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) }
  const inner = rest.length === 0 ? other : damaged(copy[key], rest, other)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}

/** 40 values of which no argument takes more than a few. */
export function wrongKinds(): unknown[] {
  return [
    ...[undefined, null, true, false, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '', 'x', 10n, Symbol('x')],
    ...[() => 1, new WeakMap(), [], [null], [undefined], [[]], ['x'], [[Number.NaN]], [{}], new Array(3), {}, { a: 1 }],
    ...[Object.create(null), new Date(0), /x/, new Map(), new Set(['x']), Promise.resolve(1), new Error('x')],
    ...[new Float32Array(2), new Uint8Array(2), new BigInt64Array(1), new ArrayBuffer(8), { length: 2 }],
    ...[{ shape: [2, 2], data: null }, { data: ['x'], shape: [1], stride: [1], offset: 0 }, Object(1)],
  ]
}
