/** Finds for each recording of a corpus the features that are named after it. */
import { describe, FormatError } from '../core/errors.ts'
import { isSoundName } from './names.ts'
import type { Utterance } from './types.ts'

type Recording = Pick<Utterance, 'path' | 'segment' | 'id'>

/** Most names that a message lists. */
const SHOWN = 5

/** The parts of a path in one spelling, without the ending of a sound file. */
function partsOf(path: string): string[] {
  const parts: string[] = []
  for (const part of path.split(/[\\/]/)) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0) parts.pop()
    else parts.push(part)
  }
  const last = parts.pop() ?? ''
  return [...parts, isSoundName(last) ? last.slice(0, last.lastIndexOf('.')) : last]
}

/** Number of parts that two paths have in common at their ends. */
function commonEnd(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length)
  let n = 0
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n++
  return n
}

/** Features that fit a recording, and how well: the parts of their names in common, more than any where one is all of it. */
interface Fit {
  key: string
  parts: number
}

/** Names of features, by the last part of their paths. */
class Names {
  private readonly byLast = new Map<string, { key: string; parts: string[] }[]>()

  constructor(keys: Iterable<string>) {
    for (const key of keys) {
      const parts = partsOf(key)
      const last = parts[parts.length - 1]
      this.byLast.set(last, [...(this.byLast.get(last) ?? []), { key, parts }])
    }
  }

  /** The best fits of a path: several where they fit it alike. */
  fits(path: string): Fit[] {
    const own = partsOf(path)
    const found = (this.byLast.get(own[own.length - 1]) ?? []).map(({ key, parts }) => {
      const common = commonEnd(own, parts)
      return { key, parts: common + (common === own.length && common === parts.length ? 1 : 0) }
    })
    const most = Math.max(0, ...found.map(({ parts }) => parts))
    return found.filter(({ parts }) => parts === most)
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(describe).join(', ')
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown
}

function fitOf(names: Names, recording: Recording, place: string): Fit | null {
  const { path, segment, id } = recording
  for (const name of [path, ...(segment === undefined ? [] : [segment.file]), ...(id === undefined ? [] : [id])]) {
    const [fit, other] = names.fits(name)
    if (other !== undefined) {
      throw new FormatError(
        `${place}: two features fit the recording ${describe(path)}: ${describe(fit.key)} and ${describe(other.key)}`,
      )
    }
    if (fit !== undefined) return fit
  }
  return null
}

/**
 * The key of the features of each recording: the one whose path, without the ending, has most of its last parts in common with the recording's; at
 * least the name. Else the one that is called as the recording's `id`.
 *
 * @param keys - names of features, such as paths in a folder without their endings
 * @param place - where they are, for messages
 * @param shared - whether parts of one file may have the same key, since a table tells them apart by times
 * @returns null for a recording without features
 * @throws FormatError where two features fit a recording, or two recordings features
 */
export function matchRecordings(
  recordings: readonly Recording[],
  keys: Iterable<string>,
  place: string,
  shared: boolean,
): (string | null)[] {
  const names = new Names(keys)
  const fits = recordings.map((recording) => fitOf(names, recording, place))
  const taken = new Map<string, number>()
  for (const [i, fit] of fits.entries()) {
    if (fit === null) continue
    const before = taken.get(fit.key)
    const first = before === undefined ? null : (fits[before] as Fit)
    const apart = (k: number): string | undefined => recordings[k].segment?.file
    if (first === null || fit.parts > first.parts) taken.set(fit.key, i)
    else if (fit.parts === first.parts && !(shared && apart(i) !== undefined && apart(i) === apart(before as number))) {
      const both = [before as number, i].map((k) => describe(recordings[k].path)).join(' and ')
      throw new FormatError(`${place}: the features ${describe(fit.key)} fit two recordings: ${both}`)
    }
  }
  return fits.map((fit) => (fit !== null && fit.parts === fits[taken.get(fit.key) as number]?.parts ? fit.key : null))
}

/** Throws where recordings have no features, with the first of them. */
export function checkAllFound(
  recordings: readonly Recording[],
  found: readonly (unknown | null)[],
  keys: readonly string[],
  place: string,
): void {
  const missing = recordings.filter((_, i) => found[i] === null).map(({ path }) => path)
  if (missing.length === 0) return
  const all = missing.length === recordings.length
  const which = all
    ? `none of ${recordings.length} recordings has features`
    : `${missing.length} of ${recordings.length} recordings have no features`
  throw new FormatError(`${place}: ${which}: ${listed(missing)}${all ? `; features are there of ${listed(keys)}` : ''}`)
}
