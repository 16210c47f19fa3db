/** Evaluates a recogniser on a corpus. */
import { checkArray, checkOptions } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { expectedCalibrationError } from '../evaluation/calibration.ts'
import { ConfusionMatrix, type ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { GroupComparison } from '../evaluation/group-comparison.ts'
import type { Interval } from '../evaluation/intervals.ts'
import { peopleRates } from '../evaluation/people-rates.ts'
import { unweightedRecallInterval } from '../evaluation/recall-interval.ts'
import { type CorpusRates, ratesByCorpus } from '../experiments/corpus-rates.ts'
import { factsOf } from '../experiments/people.ts'
import type { Probabilities, Recognition } from '../pipelines/recognition.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import {
  type AdaptedAnswers,
  type AdaptOthersOptions,
  adaptedAnswers,
  adaptOptionNames,
  checkAdaptOthers,
  type EvaluatedAdaptation,
} from './adapted-answers.ts'
import { checkCorpus } from './corpus.ts'
import { speakerOfKind } from './same-speakers.ts'
import type { LabelledSource, ReadingHooks, ReadRecording } from './training-set.ts'

/** Predictions of a recogniser on a corpus and their rates, as plain JSON. */
export interface Evaluation {
  format: 'ser-core/evaluation'
  version: 1
  corpus: { name: string; recordings: number; speakers: string[] }
  system: string
  /** Speakers of the corpus that the recogniser was trained on, by its card; null if unknown. */
  heard: string[] | null
  /** Whose other recordings it was adapted to. */
  adaptation: EvaluatedAdaptation
  accuracy: number
  accuracyInterval: Interval
  unweightedRecall: number
  unweightedRecallInterval: Interval
  recall: Record<string, number>
  confusion: ConfusionMatrixJson
  /** Rates of each corpus, with intervals over its speakers. */
  corpora: CorpusRates[]
  /**
   * Rates by gender, age group, language and corpus, as far as the corpus tells them, with intervals over speakers and the differences
   * between groups; nothing was learnt from them.
   */
  groups: GroupComparison[]
  /** Number of recordings in which no speech was heard. They count as errors: as the most probable of the wrong classes. */
  noSpeech: number
  /** Answers that are not sure: their number, and the accuracy of the sure ones (null without any). They count as they are. */
  unsure: { recordings: number; accuracyOfSure: number | null }
  /** Expected calibration error of the probabilities. */
  calibrationError: number
  /** `said` is null where no speech was heard. */
  predictions: EvaluatedPrediction[]
  /** Number of recordings of each class that the recogniser does not know. */
  otherClasses: Record<string, number>
}

/** A recogniser's answer for a recording of a corpus. */
export interface EvaluatedPrediction {
  path: string
  speaker: string
  label: string
  said: string | null
  sure: boolean
  probabilities: Probabilities
}

/** The class that counts as the answer: the most probable, without speech of the wrong ones. */
function countedAnswer({ label, probabilities }: Recognition, truth: string): string {
  if (label !== null) return label
  const wrong = Object.keys(probabilities).filter((name) => name !== truth)
  return wrong.reduce((best, name) => (probabilities[name] > probabilities[best] ? name : best))
}

function unsureOf(recordings: readonly ReadRecording<Recognition>[]): Evaluation['unsure'] {
  const sure = recordings.filter(({ value }) => value.sure)
  const right = sure.filter(({ utterance, value }) => value.label === utterance.label)
  return {
    recordings: recordings.length - sure.length,
    accuracyOfSure: sure.length === 0 ? null : right.length / sure.length,
  }
}

/** Options of {@link evaluateRecognizer}. */
export interface EvaluateOptions extends Omit<ReadingHooks, 'cache'>, AdaptOthersOptions {}

const hookNames = ['signal', 'onRecording', 'onProblem'] as const

/** Kinds of corpora whose names do not identify them. */
const places: readonly string[] = ['folder', 'manifest']

/** Kind of a corpus; of one of several by its name in the card, which may be another. */
function isPlace(name: string, kind: string = name): boolean {
  return places.some((place) => place === kind || name === place || name.startsWith(`${place}-`))
}

/**
 * The speakers of a corpus, or of several, that a recogniser was trained on, by its card, or the one from which its training
 * started; null if unknown.
 */
export function heardSpeakers({ training }: Recognizer['card'], source: LabelledSource): string[] | null {
  const facts = training as { [key: string]: Json } | undefined
  const own = trainingSpeakers(facts, source)
  if (own === null || facts?.start === undefined) return own
  const before = heardSpeakers({ training: facts.start }, source)
  return before && [...new Set([...own, ...before])].sort()
}

