/** Data of folds: features by every front end, of the recordings that all front ends can use. */

import { createHash } from 'node:crypto'
import { lookAt } from '../core/deferred.ts'
import { describe, messageOf } from '../core/errors.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { groupsOf } from '../experiments/assemble.ts'
import { targetsOf } from '../experiments/dimension-folds.ts'
import { type FoldPlan, foldsOf } from '../experiments/folds.ts'
import type { FoldData } from '../experiments/jobs.ts'
import type { ExperimentCorpus } from '../experiments/results.ts'
import type { ResolvedFrontEnd } from '../pipelines/front-end.ts'
import type { CorpusProblem, CorpusUtterance } from './corpus.ts'
import { cacheIn, type FeatureCache } from './feature-cache.ts'
import { type FeatureMemory, FeatureStore } from './feature-store.ts'
import { checkHasFeatures, givenFeatures } from './given/utterance.ts'
import type { ExperimentSource } from './source.ts'
import { corporaOf } from './training-set.ts'

/** Cache and callbacks of feature extraction. */
export interface ExtractionOptions extends FeatureMemory {
  /** Folder in which features are cached; null (default) for none. */
  cache?: string | null
  signal?: AbortSignal
  /** Called after the features of each recording. */
  onFeatures?: (done: number, all: number) => void
  /** Called for each recording that cannot be used (`leftOut`), and for defects of those that can, or of their cached features. */
  onProblem?: (path: string, reason: string, leftOut: boolean) => void
}

/** The data of an experiment. */
export interface ExperimentData {
  corpus: ExperimentCorpus
  /** Data by the keys of the front ends. */
  data: Map<string, FoldData>
}

/** A place for features. */
export type FeatureSink = Pick<FeatureStore, 'add' | 'take'> & Partial<Pick<FeatureStore, 'expect'>>

type FrontEnds = ReadonlyMap<string, ResolvedFrontEnd>

/** Features of a recording by each front end and its defects, or the reason why it cannot be used. */
async function extract(
  utterance: CorpusUtterance,
  cache: FeatureCache,
  frontEnds: FrontEnds,
  folds: FoldPlan | undefined,
  signal: AbortSignal | undefined,
  onDamaged: (text: string) => void,
): Promise<{ features: FloatNdArray[]; warnings: string[] } | string> {
  // Recordings of one unknown speaker could be in both parts of a split.
  if (utterance.speaker === '') return 'its speaker is not known'
  if (byText(folds) && !utterance.text) return 'its text is not known'
  try {
    const computed = [...frontEnds.values()].some(({ given }) => given === undefined)
    const audio = computed ? await utterance.read() : null
    const features: FloatNdArray[] = []
    for (const frontEnd of frontEnds.values()) {
      features.push(
        audio === null || frontEnd.given !== undefined
          ? await givenFeatures('features', utterance, frontEnd)
          : await cache.features(audio, frontEnd, onDamaged),
      )
      await yieldToEventLoop()
    }
    const short = features.some(({ shape }) => shape[0] === 0)
    return short ? 'shorter than one frame' : { features, warnings: audio?.warnings ?? [] }
  } catch (error) {
    throwIfAborted(signal)
    if (isErrorNamed(error, 'StateError')) throw error // the cache, not the recording
    return messageOf(error)
  }
}

function byText(folds: FoldPlan | undefined): boolean {
  return folds?.by?.includes('text') === true
}

interface Extracted {
  kept: CorpusUtterance[]
  /** Index in the store of the features of each recording, by front end. */
  features: number[][]
  problems: CorpusProblem[]
  warnings: CorpusProblem[]
}

async function extractAll(
  where: string,
  source: ExperimentSource,
  frontEnds: FrontEnds,
  options: ExtractionOptions,
  folds: FoldPlan | undefined,
  store: FeatureSink,
): Promise<Extracted> {
  const { signal, onFeatures, onProblem } = options
  const cache = cacheIn(where, options.cache, signal)
  const plain = ({ path, reason }: CorpusProblem): CorpusProblem => ({ path, reason })
  const all: Extracted = {
    ...{ kept: [], features: [] },
    problems: (source.problems ?? []).filter(({ kept }) => !kept).map(plain),
    warnings: (source.problems ?? []).filter(({ kept }) => kept).map(plain),
  }
  store.expect?.(source.utterances.length * frontEnds.size)
  for (const [i, utterance] of source.utterances.entries()) {
    throwIfAborted(signal)
    const { path } = utterance
    // Told and not kept: no fault of the recording, and the next run has none of it.
    const onDamaged = (text: string): void => onProblem?.(path, text, false)
    const found = await extract(utterance, cache, frontEnds, folds, signal, onDamaged)
    const leftOut = typeof found === 'string'
    for (const reason of leftOut ? [found] : found.warnings) {
      ;(leftOut ? all.problems : all.warnings).push({ path, reason })
      onProblem?.(path, reason, leftOut)
    }
    if (!leftOut) {
      all.kept.push(utterance)
      all.features.push(found.features.map((features) => store.add(features)))
    }
    onFeatures?.(i + 1, source.utterances.length)
    await yieldToEventLoop()
  }
  return all
}

