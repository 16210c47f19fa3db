/** Features of all usable recordings of a corpus, for training. */

import { type Degradation, degrade } from '../audio/degrading/degrade.ts'
import { toMono } from '../audio/mono.ts'
import { messageOf, StateError } from '../core/errors.ts'
import { isErrorNamed, throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { checkHooks } from '../numerics/loop.ts'
import type { Seed } from '../numerics/random.ts'
import type { ResolvedFrontEnd } from '../pipelines/front-end.ts'
import type { LabelledFeatures } from '../pipelines/system.ts'
import type { AudioFile } from './audio-file.ts'
import type { Corpus, CorpusUtterance } from './corpus.ts'
import { cacheIn } from './feature-cache.ts'
import type { SourceCorpus } from './several.ts'

/** A corpus from any source. */
export interface LabelledSource extends Omit<Corpus, 'name'> {
  name: string
  /** Several corpora. */
  corpora?: SourceCorpus[]
}

/** Cache, progress and cancellation of reading recordings. */
export interface ReadingHooks {
  /** Folder in which features are cached; null (default) for none. */
  cache?: string | null
  signal?: AbortSignal
  /** Called after each recording. */
  onRecording?: (done: number, all: number) => void
  /** Called for each recording that cannot be used (`leftOut`), and for defects of those that can. */
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
  { utterances }: LabelledSource,
  hooks: ReadingHooks,
  read: (audio: Awaited<ReturnType<CorpusUtterance['read']>>) => T | Promise<T>,
): Promise<ReadRecording<T>[]> {
  checkHooks(where, hooks, ['onRecording', 'onProblem'])
  const { signal, onRecording, onProblem } = hooks
  const all: ReadRecording<T>[] = []
  let first: string | undefined
  for (const [i, utterance] of utterances.entries()) {
    throwIfAborted(signal)
    try {
      const audio = await utterance.read()
      for (const warning of audio.warnings) onProblem?.(utterance.path, warning, false)
      all.push({ utterance, value: await read(audio) })
    } catch (error) {
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

/** A recording degraded in one way; below 8 kHz it is narrow as it is. */
function degraded(audio: Sound, kind: Degradation, seed: Seed): Sound {
  if (audio.sampleRate < 8000) return audio
  const { samples, sampleRate } = degrade(toMono(audio), { sampleRate: audio.sampleRate, kind, seed })
  return { sampleRate, channels: [samples as Float32Array] }
}

/**
 * Reads features and labels of a corpus. Speakers may be unknown, since nothing is split here.
 *
 * @param kinds - degradations, one for each recording in turn, by which its features are computed as well
 * @throws StateError where the cache cannot be written to, or no recording can be used
 */
export async function readTrainingSet(
  where: string,
  source: LabelledSource,
  frontEnd: ResolvedFrontEnd,
  hooks: ReadingHooks = {},
  kinds: readonly Degradation[] = [],
): Promise<LabelledFeatures> {
  const cache = cacheIn(where, hooks.cache)
  const features = async (audio: Sound): Promise<FloatNdArray> => {
    const sequence = await cache.features(audio, frontEnd)
    if (sequence.shape[0] === 0) throw new RangeError('shorter than one frame')
    return sequence
  }
  let count = 0
  const recordings = await readAll(where, source, hooks, async (audio) => {
    const sequence = await features(audio)
    const kind = kinds[count % kinds.length]
    const worse = kinds.length === 0 ? undefined : await features(degraded(audio, kind, `degraded/${count}`))
    count++
    return { sequence, worse, kind: audio.sampleRate < 8000 ? 'narrow' : kind }
  })
  const values = recordings.map(({ value }) => value)
  return {
    sequences: values.map(({ sequence }) => sequence),
    ...(kinds.length === 0
      ? {}
      : {
          degraded: {
            sequences: values.map(({ worse }) => worse as FloatNdArray),
            kinds: values.map(({ kind }) => kind),
          },
        }),
    labels: Int32Array.from(recordings, ({ utterance }) => source.classes.indexOf(utterance.label)),
    speakers: recordings.map(({ utterance }) => utterance.speaker),
    ...corporaOf(recordings.map(({ utterance }) => utterance)),
  }
}

/** The corpora of the utterances, where there are several. */
export function corporaOf(utterances: readonly Pick<CorpusUtterance, 'corpus'>[]): Pick<LabelledFeatures, 'corpora'> {
  if (utterances.every(({ corpus }) => corpus === undefined)) return {}
  return { corpora: utterances.map(({ corpus = '' }) => corpus) }
}
