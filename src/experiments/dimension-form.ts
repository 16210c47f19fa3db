/** The form of results of experiments with targets in files, by which what strangers wrote is checked before it is used. */
import { checkArray, checkObject } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { checkNesting } from '../core/saved.ts'
import { judgedPredictions } from './dimension-results.ts'
import type { DimensionResults } from './dimensions.ts'
import { checkPlan } from './plan.ts'
import { groupRuns } from './rate-summary.ts'
import {
  circumstances,
  corpusForm,
  count,
  epochs,
  type Form,
  fieldsOf,
  listOf,
  numeric,
  optional,
  orNull,
  protocol,
  seed,
  text,
} from './results-form.ts'

const number = numeric()
const known = orNull(number)
const between = fieldsOf({ low: known, high: known })
const scores = {
  ...{ target: text, recordings: count, speakers: count, concordance: known, correlation: known, rmse: known },
  intervals: fieldsOf({ concordance: between, correlation: between, rmse: between }),
}
const corpora = listOf(fieldsOf({ corpus: text, scores: listOf(fieldsOf(scores)) }))
const group = fieldsOf({ recordings: count, said: number, given: number })
const prediction = fieldsOf({
  ...{ path: text, speaker: optional(text), corpus: optional(text), given: listOf(number), said: listOf(number) },
})
const fold = fieldsOf({
  ...{ speaker: text, training: optional(text), predictions: listOf(prediction, 1), concordance: listOf(known) },
  ...{ bestEpoch: count, chosen: optional(fieldsOf({})), epochs },
})
const form: Form = fieldsOf({
  ...{ corpus: corpusForm, run: circumstances },
  targets: listOf(fieldsOf({ target: text, mean: number, standardDeviation: number, low: number, high: number }), 1),
  runs: listOf(
    fieldsOf({
      ...{ name: text, system: fieldsOf({ name: text, settings: fieldsOf({}) }), seed, protocol },
      ...{ scores: listOf(fieldsOf(scores)), corpora, folds: listOf(fold, 1), seconds: number },
    }),
    1,
  ),
  summary: listOf(
    fieldsOf({
      ...{ name: text, protocol, seeds: count, corpora },
      scores: listOf(fieldsOf({ ...scores, range: between, calibration: listOf(group, 1) })),
      speakers: listOf(
        fieldsOf({
          speaker: text,
          n: count,
          scores: listOf(fieldsOf({ concordance: known, correlation: known, rmse: known })),
        }),
      ),
    }),
    1,
  ),
})

/** Throws unless there is one for each target. */
function checkCount(where: string, name: string, list: readonly unknown[], targets: number): void {
  if (list.length !== targets)
    throw new RangeError(expectation(where, name, `${targets}, one for each target`, list.length))
}

/** Throws unless lists have one entry for each target, and runs of one system the same recordings. */
function checkCounts(where: string, { targets: { length }, runs, summary }: DimensionResults): void {
  for (const [i, run] of runs.entries()) {
    checkCount(where, `runs[${i}].scores`, run.scores, length)
    for (const [k, { predictions, concordance }] of run.folds.entries()) {
      checkCount(where, `runs[${i}].folds[${k}].concordance`, concordance, length)
      for (const [p, { given, said }] of predictions.entries()) {
        for (const list of [given, said]) checkCount(where, `runs[${i}].folds[${k}].predictions[${p}]`, list, length)
      }
    }
  }
  for (const [i, one] of summary.entries()) {
    checkCount(where, `summary[${i}].scores`, one.scores, length)
    for (const [k, { scores: own }] of one.speakers.entries()) {
      checkCount(where, `summary[${i}].speakers[${k}].scores`, own, length)
    }
    const own = groupRuns(runs).find(({ name, protocol: under }) => name === one.name && under === one.protocol)
    const sizes = new Set(own?.runs.map(({ folds }) => judgedPredictions(folds).length))
    if (sizes.size !== 1) {
      throw new RangeError(
        expectation(where, `summary[${i}].name`, 'a system with runs of the same recordings', one.name),
      )
    }
  }
}

/** Checks that the value is the results of an experiment with targets, such as of `runDimensionPlan`. */
export function checkDimensionResults(where: string, value: unknown): DimensionResults {
  const results = checkObject<DimensionResults>(where, 'results', value)
  if (results.version !== 1) throw new RangeError(expectation(where, 'results.version', '1', results.version))
  checkArray(where, 'targets', results.targets, 1)
  form(where, '', results)
  checkCounts(where, results)
  return results
}

/**
 * The value if it is the results of an experiment with targets in every field that is read, from JSON.
 *
 * @throws TypeError or RangeError that names the field
 */
export function checkDimensionFile(where: string, value: unknown): DimensionResults {
  checkNesting(where, 'results', value)
  const results = checkDimensionResults(where, value)
  checkPlan(results.plan)
  return results
}
