/**
 * The file of a finished fold: its job, all settings of the system, what it was computed from, the fold and a checksum
 * of all this. Those of 0.1.0 do not tell what they were computed from, and have a checksum of the fold alone.
 */
import { createHash } from 'node:crypto'
import { messageOf } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { jsonDifferences } from '../experiments/differences.ts'
import { checkFinishedFold, type ExpectedFold } from '../experiments/fold-check.ts'
import { type FinishedFold, type FoldJob, systemOf } from '../experiments/jobs.ts'
import type { ComputedFrom } from './data-record.ts'

interface FoldFile extends FinishedFold {
  job: FoldJob
  /** All settings of the system, including defaults. */
  settings: Json
  /** Absent from files of 0.1.0. */
  computedFrom?: ComputedFrom
  /** Checksum of the other fields. */
  sum: string
}

/** A fold as its file has it. */
export interface StoredFold {
  finished: FinishedFold
  /** Undefined for folds of 0.1.0. */
  computedFrom?: ComputedFrom
  /** Why it is not what its job would give on the recordings at hand. */
  fault?: string
}

/** The value after a round trip through JSON. */
export function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

function settingsOf(job: FoldJob): Json {
  return throughJson(systemOf(job).settings)
}

function sameJson(a: unknown, b: unknown): boolean {
  return jsonDifferences(a as Json, b as Json).length === 0
}

function sumOf({ job, settings, computedFrom, fold, seconds, commit }: Omit<FoldFile, 'sum'>): string {
  const whole =
    computedFrom === undefined ? { fold, seconds, commit } : { job, settings, computedFrom, fold, seconds, commit }
  return createHash('sha256').update(JSON.stringify(whole)).digest('hex')
}

/** The content of the file of a fold. */
export function foldFileOf(job: FoldJob, { finished, computedFrom }: StoredFold): FoldFile {
  const { fold, seconds, commit = null } = finished
  const from = computedFrom === undefined ? {} : { computedFrom }
  const content = throughJson({ job, settings: settingsOf(job), ...from, fold, seconds, commit })
  return { ...content, sum: sumOf(content) }
}

function isComputedFrom(value: unknown): value is ComputedFrom {
  const { software, recordings } = (value ?? {}) as Partial<ComputedFrom>
  const texts = Array.isArray(recordings) && recordings.length > 0 && recordings.every((one) => typeof one === 'string')
  return texts && typeof software === 'object' && software !== null
}

/**
 * The fold in the content of a file, or why the file holds none of this job: it is damaged, of another job, or of other
 * settings (defaults may have changed).
 *
 * @param expected - what the fold must be on the recordings at hand
 */
export function foldIn(value: unknown, job: FoldJob, expected: ExpectedFold): StoredFold | string {
  if (typeof value !== 'object' || value === null) return 'its file is damaged'
  const record = value as FoldFile
  const { fold, seconds, commit = null, computedFrom } = record
  if (record.sum !== sumOf({ ...record, commit })) return 'its file is damaged'
  if (computedFrom !== undefined && !isComputedFrom(computedFrom)) return 'its file is damaged'
  if (!sameJson(record.job, job)) return 'its file is of another job'
  if (!sameJson(record.settings, settingsOf(job))) return 'its file is of other settings'
  const finished = { fold, seconds, commit }
  try {
    return { finished: checkFinishedFold(finished, job, expected), computedFrom }
  } catch (error) {
    return { finished, computedFrom, fault: messageOf(error) }
  }
}
