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
const apart = ({ segment: a }: Utterance, { segment: b }: Utterance): boolean =>
  a?.channel !== undefined && b?.channel !== undefined && a.channel !== b.channel
const endOf = ({ segment }: Utterance): number => segment?.end ?? Number.POSITIVE_INFINITY

function overlapOf({ path, speaker }: Utterance, first: Utterance): Overlap {
  const where = `shares sound with ${first.path}`
  const reason =
    first.speaker === speaker
      ? `${where}, whose class is ${describe(first.label)}`
      : `${where}, whose speaker is ${describe(first.speaker)}: a split by speakers has it on both sides`
  return { path, reason }
}

/**
 * Recordings that share sound with one of another speaker or class, each with the first such one. Parts of one speaker
 * and class may overlap: a split by speakers keeps them together.
 *
 * @param fileOf - a name of the file in one spelling
 */
export function overlapsOf(utterances: readonly Utterance[], fileOf: (one: Utterance) => string): Overlap[] {
  const files = grouped(utterances, utterances.map(fileOf))
  return [...files.values()].flatMap((parts) => {
    let open: Utterance[] = []
    return parts
      .sort((a, b) => beginOf(a) - beginOf(b))
      .flatMap((one) => {
        open = open.filter((earlier) => endOf(earlier) > beginOf(one) + ROUNDING)
        const others = open.filter(
          (other) => (other.speaker !== one.speaker || other.label !== one.label) && !apart(other, one),
        )
        const first = others.find(({ speaker }) => speaker !== one.speaker) ?? others[0]
        open.push(one)
        const shared = first === undefined ? 0 : Math.min(endOf(one), endOf(first)) - beginOf(one)
        return first === undefined || shared <= ROUNDING ? [] : [overlapOf(one, first)]
      })
  })
}
