/** Attributes of groups and data sets, as far as they are texts. */
import { sizeOf } from '../../core/array.ts'
import type { Message } from './header.ts'
import { fail, type Hdf5Source, unsupported } from './source.ts'
import { type GlobalHeaps, textsAt } from './texts.ts'
import { bytesOf, shapeAt, typeAt } from './types.ts'

/** An attribute; its value is read when asked for. */
export interface Attribute {
  name: string
  texts(): string[]
}

/** Reads an attribute's message. */
export function attributeOf(source: Hdf5Source, heaps: GlobalHeaps, { at, size }: Message): Attribute {
  const version = source.u8(at)
  if (version < 1 || version > 3) fail(`an attribute of version ${version} at byte ${at}: the file is damaged`)
  const widths = [2, 4, 6].map((k) => source.u16(at + k))
  const [nameWidth, typeWidth, spaceWidth] = version === 1 ? widths.map((n) => Math.ceil(n / 8) * 8) : widths
  const nameAt = at + (version === 3 ? 9 : 8)
  const typePlace = nameAt + nameWidth
  const dataAt = typePlace + typeWidth + spaceWidth
  const end = at + size
  if (dataAt > end) fail(`an attribute at byte ${at} ends behind its header: the file is damaged`)
  const name = source.text(nameAt, nameWidth, 'the name of an attribute')
  const texts = (): string[] => {
    if (version > 1 && source.u8(at + 1) !== 0) unsupported(`a shared type, of the attribute "${name}",`)
    const shape = shapeAt(source, typePlace + typeWidth)
    // An empty list of h5py has numbers for texts.
    if (shape.includes(0)) return []
    const type = typeAt(source, typePlace)
    if (type.kind === 'number') fail(`the attribute "${name}" is a number, where a text is expected`)
    if (type.bytes === 0) fail(`the attribute "${name}" has no bytes: the file is damaged`)
    if (dataAt + bytesOf(shape, type) > end) fail(`the attribute "${name}" is cut off: the file is damaged`)
    return textsAt(source, heaps, type, dataAt, sizeOf(shape))
  }
  return { name, texts }
}
