/** The connection to Redis by the optional packages bullmq and ioredis. */

import type { Redis } from 'ioredis'
import { messageOf, StateError } from '../../core/errors.ts'
import { importUnbundled } from '../../core/optional.ts'
import { throwIfAborted } from '../../core/realm.ts'
import { withoutPassword } from './address.ts'

type Bullmq = typeof import('bullmq')
type Ioredis = typeof import('ioredis')

const RETRY_MS = 500
/** Timeout of the first answer, ms. */
const CONNECT_MS = 4000
/** Timeout of later answers, ms, within which Redis may be restarted. */
const PATIENCE_MS = 60_000
/** Of a frozen server, told before a minute is over. */
const SILENCE_MS = 40_000
/** Number of looks in that time. */
const LOOKS = 8

async function loadPackages(): Promise<[Bullmq, Ioredis]> {
  try {
    return await Promise.all([importUnbundled<Bullmq>('bullmq'), importUnbundled<Ioredis>('ioredis')])
  } catch (cause) {
    const remedy = 'npm install bullmq ioredis'
    throw new StateError(`queues need the optional packages bullmq and ioredis: ${remedy}`, { cause })
  }
}

/** A connection to Redis. */
export interface Link {
  bullmq: Bullmq
  client: Redis
  /** Rejects when the connection is given up. */
  lost: Promise<never>
  close(): void
}

/** Resolves with the first answer; rejects after some seconds without one, or when the signal is aborted. */
function firstAnswer(client: Redis, place: string, signal: AbortSignal | undefined): Promise<void> {
  let last = 'no answer'
  client.on('error', (error) => {
    last = messageOf(error) || last
  })
  // Another program at this address may accept the connection and never answer.
  const giveUp = (): void => client.disconnect()
  const timer = setTimeout(giveUp, CONNECT_MS + RETRY_MS)
  signal?.addEventListener('abort', giveUp, { once: true })
  return new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.once('end', () => reject(new StateError(`no Redis can be reached at ${place}: ${withoutPassword(last)}`)))
    client.connect().catch(() => {}) // told by the event, after some attempts
  }).finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  })
}

/** Throws where the server lacks the database of the address, which ioredis passes over: it would go on with database 0. */
async function checkDatabase(client: Redis, url: string, place: string): Promise<void> {
  const database = Number(new URL(url).pathname.slice(1) || 0)
  try {
    await client.select(database)
  } catch (error) {
    client.disconnect()
    throw new StateError(`Redis at ${place} has no database ${database}: ${withoutPassword(messageOf(error))}`)
  }
}

/**
 * Gives a connection up whose server takes no commands for so long, ms, while it stays open: one that is frozen, or whose
 * machine is gone without a word. Lost connections are waited for by `retryStrategy`.
 */
function watch(client: Redis, patience: number): NodeJS.Timeout {
  // Looks since the question, which a busy thread delays with the answer; null without a question.
  let looks: number | null = null
  const answered = (): void => {
    looks = null
  }
  const look = (): void => {
    if (client.status !== 'ready') looks = null
    else if (looks === null) {
      looks = 0
      client.ping().then(answered, answered)
    } else if (++looks > LOOKS) client.disconnect()
  }
  return setInterval(look, patience / LOOKS).unref()
}

/**
 * Connects to the Redis server at an address.
 *
 * @param patience - ms for which a server may be silent later on
 * @throws StateError where a package is missing, or Redis does not answer for a few seconds; the signal's reason once
 * it is aborted
 */
export async function connect(url: string, signal?: AbortSignal, patience: number = SILENCE_MS): Promise<Link> {
  const [bullmq, { Redis }] = await loadPackages()
  throwIfAborted(signal)
  const place = withoutPassword(url)
  const start = performance.now()
  let open = false
  const goesOn = (times: number): boolean =>
    open ? times * RETRY_MS < PATIENCE_MS : performance.now() - start < CONNECT_MS
  const client = new Redis(url, {
    ...{ lazyConnect: true, maxRetriesPerRequest: null, connectTimeout: CONNECT_MS, disconnectTimeout: RETRY_MS },
    retryStrategy: (times) => (goesOn(times) ? RETRY_MS : null),
  })
  try {
    await firstAnswer(client, place, signal)
  } catch (error) {
    throwIfAborted(signal)
    throw error
  }
  open = true
  await checkDatabase(client, url, place)
  const lost = new Promise<never>((_, reject) => {
    client.once('end', () => reject(new StateError(`the connection to ${place} is lost`)))
  })
  lost.catch(() => {}) // whoever waits for it is told
  const watching = watch(client, patience)
  const close = (): void => {
    clearInterval(watching)
    client.disconnect()
  }
  return { bullmq, client, lost, close }
}

/**
 * Checks that a queue can be used, before long work.
 *
 * @throws StateError as in `connect`
 */
export async function checkQueue(url: string): Promise<void> {
  const link = await connect(url)
  link.close()
}
