/**
 * Importance of groups of measures by permutation (Breiman, "Random forests", Machine Learning 45, 2001; Fisher, Rudin & Dominici, JMLR 20,
 * 2019): the rate at which a recogniser is right, less that when every recording has the group of another one.
 */
import { floatView } from '../core/array.ts'
import { checkInteger, checkObject, checkOptions } from '../core/check.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { FloatNdArray } from '../core/types.ts'
import { yieldToEventLoop } from '../core/yield.ts'
import { type GroupCounts, lossIntervalsOf, ratesOf } from '../evaluation/bootstrap.ts'
import type { Interval } from '../evaluation/intervals.ts'
import { argmax } from '../networks/decision.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { occlusionOf } from './explanation.ts'
import type { RecordingLike } from './front-end.ts'
import type { Recognizer } from './recognizer.ts'
import { checkTruth, featuresOfAll, type LabelledRecordings, type RecordingHooks } from './recordings.ts'
import type { Occlusion } from './system.ts'

/** Options of {@link permutationImportance}. */
export interface ImportanceOptions extends RecordingHooks {
  /** Permutations of each group. Default 10. */
  repeats?: number
  /** Seed of the permutations. Default 0. */
  seed?: Seed
}

/**
 * A loss of rate: its mean and standard deviation over the permutations, and the 95 % interval of the mean by a bootstrap over speakers, or over
 * recordings where no speakers are told.
 */
export interface RateLoss extends Interval {
  mean: number
  sd: number
}

/** Importance of a group. */
export interface GroupImportance {
  group: string
  /** Loss of accuracy, 0 to 1; about 0 where the group is of no use. */
  accuracy: RateLoss
  /** Loss of unweighted recall. */
  unweightedRecall: RateLoss
}

/** Result of {@link permutationImportance}. */
export interface Importance {
  recordings: number
  accuracy: number
  unweightedRecall: number
  /** By the loss of unweighted recall, the largest first. */
  groups: GroupImportance[]
}

type Rates = Pick<Importance, 'accuracy' | 'unweightedRecall'>

/** Rows of one recording with some columns of another, whose time is stretched to that of the first. */
function exchanged(own: FloatNdArray, other: FloatNdArray, columns: readonly number[]): FloatNdArray {
  const [rows, cols] = own.shape
  const out = own.data.slice()
  for (let t = 0; t < rows; t++) {
    const from = Math.floor((t * other.shape[0]) / rows) * cols
    for (const j of columns) out[t * cols + j] = other.data[from + j]
  }
  return floatView(out, [rows, cols])
}

/** Answers for recordings, which may be right or wrong, counted by speaker. */
class Speakers {
  private readonly labels: readonly number[]
  private readonly of: number[]
  private readonly empty: readonly GroupCounts[]

  constructor({ labels, classes, speakers }: Pick<ImportanceSettings, 'labels' | 'classes' | 'speakers'>) {
    const names: readonly (string | number)[] = speakers ?? [...labels.keys()]
    const places = new Map([...new Set(names)].map((name, i) => [name, i]))
    this.labels = labels
    this.of = names.map((name) => places.get(name) as number)
    const zeros = (): number[] => new Array<number>(classes).fill(0)
    this.empty = Array.from(places, () => ({ all: zeros(), right: zeros() }))
  }

  counts(answers: readonly number[]): GroupCounts[] {
    const counted = this.empty.map(({ all, right }) => ({ all: all.slice(), right: right.slice() }))
    for (const [i, label] of this.labels.entries()) {
      const one = counted[this.of[i]]
      one.all[label]++
      if (answers[i] === label) one.right[label]++
    }
    return counted
  }
}

/** The mean of counts over permutations. */
function meanCounts(all: readonly GroupCounts[][]): GroupCounts[] {
  return all[0].map((first, g) => ({
    all: first.all,
    right: first.right.map((_, k) => all.reduce((sum, one) => sum + one[g].right[k], 0) / all.length),
  }))
}

/** Losses against `whole`, over permutations. */
function lossesOf(whole: GroupCounts[], permuted: readonly GroupCounts[][]): Record<keyof Rates, RateLoss> {
  const intervals = lossIntervalsOf(whole, meanCounts(permuted))
  const before = ratesOf(whole)
  const rates = permuted.map(ratesOf)
  const loss = (name: keyof Rates): RateLoss => {
    const losses = rates.map((one) => before[name] - one[name])
    const mean = losses.reduce((sum, one) => sum + one, 0) / losses.length
    const square = losses.reduce((sum, one) => sum + (one - mean) * (one - mean), 0) / losses.length
    return { mean, sd: Math.sqrt(square), ...intervals[name] }
  }
  return { accuracy: loss('accuracy'), unweightedRecall: loss('unweightedRecall') }
}