/** Throws where a target is the same for all recordings, or there are none. */
export function checkVaries(
  where: string,
  utterances: readonly Pick<CorpusUtterance, 'targets'>[],
  targets: readonly string[],
): void {
  for (const name of targets) {
    const values = new Set(utterances.map(({ targets: own = {} }) => own[name]))
    if (values.size > 1) continue
    const got = utterances.length === 0 ? 'none' : `${[...values][0]} in all ${utterances.length}`
    throw new RangeError(
      `${where}: ${describe(name)} expected numbers that vary from recording to recording, got ${got}`,
    )
  }
}

/**
 * Throws unless there are enough speakers and classes to leave a speaker out; unknown speakers do not count.
 *
 * @param folds - the folds, if others than leave-one-speaker-out
 * @param targets - names of the numbers that are learned in place of classes; they vary
 * @throws RangeError with their numbers
 */
export function checkEnough(
  where: string,
  utterances: readonly Pick<CorpusUtterance, 'path' | 'speaker' | 'label' | 'text' | 'corpus' | 'targets'>[],
  folds?: FoldPlan,
  targets?: readonly string[],
): void {
  const known = utterances.filter(({ speaker }) => speaker !== '')
  if (targets !== undefined) checkVaries(where, known, targets)
  if (folds !== undefined) {
    const usable = byText(folds) ? known.filter(({ text }) => text) : known
    if (targets === undefined && new Set(usable.map(({ label }) => label)).size < 2) {
      throw new RangeError(
        `${where}: an experiment needs recordings of at least 2 classes, got ${usable.length} of fewer`,
      )
    }
    foldsOf(folds, groupsOf([...usable]))
    return
  }
  const speakers = new Set(known.map(({ speaker }) => speaker)).size
  const classes = new Set(known.map(({ label }) => label)).size
  if (speakers >= 2 && (targets !== undefined || classes >= 2)) return
  const unknown = utterances.length - known.length
  const told =
    unknown === 0 ? '' : ' (which a column or a table of the list tells, such as utt2spk, or the option "speaker")'
  const [wanted, got] = targets === undefined ? [' and 2 classes', ` and ${classes}`] : ['', '']
  throw new RangeError(
    `${where}: leave-one-speaker-out needs recordings of at least 2 speakers${told}${wanted}, got ` +
      `${known.length} recordings of ${speakers}${got}` +
      (unknown === 0 ? '' : `; of ${unknown} others the speaker is not known`),
  )
}

/**
 * Extracts the features of all recordings by each front end.
 *
 * @param store - holds the features. Default: in memory
 * @throws RangeError where there are fewer than two speakers or classes, or fewer are left
 */
export async function extractData(
  where: string,
  source: ExperimentSource,
  frontEnds: FrontEnds,
  options: ExtractionOptions,
  folds?: FoldPlan,
  store: FeatureSink = new FeatureStore(),
): Promise<ExperimentData> {
  const { name, classes, targets } = source
  checkEnough(where, source.utterances, folds, targets)
  const record = checkAllGiven(where, source, frontEnds)
  const { kept, features, problems, warnings } = await extractAll(where, source, frontEnds, options, folds, store)
  checkEnough(where, kept, folds, targets)
  const speakers = kept.map(({ speaker }) => speaker)
  const labels = Int32Array.from(kept, ({ label }) => (targets === undefined ? classes.indexOf(label) : 0))
  const shared = {
    classes,
    paths: kept.map(({ path }) => path),
    labels,
    speakers,
    ...corporaOf(kept),
    ...textsOf(kept, folds),
    ...(targets === undefined ? {} : { dimensions: targetsOf(targets, kept) }),
  }
  const stored = store.take()
  const sequencesOf = (k: number): FloatNdArray[] => features.map((list) => stored[list[k]])
  const data = new Map([...frontEnds.keys()].map((key, k) => [key, { ...shared, sequences: sequencesOf(k) }]))
  const used = new Set(shared.paths)
  const odd = warnings.filter(({ path }) => used.has(path))
  const facts = { ...record, ...(targets && { targets }) }
  return { corpus: { name, classes, utterances: kept, problems, warnings: odd, ...facts }, data }
}

/** The record of the given features, where a front end takes such. */
function checkAllGiven(
  where: string,
  source: ExperimentSource,
  frontEnds: FrontEnds,
): Pick<ExperimentCorpus, 'features'> {
  for (const frontEnd of frontEnds.values()) checkHasFeatures(where, frontEnd, source)
  const takes = [...frontEnds.values()].some(({ given }) => given !== undefined)
  return takes ? { features: source.features } : {}
}

/** Texts for folds by text. */
function textsOf(utterances: CorpusUtterance[], folds: FoldPlan | undefined): Pick<FoldData, 'texts'> {
  return byText(folds) ? { texts: [...(groupsOf(utterances).texts ?? [])] } : {}
}

/** A digest of the data of each front end, over all recordings, labels, speakers and features. */
export function digestsOf(data: ReadonlyMap<string, FoldData>): string[] {
  return Array.from(data, ([key, { classes, paths, labels, speakers, corpora, texts, sequences, dimensions }]) => {
    const hash = createHash('sha256')
    const shapes = sequences.map(({ shape }) => shape)
    const targets = dimensions && { names: dimensions.names, values: Array.from(dimensions.values) }
    const facts = { key, classes, paths, labels: Array.from(labels), speakers, corpora, texts, shapes, targets }
    hash.update(JSON.stringify(facts))
    for (const sequence of sequences) lookAt(sequence, (values) => hash.update(values))
    return hash.digest('hex')
  })
}
