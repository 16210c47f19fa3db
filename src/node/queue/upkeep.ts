/**
 * Upkeep of a queue by the experiment that waits for it. Whoever reaches Redis can change its keys; a change that leaves a
 * fold where no worker finds it would let the experiment wait without end.
 */
import type { Redis } from 'ioredis'
import { messageOf } from '../../core/errors.ts'
import { isErrorNamed } from '../../core/realm.ts'

/** Types of the keys of a queue of BullMQ, by their last parts. */
const types: { readonly [key: string]: string } = {
  ...{ wait: 'list', active: 'list', paused: 'list', completed: 'zset', failed: 'zset', delayed: 'zset' },
  ...{ prioritized: 'zset', 'waiting-children': 'zset', marker: 'zset', stalled: 'set', events: 'stream' },
  ...{ meta: 'hash', id: 'string', pc: 'string', 'stalled-check': 'string' },
}
const lists = ['wait', 'active', 'paused'] as const
const sets = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children'] as const
/** Ids of a stream are times, ms; later ones than in an hour would stop the stream. */
const EARLY_MS = 3_600_000

/** Whether Redis has answered with an error, or with what is none of ours; not a lost connection. */
export function isDamage(error: unknown): boolean {
  return ['ReplyError', 'SyntaxError', 'TypeError', 'RangeError'].some((name) => isErrorNamed(error, name))
}

/** Whether Redis does not permit a command to the user of the address. */
export function isForbidden(error: unknown): boolean {
  return /^(NOPERM|NOAUTH|WRONGPASS)\b/.test(messageOf(error))
}

/** Runs commands; those that fail are passed over. */
async function each<T = unknown>(client: Redis, commands: (string | number)[][]): Promise<(T | null)[]> {
  const answers = (await client.pipeline(commands as unknown[][]).exec()) ?? []
  return answers.map(([error, value]) => (error === null ? (value as T) : null))
}

/** Removes a request with all that belongs to it, whoever has it. */
export async function removeWholly(client: Redis, key: (name: string) => string, id: string): Promise<void> {
  const own = ['', ':lock', ':logs', ':dependencies', ':processed', ':failed', ':unsuccessful']
  await each(client, [
    ['del', ...own.map((end) => key(id) + end)],
    ...lists.map((name) => ['lrem', key(name), 0, id]),
    ...sets.map((name) => ['zrem', key(name), id]),
    ['srem', key('stalled'), id],
  ])
}

/**
 * Removes what keeps all workers of a queue from their folds: keys of wrong types, a pause, limits of rate or number, a
 * check for lost workers that never comes, and a stream of events that takes no more.
 */
export async function mendQueue(client: Redis, key: (name: string) => string, now: number): Promise<void> {
  const names = Object.keys(types)
  const found = await each<string>(
    client,
    names.map((name) => ['type', key(name)]),
  )
  const wrong = names.filter((name, i) => found[i] !== null && found[i] !== 'none' && found[i] !== types[name])
  if (wrong.length > 0) await each(client, [['del', ...wrong.map(key)]])
  const [, , ttl, last] = await each<unknown>(client, [
    ['hdel', key('meta'), 'concurrency', 'max', 'duration'],
    ['del', key('limiter')],
    ['pttl', key('stalled-check')],
    ['xrevrange', key('events'), '+', '-', 'COUNT', 1],
  ])
  const forever = ttl === -1 || Number(ttl) > EARLY_MS
  const [latest] = (last as [string, string[]][] | null)?.[0] ?? ['0']
  const gone = [
    ...(forever ? ['stalled-check'] : []),
    ...(Number.parseInt(latest, 10) > now + EARLY_MS ? ['events'] : []),
  ]
  if (gone.length > 0) await each(client, [['del', ...gone.map(key)]])
}

/** Removes the settings and events of a queue, which BullMQ makes anew; folds stay. */
export async function resetQueue(client: Redis, key: (name: string) => string): Promise<void> {
  await each(client, [['del', ...['meta', 'events', 'marker', 'stalled-check'].map(key)]])
}

/** Ids that wait, and ids in work. */
export interface Places {
  waiting: ReadonlySet<string>
  active: ReadonlySet<string>
}

/** Where the requests of a queue are. */
export async function placesOf(client: Redis, key: (name: string) => string): Promise<Places> {
  const [wait, paused, prioritized, active] = await each<string[]>(client, [
    ['lrange', key('wait'), 0, -1],
    ['lrange', key('paused'), 0, -1],
    ['zrange', key('prioritized'), 0, -1],
    ['lrange', key('active'), 0, -1],
  ])
  return {
    waiting: new Set([...(wait ?? []), ...(paused ?? []), ...(prioritized ?? [])]),
    active: new Set(active ?? []),
  }
}

/** Names of the workers that are connected; null where Redis does not tell. */
export async function workersOf(getWorkers: () => Promise<{ [field: string]: string }[]>): Promise<string[] | null> {
  try {
    const workers = await getWorkers()
    if (workers.some(({ rawname }) => rawname === undefined)) return null
    // The name of a connection ends in that of its worker.
    return workers.map(({ rawname }) => rawname.slice(rawname.lastIndexOf(':w:') + 3))
  } catch {
    return null
  }
}
