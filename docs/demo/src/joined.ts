/** The parts one after the other; `empty` gives the kind of the result. */
export function joined<A extends Float32Array | Uint8Array>(parts: A[], empty: A): A {
  if (parts.length === 1) return parts[0]
  const Kind = empty.constructor as new (length: number) => A
  const out = new Kind(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
