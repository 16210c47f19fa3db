/** Features of all usable recordings of a corpus, for training. */

import { toMono } from '../audio/mono.ts'
import { DEGRADATION_REVISION, type Degradation, degrade } from '../augmentation/degrade.ts'
import { floatView } from '../core/array.ts'
import { messageOf, StateError } from '../core/errors.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { targetsOf } from '../experiments/dimension-folds.ts'
import type { GivenRecord } from '../experiments/given-features.ts'
import { checkHooks } from '../numerics/loop.ts'
import { Random, type Seed } from '../numerics/random.ts'
import { type ResolvedFrontEnd, soundOf } from '../pipelines/front-end.ts'
import { soundFrontEnd } from '../pipelines/given-front-end.ts'
import type { LabelledFeatures } from '../pipelines/system.ts'
import type { AudioFile } from './audio-file.ts'
import type { Corpus, CorpusUtterance } from './corpus.ts'
import { cacheIn } from './feature-cache.ts'
import { FeatureStore } from './feature-store.ts'
import { checkHasFeatures, givenFeatures } from './given/utterance.ts'
import type { SourceCorpus } from './several.ts'

/** A corpus from any source. */
export interface LabelledSource extends Omit<Corpus, 'name'> {
  name: string
  /** Several corpora. */
  corpora?: SourceCorpus[]
  /** Features that the recordings were given. */
  features?: GivenRecord
}

/** Cache, progress and cancellation of reading recordings. */
export interface ReadingHooks {
  /** Folder in which features are cached; null (default) for none. */
  cache?: string | null
  signal?: AbortSignal
  /** Called after each recording. */
  onRecording?: (done: number, all: number) => void
  /** Called for each recording that cannot be used (`leftOut`), and for defects of those that can, or of their cached features. */
  onProblem?: (path: string, reason: string, leftOut: boolean) => void
}

/** A usable recording and the result of reading it. */
export interface ReadRecording<T> {
  utterance: CorpusUtterance
  value: T
}

/**
 * Calls `read` on each recording in turn; a recording for which it throws is left out and reported.
 *
 * @throws StateError where all are left out, with the first reason
 */
export async function readAll<T>(
  where: string,
  source: LabelledSource,
  hooks: ReadingHooks,
  read: (audio: Awaited<ReturnType<CorpusUtterance['read']>>, utterance: CorpusUtterance) => T | Promise<T>,
): Promise<ReadRecording<T>[]> {
  return await readEach(where, source, hooks, async (utterance) => {
    const audio = await utterance.read()
    for (const warning of audio.warnings) hooks.onProblem?.(utterance.path, warning, false)
    return await read(audio, utterance)
  })
}

/** {@link readAll} without reading sound. */
export async function readEach<T>(
  where: string,
  { utterances }: LabelledSource,
  hooks: ReadingHooks,
  read: (utterance: CorpusUtterance) => T | Promise<T>,
): Promise<ReadRecording<T>[]> {
  checkHooks(where, hooks, ['onRecording', 'onProblem'])
  const { signal, onRecording, onProblem } = hooks
  const all: ReadRecording<T>[] = []
  let first: string | undefined
  for (const [i, utterance] of utterances.entries()) {
    throwIfAborted(signal)
    try {
      all.push({ utterance, value: await read(utterance) })
    } catch (error) {
      throwIfAborted(signal)
      if (isErrorNamed(error, 'StateError')) throw error // the cache, not the recording
      const reason = messageOf(error)
      first ??= `"${utterance.path}": ${reason}`
      onProblem?.(utterance.path, reason, true)
    }
    onRecording?.(i + 1, utterances.length)
    await yieldToEventLoop()
  }
  if (all.length === 0 && first !== undefined) {
    throw new StateError(`${where}: none of ${utterances.length} recordings can be used; ${first}`)
  }
  return all
}

type Sound = Pick<AudioFile, 'sampleRate' | 'channels'>

/** A recording at the front end's rate, if that is lower, degraded in one way; below 8 kHz it is narrow as it is. */
function degraded(audio: Sound, given: ResolvedFrontEnd, kind: Degradation, seed: Seed): Sound {
  if (audio.sampleRate < 8000) return audio
  const frontEnd = soundFrontEnd('degrade', given)
  const lower = audio.sampleRate > frontEnd.sampleRate
  const { samples, sampleRate } = degrade(lower ? soundOf(audio, frontEnd) : toMono(audio), {
    sampleRate: lower ? frontEnd.sampleRate : audio.sampleRate,
    kind,
    seed,
  })
  return { sampleRate, channels: [samples as Float32Array] }
}

/** The kind of each round of degradations of a recording, which no other recording changes. */
function kindsOf(path: string, { sampleRate }: Sound, rounds: readonly (readonly Degradation[])[]): Degradation[] {
  const random = new Random(`degraded/${path}`)
  return rounds.map((kinds, r) => (sampleRate < 8000 ? 'narrow' : kinds[random.substream(r).integer(kinds.length)]))
}

