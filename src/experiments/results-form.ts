/** The form of results of experiments in files, by which what strangers wrote is checked before it is used. */
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkString,
  type Limits,
} from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { checkNesting } from '../core/saved.ts'
import { checkSeed } from '../numerics/random.ts'
import { checkRuns } from './check-runs.ts'
import { checkPlan, protocols } from './plan.ts'
import { checkResults, type ExperimentResults } from './results.ts'

/** Throws unless the value has the form. */
export type Form = (where: string, name: string, value: unknown) => void

/** A number within limits. */
export const numeric =
  (bounds: Limits = {}): Form =>
  (where, name, value) => {
    checkNumber(where, name, value, bounds)
  }
/** A number of things. */
export const count: Form = (where, name, value) => {
  checkInteger(where, name, value, { min: 0, limit: limits.elements })
}
/** A seed. */
export const seed: Form = (where, name, value) => {
  checkSeed(`${where}: ${name}`, value)
}
/** Null, as JSON has it for what is not finite, or a value of the form. */
export const orNull =
  (form: Form): Form =>
  (where, name, value) => {
    if (value !== null) form(where, name, value)
  }
/** Absent, or a value of the form. */
export const optional =
  (form: Form): Form =>
  (where, name, value) => {
    if (value !== undefined) form(where, name, value)
  }

/** A string. */
export const text: Form = checkString

/** A list of values of one form. */
export const listOf =
  (form: Form, least = 0): Form =>
  (where, name, value) => {
    for (const [i, item] of checkArray(where, name, value, least).entries()) form(where, `${name}[${i}]`, item)
  }

/** An object with these fields, and perhaps others, which nothing reads. */
export const fieldsOf =
  (forms: { readonly [key: string]: Form }): Form =>
  (where, name, value) => {
    const object = checkObject(where, name, value)
    for (const [key, form] of Object.entries(forms)) {
      form(where, name === '' ? key : `${name}.${key}`, Object.hasOwn(object, key) ? object[key] : undefined)
    }
  }

const recordOf =
  (form: Form): Form =>
  (where, name, value) => {
    for (const [key, one] of Object.entries(checkObject(where, name, value))) form(where, `${name}.${key}`, one)
  }

/** Rates and probabilities, with what rounding adds. */
const SLACK = 1e-6
const share = numeric({ min: -SLACK, max: 1 + SLACK })
/** JSON has null for the rates of nothing, which are NaN. */
const rate = orNull(share)
const interval = { low: rate, high: rate }
const meanAndRange = fieldsOf({ mean: share, ...interval })
/** A protocol. */
export const protocol: Form = (where, name, value) => {
  checkOneOf(where, name, value, protocols)
}
const confusion = fieldsOf({
  classes: listOf(text, 1),
  counts: listOf(listOf(numeric({ min: 0, limit: limits.elements }))),
})
const intervals = { accuracyInterval: fieldsOf(interval), unweightedRecallInterval: fieldsOf(interval) }
const corpora = optional(
  listOf(
    fieldsOf({
      ...{ corpus: text, recordings: numeric({ min: 0 }), speakers: count, accuracy: rate, unweightedRecall: rate },
      ...intervals,
    }),
  ),
)
/** A difference of two rates. */
const change = orNull(numeric({ min: -1 - SLACK, max: 1 + SLACK }))
const changes = { low: change, high: change }
const groups = optional(
  listOf(
    fieldsOf({
      ...{ by: text, unknown: count, smallest: fieldsOf({ speakers: count, recordings: count }) },
      groups: listOf(
        fieldsOf({
          ...{ group: text, recordings: numeric({ min: 0 }), speakers: count, accuracy: rate, unweightedRecall: rate },
          ...{
            ...intervals,
            recall: recordOf(rate),
            recallIntervals: recordOf(fieldsOf(interval)),
            small: checkBoolean,
          },
        }),
      ),
      differences: listOf(
        fieldsOf({
          ...{ first: text, second: text, accuracy: change, unweightedRecall: change, small: checkBoolean },
          ...{ accuracyInterval: fieldsOf(changes), unweightedRecallInterval: fieldsOf(changes) },
        }),
      ),
    }),
  ),
)
const people = optional(
  listOf(
    fieldsOf({
      ...{ speaker: text, gender: optional(text), age: optional(text), language: optional(text) },
      paths: optional(listOf(text)),
    }),
  ),
)
const problems = listOf(fieldsOf({ path: text, reason: text }))

const features = fieldsOf({
  columns: fieldsOf({
    columns: count,
    form: text,
    names: optional(listOf(text)),
    stepSeconds: optional(numeric({ min: 0 })),
  }),
  sources: listOf(
    fieldsOf({
      corpus: optional(text),
      from: text,
      sha256: text,
      recordings: count,
      otherColumns: optional(listOf(text)),
    }),
  ),
})

