/** Checks that a finished fold, from a file or another machine, is an answer to its job. */
import { describe } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { argmax } from '../networks/decision.ts'
import { concordances, givenAt } from './dimension-folds.ts'
import type { DimensionPrediction } from './dimensions.ts'
import { type Fold, type FoldPlan, foldsOf } from './folds.ts'
import type { FinishedFold, FoldData, FoldJob } from './jobs.ts'
import type { PredictionRecord, Timeline } from './results.ts'
import { foldParts, predictionParts, timelineParts } from './results-form.ts'

/** A fold's record as far as its job and the recordings determine it. */
export interface ExpectedFold {
  classes: readonly string[]
  /** Names of the targets, where there are some in place of classes. */
  targets?: readonly string[]
  training?: string
  /** The tested recordings in their order, with labels, or the numbers of targets; absent where they are not known. */
  recordings?: (Pick<PredictionRecord, 'path' | 'speaker' | 'corpus' | 'label'> & { given?: readonly number[] })[]
}

/** Deviation from 1 of the sum of a posterior in float32. */
const SUM_TOLERANCE = 1e-3

type Tested = Pick<Fold, 'name' | 'training'> & { test: Iterable<number> }

/** The tested recordings of each speaker, without the training sets, which all folds together would fill memory with. */
function speakersApart(speakers: readonly string[]): Tested[] {
  const tests = new Map<string, number[]>()
  for (const [i, speaker] of speakers.entries()) {
    const test = tests.get(speaker)
    if (test === undefined) tests.set(speaker, [i])
    else test.push(i)
  }
  return Array.from(tests, ([name, test]) => ({ name, training: '', test }))
}

/** Claims that the records of all folds must meet, by the names of the folds. */
export function expectedFolds(folds: FoldPlan | undefined, data: FoldData): Map<string, ExpectedFold> {
  const { classes, labels, paths, speakers, corpora, dimensions } = data
  const targets = dimensions === undefined ? {} : { targets: dimensions.names }
  const one = ({ name, training, test }: Tested): [string, ExpectedFold] => {
    const recordings = Array.from(test, (i) => ({
      path: paths[i],
      ...(folds === undefined ? {} : { speaker: speakers[i] }),
      ...(corpora === undefined ? {} : { corpus: corpora[i] }),
      label: classes[labels[i]],
      ...(dimensions === undefined ? {} : { given: givenAt(dimensions, i) }),
    }))
    return [name, { classes, ...targets, recordings, ...(folds === undefined ? {} : { training }) }]
  }
  return new Map((folds === undefined ? speakersApart(speakers) : foldsOf(folds, data)).map(one))
}

type Fields = { [key: string]: Json | undefined }

function fail(what: string, wanted: string, got: unknown): never {
  throw new RangeError(`${what} expected ${wanted}, got ${describe(got)}`)
}

/** The fields of an object that has no others. */
function onlyFields(what: string, value: unknown, names: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(what, 'an object', value)
  const other = Object.keys(value).find((key) => !names.includes(key))
  if (other !== undefined) fail(what, `no field but ${names.join(', ')}`, other)
  return value as Fields
}

function itemsOf(what: string, value: unknown, least = 1): unknown[] {
  return Array.isArray(value) && value.length >= least ? value : fail(what, `a list of ${least} or more`, value)
}

function checkSame(what: string, value: unknown, wanted: unknown): void {
  if (value !== wanted) fail(what, describe(wanted), value)
}

function checkCount(what: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 0) fail(what, 'an integer >= 0', value)
}

function checkSeconds(what: string, value: unknown): void {
  if (!Number.isFinite(value) || (value as number) < 0) fail(what, 'seconds >= 0', value)
}

function checkPosterior(what: string, value: unknown, classes: readonly string[]): number[] {
  const posterior = itemsOf(what, value) as number[]
  if (posterior.length !== classes.length) fail(what, `${classes.length} numbers, one for each class`, posterior.length)
  const odd = posterior.find((p) => !(Number.isFinite(p) && p >= 0 && p <= 1))
  if (odd !== undefined) fail(what, 'numbers from 0 to 1', odd)
  const sum = posterior.reduce((all, p) => all + p, 0)
  if (Math.abs(sum - 1) > SUM_TOLERANCE) fail(what, 'a sum of 1', sum)
  return posterior
}

/** Checks whose recording a prediction is of. */
function checkRecording(
  what: string,
  { path, speaker, corpus }: Fields,
  recordings: ExpectedFold['recordings'],
  i: number,
) {
  const known = recordings?.[i]
  if (known !== undefined) {
    checkSame(`${what}.path`, path, known.path)
    checkSame(`${what}.speaker`, speaker, known.speaker)
    checkSame(`${what}.corpus`, corpus, known.corpus)
  }
  if (typeof path !== 'string') fail(`${what}.path`, 'a path', path)
  return known
}

/** Checks a prediction; returns whether it is right. */
function checkPrediction(what: string, value: unknown, { classes, recordings }: ExpectedFold, i: number): boolean {
  const prediction = onlyFields(what, value, Object.keys(predictionParts))
  const { label, said, posterior } = prediction
  const known = checkRecording(what, prediction, recordings, i)
  if (known !== undefined) checkSame(`${what}.label`, label, known.label)
  if (!classes.includes(label as string)) fail(`${what}.label`, `one of ${classes.join(', ')}`, label)
  checkSame(
    `${what}.said`,
    said,
    classes[argmax(Float64Array.from(checkPosterior(`${what}.posterior`, posterior, classes)))],
  )
  return said === label
}

