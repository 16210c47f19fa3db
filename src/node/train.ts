/** Trains a recogniser on a corpus and makes its file and model card. */
import { checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { checkStorage, type StorageDtype } from '../io/state.ts'
import { argmax } from '../networks/decision.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { checkCard, checkClasses, checkOccur } from '../pipelines/recognizer-parts.ts'
import type { LabelledFeatures, System, TrainingHooks, TrainingStart, Tune } from '../pipelines/system.ts'
import { type SystemConfig, systemFrom } from '../pipelines/systems.ts'
import { checkUsesUnlabelled, startFrom, trainRecognizer } from '../pipelines/train-recognizer.ts'
import { type CalibrateBy, type CalibrationHooks, calibrateSystem } from './calibration.ts'
import { checkCorpus } from './corpus.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import { type FeatureMemory, type FeatureStore, withFeatureStore } from './feature-store.ts'
import { tuneOnCorpus } from './fine-tuning.ts'
import { checkHasFeatures } from './given/utterance.ts'
import { cardGroups, filed, type TrainedRecognizer, trainingFacts } from './training-facts.ts'
import { type LabelledSource, type ReadingHooks, readLabelled, readTrainingSet } from './training-set.ts'

/** Options of {@link trainOnCorpus}. */
export interface TrainOnCorpusOptions extends ReadingHooks, TrainingHooks, FeatureMemory {
  /** Default 1. */
  seed?: Seed
  /** Element type of the weights in the file. Default: unchanged. */
  dtype?: StorageDtype
  /** Facts for the model card, in addition to those of the training. */
  card?: { [key: string]: Json }
  /**
   * Whose recordings calibrate the recogniser: the system is trained once more for each of the `corpora`, or for each of at most
   * five folds of `speakers`, on the others, and temperature and threshold for the card are fitted to the posteriors of those
   * left out (`calibrate`); `none` for no calibration. Default: `corpora` where there are several, else `none`.
   */
  calibrate?: 'corpora' | 'speakers' | 'none'
  /** Further recordings, whose labels are not used, for systems with CRBMs, which learn from them. */
  unlabelled?: LabelledSource
  /** A recogniser with whose weights the trainings begin, as in `trainRecognizer`. */
  start?: Recognizer
  /**
   * Fine-tuning of `start`: what changes, as in `fineTune`; the options of `config` take the place of the start's. Speakers are held out, by
   * which the start is kept where it is better, and calibration and rates by groups are made. Default: no fine-tuning.
   */
  tune?: Tune
  /** Speakers held out from a fine-tuning. Default: a quarter, at least one. */
  heldOut?: number
  /** Whether the tuned recogniser is kept where the start was better. Default false. */
  keepTuned?: boolean
  /** Called before each training for the calibration. */
  onFold?: (fold: number, folds: number) => void
  /** Called when the training begins, with its largest number of epochs. */
  onStart?: (epochs: number) => void
}

const optionNames = [
  'seed',
  'dtype',
  'card',
  'start',
  'cache',
  'featureMemory',
  'signal',
  'onRecording',
  'onProblem',
  'calibrate',
  'unlabelled',
  'tune',
  'heldOut',
  'keepTuned',
  'onFold',
  'onStart',
  'onEpoch',
] as const

/** Features of the recordings that are used without labels. */
async function readUnlabelled(
  where: string,
  { frontEnd }: System,
  { unlabelled: source, ...hooks }: TrainOnCorpusOptions,
  store: FeatureStore,
): Promise<Pick<LabelledFeatures, 'unlabelled'>> {
  if (source === undefined) return {}
  const { sequences, corpora = sequences.map(() => source.name) } = await readTrainingSet(
    where,
    source,
    frontEnd,
    hooks,
    [],
    store,
  )
  return { unlabelled: { sequences, corpora } }
}

/** Calibration and rates by groups on recordings left out. */
async function leftOutFacts(
  where: string,
  system: System,
  data: LabelledFeatures,
  utterances: readonly CorpusUtterance[],
  classes: readonly string[],
  by: CalibrateBy,
  hooks: CalibrationHooks & { seed: Seed; start?: TrainingStart },
): Promise<{ [key: string]: unknown }> {
  const said: string[] = []
  const onPosterior = (i: number, posterior: FloatArray): void => {
    said[i] = classes[argmax(posterior)]
  }
  const calibration = await calibrateSystem(where, system, data, classes, { ...hooks, by, onPosterior })
  const groups = cardGroups(utterances, said, classes, calibration.protocol)
  return { calibration, ...(groups === null ? {} : { groups }) }
}

/**
 * Trains a system on all recordings of a corpus. The same corpus, system and seed give the same bytes.
 *
 * @throws RangeError where fewer than two classes have recordings, a class has none, or there are too few speakers to
 * hold out; where possible before features are extracted. StateError where no recording can be used
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
  checkHooks(where, options, ['onStart', 'onEpoch', 'onFold'])
  const { signal, onEpoch, onFold, start } = options
  const by = options.calibrate && checkOneOf(where, 'calibrate', options.calibrate, ['corpora', 'speakers', 'none'])
  const seed = checkSeed(where, options.seed ?? 1)
  const dtype = checkStorage(where, options.dtype)
  const card = checkCard(where, options.card ?? {})
  if (options.tune !== undefined) return await tuneOnCorpus(where, source, config, { ...options, seed, dtype, card })
  const unused = (['heldOut', 'keepTuned'] as const).find((name) => options[name] !== undefined)
  if (unused !== undefined) throw new RangeError(`${where}: "${unused}" needs "tune"`)
  const system = systemFrom(where, 'config', config)
  const { frontEnd, epochs, checkSpeakers, degradations } = system
  const { classes, utterances } = source
  if (source.targets !== undefined) {
    throw new RangeError(`${where}: "source" expected classes, got targets; call trainOnTargets`)
  }
  checkClasses(where, classes)
  const begin = start === undefined ? {} : { start: startFrom(where, start, system, classes) }
  checkOccur(where, classes, new Set(utterances.map(({ label }) => classes.indexOf(label))))
  checkSpeakers?.(utterances.map(({ speaker }) => speaker))
  if (options.unlabelled !== undefined) {
    checkUsesUnlabelled(where, system, start)
    checkCorpus(where, 'unlabelled', options.unlabelled)
  }
  checkHasFeatures(where, frontEnd, source)
  if (options.unlabelled !== undefined) checkHasFeatures(`${where}: "unlabelled"`, frontEnd, options.unlabelled)
  return await withFeatureStore(where, options, async (store) => {
    const read = await readLabelled(where, source, frontEnd, options, degradations, store)
    const data = { ...read.data, ...(await readUnlabelled(where, system, options, store)) }
    const groups = by ?? (new Set(data.corpora).size > 1 ? 'corpora' : 'none')
    const calibrating = { seed, signal, onFold, ...begin }
    const calibration =
      groups === 'none' ? {} : await leftOutFacts(where, system, data, read.utterances, classes, groups, calibrating)
    const training = trainingFacts(source, data, seed, frontEnd.given !== undefined)
    if (start !== undefined) training.start = start.card.training ?? {}
    const facts = { ...card, ...checkCard(where, calibration), training }
    options.onStart?.(epochs)
    const trained = await trainRecognizer(data, config, { classes, seed, card: facts, start, signal, onEpoch })
    return filed(trained, data, dtype)
  })
}
