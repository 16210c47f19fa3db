/** The recordings of an experiment or a training: one corpus, or several. */
import { checkArray, checkNumber, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation } from '../core/errors.ts'
import type { Json } from '../core/types.ts'

/** One corpus, or several under the kind `several`, with its place, classes and labels. */
export interface CorpusReference {
  /** Kind of corpus, as in `loadCorpus`, or `synthetic`, or `several`, those of `corpora`. */
  kind: string
  /** Path of the corpus; finished folds remain valid for the same recordings at another path. */
  path?: string
  /** Classes to use. Default: all; of one of several, those of all of them. */
  classes?: string[]
  /** Regular expression whose first group is the speaker in a recording's path. */
  speaker?: string
  /** Path of a table of the speakers with `gender`, `age` or `language`, as in `loadCorpus`, for rates by groups. */
  speakerTable?: string
  /** Recordings in addition to a corpus' speech, as in `loadCorpus`: `song`, `video`. Default: none. */
  include?: string[]
  /** Classes for labels of the corpus, or of all of several; null leaves their recordings out. */
  labels?: { [label: string]: string | null }
  /**
   * Names of numbers to learn in place of classes, such as `arousal`; of several corpora, those of all of them. They are columns of a
   * `manifest`, of `nkululeko` or `audformat`, or of the table of `votes` (`intensity` of CREMA-D), and `arousal` and `valence` of
   * `synthetic`. Recordings without them are left out.
   */
  targets?: string[]
  /** Path of a table of listeners' votes, as `votes.csv` of CREMA-D, from which recordings get a second label, `heard`. */
  votes?: string
  /**
   * Use of the votes: `label`, as the label instead of the actor's intention; `agreed`, only recordings whose label most
   * listeners heard. Ties are left out. Default: as the second label only.
   */
  votesAs?: 'label' | 'agreed'
  /** Table of the labels in a database of audformat, or several, as in `loadCorpus`. */
  table?: string | string[]
  /** Place of the labels in a corpus of another tool, such as a column or a tier, as in `loadCorpus`. */
  labelFrom?: string | string[]
  /** Place of the speakers in a corpus of another tool, as in `loadCorpus`. */
  speakerFrom?: string
  /** Folder from which the paths of sound files of another tool's corpus count, as in `loadCorpus`. */
  root?: string
  /**
   * Path of features that another tool or network computed: a folder with a `.npy`, `.npz` or `.csv` file for each recording, or one file of all. Systems
   * whose front end is `given` take them.
   */
  features?: string
  /** Seconds from row to row of these features. Default: by the times in a table, else 0.01. */
  featuresStep?: number
  /** SHA-256 of these features, as in the results, by which others in their place are refused. Default: any are taken. */
  featuresSha256?: string
  /** Options of `syntheticCorpus`. */
  synthetic?: { [key: string]: Json }
  /**
   * Name of one of several corpora, with which its paths and speakers begin. Default: the kind, numbered where it occurs
   * again (`emodb`, `emodb-2`). Folders of one corpus have the same name and kind.
   */
  name?: string
  /** Several corpora, of the kind `several`. */
  corpora?: CorpusReference[]
}

const keys = [
  ...['kind', 'path', 'classes', 'speaker', 'include', 'labels', 'votes', 'votesAs', 'synthetic', 'name', 'corpora'],
  ...['table', 'labelFrom', 'speakerFrom', 'root', 'features', 'featuresStep', 'featuresSha256', 'speakerTable'],
  'targets',
] as const

/** Keys that each of several corpora has for itself. */
const ownKeys = [
  ...([
    'path',
    'speaker',
    'include',
    'votes',
    'synthetic',
    'name',
    'table',
    'labelFrom',
    'speakerFrom',
    'root',
    'features',
    'featuresStep',
    'featuresSha256',
    'speakerTable',
  ] as const),
]

/** Kind of {@link CorpusReference} that has `corpora`. */
export const SEVERAL = 'several'

/** A corpus of several, with its distinct name. */
export interface NamedReference extends CorpusReference {
  name: string
}

/** The corpora of a reference, or the one that it is. */
export function partsOf(reference: CorpusReference): CorpusReference[] {
  return reference.kind === SEVERAL ? (reference.corpora ?? []) : [reference]
}

/** The reference without the places of its files: equal recordings may be in different places. */
export function placeless(reference: CorpusReference): CorpusReference {
  const { path: _, votes: __, root: ___, speakerTable: ____, features, corpora, ...others } = reference
  const rest = features === undefined ? others : { ...others, features: '' }
  return corpora === undefined ? rest : { ...rest, corpora: corpora.map(placeless) }
}

/**
 * Names of the corpora: given ones, and kinds, which are numbered from 2 where they are taken.
 *
 * @throws RangeError where corpora of two kinds have one name
 */
