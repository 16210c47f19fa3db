/** Where the parts and the numbers of a container are, so that mutators hit its structure and not only its samples. */

/** A number stored in a file. */
export interface Field {
  at: number
  bytes: 1 | 2 | 4 | 8
  little: boolean
}

/** Parts and numbers of a file. */
export interface Layout {
  /** First byte of each part, and the byte behind it. */
  parts: [start: number, end: number][]
  fields: Field[]
}

/** Finds the layout of bytes; of damaged ones as far as it goes. */
export type LayoutOf = (bytes: Uint8Array) => Layout

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Fields that follow one another. */
function fieldsAt(at: number, sizes: readonly Field['bytes'][], little: boolean): Field[] {
  let next = at
  return sizes.map((bytes) => {
    next += bytes
    return { at: next - bytes, bytes, little }
  })
}

interface ChunkRule {
  start: number
  /** Bytes of the name, then of the size. */
  name: number
  size: 4 | 8
  little: boolean
  /** Whether the size counts the chunk's own header. */
  inclusive: boolean
  /** Chunks begin at multiples of this. */
  align: number
}

/** A format of named chunks, each with its size. */
function chunked(rule: ChunkRule): LayoutOf {
  return (bytes) => {
    const view = viewOf(bytes)
    const layout: Layout = { parts: [], fields: [] }
    const header = rule.name + rule.size
    for (let at = rule.start; at + header <= bytes.length; ) {
      const field: Field = { at: at + rule.name, bytes: rule.size, little: rule.little }
      const size =
        rule.size === 4 ? view.getUint32(field.at, rule.little) : Number(view.getBigUint64(field.at, rule.little))
      const length = rule.inclusive ? Math.max(size, header) : header + size
      const end = Math.min(bytes.length, at + Math.ceil(length / rule.align) * rule.align)
      layout.parts.push([at, end])
      layout.fields.push(field, ...bodyFields(at + header, end, rule.little))
      at = end
    }
    return layout
  }
}

/** The first numbers in a chunk, of all sizes: rates, counts, bits. */
function bodyFields(at: number, end: number, little: boolean): Field[] {
  const fields: Field[] = []
  for (let i = at; i + 4 <= Math.min(end, at + 40); i += 2) {
    fields.push({ at: i, bytes: 2, little })
    if ((i - at) % 4 === 0) fields.push({ at: i, bytes: 4, little })
  }
  return fields
}

/** WAV. */
export const riffLayout: LayoutOf = chunked({ start: 12, name: 4, size: 4, little: true, inclusive: false, align: 2 })
/** RIFX, AIFF and AIFF-C. */
export const bigChunkLayout: LayoutOf = chunked({
  start: 12,
  name: 4,
  size: 4,
  little: false,
  inclusive: false,
  align: 2,
})
/** Sony Wave64. */
export const w64Layout: LayoutOf = chunked({ start: 40, name: 16, size: 8, little: true, inclusive: true, align: 8 })
/** Core Audio. */
export const cafLayout: LayoutOf = chunked({ start: 8, name: 4, size: 8, little: false, inclusive: false, align: 1 })

/** MPEG-4: the size comes first and counts itself. */
export const boxLayout: LayoutOf = (bytes) => {
  const view = viewOf(bytes)
  const layout: Layout = { parts: [], fields: [] }
  for (let at = 0; at + 8 <= bytes.length; ) {
    const end = Math.min(bytes.length, at + Math.max(8, view.getUint32(at)))
    layout.parts.push([at, end])
    layout.fields.push({ at, bytes: 4, little: false }, ...bodyFields(at + 8, end, false))
    at = end
  }
  return layout
}

/** FLAC: blocks of description, then frames. */
export const flacLayout: LayoutOf = (bytes) => {
  const layout: Layout = { parts: [], fields: [] }
  let at = 4
  for (let last = false; !last && at + 4 <= bytes.length; ) {
    last = bytes[at] > 127
    const end = Math.min(bytes.length, at + 4 + bytes[at + 1] * 65536 + bytes[at + 2] * 256 + bytes[at + 3])
    layout.parts.push([at, end])
    layout.fields.push({ at, bytes: 4, little: false }, ...bodyFields(at + 4, end, false))
    at = end
  }
  layout.parts.push([at, bytes.length])
  return layout
}

/** Formats of parts that begin alike: pages of Ogg, frames of MPEG, records of ZIP. */
function marked(mark: readonly number[], sizes: readonly Field['bytes'][]): LayoutOf {
  return (bytes) => {
    const starts: number[] = []
    for (let at = 0; at + mark.length <= bytes.length; at++) {
      if (mark.every((byte, i) => bytes[at + i] === byte)) starts.push(at)
    }
    const whole = sizes.reduce<number>((sum, size) => sum + size, mark.length)
    return {
      parts: starts.map((at, i) => [at, starts[i + 1] ?? bytes.length]),
      fields: starts
        .filter((at) => at + whole <= bytes.length)
        .flatMap((at) => fieldsAt(at + mark.length, sizes, true)),
    }
  }
}

/** Ogg. */
export const oggLayout: LayoutOf = marked([0x4f, 0x67, 0x67, 0x53], [1, 1, 8, 4, 4, 4, 1])
/** ZIP: local headers, the directory and its end. */
export const zipLayout: LayoutOf = marked([0x50, 0x4b], [2, 2, 2, 2, 4, 4, 4, 2, 2, 2])
/** Formats without parts that are known here. */
export const plainLayout: LayoutOf = () => ({ parts: [], fields: [] })
