/** The corpora that flags and files name, in their order. */
import { dirname, isAbsolute, join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { checkObject } from '../core/check.ts'
import { expectation, FormatError, messageOf } from '../core/errors.ts'
import {
  type CorpusReference,
  checkCorpusReference,
  type NamedReference,
  namedParts,
  SEVERAL,
} from '../experiments/corpora.ts'
import { corpusExtras } from '../node/corpus.ts'
import { oneOf } from './arguments.ts'
import { readJsonFile } from './json-file.ts'

/** The value of a flag, and its place among all flags. */
export interface Placed<T> {
  value: T
  at: number
}

/** Flags of corpora, each as often as it is given. */
export interface ListFlags {
  corpus?: Placed<string>[]
  testCorpus?: Placed<string>[]
  unlabelledCorpus?: Placed<string>[]
  pretrainCorpus?: Placed<string>[]
  data?: Placed<string>[]
  name?: Placed<string>[]
  speaker?: Placed<RegExp>[]
  include?: Placed<string[]>[]
  votes?: Placed<string>[]
  votesAs?: Placed<'label' | 'agreed'>[]
  table?: Placed<string[]>[]
  labelFrom?: Placed<string[]>[]
  speakerFrom?: Placed<string>[]
  root?: Placed<string>[]
  features?: Placed<string>[]
  featuresStep?: Placed<number>[]
  speakerTable?: Placed<string>[]
}

/** A corpus of the list. */
export interface Listed extends CorpusReference {
  /** Whether it is tested on only. */
  test?: boolean
  /** Whether it is used in training, without its labels. */
  unlabelled?: boolean
  /** Whether systems are trained on it only before the folds. */
  pretrain?: boolean
}

/** The use of a corpus by its flag, such as `--test-corpus`; null for `--corpus`. */
type Role = 'test' | 'unlabelled' | 'pretrain' | null

/** Makes parsers of flags that keep their order. */
export function placing(): <T>(parse: (text: string) => T) => (text: string, before?: Placed<T>[]) => Placed<T>[] {
  let count = 0
  return (parse) =>
    (text, before = []) => [...before, { value: parse(text), at: ++count }]
}

/** The values of a flag that belong to one corpus: given after it, or for the first one also before it. */
function within<T>(flags: readonly Placed<T>[] = [], [from, to]: readonly [number, number]): T[] {
  return flags.filter(({ at }) => at > from && at < to).map(({ value }) => value)
}

function atMostOne<T>(flag: string, values: readonly T[]): T | undefined {
  if (values.length <= 1) return values[0]
  throw new InvalidArgumentError(`--${flag} is given ${values.length} times for one corpus`)
}

/** A list of one as that one. */
function oneOrMore(names: string[]): string | string[] {
  return names.length === 1 ? names[0] : names
}

/** The features that belong to one corpus. */
export function featuresAt(
  flags: ListFlags,
  place: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): Pick<CorpusReference, 'features' | 'featuresStep'> {
  const features = atMostOne('features', within(flags.features, place))
  const featuresStep = atMostOne('features-step', within(flags.featuresStep, place))
  if (features === undefined) {
    if (featuresStep === undefined) return {}
    throw new InvalidArgumentError('--features-step needs --features')
  }
  return { features, ...(featuresStep === undefined ? {} : { featuresStep }) }
}

function corporaAt(flags: ListFlags, corpus: string, role: Role, place: readonly [number, number]): Listed[] {
  const paths = within(flags.data, place)
  if (paths.length === 0 && corpus !== 'synthetic') {
    throw new InvalidArgumentError(
      `--${role === null ? '' : `${role}-`}corpus ${corpus} needs --data, the corpus' place`,
    )
  }
  const name = atMostOne('name', within(flags.name, place))
  const speaker = atMostOne('speaker', within(flags.speaker, place))
  const include = atMostOne('include', within(flags.include, place))
  const votes = atMostOne('votes', within(flags.votes, place))
  const votesAs = atMostOne('votes-as', within(flags.votesAs, place))
  const table = atMostOne('table', within(flags.table, place))
  const labelFrom = atMostOne('label-from', within(flags.labelFrom, place))
  const speakerFrom = atMostOne('speaker-from', within(flags.speakerFrom, place))
  const root = atMostOne('root', within(flags.root, place))
  const given = featuresAt(flags, place)
  const speakerTable = atMostOne('speaker-table', within(flags.speakerTable, place))
  if (votesAs !== undefined && votes === undefined) throw new InvalidArgumentError('--votes-as needs --votes')
  const facts = {
    ...(votes === undefined ? {} : { votes }),
    ...(votesAs === undefined ? {} : { votesAs }),
    ...(speaker === undefined ? {} : { speaker: speaker.source }),
    ...(include === undefined ? {} : { include: include.map((one) => oneOf(one, corpusExtras)) }),
    ...(table === undefined ? {} : { table: oneOrMore(table) }),
    ...(labelFrom === undefined ? {} : { labelFrom: oneOrMore(labelFrom) }),
    ...(speakerFrom === undefined ? {} : { speakerFrom }),
    ...(root === undefined ? {} : { root }),
    ...given,
    ...(speakerTable === undefined ? {} : { speakerTable }),
    ...(role === null ? {} : { [role]: true }),
  }
  const named = name === undefined ? {} : { name }
  if (paths.length > 1 && given.features !== undefined) {
    throw new InvalidArgumentError('--features belong to one --data: give each folder a --corpus and --name of its own')
  }
  if (paths.length < 2) return [{ kind: corpus, ...(paths.length > 0 ? { path: paths[0] } : {}), ...named, ...facts }]
  // Folders of one corpus.
  return paths.map((path) => ({ kind: corpus, path, name: name ?? corpus, ...facts }))
}

/** The corpora of the flags. */
export function listOf(flags: ListFlags): Listed[] {
  const all = [
    ...(flags.corpus ?? []).map((one) => ({ ...one, role: null })),
    ...(flags.testCorpus ?? []).map((one) => ({ ...one, role: 'test' as const })),
    ...(flags.unlabelledCorpus ?? []).map((one) => ({ ...one, role: 'unlabelled' as const })),
    ...(flags.pretrainCorpus ?? []).map((one) => ({ ...one, role: 'pretrain' as const })),
  ].sort((a, b) => a.at - b.at)
  return all.flatMap(({ value, role, at }, i) =>
    corporaAt(flags, value, role, [i === 0 ? 0 : at, all[i + 1]?.at ?? Number.POSITIVE_INFINITY]),
  )
}

/** Reads a list of corpora in JSON; their paths are relative to it. */
export async function readList(file: string): Promise<Listed[]> {
  const json = await readJsonFile('--corpora', file)
  try {
    const list = Array.isArray(json) ? json : checkObject<{ corpora: unknown }>('list', 'the file', json).corpora
    if (!Array.isArray(list)) throw new TypeError(expectation('list', 'the file', 'a list of corpora', list))
    if (list.length === 0) throw new RangeError(expectation('list', 'the file', 'at least one corpus', list))
    return list.map((given, i) => {
      const { test, unlabelled, pretrain, ...reference } = checkObject<Listed>('list', `corpora[${i}]`, given)
      checkCorpusReference('list', reference, `corpora[${i}]`)
      for (const [key, value] of Object.entries({ test, unlabelled, pretrain })) {
        if (value === undefined || typeof value === 'boolean') continue
        throw new TypeError(expectation('list', `corpora[${i}].${key}`, 'true or false', value))
      }
      const placed = (own: string | undefined): string | undefined =>
        own === undefined || isAbsolute(own) ? own : join(dirname(file), own)
      const places = ['path', 'votes', 'root', 'features', 'speakerTable'] as const
      const paths = Object.fromEntries(places.map((key) => [key, placed(reference[key])]))
      const told = Object.fromEntries(Object.entries(paths).filter(([, own]) => own !== undefined))
      const roles = Object.fromEntries(Object.entries({ test, unlabelled, pretrain }).filter(([, given]) => given))
      return { ...reference, ...told, ...roles }
    })
  } catch (cause) {
    throw new FormatError(`--corpora ${file}: ${messageOf(cause)}`, { cause })
  }
}

/** Reads a map of labels in JSON: of all corpora, or of each by its name. */
export async function readLabels(file: string): Promise<Labels> {
  const json = await readJsonFile('--labels', file)
  const isMap = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)
  const values = isMap(json) ? Object.values(json as object) : []
  if (values.length > 0 && values.every(isMap)) return { each: json as Labels['each'] }
  if (values.length > 0 && values.every((one) => one === null || typeof one === 'string'))
    return { all: json as Labels['all'] }
  throw new FormatError(`--labels ${file}: expected classes by labels, or such objects by the names of corpora`)
}

