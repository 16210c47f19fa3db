/** Checks that a finished fold, from a file or another machine, is an answer to its job. */
import { describe } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { argmax } from '../networks/decision.ts'
import { type Fold, type FoldPlan, foldsOf } from './folds.ts'
import type { FinishedFold, FoldData, FoldJob } from './jobs.ts'
import type { PredictionRecord, Timeline } from './results.ts'
import { foldParts, predictionParts, timelineParts } from './results-form.ts'

/** A fold's record as far as its job and the recordings determine it. */
export interface ExpectedFold {
  classes: readonly string[]
  training?: string
  /** The tested recordings in their order; absent where they are not known. */
  recordings?: Pick<PredictionRecord, 'path' | 'speaker' | 'corpus' | 'label'>[]
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
  const { classes, labels, paths, speakers, corpora } = data
  const one = ({ name, training, test }: Tested): [string, ExpectedFold] => {
    const recordings = Array.from(test, (i) => ({
      path: paths[i],
      ...(folds === undefined ? {} : { speaker: speakers[i] }),
      ...(corpora === undefined ? {} : { corpus: corpora[i] }),
      label: classes[labels[i]],
    }))
    return [name, { classes, recordings, ...(folds === undefined ? {} : { training }) }]
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

/** Checks a prediction; returns whether it is right. */
function checkPrediction(what: string, value: unknown, { classes, recordings }: ExpectedFold, i: number): boolean {
  const known = recordings?.[i]
  const prediction = onlyFields(what, value, Object.keys(predictionParts))
  const { path, label, said, posterior, speaker, corpus } = prediction
  if (known !== undefined) {
    checkSame(`${what}.path`, path, known.path)
    checkSame(`${what}.label`, label, known.label)
    checkSame(`${what}.speaker`, speaker, known.speaker)
    checkSame(`${what}.corpus`, corpus, known.corpus)
  }
  if (typeof path !== 'string') fail(`${what}.path`, 'a path', path)
  if (!classes.includes(label as string)) fail(`${what}.label`, `one of ${classes.join(', ')}`, label)
  checkSame(
    `${what}.said`,
    said,
    classes[argmax(Float64Array.from(checkPosterior(`${what}.posterior`, posterior, classes)))],
  )
  return said === label
}

function checkPredictions(value: unknown, expected: ExpectedFold): { right: number; all: number; first: string } {
  const what = 'fold.predictions'
  const predictions = itemsOf(what, value)
  const { recordings } = expected
  if (recordings !== undefined && recordings.length !== predictions.length) {
    fail(what, `${recordings.length} recordings`, predictions.length)
  }
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

/**
 * Checks that a value is the finished fold of a job: its speaker, the recordings that it tests with their labels in
 * their order, posteriors of the classes that sum to 1 and decide for the class that is said, the accuracy that follows
 * from them, and nothing else.
 *
 * @throws RangeError that names the first field that is not so
 */
export function checkFinishedFold(value: unknown, job: FoldJob, expected: ExpectedFold): FinishedFold {
  const { fold: given, seconds, commit = null } = onlyFields('the answer', value, ['fold', 'seconds', 'commit'])
  const fold = onlyFields('fold', given, Object.keys(foldParts))
  checkSame('fold.speaker', fold.speaker, job.speaker)
  if (expected.recordings !== undefined) checkSame('fold.training', fold.training, expected.training)
  const { right, all, first } = checkPredictions(fold.predictions, expected)
  checkSame('fold.accuracy', fold.accuracy, right / all)
  checkCount('fold.bestEpoch', fold.bestEpoch)
  checkEpochs(fold.epochs)
  if (fold.chosen !== undefined && (typeof fold.chosen !== 'object' || fold.chosen === null)) {
    fail('fold.chosen', 'options', fold.chosen)
  }
  if (fold.timeline !== undefined) checkTimeline(fold.timeline, first, expected.classes)
  checkSeconds('seconds', seconds)
  if (commit !== null && typeof commit !== 'string') fail('commit', 'a commit or null', commit)
  return value as FinishedFold
}