/** The labels as class numbers. */
function truthOf(where: string, labels: readonly string[], classes: readonly string[]): number[] {
  return labels.map((label, i) => {
    const k = classes.indexOf(label)
    if (k >= 0) return k
    throw new RangeError(`${where}: "labels[${i}]" expected one of ${classes.join(', ')}, got "${label}"`)
  })
}

/**
 * Tells which groups of measures a recogniser needs on labelled recordings, of speakers that it does not know if it is to tell something
 * about others: each group in turn is exchanged among the recordings at random, and rates are compared. Groups that tell the same can each
 * be exchanged without loss, since the others remain.
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * const recognizer = Recognizer.from(await readFile('node_modules/ser-core/models/recognizer.safetensors'))
 * const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
 * const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
 * const labels = voices.map(({ label }) => label)
 * const { groups } = await permutationImportance(recognizer, { recordings, labels }, { repeats: 2 })
 * console.log(groups.map(({ group }) => group).sort().join(', '))
 * ```
 *
 * @throws TypeError or RangeError for other arguments, labels that the recogniser does not know, and fewer than two recordings; StateError for
 *   ensembles
 */
export async function permutationImportance(
  recognizer: Recognizer,
  truth: LabelledRecordings,
  options: ImportanceOptions = {},
): Promise<Importance> {
  const where = 'permutationImportance'
  checkOptions(where, options, ['repeats', 'seed', 'signal', 'onRecording'])
  checkHooks(where, options, ['onRecording'])
  const occlusion = occlusionOf(where, recognizer)
  checkTruth(where, checkObject<LabelledRecordings>(where, 'truth', truth))
  const repeats = checkInteger(where, 'repeats', options.repeats ?? 10, { min: 1, max: 10_000 })
  const random = new Random(checkSeed(where, options.seed ?? 0)).substream('importance')
  const labels = truthOf(where, truth.labels, recognizer.classes)
  const rows = await rowsOf(where, recognizer, truth.recordings, occlusion, options)
  const { speakers } = truth
  const given = { labels, classes: recognizer.classes.length, speakers, repeats, random, signal: options.signal }
  return await importanceOfRows(occlusion, rows, given)
}

/** The data and settings of {@link importanceOfRows}. */
interface ImportanceSettings {
  labels: readonly number[]
  classes: number
  speakers?: readonly string[]
  repeats: number
  random: Random
  signal?: AbortSignal
  /** Called after each permutation. */
  onPermutation?: (done: number, all: number) => void
}

/** {@link permutationImportance} of rows. */
export async function importanceOfRows(
  occlusion: Pick<Occlusion, 'predictRows' | 'groups'>,
  rows: readonly FloatNdArray[],
  settings: ImportanceSettings,
): Promise<Importance> {
  const { repeats, random, signal, onPermutation } = settings
  const speakers = new Speakers(settings)
  const countsOf = (columns: readonly number[], order: ArrayLike<number>): GroupCounts[] =>
    speakers.counts(rows.map((own, i) => argmax(occlusion.predictRows(exchanged(own, rows[order[i]], columns)))))
  const whole = countsOf([], [...rows.keys()])
  const named = occlusion.groups(rows[0].shape[1])
  const groups: GroupImportance[] = []
  for (const { name, columns } of named) {
    const draws = random.substream(name)
    const permuted: GroupCounts[][] = []
    for (let r = 0; r < repeats; r++) {
      throwIfAborted(signal)
      permuted.push(countsOf(columns, draws.permutation(rows.length)))
      onPermutation?.(groups.length * repeats + r + 1, named.length * repeats)
      await yieldToEventLoop()
    }
    groups.push({ group: name, ...lossesOf(whole, permuted) })
  }
  groups.sort((a, b) => b.unweightedRecall.mean - a.unweightedRecall.mean)
  return { recordings: rows.length, ...ratesOf(whole), groups }
}

async function rowsOf(
  where: string,
  recognizer: Recognizer,
  recordings: readonly RecordingLike[],
  occlusion: Occlusion,
  hooks: RecordingHooks,
): Promise<FloatNdArray[]> {
  if (recordings.length < 2)
    throw new RangeError(`${where}: "recordings" expected at least 2, got ${recordings.length}`)
  const features = await featuresOfAll(where, 'recordings', recordings, recognizer.inside().frontEnd, hooks)
  return features.map((one) => occlusion.rows(one))
}
