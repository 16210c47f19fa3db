/** Manifests of lhotse: recordings, supervisions and cuts, a JSON object a line. */
import { describe, FormatError, messageOf } from '../../core/errors.ts'
import { type PersonFacts, personOf } from '../people.ts'
import type { ForeignEntry, ForeignList } from './entries.ts'

type Item = Record<string, unknown>

/** A manifest, and its name for messages. */
export interface LhotseManifest {
  name: string
  text: string
}

/** Seconds by which times that were rounded may run over. */
const ROUNDING = 0.001

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a manifest, with their places. */
export function* lhotseItems({ name, text }: LhotseManifest): Generator<{ item: Item; place: string }> {
  let line = 0
  for (const whole of text.split('\n')) {
    line++
    if (whole.trim() === '') continue
    const place = `${name}, line ${line}`
    let item: unknown
    try {
      item = JSON.parse(whole)
    } catch (cause) {
      throw new FormatError(`${place}: ${messageOf(cause)}`, { cause })
    }
    if (!isItem(item)) throw new FormatError(`${place}: expected an object, got ${describe(item)}`)
    yield { item, place }
  }
}

function textIn(item: Item, name: string, place: string): string {
  const value = item[name]
  if (typeof value === 'string') return value
  throw new FormatError(`${place}: "${name}" expected a text, got ${describe(value)}`)
}

function secondsIn(item: Item, name: string, place: string): number {
  const value = item[name]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new FormatError(`${place}: "${name}" expected seconds, got ${describe(value)}`)
}

/** A recording: the file of each of its channels, and how long it is. */
interface Recording {
  sources: { file: string; channels: number[] }[]
  duration: number
}

/** Checks a recording. */
function recordingOf(item: Item, place: string): Recording {
  const transforms = item.transforms
  if (Array.isArray(transforms) && transforms.length > 0) {
    const names = transforms
      .map((one) => (isItem(one) ? String(one.name ?? one.type ?? 'one') : String(one)))
      .join(', ')
    throw new FormatError(
      `${place}: the recording is changed by transforms (${names}), which are not applied: save the changed sound`,
    )
  }
  if (!Array.isArray(item.sources) || item.sources.length === 0)
    throw new FormatError(`${place}: "sources" expected a list`)
  const sources = item.sources.map((source: unknown) => {
    if (!isItem(source)) throw new FormatError(`${place}: "sources" expected objects, got ${describe(source)}`)
    if (source.type !== 'file') {
      const run = source.type === 'command' ? ', which is never run' : ''
      throw new FormatError(`${place}: the source is of the type ${describe(source.type)}${run}; files are read`)
    }
    const channels = Array.isArray(source.channels) ? source.channels.map(Number) : [0]
    return { file: textIn(source, 'source', place), channels }
  })
  return { sources, duration: secondsIn(item, 'duration', place) }
}

/** File and channel of a supervision or cut. */
function soundOf({ sources }: Recording, given: unknown, place: string): Pick<ForeignEntry, 'file' | 'channel'> {
  const all = sources.flatMap(({ channels }) => channels)
  const asked = given === undefined || given === null ? all : (Array.isArray(given) ? given : [given]).map(Number)
  const source = sources.find(({ channels }) => asked.every((one) => channels.includes(one)))
  if (source === undefined)
    throw new FormatError(`${place}: the channels ${asked.join(', ')} are in no one file of the recording`)
  if (asked.length === source.channels.length) return { file: source.file }
  if (asked.length === 1) return { file: source.file, channel: source.channels.indexOf(asked[0]) + 1 }
  throw new FormatError(`${place}: ${asked.length} channels of ${source.channels.length}; one or all are read`)
}

/** Seconds that a rounded time may lie beyond the sound. */
const TOLERANCE = 0.01

/** Why a stretch is not in the sound; undefined where it is. */
function overrunOf(start: number, end: number, { duration }: Recording, place: string): string | undefined {
  if (start >= -TOLERANCE && end <= duration + TOLERANCE) return undefined
  return `${place}: from ${start} to ${end} s, of a sound of ${duration} s`
}

/** A text, or a number or truth value as text; null for others. */
function plainOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** Contents of a supervision, but for times and file. */
function factsOf(
  item: Item,
  label: string,
  place: string,
): Pick<ForeignEntry, 'label' | 'speaker' | 'text' | 'id' | 'place'> & PersonFacts {
  const custom = isItem(item.custom) ? item.custom : {}
  const named = Object.hasOwn(custom, label) ? custom[label] : undefined
  const told = typeof named === 'boolean' ? null : plainOf(named)
  const text = plainOf(item.text)
  const [gender, age, language] = ['gender', 'age', 'language'].map(
    (name) => plainOf(item[name]) ?? plainOf(custom[name]),
  )
  return {
    ...{ label: told, speaker: plainOf(item.speaker) ?? '', id: textIn(item, 'id', place) },
    ...(text === null ? {} : { text }),
    ...personOf({ gender, age, language }),
    place: `${place}, without "${label}" in "custom"`,
  }
}