/** Corpora of a training by their names; those called otherwise than their kind have it as well. */
type CardCorpora = { [name: string]: { kind?: string } | null }

/** Speakers by the name of their corpus, and by its kind. */
function idsOf(speakers: readonly Json[], corpora: CardCorpora): Set<Json> {
  const ids = new Set(speakers)
  for (const [corpus, facts] of Object.entries(corpora)) {
    for (const one of speakers) {
      if (typeof one !== 'string' || !one.startsWith(`${corpus}/`)) continue
      const id = speakerOfKind(facts?.kind, one.slice(corpus.length + 1))
      if (id !== undefined) ids.add(id)
    }
  }
  return ids
}

function trainingSpeakers(
  training: { [key: string]: Json } | undefined,
  { name, utterances, corpora = [] }: LabelledSource,
): string[] | null {
  if (typeof training?.corpus !== 'string' || !Array.isArray(training.speakers)) return null
  const trained = Object.keys((training.corpora as { [key: string]: Json }) ?? { [training.corpus]: null })
  const given = (training.corpora ?? {}) as CardCorpora
  const ids = training.corpora
    ? idsOf(training.speakers, given)
    : new Set<Json>(training.speakers.map((one) => `${training.corpus}/${one}`))
  const tested = [...new Set(utterances.map(({ corpus }) => corpus ?? name))]
  const kindOf = (corpus: string): string | undefined => corpora.find((one) => one.name === corpus)?.kind
  // Names of lists and folders do not tell which corpus they hold.
  const unclear = tested.some(
    (one) =>
      !trained.includes(one) && (isPlace(one, kindOf(one)) || trained.some((two) => isPlace(two, given[two]?.kind))),
  )
  const names = [...new Set(utterances.map(({ speaker }) => speaker))]
  const called = [...trained, ...Object.values(given).flatMap((facts) => facts?.kind ?? [])]
  const mayBeHeard = tested.some((one) => called.includes(one) || called.includes(kindOf(one) ?? one))
  if (unclear || (mayBeHeard && (names.includes('') || training.speakers.includes('')))) return null
  const idOf = ({ speaker, corpus }: (typeof utterances)[number]): string => (corpus ? speaker : `${name}/${speaker}`)
  const known = (one: (typeof utterances)[number]): boolean => {
    const { speaker, corpus = '' } = one
    // The corpus may be called otherwise than its kind.
    return ids.has(idOf(one)) || ids.has(speakerOfKind(kindOf(corpus), speaker.slice(corpus.length + 1)) ?? null)
  }
  return [...new Set(utterances.filter(known).map(({ speaker }) => speaker))].sort()
}

function countOthers({ utterances, otherClasses }: LabelledSource, classes: readonly string[]): Record<string, number> {
  const others: Record<string, number> = { ...otherClasses }
  for (const { label } of utterances) if (!classes.includes(label)) others[label] = (others[label] ?? 0) + 1
  return others
}

/** Rates of each corpus; of one that is alone under its name. */
function corpusRates(
  recordings: readonly ReadRecording<Recognition>[],
  name: string,
  classes: readonly string[],
): CorpusRates[] {
  const judged = recordings.map(({ utterance: { speaker, label, corpus = name }, value }) => {
    return { speaker, label, corpus, said: countedAnswer(value, label) }
  })
  return ratesByCorpus([judged], classes)
}

/** Rates by what is known of the speakers. */
function groupsOf(recordings: readonly ReadRecording<Recognition>[], classes: readonly string[]): GroupComparison[] {
  const judged = recordings.map(({ utterance, value }) => {
    const { speaker, label, corpus } = utterance
    return { speaker, label, corpus, said: countedAnswer(value, label), ...factsOf(utterance) }
  })
  return peopleRates([judged], { classes })
}

