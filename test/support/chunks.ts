/** Sound in chunks, and what streams hold. */
import fc from 'fast-check'

/** Cuts the samples at the given lengths in turn, over and over. */
export function chunksOf<T extends Float32Array | Float64Array>(x: T, lengths: readonly number[]): T[] {
  const chunks: T[] = []
  for (let at = 0, i = 0; at < x.length; i++) {
    const length = lengths[i % lengths.length]
    chunks.push(x.subarray(at, at + length) as T)
    at += length
  }
  return chunks
}

/** Lengths of chunks: single samples, short chunks, seconds. */
export const chunkLengths: fc.Arbitrary<number[]> = fc
  .array(fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 100_000 })), {
    minLength: 1,
    maxLength: 12,
  })
  .filter((lengths) => lengths.some((length) => length > 1))

/** The arrays one after the other. */
export function joined(parts: readonly (Float32Array | Float64Array)[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** How many numbers hang on an object. */
export function numbersHeld(value: unknown, seen: Set<unknown> = new Set()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 1
  seen.add(value)
  if (ArrayBuffer.isView(value)) return (value as Float64Array).length
  return Object.values(value).reduce((sum: number, part) => sum + numbersHeld(part, seen), 0)
}

/** The value as JSON gives it back, typed arrays as lists. */
export function throughJson<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, one) => (ArrayBuffer.isView(one) ? Array.from(one as Float64Array) : one)),
  )
}
