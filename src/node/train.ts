/** From a corpus to the file of a recogniser, with what its model card tells. */
import { checkOptions } from '../core/check.ts'
import type { Json } from '../core/types.ts'
import { checkStorage, type StorageDtype } from '../io/state.ts'
import { kernelsInUse } from '../kernels/index.ts'
import { argmax } from '../networks/decision.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { checkCard, checkClasses, checkOccur, Recognizer, trainRecognizer } from '../pipelines/recognizer.ts'
import type { LabelledFeatures, TrainingHooks } from '../pipelines/system.ts'
import { type SystemConfig, systemFrom } from '../pipelines/systems.ts'
import { checkCorpus } from './corpus.ts'
import { type LabelledSource, type ReadingHooks, readTrainingSet } from './training-set.ts'
import { version } from './version.ts'

/** Options of {@link trainOnCorpus}. */
export interface TrainOnCorpusOptions extends ReadingHooks, TrainingHooks {
  /** Default 1. */
  seed?: Seed
  /** How weights are stored; by default as they are. */
  dtype?: StorageDtype
  /** Facts for the model card, beside those of the training. */
  card?: { [key: string]: Json }
  /** Called when the features are there and the training begins, with its epochs at the most. */
  onStart?: (epochs: number) => void
}

/** The result of a training. */
export interface TrainedRecognizer {
  /** As it comes back from the file. */
  recognizer: Recognizer
  /** The file. */
  bytes: Uint8Array
  /** Recordings that were trained on, and how many of these are recognised: no accuracy. */
  recordings: number
  recognised: number
  /** Effects of the rounding to `dtype` on the answers for these recordings. */
  rounding: Rounding
}

/** Changes by rounded weights. */
export interface Rounding {
  /** Recordings whose class is another. */
  changedLabels: number
  /** The largest difference of a posterior. */
  largestChange: number
}

const optionNames = [
  'seed',
  'dtype',
  'card',
  'cache',
  'signal',
  'onRecording',
  'onProblem',
  'onStart',
  'onEpoch',
] as const

/** Facts of the training data: for the card, and for `ser evaluate`, which says whom a model has heard. */
function trainingFacts(
  { name, classes }: LabelledSource,
  { labels, speakers }: LabelledFeatures,
  seed: Seed,
): { [key: string]: Json } {
  const perClass = classes.map((label, k) => [label, labels.filter((l) => l === k).length])
  return {
    corpus: name,
    recordings: labels.length,
    perClass: Object.fromEntries(perClass),
    speakers: [...new Set(speakers)].sort(),
    seed,
    version,
    kernels: kernelsInUse(),
  }
}

/** The posteriors of both on all of the data. */
function compare(wide: Recognizer, narrow: Recognizer, { sequences, labels }: LabelledFeatures) {
  const rounding: Rounding = { changedLabels: 0, largestChange: 0 }
  let recognised = 0
  for (const [i, features] of sequences.entries()) {
    const [before, after] = [wide.posterior(features), narrow.posterior(features)]
    if (argmax(after) === labels[i]) recognised++
    if (argmax(after) !== argmax(before)) rounding.changedLabels++
    for (const [k, p] of after.entries()) {
      rounding.largestChange = Math.max(rounding.largestChange, Math.abs(p - before[k]))
    }
  }
  return { rounding, recognised }
}

/**
 * Trains a system on all recordings of a corpus. The same corpus, system and seed give the same bytes.
 *
 * @throws RangeError where fewer than two classes have recordings, a class has none, or there are too few speakers to hold
 * out: before any feature is taken, unless recordings that cannot be used are the reason; StateError where no recording can be
 * used
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 *
 * const source = syntheticSource({ speakers: 2, sentences: 2 }) // or await loadCorpus('emodb', 'data/emodb')
 * const config: SystemConfig = { system: 'functionals-mlp', options: { epochs: 5 } }
 * const { bytes, recordings } = await trainOnCorpus(source, config, { dtype: 'float16' })
 * await writeFile('own.safetensors', bytes) // for loadRecognizer and `ser predict --model`
 * recordings // 16
 * ```
 */
export async function trainOnCorpus(
  source: LabelledSource,
  config: SystemConfig,
  options: TrainOnCorpusOptions = {},
): Promise<TrainedRecognizer> {
  const where = 'trainOnCorpus'
  checkCorpus(where, 'source', source)
  checkOptions(where, options, optionNames)
  checkHooks(where, options, ['onStart', 'onEpoch'])
  const { signal, onEpoch } = options
  const seed = checkSeed(where, options.seed ?? 1)
  const dtype = checkStorage(where, options.dtype)
  const card = checkCard(where, options.card ?? {})
  const { frontEnd, epochs, checkSpeakers } = systemFrom(where, 'config', config)
  const { classes, utterances } = source
  checkClasses(where, classes)
  checkOccur(where, classes, new Set(utterances.map(({ label }) => classes.indexOf(label))))
  checkSpeakers?.(utterances.map(({ speaker }) => speaker))
  const data = await readTrainingSet(where, source, frontEnd, options)
  const facts = { ...card, training: trainingFacts(source, data, seed) }
  options.onStart?.(epochs)
  const trained = await trainRecognizer(data, config, { classes, seed, card: facts, signal, onEpoch })
  const unmarked = Recognizer.from(trained.save({ dtype }))
  const { rounding, recognised } = compare(trained, unmarked, data)
  // The file says itself what the rounding did.
  const marked = trained.withCard({ ...facts, storage: { dtype: dtype ?? 'as trained', ...rounding } })
  const bytes = marked.save({ dtype })
  return { recognizer: Recognizer.from(bytes), bytes, recordings: data.labels.length, recognised, rounding }
}
