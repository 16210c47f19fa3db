import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { makeQueueRunner } from '../../src/node/queue/queue-runner.ts'
import type { QueueRunnerOptions } from '../../src/node/queue/runner-options.ts'
import type { ServeQueueOptions } from '../../src/node/queue/serve.ts'
import type { RunPlanOptions } from '../../src/node/run-plan.ts'
import { buildFoldWorker } from '../support/fold-worker.ts'
import { Hostile } from '../support/hostile.ts'
import { plan, quick, resultsOf, serveUntilEnd } from '../support/queue.ts'
import { hasRedis, redisTitle, startRedis, type TestRedis } from '../support/redis.ts'

const folder = mkdtempSync(join(tmpdir(), 'ser-attack-'))
const script = join(folder, 'fold-worker.mjs')
const secret = 'a secret of sixteen'
const LOOK_MS = 100

beforeAll(async () => await buildFoldWorker(script))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!hasRedis)(redisTitle('an experiment on a queue that others can write to'), () => {
  let redis: TestRedis
  let client: Redis
  beforeAll(async () => {
    redis = await startRedis('open-sesame')
    client = new Redis(redis.url, { maxRetriesPerRequest: null })
  })
  beforeEach(async () => {
    await client.flushall()
  })
  afterAll(async () => {
    client.disconnect()
    await redis.stop()
  })

  const one: ExperimentPlan = { ...plan, systems: [quick] }
  const serve = (options: Partial<ServeQueueOptions> = {}): ReturnType<typeof serveUntilEnd> =>
    serveUntilEnd({ url: redis.url, allow: [], script: pathToFileURL(script), lockSeconds: 2, ...options })
  const onQueue = (
    what: ExperimentPlan,
    options: Partial<QueueRunnerOptions> = {},
    lookMs = LOOK_MS,
  ): Pick<RunPlanOptions, 'createRunner'> => ({
    createRunner: (data) => makeQueueRunner(data, { url: redis.url, plan: what, ...options }, lookMs),
  })
  const ends: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end()))
  })
  const serveTillEnd = (options: Partial<ServeQueueOptions> = {}): void => {
    ends.push(serve(options).end)
  }

  it.each([
    ['a secret', secret],
    ['no secret', undefined],
  ])('finds with two workers what it finds alone, whatever a hostile client does (%s)', async (_, key) => {
    const hostile = new Hostile(client, key !== undefined)
    // Answers of an earlier run, signed by the same secret, are replayed.
    const earlier = { ...plan, seeds: [2] }
    const alone = await resultsOf(plan)
    const before = serve({ secret: key })
    let attacking = Promise.resolve()
    const attack = (): void => {
      attacking = attacking.then(() => hostile.attackOnce())
    }
    const remember = { onFold: () => hostile.attackOnce() }
    await resultsOf(earlier, { ...onQueue(earlier, { secret: key }), ...(key === undefined ? {} : remember) })
    await before.end()
    const running = resultsOf(plan, { ...onQueue(plan, { secret: key }), onEpoch: attack, onFold: attack })
    running.catch(() => {})
    while ((await hostile.ids()).length < 6) await new Promise((resolve) => setTimeout(resolve, 5))
    await hostile.attackByAll()
    for (let i = 0; i < 2; i++) serveTillEnd({ secret: key, onStart: attack })
    await hostile.attackByAll()
    expect(await running).toEqual(alone)
    await attacking
    expect(Math.min(...hostile.done.values())).toBeGreaterThanOrEqual(2)
  })

  it('ends with a clear error where somebody deletes its requests without end', async () => {
    const running = resultsOf(one, onQueue(one, {}, 20))
    let ended = false
    const outcome = running.then(
      () => 'done',
      (error: Error) => error.message,
    )
    outcome.then(() => {
      ended = true
    })
    while (!ended) await client.flushall()
    expect(await outcome).toMatch(
      /^fold \S+: somebody disturbs the queue: it was refused or changed there 200 times, .*the request is gone from the queue$/,
    )
  })

  it('ends with the words of Redis where that takes nothing more', async () => {
    const running = resultsOf(one, onQueue(one, {}, 20))
    running.catch(() => {})
    while ((await client.llen('ser-core:folds:wait')) < 3) await new Promise((resolve) => setTimeout(resolve, 5))
    await client.config('SET', 'maxmemory', '1')
    await client.del('ser-core:folds:wait')
    try {
      await expect(running).rejects.toThrow(/^fold \S+: the queue cannot be used: .*OOM/)
    } finally {
      await client.config('SET', 'maxmemory', '0')
    }
  })

  it('requests a fold again that a worker has for too long', async () => {
    const reasons: string[] = []
    const onRefused = (_: unknown, worker: string, reason: string): number => reasons.push(`${worker}: ${reason}`)
    const hangs = join(folder, 'hangs.mjs')
    writeFileSync(hangs, 'export default () => new Promise(() => {})')
    const stuck = serve({ script: pathToFileURL(hangs) })
    const running = resultsOf(one, onQueue(one, { longestSeconds: 0.3, onRefused }))
    while (reasons.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await stuck.end()
    serveTillEnd()
    expect(await running).toEqual(await resultsOf(one))
    expect(reasons[0]).toBe('nobody knows: no answer for 0.3 s')
  })
})

describe.skipIf(!hasRedis)(redisTitle('a worker that cannot do the folds of a queue'), () => {
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis('open-sesame')
  })
  afterAll(async () => await redis.stop())

  const one: ExperimentPlan = { ...plan, systems: [quick] }
  const serve = (options: Partial<ServeQueueOptions>): ReturnType<typeof serveUntilEnd> =>
    serveUntilEnd({ url: redis.url, allow: [], script: pathToFileURL(script), ...options })

  it.each<[string, Partial<ServeQueueOptions>, RegExp]>([
    ['another secret', { secret: 'another secret of many' }, /its signature is not of the secret of this worker/],
    ['no secret', {}, /the job is signed, and this worker has no secret/],
    [
      'other limits',
      { secret, longestSeconds: 0.001 },
      /the fold took longer than 0.001 s .* while its recordings were/,
    ],
  ])('is told with its reason, and its folds go to others: %s', async (_, wrong, reason) => {
    const told: string[] = []
    const onUnable = (__: unknown, worker: string, why: string): number => told.push(`${worker}: ${why}`)
    const start = (): RunPlanOptions['createRunner'] => (data) =>
      makeQueueRunner(data, { url: redis.url, plan: one, secret, onUnable }, LOOK_MS)
    const unable = serve(wrong)
    const able = serve({ secret, workers: 1 })
    expect(await resultsOf(one, { createRunner: start() })).toEqual(await resultsOf(one))
    await able.end()
    // Without the other it ends, by its reason.
    await expect(resultsOf({ ...one, seeds: [2] }, { createRunner: start() })).rejects.toThrow(
      new RegExp(`^fold \\S+: worker \\S+-\\d+: .*${reason.source}.*\\nno worker that is there can do this fold`),
    )
    await unable.end()
    expect(told.length).toBeGreaterThanOrEqual(1)
    for (const line of told) expect(line).toMatch(reason)
  })
})