/** The description of a corpus in results and in data records. */
export const corpusForm: Form = fieldsOf({
  ...{ name: text, classes: listOf(text, 1), utterances: count, speakers: listOf(text) },
  ...{ folds: optional(listOf(text)), corpora: optional(listOf(text)), people, problems, warnings: problems },
  features: optional(features),
  targets: optional(listOf(text, 1)),
})

/** Epochs of a fold; losses that are not finite are null in JSON. */
export const epochs: Form = listOf(fieldsOf({ epoch: count, loss: optional(orNull(numeric())) }))

/** Fields of a prediction. */
export const predictionParts: Readonly<Record<string, Form>> = {
  ...{ path: text, speaker: optional(text), corpus: optional(text), label: text, said: text, posterior: listOf(share) },
}

/** Fields of the timeline of a fold. */
export const timelineParts: Readonly<Record<string, Form>> = {
  ...{ path: text, seconds: listOf(numeric({ min: 0 })), posteriors: listOf(listOf(share)) },
}

/** Fields of a fold, in results and in the files and answers of workers, which `fold-check.ts` compares with their job. */
export const foldParts: Readonly<Record<string, Form>> = {
  ...{ speaker: text, training: optional(text), predictions: listOf(fieldsOf(predictionParts)), accuracy: rate },
  ...{ bestEpoch: count, chosen: optional(fieldsOf({})), epochs, timeline: optional(fieldsOf(timelineParts)) },
}
const fold = fieldsOf(foldParts)

const run = fieldsOf({
  ...{ name: text, system: fieldsOf({ name: text, settings: fieldsOf({}) }), seed, protocol },
  ...{ accuracy: share, accuracyInterval: fieldsOf(interval), unweightedRecall: share, recall: recordOf(rate) },
  ...{ confusion, corpora, folds: listOf(fold, 1), seconds: numeric() },
})

const summary = fieldsOf({
  ...{ name: text, protocol, seeds: count, accuracy: meanAndRange, accuracyInterval: fieldsOf(interval) },
  ...{ unweightedRecall: meanAndRange, recall: recordOf(rate), confusion, corpora, groups },
  speakers: listOf(fieldsOf({ speaker: text, n: count, accuracy: rate })),
  transfer: optional(
    listOf(
      fieldsOf({
        ...{ training: text, corpus: text, recordings: numeric({ min: 0 }), unweightedRecall: rate },
        unweightedRecallInterval: fieldsOf(interval),
      }),
    ),
  ),
})

const comparison = fieldsOf({
  ...{ protocol, first: text, second: text, seed, n: count, onlyFirst: count, onlySecond: count, p: share },
})

const start = fieldsOf({ started: text, seconds: numeric(), folds: count })
/** Versions and times of an experiment. */
export const circumstances: Form = fieldsOf({
  ...{ command: text, versions: recordOf(text), kernels: text, commit: orNull(text), seconds: numeric() },
  ...{ commits: optional(listOf(orNull(text))), started: text, finished: text, starts: optional(listOf(start)) },
})

const resultsForm = fieldsOf({
  ...{ corpus: corpusForm, runs: listOf(run, 1), summary: listOf(summary, 1) },
  ...{ comparisons: listOf(comparison), run: circumstances },
  study: optional(checkBoolean),
})

function checkClasses(
  where: string,
  name: string,
  { classes, counts }: { classes: string[]; counts: number[][] },
  wanted: readonly string[],
): void {
  if (classes.length !== wanted.length || classes.some((one, k) => one !== wanted[k])) {
    throw new RangeError(expectation(where, `${name}.classes`, `those of the corpus, ${wanted.join(', ')}`, classes))
  }
  for (const rows of [counts, ...counts]) {
    if (rows.length !== wanted.length) {
      throw new RangeError(expectation(where, `${name}.counts`, `${wanted.length} rows and columns`, rows))
    }
  }
}

/**
 * The value if it is the results of an experiment in every field that is read, from JSON.
 *
 * @throws TypeError or RangeError that names the field
 */
export function checkResultsFile(where: string, value: unknown): ExperimentResults {
  checkNesting(where, 'results', value)
  const results = checkResults(where, value)
  resultsForm(where, '', results)
  checkPlan(results.plan)
  checkRuns(where, results.runs)
  for (const part of ['runs', 'summary'] as const) {
    for (const [i, one] of results[part].entries()) {
      checkClasses(where, `${part}[${i}].confusion`, one.confusion, results.corpus.classes)
    }
  }
  return results
}