function checkNumbers(what: string, value: unknown, count: number): number[] {
  const numbers = itemsOf(what, value) as number[]
  if (numbers.length !== count) fail(what, `${count} numbers, one for each target`, numbers.length)
  const odd = numbers.find((number) => !Number.isFinite(number))
  return odd === undefined ? numbers : fail(what, 'finite numbers', odd)
}

/** Checks the numbers that were predicted for a recording. */
function checkDimensions(
  what: string,
  value: unknown,
  targets: number,
  expected: ExpectedFold,
  i: number,
): DimensionPrediction {
  const prediction = onlyFields(what, value, dimensionFields)
  const known = checkRecording(what, prediction, expected.recordings, i)
  const given = checkNumbers(`${what}.given`, prediction.given, targets)
  checkNumbers(`${what}.said`, prediction.said, targets)
  for (const [k, number] of (known?.given ?? given).entries()) checkSame(`${what}.given[${k}]`, given[k], number)
  return value as DimensionPrediction
}

/** Checks the part of a fold that experiments with targets have. */
function checkDimensionFold(
  { predictions: value, concordance }: Fields,
  targets: number,
  expected: ExpectedFold,
): void {
  const what = 'fold.predictions'
  const predictions = predictionsOf(what, value, expected).map((one, i) =>
    checkDimensions(`${what}[${i}]`, one, targets, expected, i),
  )
  const wanted = concordances(predictions)
  const scores = itemsOf('fold.concordance', concordance)
  if (scores.length !== targets) fail('fold.concordance', `${targets} numbers, one for each target`, scores.length)
  for (const [k, score] of wanted.entries()) checkSame(`fold.concordance[${k}]`, scores[k], score)
}

/** The list of predictions, of as many recordings as there are. */
function predictionsOf(what: string, value: unknown, { recordings }: ExpectedFold): unknown[] {
  const predictions = itemsOf(what, value)
  if (recordings !== undefined && recordings.length !== predictions.length) {
    fail(what, `${recordings.length} recordings`, predictions.length)
  }
  return predictions
}

function checkPredictions(value: unknown, expected: ExpectedFold): { right: number; all: number; first: string } {
  const what = 'fold.predictions'
  const predictions = predictionsOf(what, value, expected)
  const right = predictions.filter((one, i) => checkPrediction(`${what}[${i}]`, one, expected, i)).length
  return { right, all: predictions.length, first: (predictions[0] as PredictionRecord).path }
}

function checkTimeline(value: unknown, path: string, classes: readonly string[]): void {
  const what = 'fold.timeline'
  const timeline = onlyFields(what, value, Object.keys(timelineParts)) as unknown as Partial<Timeline>
  checkSame(`${what}.path`, timeline.path, path)
  const times = itemsOf(`${what}.seconds`, timeline.seconds)
  const posteriors = itemsOf(`${what}.posteriors`, timeline.posteriors)
  if (times.length !== posteriors.length) fail(`${what}.posteriors`, `${times.length} windows`, posteriors.length)
  for (const time of times) checkSeconds(`${what}.seconds`, time)
  for (const [i, one] of posteriors.entries()) checkPosterior(`${what}.posteriors[${i}]`, one, classes)
}

function checkEpochs(value: unknown): void {
  for (const [i, record] of itemsOf('fold.epochs', value, 0).entries()) {
    const what = `fold.epochs[${i}]`
    if (typeof record !== 'object' || record === null) fail(what, 'the record of an epoch', record)
    const { epoch, loss = null } = record as { epoch?: unknown; loss?: unknown }
    checkCount(`${what}.epoch`, epoch)
    if (loss !== null && typeof loss !== 'number') fail(`${what}.loss`, 'a number or null', loss)
  }
}

/** Checks the part of a fold that experiments with classes have. */
function checkClassFold({ predictions, accuracy, timeline }: Fields, expected: ExpectedFold): void {
  const { right, all, first } = checkPredictions(predictions, expected)
  checkSame('fold.accuracy', accuracy, right / all)
  if (timeline !== undefined) checkTimeline(timeline, first, expected.classes)
}

const dimensionFields: readonly string[] = ['path', 'speaker', 'corpus', 'given', 'said']
const dimensionFoldFields: readonly string[] = [
  ...['speaker', 'training', 'predictions', 'concordance', 'bestEpoch', 'chosen', 'epochs'],
]

/**
 * Checks that a value is the finished fold of a job: its speaker, the recordings that it tests with their labels in
 * their order, posteriors of the classes that sum to 1 and decide for the class that is said, the accuracy that follows
 * from them, and nothing else; with targets the recordings' numbers, finite ones that are said, and the concordance that follows.
 *
 * @throws RangeError that names the first field that is not so
 */
export function checkFinishedFold(value: unknown, job: FoldJob, expected: ExpectedFold): FinishedFold {
  const { fold: given, seconds, commit = null } = onlyFields('the answer', value, ['fold', 'seconds', 'commit'])
  const { targets } = expected
  const fold = onlyFields('fold', given, targets === undefined ? Object.keys(foldParts) : dimensionFoldFields)
  checkSame('fold.speaker', fold.speaker, job.speaker)
  if (expected.recordings !== undefined) checkSame('fold.training', fold.training, expected.training)
  if (targets === undefined) checkClassFold(fold, expected)
  else checkDimensionFold(fold, targets.length, expected)
  checkCount('fold.bestEpoch', fold.bestEpoch)
  checkEpochs(fold.epochs)
  if (fold.chosen !== undefined && (typeof fold.chosen !== 'object' || fold.chosen === null)) {
    fail('fold.chosen', 'options', fold.chosen)
  }
  checkSeconds('seconds', seconds)
  if (commit !== null && typeof commit !== 'string') fail('commit', 'a commit or null', commit)
  return value as FinishedFold
}
