/** A client that attacks a queue by all commands of Redis. */
import type { Redis } from 'ioredis'
import { Random } from '../../src/numerics/random.ts'

const root = 'ser-core:folds:'
const lists = ['wait', 'active', 'paused']
const sets = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children']

type Attack = (id: string) => Promise<unknown>

/** Attacks on a queue; those of `open` give other results or an end unless answers are signed. */
export class Hostile {
  /** Answers that were seen on the queue, by the ids of their requests. */
  readonly seen: Map<string, string> = new Map()
  /** Number of attacks done, by name. */
  readonly done: Map<string, number> = new Map()
  private readonly client: Redis
  private readonly random: Random
  private readonly isSigned: boolean
  private forged = 0

  /** @param isSigned - whether jobs and answers are signed, so that plausible forgeries may be tried as well */
  constructor(client: Redis, isSigned: boolean, seed = 1) {
    this.client = client
    this.isSigned = isSigned
    this.random = new Random(seed)
  }

  /** Ids of the requests on the queue. */
  async ids(): Promise<string[]> {
    const keys = await this.client.keys(`${root}fold-*`)
    return keys.map((key) => key.slice(root.length)).filter((id) => /^fold-[0-9a-f]{40}$/.test(id))
  }

  /** Does each attack once, on requests drawn by the seed; those that Redis refuses are none. */
  async attackByAll(): Promise<void> {
    const all = Object.entries(this.attacks())
    for (const i of this.random.permutation(all.length)) await this.attack(...all[i])
  }

  /** Does one attack, drawn by the seed. */
  async attackOnce(): Promise<void> {
    const all = Object.entries(this.attacks())
    const [name, attack] = all[this.random.integer(all.length)]
    await this.attack(name, attack)
  }

  private async attack(name: string, attack: Attack): Promise<void> {
    const ids = await this.ids()
    for (const id of ids) {
      const [answer, worker] = await this.client
        .hmget(root + id, 'returnvalue', 'processedBy')
        .catch(() => [null, null])
      if (typeof answer === 'string' && worker !== 'mallory') this.seen.set(id, answer)
    }
    const id = ids.length === 0 ? 'fold-none' : ids[this.random.integer(ids.length)]
    await attack(id).catch(() => {})
    this.done.set(name, (this.done.get(name) ?? 0) + 1)
  }

  /** Puts a job where workers take it next. */
  private async push(id: string, data: string, opts = '{"attempts":0}'): Promise<void> {
    await this.client.hset(root + id, { name: 'fold', data, opts, timestamp: 1, delay: 0, priority: 0 })
    await this.client.rpush(`${root}wait`, id)
    await this.client.zadd(`${root}marker`, 0, '0')
  }

  private async leave(id: string): Promise<void> {
    for (const name of lists) await this.client.lrem(root + name, 0, id).catch(() => {})
    for (const name of sets) await this.client.zrem(root + name, id).catch(() => {})
  }

  /** Makes a request an answered one. */
  private async answer(id: string, returnvalue: string): Promise<void> {
    await this.leave(id)
    await this.client.hset(root + id, { returnvalue, finishedOn: 5, processedBy: 'mallory' })
    await this.client.zadd(`${root}completed`, 5, id)
    await this.client.xadd(`${root}events`, '*', 'event', 'completed', 'jobId', id, 'returnvalue', returnvalue)
  }

  private async fail(id: string, failedReason: string): Promise<void> {
    await this.leave(id)
    await this.client.hset(root + id, { failedReason, finishedOn: 5, processedBy: 'mallory' })
    await this.client.zadd(`${root}failed`, 5, id)
    await this.client.xadd(`${root}events`, '*', 'event', 'failed', 'jobId', id, 'failedReason', failedReason)
  }

  /** An answer to another request. */
  private plausible(id: string): string {
    const [one = '{}'] = [...this.seen].filter(([other]) => other !== id).map(([, value]) => value)
    return one
  }

