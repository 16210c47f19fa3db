/** Experiments on a machine: corpus, features, folds. */
import { checkOptions } from '../../core/check.ts'
import { messageOf, StateError } from '../../core/errors.ts'
import type { FloatNdArray } from '../../core/types.ts'
import { yieldToEventLoop } from '../../core/yield.ts'
import { type SyntheticCorpusOptions, syntheticCorpus } from '../../corpora/synthetic.ts'
import { type CrossValidationOptions, leaveOneSpeakerOut } from '../../experiments/cross-validation.ts'
import { type SingleResults, summarize } from '../../experiments/single-results.ts'
import type { Seed } from '../../numerics/random.ts'
import type { LabelledFeatures, System } from '../../pipelines/system.ts'
import type { Corpus, CorpusKind, CorpusProblem, CorpusUtterance } from './corpus.ts'
import { FeatureCache } from './feature-cache.ts'

/** A corpus of recordings or the synthetic one. */
export interface ExperimentSource extends Omit<Corpus, 'name'> {
  name: CorpusKind | 'synthetic'
}

/** The synthetic corpus in the form of a recorded one. */
export function syntheticSource(options: SyntheticCorpusOptions = {}): ExperimentSource {
  const utterances = syntheticCorpus(options).map(({ id, speaker, label, text, sampleRate, samples }) => ({
    path: id,
    speaker,
    label,
    text,
    read: async () => ({ sampleRate, channels: [samples()], format: 'float32' as const, warnings: [] }),
  }))
  return { name: 'synthetic', classes: [...new Set(utterances.map(({ label }) => label))], utterances, problems: [] }
}

/** Options of {@link runExperiment}. */
export interface RunExperimentOptions extends Partial<Omit<CrossValidationOptions, 'classes'>> {
  /** Folder in which features are kept; null (default) for none. */
  cache?: string | null
  /** Called after the features of each recording. */
  onFeatures?: (done: number, all: number) => void
  /** Called for each recording that cannot be used, and for oddities of those that can. */
  onProblem?: (path: string, reason: string, leftOut: boolean) => void
}

const optionNames = ['seed', 'signal', 'onProgress', 'onFold', 'cache', 'onFeatures', 'onProblem']

interface Extracted {
  kept: CorpusUtterance[]
  sequences: FloatNdArray[]
  problems: CorpusProblem[]
  warnings: CorpusProblem[]
}

/** Features of a recording and what is odd about it, or why it cannot be used. */
async function extract(
  utterance: CorpusUtterance,
  cache: FeatureCache,
  { frontEnd }: System,
): Promise<{ features: FloatNdArray; warnings: string[] } | string> {
  // Recordings of one unknown speaker could stand on both sides of a split.
  if (utterance.speaker === '') return 'its speaker is not known'
  try {
    const audio = await utterance.read()
    const features = await cache.features(audio, frontEnd)
    return features.shape[0] === 0 ? 'shorter than one frame' : { features, warnings: audio.warnings }
  } catch (error) {
    if (error instanceof StateError) throw error // the cache, not the recording
    return messageOf(error)
  }
}

async function extractAll(source: ExperimentSource, system: System, options: RunExperimentOptions): Promise<Extracted> {
  const { signal, onFeatures, onProblem } = options
  const cache = new FeatureCache(options.cache ?? null)
  const all: Extracted = { kept: [], sequences: [], problems: [...source.problems], warnings: [] }
  for (const [i, utterance] of source.utterances.entries()) {
    signal?.throwIfAborted()
    const { path } = utterance
    const found = await extract(utterance, cache, system)
    const reasons = typeof found === 'string' ? [found] : found.warnings
    const leftOut = typeof found === 'string'
    for (const reason of reasons) {
      ;(leftOut ? all.problems : all.warnings).push({ path, reason })
      onProblem?.(path, reason, leftOut)
    }
    if (typeof found !== 'string') {
      all.kept.push(utterance)
      all.sequences.push(found.features)
    }
    onFeatures?.(i + 1, source.utterances.length)
    await yieldToEventLoop()
  }
  return all
}

/**
 * Leave-one-speaker-out of a system on a corpus. Recordings that cannot be used are listed in the results.
 *
 * @throws RangeError where fewer than two speakers or classes are left
 */
export async function runExperiment(
  source: ExperimentSource,
  system: System,
  options: RunExperimentOptions = {},
): Promise<SingleResults> {
  checkOptions('runExperiment', options, optionNames)
  const seed: Seed = options.seed ?? 1
  const { kept, sequences, problems, warnings } = await extractAll(source, system, options)
  const speakers = kept.map(({ speaker }) => speaker)
  const data: LabelledFeatures = {
    sequences,
    labels: Int32Array.from(kept, ({ label }) => source.classes.indexOf(label)),
    speakers,
  }
  if (new Set(speakers).size < 2 || new Set(data.labels).size < 2) {
    throw new RangeError(
      `runExperiment: leave-one-speaker-out needs recordings of at least 2 speakers and 2 classes, got ` +
        `${kept.length} recordings of ${new Set(speakers).size} and ${new Set(data.labels).size}`,
    )
  }
  const result = await leaveOneSpeakerOut(system, data, { ...options, classes: source.classes, seed })
  const { name, classes } = source
  return summarize({ name, classes, utterances: kept, problems, warnings }, system, seed, result)
}
