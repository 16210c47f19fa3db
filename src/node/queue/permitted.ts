/** Limits that a worker's owner sets to the jobs of a queue, which anybody who reaches the queue can write. */
import { realpath } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { checkArray, checkObject, checkString } from '../../core/check.ts'
import { StateError } from '../../core/errors.ts'
import { checkNesting } from '../../core/saved.ts'
import { type CorpusReference, checkCorpusReference, partsOf, SEVERAL } from '../../experiments/corpora.ts'
import { hmacOf, isSignature } from './answers.ts'
import type { FoldRequest } from './fold-request.ts'

/** Corpora, expressions and signatures that jobs may have. */
export interface Permission {
  /** Path of the corpus on this machine, for every job of one corpus. */
  data?: string
  /** Folders within which jobs may name corpora; an empty list allows synthetic voices alone. */
  allow?: readonly string[]
  /** The regular expression of speakers that jobs may have; another one is not compiled. Default: none. */
  speaker?: string
  /** Secret of the experiment, 16 characters or more: jobs that it does not sign are refused, answers are signed. Default: none. */
  secret?: string
}

/** Characters of the shortest secret. */
export const LEAST_SECRET = 16
/** Systems of one experiment, more than anybody compares. */
const MOST_SYSTEMS = 1000

/** HMAC-SHA256 of a request without its signature. */
export function signatureOf({ job, settings, corpus, systems, origin }: FoldRequest, secret: string): string {
  return hmacOf({ job, settings, corpus, systems, origin }, secret)
}

/**
 * Checks the secret of an option.
 *
 * @throws TypeError or RangeError, whose text does not contain it
 */
export function checkSecret(where: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new TypeError(`${where}: "secret" expected a string, got ${typeof value}`)
  if (value.trim().length >= LEAST_SECRET) return value
  throw new RangeError(`${where}: "secret" expected ${LEAST_SECRET} characters or more, got ${value.trim().length}`)
}

/** Checks the form of a request from a queue, and its signature where the worker has a secret. */
export function checkRequest(value: unknown, { secret }: Permission): FoldRequest {
  const where = 'job'
  const request = checkObject<FoldRequest>(where, 'request', value)
  checkNesting(where, 'request', request)
  if (secret !== undefined && !isSignature(request.signature, signatureOf(request, secret))) {
    throw new StateError('job: its signature is not of the secret of this worker')
  }
  if (secret === undefined && request.signature !== undefined) {
    throw new StateError(
      'the job is signed, and this worker has no secret; start it with the --secret-file of the experiment',
    )
  }
  const { id, speaker } = checkObject<FoldRequest['job']>(where, 'job', request.job)
  checkString(where, 'id', id)
  checkString(where, 'speaker', speaker)
  checkObject(where, 'settings', request.settings)
  checkString(
    where,
    'origin.recordings',
    checkObject<FoldRequest['origin']>(where, 'origin', request.origin).recordings,
  )
  const systems = checkArray(where, 'systems', request.systems, 1)
  if (systems.length > MOST_SYSTEMS) {
    throw new RangeError(`${where}: "systems" expected at most ${MOST_SYSTEMS}, got ${systems.length}`)
  }
  for (const [i, system] of systems.entries()) checkObject(where, `systems[${i}]`, system)
  checkCorpusReference(where, request.corpus)
  return request
}

async function isWithin(path: string, folders: readonly string[]): Promise<boolean> {
  const place = await realpath(path).catch(() => null)
  if (place === null) return false
  for (const folder of folders) {
    const step = relative(await realpath(folder).catch(() => resolve(folder)), place)
    if (step === '' || (step !== '..' && !step.startsWith(`..${sep}`) && resolve(step) !== step)) return true
  }
  return false
}

/** The corpus without tables of speakers: a fold learns nothing from them, and no worker opens them. */
function tableless({ speakerTable: _, corpora, ...rest }: CorpusReference): CorpusReference {
  return corpora === undefined ? rest : { ...rest, corpora: corpora.map(tableless) }
}

/**
 * The corpus of a checked request as this worker opens it.
 *
 * @throws StateError for recordings, tables or expressions that the owner has not allowed, whether they exist or not
 */
export async function permittedCorpus(
  { corpus }: FoldRequest,
  { data, allow = [], speaker }: Permission,
): Promise<CorpusReference> {
  const replaced = data !== undefined && corpus.kind !== SEVERAL && corpus.kind !== 'synthetic'
  const reference = tableless(replaced ? { ...corpus, path: data } : corpus)
  const folders = data === undefined ? allow : [...allow, data]
  for (const part of partsOf(reference)) {
    if (part.speaker !== undefined && part.speaker !== speaker) {
      throw new StateError('this worker compiles no expression of a job; start it with the same --speaker')
    }
    for (const path of [part.path, part.votes, part.root, part.features]) {
      if (path === undefined || (await isWithin(path, folders))) continue
      throw new StateError('this worker may not use the recordings of the job; start it with their --data or --allow')
    }
  }
  return reference
}
