/** Answers of workers on a queue, which anybody who reaches the queue can write. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Job } from 'bullmq'
import { describe, messageOf } from '../../core/errors.ts'
import { checkFinishedFold, type ExpectedFold } from '../../experiments/fold-check.ts'
import type { FinishedFold } from '../../experiments/jobs.ts'
import type { TrainingProgress } from '../../pipelines/system.ts'
import { type FoldRequest, requestId } from './fold-request.ts'

/** A finished fold on the queue. */
export type SignedFold = FinishedFold & {
  /** HMAC-SHA256 of id and fold by the secret; absent without one. */
  signature?: string
}

/** A request and its answer as the queue holds them. */
export type Bull = Job<FoldRequest, SignedFold>

/** Why a worker has not done a fold; as JSON it is the reason of failure on the queue. */
export interface Failure {
  worker: string
  reason: string
  /** Whether every worker would fail, as the training itself has failed. */
  final: boolean
  signature?: string
}

/** An answer, or why there is none. */
export type Verdict =
  | { kind: 'none' }
  | { kind: 'fold'; finished: FinishedFold }
  /** The training has failed. */
  | { kind: 'failed'; reason: string }
  /** A worker cannot do it; another may. */
  | { kind: 'unable'; worker: string; reason: string }
  /** Neither the request nor an answer to it; `lost` of one whose workers were lost one after the other. */
  | { kind: 'refused'; worker: string | null; reason: string; changed?: boolean; lost?: boolean }

const LONGEST_REASON = 4000
/** Of BullMQ, for a job that too many workers have been lost with. */
const STALLED = 'job stalled more than allowable limit'

/** HMAC-SHA256 of a value as the other side will read it: JSON leaves out what is undefined. */
export function hmacOf(value: object, secret: string, purpose = ''): string {
  const text = JSON.stringify(JSON.parse(JSON.stringify(value)))
  return createHmac('sha256', secret).update(`${purpose}${text}`).digest('hex')
}

/** Whether a signature is the wanted one, in a time that does not tell how much of it is right. */
export function isSignature(got: unknown, wanted: string): boolean {
  const [a, b] = [String(got ?? ''), wanted].map((text) => Buffer.from(text))
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Signs an answer, or a failure, to the request of an id; unchanged without a secret. */
export function signed<T extends object>(id: string, value: T, secret: string | undefined): T & { signature?: string } {
  // The purpose keeps the signature of a request from being that of an answer, and the id that of another fold.
  return secret === undefined ? value : { ...value, signature: hmacOf(value, secret, `answer to ${id}: `) }
}

function isSigned(id: string, { signature, ...value }: { signature?: unknown }, secret: string | undefined): boolean {
  return secret === undefined || isSignature(signature, hmacOf(value, secret, `answer to ${id}: `))
}

/** The failure in a reason on the queue; undefined where no worker of ours wrote it. */
function failureIn(text: string): Failure | undefined {
  try {
    const value = JSON.parse(text) as Failure
    const { worker, reason, final } = value
    const is = typeof worker === 'string' && typeof reason === 'string' && typeof final === 'boolean'
    return is ? value : undefined
  } catch {
    return undefined
  }
}

function short(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)} ...` : text
}

/** A worker's name, which may be anything, in one word. */
export function workerName(name: string): string {
  return /^[\w.:-]{1,100}$/.test(name) ? name : describe(name)
}

/** The text of a failure. */
export function failureText({ worker, reason }: Pick<Failure, 'worker' | 'reason'>): string {
  return `worker ${workerName(worker)}: ${short(reason)}`
}

function failed(id: string, text: string, by: string | null, secret: string | undefined): Verdict {
  const failure = failureIn(text)
  if (failure === undefined) return { kind: 'refused', worker: by, reason: short(text), lost: text.startsWith(STALLED) }
  // Who has another secret cannot sign that it has.
  if (!failure.final) return { kind: 'unable', worker: failure.worker, reason: short(failure.reason) }
  if (isSigned(id, failure, secret)) return { kind: 'failed', reason: failureText(failure) }
  return { kind: 'refused', worker: by, reason: 'its failure is not signed by the secret of this experiment' }
}

function finishedIn(id: string, value: SignedFold, { job }: FoldRequest, expected: ExpectedFold, secret?: string) {
  const is = typeof value === 'object' && value !== null
  if (is && !isSigned(id, value, secret)) {
    throw new RangeError('it is not signed by the secret of this experiment')
  }
  const { signature: _, ...finished } = is ? value : { signature: undefined }
  return checkFinishedFold(is && !Array.isArray(value) ? finished : value, job, expected)
}

/** Judges the job that the queue has under the id of a request. */
export function judge(id: string, there: Bull, expected: ExpectedFold, secret?: string): Verdict {
  const by = typeof there.processedBy === 'string' ? there.processedBy : null
  try {
    if (requestId(there.data) !== id) {
      return { kind: 'refused', worker: by, reason: 'the request on the queue was changed', changed: true }
    }
    if (there.finishedOn === undefined) return { kind: 'none' }
    if (there.failedReason) return failed(id, String(there.failedReason), by, secret)
    return { kind: 'fold', finished: finishedIn(id, there.returnvalue, there.data, expected, secret) }
  } catch (error) {
    return { kind: 'refused', worker: by, reason: short(messageOf(error)), changed: there.finishedOn === undefined }
  }
}

/** Whether it is progress, since whoever can write to the queue can send anything. */
export function isProgress(value: unknown): value is TrainingProgress {
  const { epoch, epochs, loss } = (value ?? {}) as Partial<TrainingProgress>
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(epochs) && typeof loss === 'number'
}
