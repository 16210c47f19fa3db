/** Requests in a queue: folds that are to be done, by any worker. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json } from '../../core/types.ts'
import { type FoldData, type FoldJob, systemOf } from '../../experiments/jobs.ts'
import type { CorpusReference, ExperimentPlan, PlannedSystem } from '../../experiments/plan.ts'
import { digestsOf } from '../fold-data.ts'
import { software } from '../provenance.ts'

/** The one queue of all experiments: the keys in Redis begin with `ser-core:folds`. */
export const queueName = 'folds'
/** Before the names of all keys. */
export const queuePrefix = 'ser-core'

/** The recordings and the software that the folds of an experiment are made with. */
export interface FoldOrigin {
  software: { 'ser-core': string; kernels: string }
  utterances: number
  /** Digests of features, labels and speakers. */
  recordings: string
}

/** A fold that is to be done, as plain JSON. */
export interface FoldRequest {
  job: FoldJob
  corpus: CorpusReference
  /** All settings of the job's system, those that it leaves to defaults too. */
  settings: { [key: string]: Json }
  /** All of the experiment: a recording that one of them cannot use is left out for all. */
  systems: PlannedSystem[]
  origin: FoldOrigin
}

/** The origin of folds of these data, made here. */
export function originOf(data: ReadonlyMap<string, FoldData>): FoldOrigin {
  const [{ paths }] = data.values()
  return { software: software(), utterances: paths.length, recordings: digestsOf(data).join(' ') }
}

/** A function that turns jobs of a plan into requests. */
export function requestsOf({ corpus, systems }: ExperimentPlan, origin: FoldOrigin): (job: FoldJob) => FoldRequest {
  // Workers on this machine may stand in other folders.
  const place = corpus.path === undefined ? corpus : { ...corpus, path: resolve(corpus.path) }
  return (job) => ({ job, settings: systemOf(job).settings, corpus: place, systems, origin })
}

/** Equal for requests of the same fold of the same recordings by the same software, which have the same answer. */
export function requestId({ job, settings, origin }: FoldRequest): string {
  const text = JSON.stringify({ job, settings, origin })
  return `fold-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
}