  private attacks(): { [name: string]: Attack } {
    const { client } = this
    const junk = (): string => `fold-${String(++this.forged).padStart(40, '0')}`
    const move = (to: string) => async (id: string) => {
      await this.leave(id)
      await client.zadd(root + to, 9e15, id)
    }
    return {
      ...this.forgeries(junk),
      'deletes a request': (id) => client.del(root + id),
      'deletes what waits': () => client.del(`${root}wait`, `${root}marker`),
      'deletes what is in work': () => client.del(`${root}active`),
      'deletes everything': () => client.flushall(),
      'renames what waits': () => client.rename(`${root}wait`, `${root}elsewhere`),
      'renames a request': (id) => client.rename(root + id, `${root}gone`),
      'takes a request out of all lists': (id) => this.leave(id),
      'puts a request into a list twice': (id) => client.rpush(`${root}wait`, id, id),
      'overwrites a request': (id) => client.set(root + id, 'x'),
      ...Object.fromEntries(
        [...lists, 'completed', 'events', 'meta', 'marker', 'stalled'].map((name) => [
          `overwrites ${name}`,
          () => client.set(root + name, 'x'),
        ]),
      ),
      'changes a request': async (id) => {
        const data = await client.hget(root + id, 'data')
        await client.hset(root + id, 'data', (data ?? '{}').replace('"seed":1', '"seed":2'))
      },
      'spoils a request': (id) => client.hset(root + id, 'data', 'x{'),
      'empties a request': (id) => client.hset(root + id, 'data', 'null'),
      'spoils the options': (id) => client.hset(root + id, 'opts', 'null'),
      'locks a request for ever': async (id) => {
        await this.leave(id)
        await client.lpush(`${root}active`, id)
        await client.set(`${root}${id}:lock`, 'mallory')
      },
      'unlocks a request': (id) => client.del(`${root}${id}:lock`),
      'delays a request': move('delayed'),
      'has a request wait for others': move('waiting-children'),
      'says that a request is done': move('completed'),
      'pauses the queue': () => client.hset(`${root}meta`, 'paused', 1),
      'limits the queue': () => client.hset(`${root}meta`, { concurrency: 0, max: 1, duration: 9e9 }),
      'limits the rate': () => client.set(`${root}limiter`, 9e9),
      'keeps lost workers from being noticed': () => client.set(`${root}stalled-check`, 1),
      'stops the events': () => client.xadd(`${root}events`, '18446744073709551615-18446744073709551615', 'event', 'x'),
      'spoils the settings': () => client.hset(`${root}meta`, 'opts.maxLenEvents', 'x'),
      'tells of progress': async (id) => {
        const data = JSON.stringify({ epoch: 7, epochs: -1, loss: 'x' })
        await client.hset(root + id, 'progress', data)
        await client.xadd(`${root}events`, '*', 'event', 'progress', 'jobId', id, 'data', data)
      },
      'tells of malformed progress': (id) =>
        client.xadd(`${root}events`, '*', 'event', 'progress', 'jobId', id, 'data', '{'),
      'defers a failure': (id) => client.hset(root + id, 'defa', 'by mallory'),
      floods: async () => {
        for (let i = 0; i < 200; i++) await this.push(junk(), '{"a":1}')
        for (let i = 0; i < 500; i++) await client.xadd(`${root}events`, '*', 'event', 'completed', 'jobId', 'x')
      },
    }
  }

  private forgeries(junk: () => string): { [name: string]: Attack } {
    const { client } = this
    const unsigned: { [name: string]: Attack } = {
      'adds a malformed job': () => this.push(junk(), '{'),
      'adds a job of another kind': () => this.push(junk(), '[1,2]'),
      'adds an oversized job': () => this.push(junk(), JSON.stringify({ job: 'x'.repeat(8e6) })),
      'adds a deep job': () => this.push(junk(), `{"job":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
      'replays a request under another id': async (id) =>
        await this.push(junk(), (await client.hget(root + id, 'data')) ?? '{}'),
      'answers with nothing': (id) => this.answer(id, '{}'),
      'answers with no JSON': (id) => this.answer(id, '{'),
      'answers at length': (id) => this.answer(id, JSON.stringify({ fold: 'x'.repeat(8e6), seconds: 1 })),
      'fails a request': (id) => this.fail(id, 'mallory was here'),
      'says that a worker cannot do it': (id) =>
        this.fail(id, JSON.stringify({ worker: `m-${++this.forged}`, reason: '\u001b[2J', final: false })),
    }
    if (!this.isSigned) return unsigned
    return {
      ...unsigned,
      'replays an answer to another request': (id) => this.answer(id, this.plausible(id)),
      'answers plausibly': (id) => this.answer(id, JSON.stringify(turned(this.seen.get(id) ?? this.plausible(id)))),
      'fails a request for good': (id) =>
        this.fail(id, JSON.stringify({ worker: 'mallory', reason: 'it cannot be done', final: true })),
    }
  }
}

interface Fold {
  fold?: { predictions?: { posterior: number[]; said: string; label: string }[]; accuracy?: number }
}

/** An answer that says the other class each time, with all that follows from it. */
function turned(text: string): Fold {
  const value = JSON.parse(text) as Fold
  const predictions = value.fold?.predictions ?? []
  for (const one of predictions) {
    one.posterior.reverse()
    one.said = one.said === 'joy' ? 'sadness' : 'joy'
  }
  if (value.fold !== undefined) {
    value.fold.accuracy = predictions.filter(({ said, label }) => said === label).length / predictions.length
  }
  return value
}
