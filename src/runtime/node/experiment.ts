/** Experiments on a machine: corpus, features, folds. */
import type { FloatNdArray } from '../../core/types.ts'
import type { SyntheticCorpusOptions } from '../../corpora/synthetic.ts'
import { syntheticCorpus } from '../../corpora/synthetic.ts'
import { type CrossValidationOptions, leaveOneSpeakerOut } from '../../experiments/cross-validation.ts'
import { type ExperimentResults, summarize } from '../../experiments/results.ts'
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
}

interface Extracted {
  kept: CorpusUtterance[]
  sequences: FloatNdArray[]
  problems: CorpusProblem[]
}

async function extractAll(source: ExperimentSource, system: System, options: RunExperimentOptions): Promise<Extracted> {
  const cache = new FeatureCache(options.cache ?? null)
  const all: Extracted = { kept: [], sequences: [], problems: [...source.problems] }
  for (const [i, utterance] of source.utterances.entries()) {
    options.signal?.throwIfAborted()
    try {
      const features = await cache.features(await utterance.read(), system.frontEnd)
      if (features.shape[0] === 0) throw new RangeError('shorter than one frame')
      all.kept.push(utterance)
      all.sequences.push(features)
    } catch (error) {
      all.problems.push({ path: utterance.path, reason: error instanceof Error ? error.message : String(error) })
    }
    options.onFeatures?.(i + 1, source.utterances.length)
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
): Promise<ExperimentResults> {
  const seed: Seed = options.seed ?? 1
  const { kept, sequences, problems } = await extractAll(source, system, options)
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
  return summarize({ name, classes, utterances: kept, problems }, system, seed, result)
}
