/** Parts of one file that share sound. */

import { describe } from '../core/errors.ts'
import { grouped } from '../core/groups.ts'
import type { Utterance } from './types.ts'

/** Seconds that two parts may share: ends of times that were rounded. */
const ROUNDING = 0.01

/** A recording that shares sound with an earlier one, and how the two differ. */
export interface Overlap {
  path: string
  reason: string
}

const beginOf = ({ segment }: Utterance): number => segment?.start ?? 0
const endOf = ({ segment }: Utterance): number => segment?.end ?? Number.POSITIVE_INFINITY

function overlapOf({ path, speaker }: Utterance, first: Utterance): Overlap {
  const where = `shares sound with ${first.path}`
  const reason =
    first.speaker === speaker
      ? `${where}, whose class is ${describe(first.label)}`
      : `${where}, whose speaker is ${describe(first.speaker)}: a split by speakers has it on both sides`
  return { path, reason }
}

/** Parts in the order of their starts, of which the first that is still heard and has another key is found without looking at all. */
class FirstOther {
  private readonly keyOf: (one: Utterance) => string
  private readonly parts: Opened[] = []
  private head = 0
  /** The first behind the head that is heard and has another key than that: it only moves on. */
  private second = 0

  constructor(keyOf: (one: Utterance) => string) {
    this.keyOf = keyOf
  }

  push(part: Opened): void {
    this.parts.push(part)
  }

  /** The first part that is heard at a time and whose key is not this one. */
  other(key: string, time: number): Opened | undefined {
    const { parts, keyOf } = this
    const isOver = (at: number): boolean => at < parts.length && endOf(parts[at].one) <= time + ROUNDING
    while (isOver(this.head)) this.head++
    if (this.head >= parts.length) return undefined
    const first = keyOf(parts[this.head].one)
    if (first !== key) return parts[this.head]
    this.second = Math.max(this.second, this.head + 1)
    while (this.second < parts.length && (isOver(this.second) || keyOf(parts[this.second].one) === first)) this.second++
    return parts[this.second]
  }
}

/** A part and its place in the order of starts. */
interface Opened {
  one: Utterance
  order: number
}

/** Parts of one channel, or of all channels together. */
interface Side {
  speakers: FirstOther
  /** By speaker. */
  labels: Map<string, FirstOther>
}

/** The parts of one file so far. */
class OpenParts {
  private readonly sides = new Map<number | undefined, Side>()
  private count = 0

  push(one: Utterance): void {
    const channel = one.segment?.channel
    const side = this.sides.get(channel) ?? { speakers: new FirstOther(({ speaker }) => speaker), labels: new Map() }
    this.sides.set(channel, side)
    const labels = side.labels.get(one.speaker) ?? new FirstOther(({ label }) => label)
    side.labels.set(one.speaker, labels)
    const part = { one, order: this.count++ }
    side.speakers.push(part)
    labels.push(part)
  }

  /** The first part that is heard with this one: of another speaker, or else of another class. */
  with(one: Utterance): Utterance | undefined {
    const { speaker, label, segment } = one
    const time = beginOf(one)
    const sides = [...this.sides].filter(([channel]) => {
      return channel === undefined || segment?.channel === undefined || channel === segment.channel
    })
    const first = (found: (side: Side) => Opened | undefined): Utterance | undefined =>
      sides.flatMap(([, side]) => found(side) ?? []).sort((a, b) => a.order - b.order)[0]?.one
    return (
      first((side) => side.speakers.other(speaker, time)) ??
      first((side) => side.labels.get(speaker)?.other(label, time))
    )
  }
}

/**
 * Recordings that share sound with one of another speaker or class, each with the first such one. Parts of one speaker
 * and class may overlap: a split by speakers keeps them together. The time is that of sorting them.
 *
 * @param fileOf - a name of the file in one spelling
 */
export function overlapsOf(utterances: readonly Utterance[], fileOf: (one: Utterance) => string): Overlap[] {
  const files = grouped(utterances, utterances.map(fileOf))
  return [...files.values()].flatMap((parts) => {
    const open = new OpenParts()
    return parts
      .sort((a, b) => beginOf(a) - beginOf(b))
      .flatMap((one) => {
        const first = open.with(one)
        open.push(one)
        const shared = first === undefined ? 0 : Math.min(endOf(one), endOf(first)) - beginOf(one)
        return first === undefined || shared <= ROUNDING ? [] : [overlapOf(one, first)]
      })
  })
}
