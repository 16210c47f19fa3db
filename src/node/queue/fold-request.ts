/** Requests in a queue: folds for any worker to run. */
import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Json } from '../../core/types.ts'
import { type FoldData, type FoldJob, systemOf } from '../../experiments/jobs.ts'
import type { CorpusReference, ExperimentPlan, PlannedSystem } from '../../experiments/plan.ts'
import { digestsOf } from '../fold-data.ts'
import { software } from '../provenance.ts'

/** The queue of all experiments; its keys in Redis begin with `ser-core:folds`. */
export const queueName = 'folds'
/** Prefix of all keys. */
export const queuePrefix = 'ser-core'

/** Identity of the recordings and the software of an experiment's folds. */
export interface FoldOrigin {
  software: { 'ser-core': string; kernels: string }
  utterances: number
  /** Digests of features, labels and speakers. */
  recordings: string
}

/** A request for a fold, as plain JSON. */
export interface FoldRequest {
  job: FoldJob
  corpus: CorpusReference
  /** All settings of the job's system, including defaults. */
  settings: { [key: string]: Json }
  /** All systems of the experiment, because a recording that one of them cannot use is left out for all. */
  systems: PlannedSystem[]
  origin: FoldOrigin
  /** HMAC-SHA256 of the rest by the secret of the experiment; absent without one. */
  signature?: string
}

/** The origin of folds of these data by this software. */
export function originOf(data: ReadonlyMap<string, FoldData>): FoldOrigin {
  const [{ paths }] = data.values()
  return { software: software(), utterances: paths.length, recordings: digestsOf(data).join(' ') }
}

/** The corpus, and its parts, by absolute paths. */
function placed({ path, corpora, ...rest }: CorpusReference): CorpusReference {
  return {
    ...rest,
    ...(path === undefined ? {} : { path: resolve(path) }),
    ...(corpora === undefined ? {} : { corpora: corpora.map(placed) }),
  }
}

/** Makes a function that turns jobs of a plan into requests. */
export function requestsOf({ corpus, systems }: ExperimentPlan, origin: FoldOrigin): (job: FoldJob) => FoldRequest {
  // Absolute, since workers on this machine may have other working directories.
  const place = placed(corpus)
  return (job) => ({ job, settings: systemOf(job).settings, corpus: place, systems, origin })
}

/** An id, equal for requests of the same fold with the same recordings and software, whose results are the same. */
export function requestId({ job, settings, origin }: FoldRequest): string {
  const text = JSON.stringify({ job, settings, origin })
  return `fold-${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
}