/** Maps of labels: of all corpora, and of each. */
export interface Labels {
  all?: { [label: string]: string | null }
  each?: { [corpus: string]: { [label: string]: string | null } }
}

/** The corpora with names and labels; of one that is alone, without its name. */
export function labelled(list: readonly Listed[], { each = {} }: Labels): (Listed & NamedReference)[] {
  const named = namedParts('--corpus', list) as (Listed & NamedReference)[]
  const unknown = Object.keys(each).find((name) => named.every((one) => one.name !== name))
  if (unknown !== undefined) {
    const names = named.map(({ name }) => name).join(', ')
    throw new InvalidArgumentError(`--labels names the corpus "${unknown}", which is none of ${names}`)
  }
  return named.map((one) =>
    each[one.name] === undefined ? one : { ...one, labels: { ...one.labels, ...each[one.name] } },
  )
}

/** One reference for all corpora of the list. */
export function together(
  list: readonly (Listed & NamedReference)[],
  labels: Labels['all'],
  classes?: string[],
): CorpusReference {
  const shared = { ...(classes === undefined ? {} : { classes }), ...(labels === undefined ? {} : { labels }) }
  const corpora = list.map(({ test: _, unlabelled: __, pretrain: ___, ...reference }) => reference)
  if (corpora.length > 1) return { kind: SEVERAL, ...shared, corpora }
  const [{ name: ___, ...one }] = corpora
  return {
    ...one,
    ...shared,
    ...(one.classes === undefined ? {} : { classes: one.classes }),
    ...(one.labels || labels ? { labels: { ...labels, ...one.labels } } : {}),
  }
}
