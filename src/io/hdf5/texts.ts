/** Texts of attributes and data sets: of fixed length, or in the global heap. */
import { fail, type Hdf5Source } from './source.ts'
import type { Hdf5Type } from './types.ts'

const COLLECTION_HEAD = 16
const OBJECT_HEAD = 16

/** Where an object of a heap is. */
interface Place {
  at: number
  size: number
}

/** The heaps that texts of variable length lie in, each read once. */
export class GlobalHeaps {
  private readonly source: Hdf5Source
  private readonly collections = new Map<number, Map<number, Place>>()

  constructor(source: Hdf5Source) {
    this.source = source
  }

  /** The text that the 16 bytes at `at` point to: its length, the address of its heap and its number there. */
  text(at: number): string {
    const { source } = this
    const length = source.u32(at)
    const address = source.u64OrNull(at + 4)
    if (length === 0 || address === null || address === 0) return ''
    const found = this.collection(address).get(source.u32(at + 12))
    if (found === undefined || length > found.size) fail(`a text at byte ${at} is not in its heap: the file is damaged`)
    source.claim(found.at, length, 'a text')
    return source.text(found.at, length, 'a text')
  }

  private collection(address: number): Map<number, Place> {
    const known = this.collections.get(address)
    if (known !== undefined) return known
    const { source } = this
    source.signature(address, 'GCOL', 'a heap of texts')
    const end = address + source.u64(address + 8)
    source.claim(address, end - address, 'a heap of texts')
    const objects = new Map<number, Place>()
    for (let at = address + COLLECTION_HEAD; at + OBJECT_HEAD <= end; ) {
      const [index, size] = [source.u16(at), source.u64(at + 8)]
      if (index === 0) break
      if (at + OBJECT_HEAD + size > end) fail(`a text at byte ${at} ends behind its heap: the file is damaged`)
      objects.set(index, { at: at + OBJECT_HEAD, size })
      at += OBJECT_HEAD + Math.ceil(size / 8) * 8
    }
    this.collections.set(address, objects)
    return objects
  }
}

/** So many texts from `at` on, which must be there. */
export function textsAt(source: Hdf5Source, heaps: GlobalHeaps, type: Hdf5Type, at: number, count: number): string[] {
  return Array.from({ length: count }, (_, k) => {
    const from = at + k * type.bytes
    return type.kind === 'heapText' ? heaps.text(from) : source.text(from, type.bytes, 'a text').trimEnd()
  })
}
