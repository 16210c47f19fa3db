/** Groups of the columns that classifiers see, by what they measure: the terms in which answers are explained. */
import { egemapsFrameNames, egemapsNames } from '../features/egemaps/names.ts'
import { BANDS, speechMeasureGroups, speechMeasureNames, speechTrackNames } from '../features/speech/names.ts'
import { setColumns } from './feature-sets.ts'
import type { GivenColumns, ResolvedFrontEnd } from './front-end.ts'

/** Columns that measure one thing. */
export interface ColumnGroup {
  name: string
  columns: number[]
}

/** Patterns of eGeMAPS' names; the first that fits names the group. */
const egemapsGroups: readonly (readonly [RegExp, string])[] = [
  [/PerSec|SegmentLength/, 'rhythm'],
  [/^F0/, 'pitch'],
  [/^[Ll]oudness|^equivalentSoundLevel/, 'loudness'],
  [/^F\d/, 'formants'],
  [/^jitter|^shimmer|^HNR|^logRelF0/, 'voiceQuality'],
  [/^mfcc/, 'mfcc'],
  [/./, 'spectralBalance'],
]

/** Group of a column of a named set: of speech by its measure or track, else by eGeMAPS' names. */
function groupOf(name: string): string {
  const track = speechTrackNames.indexOf(name)
  if (name === 'level' || name === 'energy') return 'energy'
  if (name === 'f0') return 'pitch'
  if (track >= 0) return track < speechTrackNames.length - BANDS ? 'voiceQuality' : 'spectrum'
  const measure = speechMeasureNames.indexOf(name)
  const groups = Object.entries(speechMeasureGroups)
  const [speech] = groups.find(([, { first, end }]) => measure >= first && measure < end) ?? []
  return speech ?? egemapsGroups.find(([pattern]) => pattern.test(name))?.[1] ?? name
}

/** The group of each given column: as of a named set where all names are those of one, else one group of all. */
function givenGroups({ columns, names }: GivenColumns): string[] {
  const known = names?.every((name) =>
    [egemapsNames, egemapsFrameNames, speechMeasureNames].some((of) => of.includes(name)),
  )
  return known ? (names as string[]).map(groupOf) : new Array<string>(columns).fill('given')
}

/** The group of each column [D] of a front end's features, or of their cepstra where there are any. */
export function columnGroupNames(frontEnd: ResolvedFrontEnd, cepstra: number = 0): string[] {
  if (frontEnd.given !== undefined) return givenGroups(frontEnd.given)
  if (frontEnd.set !== undefined) return setColumns(frontEnd).map(groupOf)
  const { spectral, filters, coefficients, deltas, pitch } = frontEnd
  const mel = [...new Array<string>(filters).fill('spectrum'), 'energy']
  const coefficientNames = (count: number): string[] => new Array<string>(count).fill('mfcc')
  const fixed = spectral === 'mfcc' ? coefficientNames(coefficients) : cepstra > 0 ? coefficientNames(cepstra) : mel
  const orders = 1 + deltas
  const envelope = Array.from({ length: orders }, () => fixed).flat()
  return [...envelope, ...new Array<string>(pitch ? 2 * orders : 0).fill('pitch')]
}

/** The group of each measure of speech, with the level where there are that many. */
export function measureGroupNames(count: number): string[] {
  const names = speechMeasureNames.map(groupOf)
  return count > names.length ? [...names, 'energy'] : names
}

/** Groups of columns of one name each, in the order of their first columns. */
export function groupsOf(names: readonly string[]): ColumnGroup[] {
  const columns = new Map<string, number[]>()
  for (const [j, name] of names.entries()) columns.set(name, [...(columns.get(name) ?? []), j])
  return Array.from(columns, ([name, of]) => ({ name, columns: of }))
}

/** Groups of statistics of columns, `count` numbers in all, those of a column side by side. */
export function statisticGroups(names: readonly string[], count: number): ColumnGroup[] {
  const each = count / names.length
  return groupsOf(names.flatMap((name) => new Array<string>(each).fill(name)))
}
