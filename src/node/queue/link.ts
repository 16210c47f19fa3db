/** The connection to Redis by the optional packages bullmq and ioredis. */

import type { Redis } from 'ioredis'
import { messageOf, StateError } from '../../core/errors.ts'
import { importUnbundled } from '../../core/optional.ts'
import { throwIfAborted } from '../../core/realm.ts'
import { withoutPassword } from './address.ts'
import { queueName, queuePrefix } from './fold-request.ts'
import { isForbidden } from './upkeep.ts'

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

/** Causes of refused connections, by the words of Redis, Node or OpenSSL, and their remedies; more attempts change none. */
const refusals: readonly [RegExp, string][] = [
  [/^WRONGPASS|invalid password/, 'the user or password in the address is wrong'],
  [/^NOAUTH/, 'it wants a password: redis://[user]:PASSWORD@host'],
  [
    /self.signed|unable to (get|verify)|certificate (has expired|is not yet valid)|not in the cert|altnames/i,
    'its certificate is not trusted; an authority of your own is named in the environment: NODE_EXTRA_CA_CERTS=FILE',
  ],
  [
    /alert.*certificate required/,
    'it wants certificates of its clients, which ser-core has none of (tls-auth-clients no)',
  ],
  [/wrong version number|packet length too long/, 'it does not speak TLS: redis: instead of rediss:'],
]

/** The words of an error that a connection is refused with, and its cause where that is known. */
function explained(words: string): string {
  const text = withoutPassword(words).trim()
  const cause = refusals.find(([pattern]) => pattern.test(text))?.[1]
  return cause === undefined ? text : `${cause} (${text})`
}

/** A hint where Redis and the address may differ about TLS, of which a connection tells by its end alone. */
function aboutTls(url: string, words: string): string {
  if (/^rediss:/i.test(url))
    return /ETIMEDOUT|no answer/.test(words) ? '; does it speak TLS? If not, the address is redis:' : ''
  return /ECONNRESET|EPIPE|Connection is closed/.test(words) ? '; if it speaks TLS, the address is rediss:' : ''
}

/** Resolves with the first answer; rejects after some seconds without one, or when the signal is aborted. */
function firstAnswer(client: Redis, url: string, signal: AbortSignal | undefined): Promise<void> {
  let last = 'no answer'
  const place = withoutPassword(url)
  const onError = (error: unknown): void => {
    last = messageOf(error) || last
    if (refusals.some(([pattern]) => pattern.test(last))) client.disconnect()
  }
  client.on('error', () => {}) // later ones are told by the end of the connection
  client.on('error', onError)
  // Another program at this address may accept the connection and never answer.
  const giveUp = (): void => client.disconnect()
  const timer = setTimeout(giveUp, CONNECT_MS + RETRY_MS)
  signal?.addEventListener('abort', giveUp, { once: true })
  return new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.once('end', () => {
      reject(new StateError(`no Redis can be reached at ${place}: ${explained(last)}${aboutTls(url, last)}`))
    })
    client.connect().catch(() => {}) // told by the event, after some attempts
  }).finally(() => {
    clearTimeout(timer)
    client.off('error', onError)
    signal?.removeEventListener('abort', giveUp)
  })
}

/** Throws where the server lacks the database of the address, which ioredis passes over: it would go on with database 0. */
async function checkDatabase(client: Redis, url: string, place: string): Promise<void> {
  const database = Number(new URL(url).pathname.slice(1) || 0)
  try {
    await client.select(database)
  } catch (error) {
    // Of the first one nobody needs to ask.
    if (isForbidden(error) && database === 0) return
    client.disconnect()
    const what = isForbidden(error) ? 'does not permit' : 'has no'
    throw new StateError(`Redis at ${place} ${what} database ${database}: ${withoutPassword(messageOf(error))}`)
  }
}

/** Throws where the user of the address may not use the keys of queues, or not run their scripts. */
async function checkPermitted(client: Redis, place: string): Promise<void> {
  const key = `${queuePrefix}:${queueName}:meta`
  try {
    await client.eval("return redis.call('hdel', KEYS[1], 'nothing')", 1, key)
    await client.type(key)
    await client.info('server') // bullmq looks for the version there
  } catch (error) {
    const words = withoutPassword(messageOf(error))
    // Rights that scripts lack are told as errors of the scripts.
    if (!/NOPERM|ACL/.test(words)) return
    client.disconnect()
    const rights = `~${queuePrefix}:* +@all -@admin -@dangerous +client|list +info`
    throw new StateError(`Redis at ${place} does not permit this user to use queues (${words}); it needs ${rights}`)
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
    await firstAnswer(client, url, signal)
  } catch (error) {
    throwIfAborted(signal)
    throw error
  }
  open = true
  await checkDatabase(client, url, place)
  await checkPermitted(client, place)
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
