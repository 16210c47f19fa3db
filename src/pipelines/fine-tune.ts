/**
 * Fine-tuning: a trained recogniser goes on learning from a new corpus. Speakers of it are held out: they end the training early, where
 * the system trains over epochs, and judge whether it has become better than the start, which is kept otherwise.
 */
import { checkArray, checkBoolean, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { holdOutGroups } from '../evaluation/splits.ts'
import { argmax } from '../networks/decision.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import type { Recognizer } from './recognizer.ts'
import { checkCard, checkClasses } from './recognizer-parts.ts'
import type { LabelledFeatures, TrainingHooks, Tune } from './system.ts'
import { type SystemConfig, systemFrom } from './systems.ts'
import { type GivenFeatures, trainRecognizer } from './train-recognizer.ts'
import { subset } from './training-data.ts'
import { checkTunable, tunes } from './tuning.ts'

/** Options of {@link fineTune}. */
export interface FineTuneOptions extends TrainingHooks {
  /**
   * Parts that change: `all` (default) weights; `last`, the last layer of a network, or the class means of `measures-lda`; `statistics` alone, by
   * which features are standardised.
   */
  tune?: Tune
  /** Classes of the data. Default: those of the start. Others get a new output layer, or class means of their own. */
  classes?: readonly string[]
  /** Number of speakers held out. Default: a quarter of them, at least one. */
  heldOut?: number
  /** Options of the system in place of the start's. Default for networks: a tenth of its learning rate. */
  options?: { [key: string]: Json }
  /** Whether the tuned recogniser is returned where the start was better. Default false. */
  keepTuned?: boolean
  /** Default 1. */
  seed?: Seed
  /** Facts for the model card, to which those of the tuning are added. Default none. */
  card?: { [key: string]: Json }
}

/** Outcome of a fine-tuning, as plain JSON; also in the card. */
export interface FineTuning {
  tune: Tune
  /** Which recogniser is returned. */
  kept: 'tuned' | 'start'
  /** Unweighted recall on the held-out speakers; of the start null where it does not know all classes. */
  start: number | null
  tuned: number
  /** Held out; they end the training early as well, so that `tuned` is a little too good. */
  heldOut: { speakers: string[]; recordings: number }
  /** Speakers and recordings that were learnt from. */
  learnt: { speakers: number; recordings: number }
  /** Classes that the start has not, and those of the start that are gone. */
  classes: { added: string[]; dropped: string[] }
  /** Finding of the guard, in words. */
  guard: string
}

/** Result of {@link fineTune}. */
export interface FineTuned {
  recognizer: Recognizer
  fineTuning: FineTuning
  /** Posterior of each held-out recording by the tuned recogniser, and their positions in the data. */
  heldOut: { indices: Int32Array; posteriors: FloatArray[] }
}

const optionNames = [
  ...(['tune', 'classes', 'heldOut', 'options', 'keepTuned', 'seed', 'card', 'signal', 'onEpoch'] as const),
] as const

/** The start's system with the options of a tuning. */
export function tuningConfig(start: Recognizer, options: { [key: string]: Json } = {}): SystemConfig {
  const { system, options: own } = start.system as { system: string; options: { [key: string]: Json } }
  const { learningRate } = own
  const slower = typeof learningRate === 'number' ? { learningRate: learningRate / 10 } : {}
  return { system, options: { ...own, ...slower, ...options } } as SystemConfig
}

/** Share of speakers that are held out. */
const HELD_OUT = 4

/** Splits off the held-out speakers. */
function split(where: string, speakers: readonly string[], count: number | undefined, seed: Seed) {
  const different = new Set(speakers).size
  if (different < 2) {
    throw new RangeError(
      `${where}: "data.speakers" expected two speakers or more, one of them to hold out, got ${different}`,
    )
  }
  const wanted = count ?? Math.max(1, Math.floor(different / HELD_OUT))
  return holdOutGroups(speakers, {
    count: checkInteger(where, 'heldOut', wanted, { min: 1, max: different - 1 }),
    seed,
  })
}

function recallOf(classes: readonly string[], labels: ArrayLike<number>, said: readonly string[]): number {
  const matrix = new ConfusionMatrix(classes)
  for (const [i, name] of said.entries()) {
    const truth = classes[labels[i]]
    // A class that is none of these is wrong, whichever it is counted as.
    matrix.add(truth, classes.includes(name) ? name : (classes.find((one) => one !== truth) as string))
  }
  return matrix.unweightedRecall
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function judged(start: number | null, tuned: number, force: boolean): Pick<FineTuning, 'kept' | 'guard'> {
  if (start === null) return { kept: 'tuned', guard: 'none: the start does not know all classes' }
  const rates = `recall of the held-out speakers ${percent(start)} by the start, ${percent(tuned)} after tuning`
  if (tuned > start) return { kept: 'tuned', guard: rates }
  const found = `${rates}: tuning made it no better`
  return force
    ? { kept: 'tuned', guard: `${found}; the tuned one is kept as asked for` }
    : { kept: 'start', guard: `${found}; the start is kept` }
}

/** The data without the held-out speakers; networks hold them out themselves, to end early. */
function trainingPart(config: SystemConfig, data: LabelledFeatures, train: Int32Array, count: number) {
  const options = config.options as { [key: string]: Json } | undefined
  const stops = options !== undefined && 'validationSpeakers' in options
  if (!stops) return { config, data: subset(data, train) }
  return { config: { ...config, options: { ...options, validationSpeakers: count } } as SystemConfig, data }
}

/**
 * Goes on training a recogniser on a new corpus: all weights, the last layer, or the statistics of its features alone. Speakers held out
 * decide when to stop and whether the result is better than the start, by the mean recall of their recordings; where it is not, the
 * start is returned, and `fineTuning` and the card say so.
 *
 * @param data - features of the start's front end
 * @throws RangeError for a system that cannot be tuned so, fewer than two speakers, or `statistics` with other classes
 * @example
 * ```ts
 * const voices = syntheticCorpus({ speakers: 4, sentences: 1 })
 * const frontEnd: FrontEndOptions = { set: 'speechAndLevel' }
 * const classes = ['anger', 'joy', 'neutral', 'sadness']
 * const data = {
 *   sequences: voices.map((voice) => extractFeatures({ samples: voice.samples(), sampleRate: voice.sampleRate }, frontEnd)),
 *   labels: Int32Array.from(voices, ({ label }) => classes.indexOf(label)),
 *   speakers: voices.map(({ speaker }) => speaker),
 * }
 * const start = await trainRecognizer(data, { system: 'measures-lda' }, { classes }) // of other corpora, as a rule
 * const { recognizer, fineTuning } = await fineTune(start, data, { tune: 'last' })
 * recognizer.classes // ['anger', 'joy', 'neutral', 'sadness']
 * fineTuning.heldOut.recordings // 4
 * fineTuning.tune // 'last'
 * ```
 */
export async function fineTune(
  start: Recognizer,
  data: GivenFeatures,
  options: FineTuneOptions = {},
): Promise<FineTuned> {
  const where = 'fineTune'
  if (typeof start?.trainedState !== 'function') throw new TypeError(expectation(where, 'start', 'a Recognizer', start))
  checkOptions(where, options, optionNames)
  checkHooks(where, options, ['onEpoch'])
  const tune = checkOneOf(where, 'tune', options.tune ?? 'all', tunes)
  const classes = checkClasses(where, options.classes ?? start.classes)
  const seed = checkSeed(where, options.seed ?? 1)
  const keepTuned = checkBoolean(where, 'keepTuned', options.keepTuned ?? false)
  const card = checkCard(where, options.card ?? {})
  const wanted = tuningConfig(start, checkObject(where, 'options', options.options ?? {}))
  checkTunable(where, systemFrom(where, 'start.system', wanted), tune)
  const speakers = checkArray<string>(where, 'data.speakers', checkObject<GivenFeatures>(where, 'data', data).speakers)
  const { train, validation } = split(where, speakers, options.heldOut, seed)
  const held = [...new Set(Array.from(validation, (i) => speakers[i]))].sort()
  const part = trainingPart(wanted, data as LabelledFeatures, train, held.length)
  const { signal, onEpoch } = options
  const trained = await trainRecognizer(part.data, part.config, { classes, seed, start, tune, signal, onEpoch })
  const asked = Array.from(validation, (i) => data.sequences[i])
  const labels = Array.from(validation, (i) => data.labels[i])
  const posteriors = asked.map((x) => trained.posterior(x))
  const tuned = recallOf(
    classes,
    labels,
    posteriors.map((p) => classes[argmax(p)]),
  )
  const knows = classes.every((name) => start.classes.includes(name))
  const before = knows
    ? recallOf(
        classes,
        labels,
        asked.map((x) => start.classes[argmax(start.posterior(x))]),
      )
    : null
  const fineTuning: FineTuning = {
    tune,
    ...judged(before, tuned, keepTuned),
    ...{ start: before, tuned, heldOut: { speakers: held, recordings: validation.length } },
    learnt: { speakers: new Set(speakers).size - held.length, recordings: train.length },
    classes: {
      added: classes.filter((name) => !start.classes.includes(name)),
      dropped: start.classes.filter((name) => !classes.includes(name)),
    },
  }
  const told = { fineTuning: fineTuning as unknown as Json }
  const recognizer =
    fineTuning.kept === 'start' ? start.withCard({ ...start.card, ...told }) : trained.withCard({ ...card, ...told })
  return { recognizer, fineTuning, heldOut: { indices: validation, posteriors } }
}
