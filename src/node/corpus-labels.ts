/** Labels of a corpus as classes: mapped, chosen, counted. */
import { checkObject, checkOneOf } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { type CorpusGrammar, corpora, type Utterance } from '../corpora/index.ts'
import type { LabelMap } from './corpus-types.ts'

/** Labels of a corpus' recordings, and what becomes of them. */
export interface LabelOptions {
  classes?: readonly string[]
  labels?: LabelMap
}

/** Recordings by classes. */
export interface Labelled<U extends Utterance> {
  /** The chosen classes. */
  classes: string[]
  /** Recordings of the chosen classes. */
  utterances: U[]
  /** Number of recordings of each label that is none of the classes. */
  otherClasses: Record<string, number>
  /** Labels that recordings of the corpus may have. */
  known: readonly string[]
}

/** The classes of a corpus that stand for those that are asked for, with these; see `CorpusGrammar`. */
function standInsFor(grammar: CorpusGrammar | null | undefined, classes: readonly string[] = []): [string, string][] {
  const all = Object.entries(grammar?.standIns ?? {})
  return all.filter(([label, to]) => classes.includes(to) && !classes.includes(label))
}

/** {@link standInsFor} of a kind of corpus. */
export function standInsOf(kind: string, classes: readonly string[]): [string, string][] {
  return standInsFor((corpora as Record<string, CorpusGrammar | undefined>)[kind], classes)
}

/** Checks a map of labels: each value is a class or null. */
export function checkLabelMap(where: string, name: string, value: unknown): LabelMap {
  const map = checkObject<Record<string, string | null>>(where, name, value, 'an object of classes by labels')
  for (const [label, to] of Object.entries(map)) {
    if (to === null) continue
    if (typeof to !== 'string') throw new TypeError(expectation(where, `${name}.${label}`, 'a class or null', to))
    if (to === '') throw new RangeError(expectation(where, `${name}.${label}`, 'a class or null', to))
  }
  return map
}

/** The given maps, and the classes of the corpus that stand for those that are asked for. */
function mapOf(
  grammar: CorpusGrammar | null,
  classes: readonly string[] | undefined,
  maps: readonly LabelMap[],
): Map<string, string | null> {
  return new Map<string, string | null>([
    ...standInsFor(grammar, classes),
    ...maps.flatMap((map) => Object.entries(map)),
  ])
}

function checkKnown(known: readonly string[], labels: LabelMap): void {
  for (const label of Object.keys(labels)) checkOneOf('loadCorpus', 'labels', label, known)
}

/**
 * Maps the labels of recordings, and keeps those of the classes.
 *
 * @param shared - the same for several corpora, of which this one need not have all
 * @throws RangeError for a class or a mapped label that the corpus does not have
 */
export function chooseClasses<U extends Utterance>(
  grammar: CorpusGrammar | null,
  all: readonly U[],
  { classes: given, labels = {} }: LabelOptions,
  shared?: LabelOptions,
): Labelled<U> {
  const wanted = given ?? shared?.classes
  const map = mapOf(grammar, wanted, [shared?.labels ?? {}, labels])
  const to = (label: string): string | null => {
    const mapped = map.get(label)
    return mapped === undefined ? label : mapped
  }
  const own = grammar?.classes ?? [...new Set(all.map(({ label }) => label))].sort()
  const optional = grammar?.apart ?? []
  checkKnown([...own, ...optional], labels)
  const classesOf = (some: readonly string[]): string[] => [...new Set(some.map(to))].filter((one) => one !== null)
  const known = classesOf(own)
  const possible = [...known, ...classesOf(optional), ...Object.values(grammar?.standIns ?? {})]
  if (shared === undefined) for (const name of wanted ?? []) checkOneOf('loadCorpus', 'classes', name, possible)
  const present = new Set(all.map(({ label }) => to(label)))
  const classes = wanted === undefined ? known.filter((name) => present.has(name)) : [...wanted]
  const result: Labelled<U> = { classes, utterances: [], otherClasses: {}, known: [...own, ...optional] }
  for (const utterance of all) {
    const label = to(utterance.label)
    if (label !== null && classes.includes(label)) result.utterances.push({ ...utterance, label })
    else result.otherClasses[utterance.label] = (result.otherClasses[utterance.label] ?? 0) + 1
  }
  return result
}
