/** A reader of protobuf's wire format, written from its specification, that knows no message. */

/** A field: its number, and a number or bytes. */
export interface WireField {
  tag: number
  value: number | Uint8Array
}

/** The fields of a message in their order. */
export function fieldsOf(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = []
  let at = 0
  const varint = (): number => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return Number(BigInt.asIntN(64, value))
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const [tag, type] = [key >> 3, key & 7]
    if (type === 0) fields.push({ tag, value: varint() })
    else {
      const size = type === 2 ? varint() : { 1: 8, 5: 4 }[type]
      if (size === undefined) throw new Error(`wire type ${type} at ${at}`)
      fields.push({ tag, value: bytes.subarray(at, at + size) })
      at += size
    }
  }
  if (at !== bytes.length) throw new Error('a field ends beyond its message')
  return fields
}

/** All values of a field. */
export function allOf(bytes: Uint8Array, tag: number): (number | Uint8Array)[] {
  return fieldsOf(bytes)
    .filter((field) => field.tag === tag)
    .map(({ value }) => value)
}

/** The messages of a field, or its bytes. */
export function bytesOf(bytes: Uint8Array, tag: number): Uint8Array[] {
  return allOf(bytes, tag) as Uint8Array[]
}

/** The texts of a field. */
export function textsOf(bytes: Uint8Array, tag: number): string[] {
  return bytesOf(bytes, tag).map((text) => new TextDecoder('utf-8', { fatal: true }).decode(text))
}

/** The whole numbers of a packed field. */
export function packedOf(bytes: Uint8Array, tag: number): number[] {
  return bytesOf(bytes, tag).flatMap((list) => {
    const numbers: number[] = []
    let value = 0
    let scale = 1
    for (const byte of list) {
      value += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80) {
        numbers.push(value)
        value = 0
        scale = 1
      }
    }
    return numbers
  })
}