export function namedParts(where: string, parts: readonly CorpusReference[]): NamedReference[] {
  const kinds = new Map<string, string>()
  for (const { name, kind } of parts) {
    if (name === undefined) continue
    if ((kinds.get(name) ?? kind) !== kind) {
      throw new RangeError(`${where}: "name" expected one for each kind of corpus, got ${describe(name)} for two`)
    }
    kinds.set(name, kind)
  }
  return parts.map((part) => {
    if (part.name !== undefined) return { ...part, name: part.name }
    let name = part.kind
    for (let n = 2; kinds.has(name); n++) name = `${part.kind}-${n}`
    kinds.set(name, part.kind)
    return { ...part, name }
  })
}

function checkName(where: string, name: string, value: unknown): string {
  if (checkString(where, name, value) === '') throw new RangeError(expectation(where, name, 'a name', value))
  return value as string
}

/** Checks the facts of given features. */
function checkFeaturesFacts(
  where: string,
  { features, featuresStep, featuresSha256 }: CorpusReference,
  name: string,
): void {
  if (featuresStep !== undefined) checkNumber(where, `${name}.featuresStep`, featuresStep, { above: 0 })
  if (
    featuresSha256 !== undefined &&
    !/^[0-9a-f]{64}$/.test(checkString(where, `${name}.featuresSha256`, featuresSha256))
  ) {
    throw new RangeError(expectation(where, `${name}.featuresSha256`, '64 hexadecimal digits', featuresSha256))
  }
  if (features !== undefined || (featuresStep ?? featuresSha256) === undefined) return
  throw new RangeError(expectation(where, `${name}.features`, 'features', undefined))
}

/**
 * The reference with the digests of the features of its corpora, which are in the same order.
 *
 * @param sources - of the features that were opened
 */
export function withFeatureDigests(
  reference: CorpusReference,
  sources: readonly { sha256: string }[],
): CorpusReference {
  if (reference.kind !== SEVERAL) {
    return reference.features === undefined ? reference : { ...reference, featuresSha256: sources[0].sha256 }
  }
  const corpora = partsOf(reference).map((part, i) => withFeatureDigests(part, sources.slice(i)))
  return { ...reference, corpora }
}

/** Throws unless targets have different names, and are not taken from votes that are labels too. */
function checkTargetNames(where: string, name: string, { targets, votesAs }: CorpusReference): void {
  const names = checkArray(where, name, targets, 1).map((one) => checkName(where, name, one))
  const twice = names.find((one, i) => names.indexOf(one) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "${name}" names ${describe(twice)} twice`)
  if (votesAs === undefined) return
  throw new RangeError(expectation(where, name, 'none beside "votesAs", which makes labels of the votes', names))
}

/**
 * Checks a reference as far as it can be without its files.
 *
 * @throws TypeError or RangeError that names the place
 */
export function checkCorpusReference(where: string, reference: CorpusReference, name = 'corpus'): CorpusReference {
  checkOptions(`${where}: ${name}`, reference, keys)
  checkName(where, `${name}.kind`, reference.kind)
  if (reference.name !== undefined && /[/\\]/.test(checkName(where, `${name}.name`, reference.name))) {
    throw new RangeError(expectation(where, `${name}.name`, 'a name without "/"', reference.name))
  }
  if (reference.votes !== undefined) checkName(where, `${name}.votes`, reference.votes)
  if (reference.speakerTable !== undefined) checkName(where, `${name}.speakerTable`, reference.speakerTable)
  if (reference.targets !== undefined) checkTargetNames(where, `${name}.targets`, reference)
  if (reference.votesAs !== undefined) {
    checkOneOf(where, `${name}.votesAs`, reference.votesAs, ['label', 'agreed'])
    if (reference.votes === undefined)
      throw new RangeError(expectation(where, `${name}.votes`, 'a table of votes', undefined))
  }
  if (reference.features !== undefined) checkName(where, `${name}.features`, reference.features)
  checkFeaturesFacts(where, reference, name)
  if (reference.labels !== undefined) checkObject(where, `${name}.labels`, reference.labels)
  if (reference.kind !== SEVERAL) {
    if (reference.corpora === undefined) return reference
    throw new RangeError(expectation(where, `${name}.corpora`, `none but for the kind "${SEVERAL}"`, reference.kind))
  }
  for (const key of ownKeys) {
    if (reference[key] === undefined) continue
    throw new RangeError(
      expectation(where, `${name}.${key}`, `none beside "corpora": each has its own`, reference[key]),
    )
  }
  const parts = checkArray<CorpusReference>(where, `${name}.corpora`, reference.corpora, 1)
  for (const [i, part] of parts.entries()) {
    checkCorpusReference(where, part, `${name}.corpora[${i}]`)
    if (part.targets !== undefined) {
      throw new RangeError(expectation(where, `${name}.corpora[${i}].targets`, 'none: all have the same', part.targets))
    }
    if (part.kind === SEVERAL)
      throw new RangeError(expectation(where, `${name}.corpora[${i}].kind`, 'one corpus', part.kind))
  }
  namedParts(where, parts)
  return reference
}
