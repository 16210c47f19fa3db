/** Object headers of version 1: the messages of a group or data set. */
import { fail, type Hdf5Source, unsupported } from './source.ts'

/** Types of messages. */
export const message = { space: 1, type: 3, layout: 8, attribute: 12, next: 16, symbols: 17 } as const

/** Messages that mean a feature that is not read. */
const refused: Readonly<Record<number, string>> = {
  2: 'groups of the newer form',
  6: 'groups of the newer form',
  7: 'data in other files',
  11: 'compressed data, or another filter,',
  21: 'attributes of the newer form',
}

/** A message: where its content is. */
export interface Message {
  type: number
  at: number
  size: number
}

const PREFIX = 16
const MESSAGE_HEAD = 8
const SHARED = 2

/** Reads the message at `at`, which must end before `end`. */
function messageAt(source: Hdf5Source, at: number, end: number): Message {
  const [type, size] = [source.u16(at), source.u16(at + 2)]
  if (at + MESSAGE_HEAD + size > end) fail(`a message at byte ${at} ends behind its header: the file is damaged`)
  if (Object.hasOwn(refused, type)) unsupported(refused[type])
  const used = Object.values<number>(message).includes(type)
  if (used && source.u8(at + 4) & SHARED) unsupported('a shared type or message')
  return { type, at: at + MESSAGE_HEAD, size }
}

/** The messages of an object, in its header and the blocks that continue it. */
export function messagesOf(source: Hdf5Source, address: number): Message[] {
  if (source.begins(address, 'OHDR')) unsupported('an object header of version 2')
  if (source.u8(address) !== 1) fail(`no object header at byte ${address}: the file is damaged`)
  const count = source.u16(address + 2)
  const blocks = [{ at: address + PREFIX, length: source.u32(address + 8) }]
  const messages: Message[] = []
  // Each block is counted as read, so that blocks that continue in each other come to an end.
  for (const { at, length } of blocks) {
    source.claim(at, length, 'an object header')
    for (let from = at; from + MESSAGE_HEAD <= at + length && messages.length < count; ) {
      const found = messageAt(source, from, at + length)
      messages.push(found)
      from = found.at + found.size
      if (found.type !== message.next) continue
      if (found.size < 16) fail(`a message at byte ${from} is too short: the file is damaged`)
      blocks.push({ at: source.u64(found.at), length: source.u64(found.at + 8) })
    }
  }
  return messages
}
