/** Groups of the older form: a tree of symbol tables with names in a local heap. */
import { fail, type Hdf5Source } from './source.ts'

const NODE_HEAD = 24
const TABLE_HEAD = 8
const SYMBOL = 40
const SOFT_LINK = 2

/** The object that a name of a group leads to; null for a link by path. */
export type Members = Map<string, number | null>

/** The tables at the leaves of a tree; each node is one level below the one above. */
function tablesOf(source: Hdf5Source, root: number): number[] {
  const tables: number[] = []
  const open: { at: number; level: number | undefined }[] = [{ at: root, level: undefined }]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { at } = node
    source.signature(at, 'TREE', 'a group')
    const [kind, level, count] = [source.u8(at + 4), source.u8(at + 5), source.u16(at + 6)]
    if (kind !== 0 || (node.level !== undefined && level !== node.level)) fail(`the group at byte ${at} is damaged`)
    source.claim(at, NODE_HEAD + 8 + 16 * count, 'a group')
    const children = Array.from({ length: count }, (_, k) => source.u64(at + NODE_HEAD + 8 + 16 * k))
    if (level === 0) tables.push(...children)
    else open.push(...children.map((child) => ({ at: child, level: level - 1 })).reverse())
  }
  return tables
}

/** Reads the members of a group from the content of its message. */
export function membersOf(source: Hdf5Source, at: number): Members {
  const heap = source.u64(at + 8)
  source.signature(heap, 'HEAP', 'the names of a group')
  const [size, names] = [source.u64(heap + 8), source.u64(heap + 24)]
  source.check(names, size, 'the names of a group')
  const members: Members = new Map()
  for (const table of tablesOf(source, source.u64(at))) {
    source.signature(table, 'SNOD', 'a table of a group')
    const count = source.u16(table + 6)
    source.claim(table, TABLE_HEAD + SYMBOL * count, 'a table of a group')
    for (let k = 0, symbol = table + TABLE_HEAD; k < count; k++, symbol += SYMBOL) {
      const name = source.name(names + source.u64(symbol), names + size)
      if (members.has(name)) fail(`a group has "${name}" twice: the file is damaged`)
      members.set(name, source.u32(symbol + 16) === SOFT_LINK ? null : source.u64(symbol + 8))
    }
  }
  return members
}
