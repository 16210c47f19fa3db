/** Sources of the recordings of an experiment. */

import { checkArray, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import {
  type SyntheticCorpusOptions,
  type SyntheticTarget,
  syntheticCorpus,
  syntheticTargets,
} from '../corpora/synthetic.ts'
import { type CorpusReference, checkCorpusReference, type NamedReference, SEVERAL } from '../experiments/corpora.ts'
import type { GivenRecord } from '../experiments/given-features.ts'
import {
  type Corpus,
  type CorpusKind,
  type CorpusOptions,
  type CorpusPart,
  type CorpusUtterance,
  loadCorpus,
  loadPart,
} from './corpus.ts'
import { chooseClasses } from './corpus-labels.ts'
import { attachFeatures } from './given/attach.ts'
import { openCollection } from './given/collection.ts'
import { withVotedTargets, withVotes } from './listeners.ts'
import { openSeveral, type Shared, type SourceCorpus } from './several.ts'

/** A corpus of recordings, the synthetic one, or several together. */
export interface ExperimentSource extends Omit<Corpus, 'name'> {
  /** The kind; of several corpora their names, joined by `+`. */
  name: string
  /** Several corpora. */
  corpora?: SourceCorpus[]
  /** Labels of the map of several corpora which none of them has. */
  unusedLabels?: string[]
  /** Features that the recordings were given: systems whose front end is `{ given: features.columns }` take them. */
  features?: GivenRecord
}

/**
 * The synthetic corpus in the form of a recorded one.
 *
 * @param targets - numbers to learn in place of classes, `arousal` or `valence` or both. Default: none
 */
export function syntheticSource(
  options: SyntheticCorpusOptions = {},
  targets?: readonly SyntheticTarget[],
): ExperimentSource {
  const where = 'syntheticSource'
  const asked = targets === undefined ? undefined : checkArray<SyntheticTarget>(where, 'targets', targets)
  const names = asked?.map((name) => checkOneOf(where, 'targets', name, syntheticTargets))
  const utterances = syntheticCorpus(options).map(({ id, speaker, gender, label, text, ...voice }) => ({
    path: id,
    speaker,
    gender,
    label,
    text,
    ...(names === undefined ? {} : { targets: voice.targets }),
    read: async () => ({
      ...{ sampleRate: voice.sampleRate, channels: [voice.samples()] },
      ...{ format: 'float32' as const, warnings: [] },
    }),
  }))
  const classes = [...new Set(utterances.map(({ label }) => label))]
  return { name: 'synthetic', classes, utterances, problems: [], ...(names === undefined ? {} : { targets: names }) }
}

/** Whether a regular expression has a group. */
export function hasGroup({ source }: RegExp): boolean {
  return (new RegExp(`${source}|`).exec('') ?? []).length > 1
}

function patternOf(where: string, name: string, expression: string): RegExp {
  try {
    const pattern = new RegExp(checkString(where, name, expression))
    if (hasGroup(pattern)) return pattern
  } catch (cause) {
    if (!isErrorNamed(cause, 'SyntaxError')) throw cause
    throw new RangeError(expectation(where, name, 'a regular expression', expression), { cause })
  }
  throw new RangeError(expectation(where, name, 'an expression with a group, such as ^(..)', expression))
}

/** A function that returns the first group of the expression in a path, '' where it does not match. */
function speakerBy(expression: string | undefined): ((path: string) => string) | undefined {
  if (expression === undefined) return undefined
  const pattern = patternOf('openSource', 'speaker', expression)
  return (path) => pattern.exec(path)?.[1] ?? ''
}

/** Options of `loadCorpus` for {@link openSource}. */
export type OpeningOptions = Pick<CorpusOptions, 'inspect' | 'onRecording' | 'signal'>

function optionsOf(reference: CorpusReference, options: OpeningOptions): CorpusOptions {
  const { classes, labels, speaker, speakerTable, include, table, labelFrom, speakerFrom, root, votes } = reference
  // Those of a table of votes are added when the recordings are known.
  const targets = votes === undefined ? reference.targets : undefined
  const extras = include as CorpusOptions['include']
  const own = { classes, labels, speaker: speakerBy(speaker), speakerTable, include: extras }
  return { ...options, ...own, table, labelFrom, speakerFrom, root, targets }
}

function pathOf({ kind, path }: CorpusReference): string {
  if (path !== undefined) return path
  throw new FormatError(`plan: the corpus "${kind}" needs a path`)
}

function syntheticOf({ synthetic }: CorpusReference, targets: string[] | undefined): ExperimentSource {
  return syntheticSource(synthetic as SyntheticCorpusOptions, targets as SyntheticTarget[] | undefined)
}

/** The synthetic corpus as one of several. */
function syntheticPart(reference: CorpusReference, shared: Shared): CorpusPart {
  const { utterances } = syntheticOf(reference, shared.targets)
  const chosen = chooseClasses(null, utterances, reference, shared)
  const heard = chosen.utterances.map((utterance) => ({ utterance, sound: null }))
  return { ...chosen, name: 'folder', heard, any: heard.length > 0, problems: [], fileOf: ({ path }) => path }
}

/** One of several corpora. */
async function openPart(part: NamedReference, shared: Shared, options: OpeningOptions): Promise<CorpusPart> {
  const { kind, features, votes } = part
  const { targets, ...classes } = shared
  const own = { ...part, ...(targets === undefined ? {} : { targets }) }
  const opened =
    kind === 'synthetic'
      ? syntheticPart(part, shared)
      : await loadPart(kind as CorpusKind, pathOf(part), optionsOf(own, options), classes, features !== undefined)
  const voted =
    targets === undefined || votes === undefined
      ? await withVotes(opened, part)
      : await withVotedTargets(opened, votes, targets)
  return await withPartFeatures(voted, part, options)
}

/** The recordings with the features of a reference. */
async function givenTo(
  heard: readonly CorpusUtterance[],
  { features = '', featuresStep, featuresSha256 }: CorpusReference,
  { signal }: OpeningOptions,
): Promise<{ utterances: CorpusUtterance[]; features: GivenRecord }> {
  const collection = await openCollection(features)
  const { utterances, ...record } = await attachFeatures(heard, collection, featuresStep, { signal })
  const [{ sha256 }] = record.sources
  if (featuresSha256 === undefined || sha256 === featuresSha256) return { utterances, features: record }
  throw new FormatError(
    `features "${features}": expected those of SHA-256 ${featuresSha256}, as the plan says, got ${sha256}`,
  )
}

async function withPartFeatures(
  part: CorpusPart,
  reference: CorpusReference,
  options: OpeningOptions,
): Promise<CorpusPart> {
  if (reference.features === undefined) return part
  const heard = part.heard.map(({ utterance }) => utterance)
  const { utterances, features } = await givenTo(heard, reference, options)
  return { ...part, heard: part.heard.map((one, i) => ({ ...one, utterance: utterances[i] })), features }
}

/**
 * Opens the recordings of a plan: of one corpus, or of several. Of several, paths and speakers begin with the corpus'
 * name (`emodb/03`), doubles are left out across them, and labels that are none of the classes are counted.
 *
 * @throws FormatError where they cannot be found, RangeError unless `speaker` is a regular expression with a group
 * @example
 * ```ts
 * const { utterances } = await openSource({ kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } })
 * utterances.length // 8
 * const both = await openSource({
 *   kind: 'several',
 *   classes: ['joy', 'sadness'],
 *   corpora: [
 *     { kind: 'synthetic', name: 'a', synthetic: { speakers: 2, sentences: 1 } }, // or { kind: 'emodb', path: 'data/emodb' }
 *     { kind: 'synthetic', name: 'b', synthetic: { speakers: 2, sentences: 1, seed: 2 }, labels: { neutral: 'sadness' } },
 *   ],
 * })
 * both.utterances.length // 10
 * both.utterances[0].speaker // a/s01
 * ```
 */
export async function openSource(reference: CorpusReference, options: OpeningOptions = {}): Promise<ExperimentSource> {
  checkOptions('openSource', options, ['inspect', 'onRecording', 'signal'])
  checkCorpusReference('openSource', reference)
  const { kind, labels, votes, features } = reference
  const own = features !== undefined && kind !== 'synthetic'
  const alone = (kind === 'synthetic' && labels !== undefined) || votes !== undefined || own
  if (reference.kind === SEVERAL || alone) {
    const { targets, ...only } = reference
    const all = alone ? { kind: SEVERAL, corpora: [only], ...(targets && { targets }) } : reference
    return await openSeveral(all, (part, shared) => openPart(part, shared, options))
  }
  if (reference.kind === 'synthetic') {
    const source = syntheticOf(reference, reference.targets)
    return features === undefined ? source : { ...source, ...(await givenTo(source.utterances, reference, options)) }
  }
  return await loadCorpus(reference.kind as CorpusKind, pathOf(reference), optionsOf(reference, options))
}