/** Times within a recording; those of the whole are left out. */
function timesOf(start: number, end: number, duration: number, place: string): { start: number; end?: number } {
  const from = Math.max(0, start)
  if (!(end > from) || from >= duration)
    throw new FormatError(`${place}: from ${start} to ${end} s of ${duration} s there is no sound`)
  return {
    start: from < ROUNDING ? 0 : from,
    ...(end > duration - ROUNDING ? {} : { end: Math.round(end * 1e9) / 1e9 }),
  }
}

/** Recordings by their ids. */
function recordingsById(manifests: readonly LhotseManifest[]): Map<string, { item: Item; place: string }> {
  const known = new Map<string, { item: Item; place: string }>()
  for (const manifest of manifests) {
    for (const found of lhotseItems(manifest)) {
      const id = textIn(found.item, 'id', found.place)
      const first = known.get(id)
      if (first !== undefined)
        throw new FormatError(`${found.place}: the recording ${describe(id)} is in ${first.place} already`)
      known.set(id, found)
    }
  }
  return known
}

/** Labelled stretches of recordings and supervisions. */
export function lhotseSupervisions(
  recordings: readonly LhotseManifest[],
  supervisions: readonly LhotseManifest[],
  label = 'emotion',
): ForeignList {
  const known = recordingsById(recordings)
  const problems: ForeignList['problems'] = []
  const entries = supervisions.flatMap((manifest) =>
    Array.from(lhotseItems(manifest), ({ item, place }): ForeignEntry[] => {
      const id = textIn(item, 'recording_id', place)
      const found = known.get(id)
      if (found === undefined)
        throw new FormatError(`${place}: no recording ${describe(id)} in the manifests of recordings`)
      const recording = recordingOf(found.item, found.place)
      const start = secondsIn(item, 'start', place)
      const end = start + secondsIn(item, 'duration', place)
      const reason = overrunOf(start, end, recording, place)
      if (reason !== undefined) {
        problems.push({ path: textIn(item, 'id', place), reason })
        return []
      }
      const times = timesOf(start, end, recording.duration, place)
      return [{ ...soundOf(recording, item.channel, place), ...times, ...factsOf(item, label, place) }]
    }).flat(),
  )
  return { entries, problems }
}

/** Labelled stretches of a cut: its supervisions, as far as they lie in it. */
function entriesOfCut(item: Item, place: string, label: string): ForeignEntry[] {
  const type = item.type ?? 'MonoCut'
  if (type !== 'MonoCut' && type !== 'MultiCut') {
    throw new FormatError(
      `${place}: a cut of the type ${describe(type)} is not read: save its sound by save_audio, or export it as MonoCut`,
    )
  }
  if (item.sources !== undefined) {
    throw new FormatError(
      `${place}: a recording, where a cut is expected: name the folder with recordings and supervisions`,
    )
  }
  if (!isItem(item.recording)) throw new FormatError(`${place}: a cut without "recording", such as of features alone`)
  const recording = recordingOf(item.recording, place)
  const start = secondsIn(item, 'start', place)
  const end = start + secondsIn(item, 'duration', place)
  const list = Array.isArray(item.supervisions) ? item.supervisions : []
  return list.map((supervision: unknown) => {
    if (!isItem(supervision))
      throw new FormatError(`${place}: "supervisions" expected objects, got ${describe(supervision)}`)
    const from = start + secondsIn(supervision, 'start', place)
    const to = from + secondsIn(supervision, 'duration', place)
    const times = timesOf(Math.max(start, from), Math.min(end, to), recording.duration, place)
    return {
      ...soundOf(recording, supervision.channel ?? item.channel, place),
      ...times,
      ...factsOf(supervision, label, place),
    }
  })
}

/** Labelled stretches of cuts. */
export function lhotseCuts(cuts: readonly LhotseManifest[], label = 'emotion'): ForeignList {
  const problems: ForeignList['problems'] = []
  const entries = cuts.flatMap((manifest) =>
    Array.from(lhotseItems(manifest), ({ item, place }) => {
      const found = entriesOfCut(item, place, label)
      if (found.length === 0) problems.push({ path: String(item.id), reason: `a cut without supervisions (${place})` })
      return found
    }).flat(),
  )
  return { entries, problems }
}