/** {@link readLabelled} without the recordings. */
export async function readTrainingSet(...args: Parameters<typeof readLabelled>): Promise<LabelledFeatures> {
  return (await readLabelled(...args)).data
}

/**
 * Reads features and labels of a corpus, and gives the recordings beside them, one for each. Speakers may be unknown, since nothing is
 * split here. What is known of speakers stays with the recordings: no system sees it.
 *
 * @param rounds - lists of degradations, by one of each of which, drawn by its path, a recording's features are computed as well
 * @param store - holds the features. Default: in memory
 * @throws StateError where the cache cannot be written to, or no recording can be used
 */
export async function readLabelled(
  where: string,
  source: LabelledSource,
  frontEnd: ResolvedFrontEnd,
  hooks: ReadingHooks = {},
  rounds: readonly (readonly Degradation[])[] = [],
  store: FeatureStore = new FeatureStore(),
): Promise<{ data: LabelledFeatures; utterances: CorpusUtterance[] }> {
  const cache = cacheIn(where, hooks.cache, hooks.signal)
  const checked = (sequence: FloatNdArray): FloatNdArray => {
    if (sequence.shape[0] === 0) throw new RangeError('shorter than one frame')
    return sequence
  }
  const damaged = (path: string) => (text: string) => hooks.onProblem?.(path, text, false)
  const degradedFeatures = async (audio: Sound, kind: Degradation, path: string, r: number): Promise<FloatNdArray> => {
    const seed = `degraded/${path}/${r}`
    const options = { ...frontEnd, degraded: { kind, seed, revision: DEGRADATION_REVISION } }
    const compute = async (): Promise<FloatNdArray> =>
      checked(await cache.computed(degraded(audio, frontEnd, kind, seed), frontEnd))
    return await cache.kept(audio, options, compute, damaged(path))
  }
  store.expect(source.utterances.length * (1 + rounds.length))
  checkHasFeatures(where, frontEnd, source)
  if (frontEnd.given !== undefined) {
    const recordings = await readEach(where, source, hooks, async (utterance) => {
      const own = store.add(await givenFeatures(where, utterance, frontEnd))
      return { own, worse: [], kinds: [] }
    })
    return labelledOf(source, recordings, store.take(), [])
  }
  const recordings = await readAll(where, source, hooks, async (audio, { path }) => {
    const kinds = kindsOf(path, audio, rounds)
    const all = [checked(await cache.features(audio, frontEnd, damaged(path)))]
    for (const [r, kind] of kinds.entries()) all.push(await degradedFeatures(audio, kind, path, r))
    // Added when all are there, since a recording without one of them is left out.
    const [own, ...worse] = all.map((features) => store.add(features))
    return { own, worse, kinds }
  })
  return labelledOf(source, recordings, store.take(), rounds)
}

/** Indices of a recording's features in a store, and of those of its degraded versions. */
interface StoredFeatures {
  own: number
  worse: number[]
  kinds: Degradation[]
}

function labelledOf(
  source: LabelledSource,
  recordings: readonly ReadRecording<StoredFeatures>[],
  stored: readonly FloatNdArray[],
  rounds: readonly unknown[],
): { data: LabelledFeatures; utterances: CorpusUtterance[] } {
  const values = recordings.map(({ value }) => value)
  const degradedSet = {
    sequences: rounds.flatMap((_, r) => values.map(({ worse }) => stored[worse[r]])),
    kinds: rounds.flatMap((_, r) => values.map(({ kinds }) => kinds[r])),
  }
  const utterances = recordings.map(({ utterance }) => utterance)
  const data = {
    sequences: values.map(({ own }) => stored[own]),
    ...(rounds.length === 0 ? {} : { degraded: degradedSet }),
    ...labelsOf(source, utterances),
    speakers: utterances.map(({ speaker }) => speaker),
    ...corporaOf(utterances),
  }
  return { data, utterances }
}

/** Class indices, or targets in their place. */
function labelsOf(
  { classes, targets: names }: LabelledSource,
  utterances: readonly CorpusUtterance[],
): Pick<LabelledFeatures, 'labels' | 'targets'> {
  if (names === undefined) return { labels: Int32Array.from(utterances, ({ label }) => classes.indexOf(label)) }
  const { values } = targetsOf(names, utterances)
  return {
    labels: new Int32Array(utterances.length),
    targets: floatView(values, [utterances.length, names.length]),
  }
}

/** The corpora of the utterances, where there are several. */
export function corporaOf(utterances: readonly Pick<CorpusUtterance, 'corpus'>[]): Pick<LabelledFeatures, 'corpora'> {
  if (utterances.every(({ corpus }) => corpus === undefined)) return {}
  return { corpora: utterances.map(({ corpus = '' }) => corpus) }
}