function evaluationOf(
  { classes, card, system }: Recognizer,
  source: LabelledSource,
  known: LabelledSource,
  { recordings, adaptation }: AdaptedAnswers,
): Evaluation {
  const matrix = new ConfusionMatrix(classes)
  for (const { utterance, value } of recordings) matrix.add(utterance.label, countedAnswer(value, utterance.label))
  return {
    format: 'ser-core/evaluation',
    version: 1,
    corpus: {
      name: source.name,
      recordings: recordings.length,
      speakers: [...new Set(recordings.map(({ utterance }) => utterance.speaker))].sort(),
    },
    system: system.system,
    heard: heardSpeakers(card, known),
    adaptation,
    accuracy: matrix.accuracy,
    accuracyInterval: matrix.accuracyInterval,
    unweightedRecall: matrix.unweightedRecall,
    unweightedRecallInterval: unweightedRecallInterval(matrix),
    recall: matrix.recall,
    confusion: matrix.toJSON(),
    corpora: corpusRates(recordings, source.name, classes),
    groups: groupsOf(recordings, classes),
    noSpeech: recordings.filter(({ value }) => !value.speech).length,
    unsure: unsureOf(recordings),
    calibrationError: expectedCalibrationError(
      recordings.map(({ value }) => classes.map((name) => value.probabilities[name])),
      recordings.map(({ utterance }) => classes.indexOf(utterance.label)),
    ),
    predictions: recordings.map(({ utterance: { path, speaker, label }, value }) => {
      return { path, speaker, label, said: value.label, sure: value.sure, probabilities: value.probabilities }
    }),
    otherClasses: countOthers(source, classes),
  }
}

/**
 * Evaluates a recogniser on every recording of the classes that it knows. With `adapt` it is asked about each recording after
 * it was adapted, without labels, to others of the same speaker or corpus.
 *
 * @throws StateError where no recording is left, and for `adapt` with a system that does not adapt
 * @example
 * ```ts
 * const [source, others] = [syntheticSource({ speakers: 2, sentences: 2 }), syntheticSource({ speakers: 1, seed: 2 })]
 * const { recognizer } = await trainOnCorpus(source, { system: 'functionals-mlp', options: { epochs: 5 } })
 * const { confusion, accuracyInterval } = await evaluateRecognizer(recognizer, others)
 * confusion.classes // ['joy', 'neutral', 'sadness', 'anger']
 * ```
 */
export async function evaluateRecognizer(
  recognizer: Recognizer,
  source: LabelledSource,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const where = 'evaluateRecognizer'
  checkEvaluated(where, recognizer, source)
  checkOptions(where, options, [...hookNames, ...adaptOptionNames])
  const [evaluation] = await evaluate(where, recognizer, source, [options], options)
  return evaluation
}

/**
 * {@link evaluateRecognizer} for several kinds of adaptation; features are computed once for all of them.
 *
 * @example
 * ```ts
 * const [source, others] = [syntheticSource({ speakers: 2, sentences: 2 }), syntheticSource({ speakers: 2, seed: 2 })]
 * const { recognizer } = await trainOnCorpus(source, { system: 'measures-lda' })
 * const ways: AdaptOthersOptions[] = [{ adapt: 'none' }, { adapt: 'corpus' }, { adapt: 'speaker', recordings: 5 }]
 * const [none, corpus, five] = await evaluateAdaptations(recognizer, others, ways)
 * none.adaptation.sources.none // 32
 * corpus.adaptation.sources.corpus // 32
 * five.adaptation.protocol.includes('at most 5 other recordings of the speaker') // true
 * ```
 */
export async function evaluateAdaptations(
  recognizer: Recognizer,
  source: LabelledSource,
  ways: readonly AdaptOthersOptions[],
  options: Omit<ReadingHooks, 'cache'> = {},
): Promise<Evaluation[]> {
  const where = 'evaluateAdaptations'
  checkEvaluated(where, recognizer, source)
  checkOptions(where, options, hookNames)
  for (const way of checkArray<AdaptOthersOptions>(where, 'ways', ways, 1)) checkOptions(where, way, adaptOptionNames)
  return await evaluate(where, recognizer, source, ways, options)
}

async function evaluate(
  where: string,
  recognizer: Recognizer,
  source: LabelledSource,
  ways: readonly AdaptOthersOptions[],
  hooks: ReadingHooks,
): Promise<Evaluation[]> {
  const { classes } = recognizer
  const choices = ways.map((way) => checkAdaptOthers(where, way, classes))
  const known = { ...source, utterances: source.utterances.filter(({ label }) => classes.includes(label)) }
  const answers = await adaptedAnswers(where, recognizer, known, choices, hooks)
  if (answers[0].recordings.length === 0) {
    throw new StateError(`${where}: no recording of ${classes.join(', ')} to ask of; give another corpus`)
  }
  return answers.map((one) => evaluationOf(recognizer, source, known, one))
}

function checkEvaluated(where: string, recognizer: Recognizer, source: LabelledSource): void {
  if (typeof recognizer?.predict !== 'function') {
    throw new TypeError(expectation(where, 'recognizer', 'a Recognizer, such as of loadRecognizer', recognizer))
  }
  checkCorpus(where, 'source', source)
}
