/** Mutants of bytes: bits, numbers, cuts, insertions, copies and exchanges of blocks, by the layout where there is one. */
import type { Random } from '../../src/numerics/random.ts'
import { type Field, type Layout, type LayoutOf, plainLayout } from './layout.ts'

/** Longest mutant; readers must bear longer files, but the campaign shall make many. */
const LONGEST = 2 ** 18

/** Numbers at which counts, offsets and sizes go wrong. */
const extremes = [
  ...[0n, 1n, 2n, 3n, 7n, 8n, 16n, 127n, 128n, 255n, 256n, 1023n, 32767n, 32768n, 65535n, 65536n],
  ...[2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 2n, 2n ** 32n - 1n, 2n ** 32n],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 10n ** 9n, 10n ** 6n],
]

/** One of the items. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]
}

/** A place, more often near the beginning, where headers are. */
function placeIn(random: Random, length: number): number {
  if (length === 0) return 0
  return random.integer(random.uniform() < 0.6 ? Math.min(length, 128) : length)
}

/** Bytes with others in place of a range. */
function spliced(bytes: Uint8Array, start: number, end: number, put: Uint8Array): Uint8Array {
  const out = new Uint8Array(start + put.length + bytes.length - end)
  out.set(bytes.subarray(0, start))
  out.set(put, start)
  out.set(bytes.subarray(end), start + put.length)
  return out
}

function rangeIn(random: Random, length: number): [number, number] {
  const start = placeIn(random, length)
  const most = length - start
  return [start, start + Math.min(most, 1 + random.integer(random.uniform() < 0.7 ? 16 : Math.max(1, most)))]
}

type Change = (random: Random, bytes: Uint8Array) => Uint8Array

const flipBit: Change = (random, bytes) => {
  const out = bytes.slice()
  if (out.length > 0) out[placeIn(random, out.length)] ^= 1 << random.integer(8)
  return out
}

const setByte: Change = (random, bytes) => {
  const out = bytes.slice()
  if (out.length > 0) out[placeIn(random, out.length)] = pick(random, [0, 1, 127, 128, 255, random.integer(256)])
  return out
}

const cut: Change = (random, bytes) => bytes.slice(0, random.integer(bytes.length + 1))
const remove: Change = (random, bytes) => spliced(bytes, ...rangeIn(random, bytes.length), new Uint8Array(0))

const insert: Change = (random, bytes) => {
  const put = new Uint8Array(1 + random.integer(random.uniform() < 0.8 ? 16 : 2000))
  const fill = pick(random, [0, 255, -1])
  for (let i = 0; i < put.length; i++) put[i] = fill < 0 ? random.integer(256) : fill
  const at = placeIn(random, bytes.length)
  return spliced(bytes, at, at, put)
}

const copyBlock: Change = (random, bytes) => {
  const block = bytes.slice(...rangeIn(random, bytes.length))
  const at = placeIn(random, bytes.length)
  return spliced(bytes, at, random.uniform() < 0.5 ? at : Math.min(bytes.length, at + block.length), block)
}

const repeat: Change = (random, bytes) => {
  const [start, end] = rangeIn(random, bytes.length)
  const times = 2 + random.integer(random.uniform() < 0.9 ? 8 : 1000)
  const put = new Uint8Array(Math.min(LONGEST, times * (end - start)))
  for (let i = 0; i < put.length; i++) put[i] = bytes[start + (i % (end - start))]
  return spliced(bytes, start, end, put)
}

/** Writes a number into a copy. */
function withNumber(bytes: Uint8Array, { at, bytes: size, little }: Field, value: bigint): Uint8Array {
  const out = bytes.slice()
  for (let i = 0; i < size && at + i < out.length; i++) {
    const shift = BigInt(8 * (little ? i : size - 1 - i))
    out[at + i] = Number((BigInt.asUintN(64, value) >> shift) & 255n)
  }
  return out
}

function numberAt(bytes: Uint8Array, { at, bytes: size, little }: Field): bigint {
  let value = 0n
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[at + (little ? size - 1 - i : i)] ?? 0)
  return value
}

function changedField(random: Random, bytes: Uint8Array, field: Field): Uint8Array {
  const old = numberAt(bytes, field)
  const near = pick(random, [
    old + 1n,
    old - 1n,
    old * 2n,
    old / 2n,
    -old,
    BigInt(bytes.length),
    BigInt(bytes.length) + 1n,
  ])
  return withNumber(bytes, field, random.uniform() < 0.6 ? pick(random, extremes) : near)
}

const anyNumber: Change = (random, bytes) => {
  const field: Field = {
    at: placeIn(random, bytes.length),
    bytes: pick(random, [1, 2, 4, 8] as const),
    little: random.uniform() < 0.7,
  }
  return changedField(random, bytes, field)
}

const plainChanges: readonly Change[] = [flipBit, setByte, cut, remove, insert, copyBlock, repeat, anyNumber, anyNumber]

function movedPart(random: Random, bytes: Uint8Array, { parts }: Layout): Uint8Array {
  const [first, other] = [pick(random, parts), pick(random, parts)]
  const [block, there] = [bytes.slice(...first), bytes.slice(...other)]
  switch (random.integer(5)) {
    case 0:
      return spliced(bytes, ...first, new Uint8Array(0))
    case 1:
      return spliced(bytes, other[0], other[0], block)
    case 2:
      return spliced(bytes, ...other, block)
    case 3: {
      if (first[0] === other[0]) return bytes.slice(0, first[0])
      const [low, high] = first[0] < other[0] ? [first, other] : [other, first]
      const [lowBlock, highBlock] = first[0] < other[0] ? [block, there] : [there, block]
      return spliced(spliced(bytes, ...high, lowBlock), ...low, highBlock)
    }
    default:
      return bytes.slice(0, first[1])
  }
}

function byLayout(random: Random, bytes: Uint8Array, layout: Layout): Uint8Array | undefined {
  if (layout.fields.length > 0 && random.uniform() < 0.7)
    return changedField(random, bytes, pick(random, layout.fields))
  return layout.parts.length > 0 ? movedPart(random, bytes, layout) : undefined
}

/** A mutant of the bytes by one to six changes. */
export function mutateBytes(random: Random, bytes: Uint8Array, layoutOf: LayoutOf = plainLayout): Uint8Array {
  let out = bytes
  do {
    const changed = random.uniform() < 0.5 ? byLayout(random, out, layoutOf(out)) : undefined
    out = changed ?? pick(random, plainChanges)(random, out)
  } while (random.uniform() < 0.45)
  return out.subarray(0, LONGEST)
}
