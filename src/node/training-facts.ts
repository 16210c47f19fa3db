/** Facts about trainings for model cards, and their files. */
import type { Json } from '../core/types.ts'
import { version } from '../core/version.ts'
import type { GroupComparison } from '../evaluation/group-comparison.ts'
import { peopleRates } from '../evaluation/people-rates.ts'
import { factsOf } from '../experiments/people.ts'
import type { StorageDtype } from '../io/state.ts'
import { kernelsInUse } from '../kernels/index.ts'
import { argmax } from '../networks/decision.ts'
import type { Seed } from '../numerics/random.ts'
import type { FineTuning } from '../pipelines/fine-tune.ts'
import { Recognizer } from '../pipelines/recognizer.ts'
import type { LabelledFeatures } from '../pipelines/system.ts'
import type { CardCalibration } from './calibration.ts'
import type { CorpusUtterance } from './corpus-types.ts'
import type { LabelledSource } from './training-set.ts'

/** The result of a training. */
export interface TrainedRecognizer {
  /** The recogniser as read from the file. */
  recognizer: Recognizer
  /** The bytes of the file. */
  bytes: Uint8Array
  /** Number of training recordings, and of those recognised among them, which is not an estimate of accuracy. */
  recordings: number
  recognised: number
  /** Outcome of a fine-tuning; absent without `tune`. */
  fineTuning?: FineTuning
  /** Effects of rounding to `dtype` on the predictions for these recordings. */
  rounding: Rounding
}

/** Effects of rounded weights. */
export interface Rounding {
  /** Recordings whose predicted class changes. */
  changedLabels: number
  /** The largest change of a posterior. */
  largestChange: number
}

/** Number of recordings of each corpus. */
function countsOf(corpora: readonly string[]): { [corpus: string]: number } {
  const count = (name: string): number => corpora.filter((corpus) => corpus === name).length
  return Object.fromEntries(Array.from(new Set(corpora), (name) => [name, count(name)]))
}

/** Facts about the training data for the card; `ser evaluate` finds the training speakers there. */
export function trainingFacts(
  { name, classes, corpora: sources = [], features }: LabelledSource,
  { labels, speakers, corpora, unlabelled }: LabelledFeatures,
  seed: Seed,
  given: boolean,
): { [key: string]: Json } {
  const perClass = (corpus?: string): Json =>
    Object.fromEntries(
      classes.map((label, k) => [
        label,
        labels.filter((l, i) => l === k && (corpus === undefined || corpora?.[i] === corpus)).length,
      ]),
    )
  const each = [...new Set(corpora)].map((corpus) => {
    const { kind = corpus } = sources.find((one) => one.name === corpus) ?? {}
    return [corpus, { ...(kind === corpus ? {} : { kind }), perClass: perClass(corpus) }]
  })
  return {
    corpus: name,
    ...(corpora === undefined ? {} : { corpora: Object.fromEntries(each) }),
    recordings: labels.length,
    perClass: perClass(),
    speakers: [...new Set(speakers)].sort(),
    ...(unlabelled === undefined ? {} : { unlabelled: countsOf(unlabelled.corpora) }),
    ...(given && features !== undefined ? { features: features.sources as unknown as Json } : {}),
    seed,
    version,
    kernels: kernelsInUse(),
  }
}

/** Compares the posteriors of both on all of the data. */
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

/** Rates by groups as a card has them. */
export interface CardGroups {
  /** Recordings that the answers are for: each by a system that did not learn from its corpus, or from its speaker. */
  protocol: CardCalibration['protocol']
  rates: GroupComparison[]
}

/** Rates by groups of recordings that were left out; null where nothing is known of their speakers. */
export function cardGroups(
  utterances: readonly CorpusUtterance[],
  said: readonly string[],
  classes: readonly string[],
  protocol: CardGroups['protocol'],
): CardGroups | null {
  const judged = utterances.map((one, i) => {
    const { speaker, label, corpus } = one
    return { speaker, label, corpus, said: said[i], ...factsOf(one) }
  })
  const rates = peopleRates([judged], { classes })
  return rates.length === 0 ? null : { protocol, rates }
}

/** The file of a trained recogniser, whose card documents the effects of rounding. */
export function filed(trained: Recognizer, data: LabelledFeatures, dtype: StorageDtype | undefined): TrainedRecognizer {
  const unmarked = Recognizer.from(trained.save({ dtype }))
  const { rounding, recognised } = compare(trained, unmarked, data)
  const marked = trained.withCard({ ...trained.card, storage: { dtype: dtype ?? 'as trained', ...rounding } })
  const bytes = marked.save({ dtype })
  return { recognizer: Recognizer.from(bytes), bytes, recordings: data.labels.length, recognised, rounding }
}
