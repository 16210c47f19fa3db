/** Several corpora as one: their recordings together, named by corpus. */
import { basename } from 'node:path'
import { FormatError } from '../core/errors.ts'
import { type CorpusReference, type NamedReference, namedParts, partsOf } from '../experiments/corpora.ts'
import { type GivenRecord, joinedFeatures } from '../experiments/given-features.ts'
import { type Corpus, type CorpusPart, type CorpusUtterance, checkAny, finish, type LabelMap } from './corpus.ts'

/** One of the corpora of a source. */
export interface SourceCorpus {
  /** With which the paths and speakers of its recordings begin. */
  name: string
  kind: string
  /** Number of recordings of each label that is none of the classes. */
  otherClasses: Record<string, number>
}

/** Options that several corpora share. */
export interface Shared {
  classes?: string[]
  labels?: LabelMap
  targets?: string[]
}

/** Opens a corpus, with what it has in common with others. */
export type OpenPart = (part: NamedReference, shared: Shared) => Promise<CorpusPart>

/** Recordings of several corpora. */
export interface Several extends Omit<Corpus, 'name'> {
  name: string
  corpora: SourceCorpus[]
  otherClasses: Record<string, number>
  /** Labels of the map that all corpora share which none of them has; absent for none. */
  unusedLabels?: string[]
  /** Features that the recordings were given. */
  features?: GivenRecord
}

/** Names of the folders of each corpus that has several, by which their paths begin; '' for the others. */
function folderNames(parts: readonly NamedReference[]): string[] {
  const taken = new Set<string>()
  return parts.map(({ name, path = '' }) => {
    if (parts.filter((other) => other.name === name).length === 1) return ''
    const plain = basename(path) || 'folder'
    let folder = plain
    for (let n = 2; taken.has(`${name}/${folder}`); n++) folder = `${plain}-${n}`
    taken.add(`${name}/${folder}`)
    return folder
  })
}

/** The part with names that begin with those of its corpus and folder. */
function renamed(part: CorpusPart, corpus: string | undefined, folder: string): CorpusPart {
  const prefix = [corpus ?? '', folder]
    .filter((name) => name !== '')
    .map((name) => `${name}/`)
    .join('')
  const own = (utterance: CorpusUtterance): CorpusUtterance => ({
    ...utterance,
    path: prefix + utterance.path,
    ...(corpus === undefined ? {} : { speaker: utterance.speaker && `${corpus}/${utterance.speaker}`, corpus }),
  })
  return {
    ...part,
    heard: part.heard.map(({ utterance, sound }) => ({ utterance: own(utterance), sound })),
    problems: part.problems.map((problem) => ({ ...problem, path: prefix + problem.path })),
    fileOf: (one) => part.fileOf({ ...one, path: one.path.slice(prefix.length) }),
  }
}

/** Sums of counts by their names. */
function summed(counts: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [label, n] of counts.flatMap((one) => Object.entries(one))) sums[label] = (sums[label] ?? 0) + n
  return sums
}

/** Labels of the map that all share which no corpus has. */
function unusedOf(labels: LabelMap | undefined, parts: readonly CorpusPart[]): Pick<Several, 'unusedLabels'> {
  const known = new Set(parts.flatMap((part) => part.known))
  const unused = Object.keys(labels ?? {}).filter((label) => !known.has(label))
  return unused.length === 0 ? {} : { unusedLabels: unused }
}

/** The features of all corpora, where they were given some. */
function featuresOf(parts: readonly NamedReference[], loaded: readonly CorpusPart[]): Pick<Several, 'features'> {
  const several = new Set(parts.map(({ name }) => name)).size > 1
  const records = loaded.flatMap(({ features }, i) =>
    features === undefined ? [] : [{ ...features, corpus: parts[i].name }],
  )
  if (records.length === 0) return {}
  const without = parts.find((_, i) => loaded[i].features === undefined)
  if (without !== undefined) {
    throw new FormatError(`openSource: other corpora have features, ${without.name} has none: give it "features" too`)
  }
  const { columns, sources } = joinedFeatures('openSource', records)
  const named = records.flatMap(({ corpus, sources }) => sources.map((one) => ({ corpus, ...one })))
  return { features: { columns, sources: several ? named : sources } }
}

/**
 * Opens several corpora. Duplicates are left out across them, and recordings of one sound in several classes all. With two names or more, paths and speakers begin with the
 * corpus' name; folders of one corpus keep its speakers.
 *
 * @throws FormatError where a corpus has no recording that can be used
 */
export async function openSeveral(reference: CorpusReference, open: OpenPart): Promise<Several> {
  const { classes, labels, targets } = reference
  const parts = namedParts('openSource', partsOf(reference))
  const names = [...new Set(parts.map(({ name }) => name))]
  const folders = folderNames(parts)
  const loaded: CorpusPart[] = []
  for (const [i, part] of parts.entries()) {
    const one = await open(part, { classes, labels, targets })
    checkAny(part.path ?? part.name, one.heard, one.any ? null : one.classes, one.problems)
    loaded.push(renamed(one, names.length > 1 ? part.name : undefined, folders[i]))
  }
  const whole = finish(loaded, names.join(', '), false)
  const othersOf = (name: string): Record<string, number> =>
    summed(loaded.filter((_, i) => parts[i].name === name).map(({ otherClasses }) => otherClasses))
  const corpora = names.map((name) => {
    const { kind } = parts.find((part) => part.name === name) as NamedReference
    return { name, kind, otherClasses: othersOf(name) }
  })
  return {
    ...whole,
    name: names.join('+'),
    classes: classes ?? [...new Set(loaded.flatMap((part) => part.classes))],
    corpora,
    ...unusedOf(labels, loaded),
    ...featuresOf(parts, loaded),
    ...(targets === undefined ? {} : { targets }),
    otherClasses: summed(corpora.map(({ otherClasses }) => otherClasses)),
  }
}
