/** Builds WAV files byte by byte from the description of the format, sharing nothing with the code under test. */

export type ByteOrder = 'little' | 'big'

export interface FmtFields {
  tag: number
  channels: number
  sampleRate: number
  /** Bits per sample as stated. */
  bits: number
  /** Bytes per frame; what channels and bits give where absent. */
  frameBytes?: number
  order?: ByteOrder
  /** What follows the 16 bytes that every `fmt ` chunk has. */
  extension?: number[]
}

export interface ExtensibleFields extends FmtFields {
  validBits: number
}

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

/** Two's complement for negative values. */
export function integer(value: number | bigint, bytes: number, order: ByteOrder = 'little'): number[] {
  const bits = BigInt.asUintN(8 * bytes, BigInt(value))
  const low = Array.from({ length: bytes }, (_, i) => Number((bits >> BigInt(8 * i)) & 255n))
  return order === 'little' ? low : low.reverse()
}

export function integers(values: readonly number[], bytes: number, order: ByteOrder = 'little'): number[] {
  return values.flatMap((value) => integer(value, bytes, order))
}

export function floats(values: readonly number[], bytes: 4 | 8, order: ByteOrder = 'little'): number[] {
  return values.flatMap((value) => {
    const scratch = new DataView(new ArrayBuffer(8))
    if (bytes === 4) scratch.setFloat32(0, value, order === 'little')
    else scratch.setFloat64(0, value, order === 'little')
    return [...new Uint8Array(scratch.buffer, 0, bytes)]
  })
}

/** A chunk with its padding; `size` overrides the stated length. */
export function chunk(id: string, body: number[], size: number = body.length, order: ByteOrder = 'little'): number[] {
  return [...ascii(id), ...integer(size, 4, order), ...body, ...(body.length % 2 === 1 ? [0] : [])]
}

export function fmt({ tag, channels, sampleRate, bits, order = 'little', ...rest }: FmtFields): number[] {
  const frameBytes = rest.frameBytes ?? (channels * bits) / 8
  const body = [
    ...integer(tag, 2, order),
    ...integer(channels, 2, order),
    ...integer(sampleRate, 4, order),
    ...integer(sampleRate * frameBytes, 4, order),
    ...integer(frameBytes, 2, order),
    ...integer(bits, 2, order),
    ...(rest.extension ?? []),
  ]
  return chunk('fmt ', body, body.length, order)
}

/** A WAVE_FORMAT_EXTENSIBLE description; `tag` goes into the sub-format. */
export function extensible({ tag, validBits, ...fields }: ExtensibleFields, speakers = 0): number[] {
  const order = fields.order ?? 'little'
  const guid = [
    ...integer(tag, 4, order),
    ...integer(0, 2, order),
    ...integer(0x10, 2, order),
    ...[0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71],
  ]
  const extension = [...integer(22, 2, order), ...integer(validBits, 2, order), ...integer(speakers, 4, order), ...guid]
  return fmt({ ...fields, tag: 0xfffe, extension })
}

/** A whole file; `size` overrides the stated length. */
export function riff(chunks: number[][], id = 'RIFF', size?: number): Uint8Array {
  const body = [...ascii('WAVE'), ...chunks.flat()]
  const order = id === 'RIFX' ? 'big' : 'little'
  return Uint8Array.from([...ascii(id), ...integer(size ?? body.length, 4, order), ...body])
}
