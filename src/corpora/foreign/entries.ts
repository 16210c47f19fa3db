/** Labelled stretches of sound, as the lists of other tools have them, and the recordings that they become. */
import { describe, FormatError } from '../../core/errors.ts'
import type { PersonFacts } from '../people.ts'
import { type Segment, segmentPath } from '../segment.ts'
import type { TargetValues } from '../target-columns.ts'
import type { Utterance } from '../types.ts'

/** One labelled stretch of sound. */
export interface ForeignEntry extends PersonFacts {
  /** Its file, as the list names it. */
  file: string
  /** s; default: the start and the end of the file. */
  start?: number
  end?: number
  /** Channel of the file, from 1. Default: all. */
  channel?: number
  /** null where the list has none for it. */
  label: string | null
  /** '' where unknown. */
  speaker: string
  text?: string
  id?: string
  /** Numbers by the names of their columns. */
  targets?: TargetValues
  /** Where the list has it, for messages: `line 3 of segments`. */
  place: string
}

/** A recording that is left out, and why. */
export interface LeftOut {
  path: string
  reason: string
}

/** Contents of a list. */
export interface ForeignList {
  entries: ForeignEntry[]
  problems: LeftOut[]
}

/**
 * Whether a stretch of sound has a length.
 *
 * @throws FormatError for times that are none, or in the wrong order
 */
export function checkTimes(where: string, start: number, end: number | undefined): void {
  if (!Number.isFinite(start) || start < 0) throw new FormatError(`${where}: expected a start >= 0 s, got ${start}`)
  if (end === undefined) return
  if (!Number.isFinite(end) || end <= start)
    throw new FormatError(`${where}: expected an end after ${start} s, got ${end}`)
}

function utteranceOf(entry: ForeignEntry): Utterance {
  const { file, start = 0, end, channel, label, speaker, text, gender, age, language, id, targets } = entry
  const name = file.replaceAll('\\', '/')
  const part = start > 0 || end !== undefined || channel !== undefined
  const segment: Segment = {
    ...{ file: name, start },
    ...(end === undefined ? {} : { end }),
    ...(channel === undefined ? {} : { channel }),
  }
  return {
    path: part ? segmentPath(segment) : name,
    ...(part ? { segment } : {}),
    ...{ label: label ?? '', speaker },
    ...(text === undefined || text === '' ? {} : { text }),
    ...(gender === undefined ? {} : { gender }),
    ...(age === undefined ? {} : { age }),
    ...(language === undefined ? {} : { language }),
    ...(id === undefined ? {} : { id }),
    ...(targets === undefined ? {} : { targets }),
  }
}

/**
 * The recordings of a list. Stretches without a label are left out; of those that are listed several times with one label the first is
 * taken, of those with several labels, speakers or numbers none.
 */
export function utterancesOf({ entries, problems }: ForeignList): { utterances: Utterance[]; problems: LeftOut[] } {
  const found = new Map<string, Utterance[]>()
  const left: LeftOut[] = [...problems]
  for (const entry of entries) {
    const utterance = utteranceOf(entry)
    if (utterance.label === '') left.push({ path: utterance.path, reason: `without a label (${entry.place})` })
    else found.set(utterance.path, [...(found.get(utterance.path) ?? []), utterance])
  }
  const utterances = [...found.values()].flatMap((same) => {
    const [first] = same
    const labels = [...new Set(same.map(({ label }) => label))]
    const numbers = new Set(same.map(({ targets }) => JSON.stringify(targets)))
    const speakers = [...new Set(same.map(({ speaker }) => speaker))].filter((name) => name !== '')
    if (labels.length === 1 && numbers.size === 1 && speakers.length < 2) {
      return [{ ...first, speaker: speakers[0] ?? '' }]
    }
    const others =
      speakers.length < 2 ? 'with other numbers' : `with the speakers ${speakers.map(describe).join(' and ')}`
    const several = labels.length === 1 ? others : `as ${labels.map(describe).join(' and ')}`
    left.push({ path: first.path, reason: `listed ${several}: nothing tells which is right` })
    return []
  })
  return { utterances, problems: left }
}
