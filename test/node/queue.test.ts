import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { frontEndsOf } from '../../src/experiments/assemble.ts'
import { foldJobs } from '../../src/experiments/jobs.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { extractData } from '../../src/node/fold-data.ts'
import { checkAddress, withoutPassword } from '../../src/node/queue/address.ts'
import { originOf, requestId, requestsOf } from '../../src/node/queue/fold-request.ts'
import { FoldSources } from '../../src/node/queue/fold-sources.ts'
import { connect } from '../../src/node/queue/link.ts'
import { createQueueRunner } from '../../src/node/queue/queue-runner.ts'
import { type ServeQueueOptions, serveQueue } from '../../src/node/queue/serve.ts'
import { type RunPlanOptions, runPlan } from '../../src/node/run-plan.ts'
import { openSource } from '../../src/node/source.ts'
import { checkBuilt } from '../support/built.ts'
import { buildFoldWorker } from '../support/fold-worker.ts'
import { lstm, plan, quick, resultsOf, serveUntilEnd, voices } from '../support/queue.ts'
import { freePort, hasRedis, redisTitle, startRedis, type TestRedis } from '../support/redis.ts'
import { root, runNode } from '../support/run.ts'
import { withoutTimes } from '../support/times.ts'

checkBuilt()

const folder = mkdtempSync(join(tmpdir(), 'ser-queue-'))
const script = join(folder, 'fold-worker.mjs')
const password = 'open-sesame'
const cli = `${root}dist/cli.js`

beforeAll(async () => {
  process.env.SER_COMMIT = 'a commit'
  await buildFoldWorker(script)
})
afterAll(() => {
  delete process.env.SER_COMMIT
  rmSync(folder, { recursive: true })
})

const long: ExperimentPlan = { ...plan, systems: [lstm(400)] }

let folders = 0
const newFolder = (): string => join(folder, `out-${folders++}`)

const run = resultsOf

/** The corpus as files; the label of the first recording may be another. */
function writeCorpus(name: string, first?: string): string {
  const lines = ['path,label,speaker']
  for (const { id, label, speaker, samples, sampleRate } of syntheticCorpus(voices)) {
    writeFileSync(join(folder, `${id}.wav`), encodeWav({ sampleRate, channels: [samples()] }))
    lines.push(`${id}.wav,${lines.length === 1 ? (first ?? label) : label},${speaker}`)
  }
  const path = join(folder, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

describe('withoutPassword', () => {
  it.each([
    ['redis://localhost:6379/1', 'redis://localhost:6379/1'],
    ['redis://:secret@host', 'redis://***@host'],
    ['--queue=rediss://me:s@c/r?t@host:1', '--queue=rediss://***@host:1'],
    ['REDIS://me:se cret\n@host', 'REDIS://***@host'],
    ['a@b.c', 'a@b.c'],
  ])('%s', (text, hidden) => expect(withoutPassword(text)).toBe(hidden))
})

describe('checkAddress', () => {
  it.each(['redis://localhost', 'rediss://me:secret@host:6380/2', 'redis://[::1]:1/'])('takes %s', (url) => {
    expect(checkAddress('f', 'url', url)).toBe(url)
  })

  it.each(['localhost:6379', 'http://host', 'redis://', 'redis://host/a', 'redis://host?password=x', ''])(
    'refuses "%s"',
    (url) => expect(() => checkAddress('f', 'url', url)).toThrow(/^f: "url" expected redis:\/\/.*, got "/),
  )

  it('does not tell passwords', () => {
    expect(() => checkAddress('f', 'url', 'redis://me:secret@host/x')).toThrow('got "redis://***@host/x"')
  })
})

describe('a queue that cannot be used', () => {
  afterEach(() => {
    vi.doUnmock('ioredis')
    vi.resetModules()
  })

  it('says that no Redis is there, without the password', async () => {
    const place = `127.0.0.1:${await freePort()}`
    const url = `redis://me:${password}@${place}`
    const { data } = await extractData('test', await openSource(plan.corpus), frontEndsOf(plan.systems), {})
    const message = `no Redis can be reached at redis://***@${place}: connect ECONNREFUSED ${place}`
    const experiment = runNode([cli, 'experiment', '--queue', url, '--out', newFolder()])
    await Promise.all([
      expect(createQueueRunner(data, { url, plan })).rejects.toThrow(message),
      expect(serveQueue({ url, allow: [], script: pathToFileURL(script) })).rejects.toThrow(message),
    ])
    const said = `queue     connecting to redis://***@${place}\nerror: ${message}\n`
    expect(await experiment).toMatchObject({ code: 1, stderr: said })
  })

  it('says so where something listens and does not answer, and can be stopped while it waits', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const stop = new AbortController()
    const stopped = connect(url, stop.signal)
    await once(silent, 'connection')
    stop.abort(new DOMException('enough', 'AbortError'))
    await expect(stopped).rejects.toThrow('enough')
    await expect(connect(url, stop.signal)).rejects.toThrow('enough')
    await expect(connect(url)).rejects.toThrow(/no Redis can be reached at redis:\/\/127\.0\.0\.1:\d+: no answer/)
    silent.close()
  })

  it('names the packages where one is missing', async () => {
    vi.resetModules()
    vi.doMock('ioredis', () => {
      throw new Error("Cannot find package 'ioredis'")
    })
    const { connect } = await import('../../src/node/queue/link.ts')
    await expect(connect('redis://localhost')).rejects.toThrow(
      'queues need the optional packages bullmq and ioredis: npm install bullmq ioredis',
    )
  })

  it.each([
    [['worker'], /required option '--queue <url>' not specified/],
    [['worker', '--queue', `http://me:${password}@host`], /"--queue" expected redis:.*, got "http:/],
    [['experiment', '--queue', `redis://me:${password}@host/x`], /got "redis:\/\/\*\*\*@host\/x"/],
    [['experiment', '--queue', 'redis://host', '--workers', '2'], /'--queue <url>' cannot be used with .*--workers/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stderr } = await runNode([cli, ...args])
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('FoldSources', () => {
  const path = writeCorpus('here.csv')
  const there: ExperimentPlan = { ...plan, corpus: { kind: 'manifest', path } }

  it('gives the data of the experiment, and refuses other recordings and other software', async () => {
    const { data } = await extractData('test', await openSource(there.corpus), frontEndsOf(there.systems), {})
    const origin = originOf(data)
    const [job] = foldJobs(there, ['s01', 's02', 's03'])
    const request = requestsOf(there, origin)(job)
    const opened = await new FoldSources({ allow: [folder] }).use(request, async (shared) => shared)
    expect([...opened.keys()]).toEqual([...data.keys()])
    const other = new FoldSources({ data: writeCorpus('other.csv', 'sadness') })
    await expect(other.use(request, async () => {})).rejects.toThrow(
      /^this worker has other recordings \(experiment there, worker here\):\n {2}recordings: "/,
    )
    const old = { ...request, origin: { ...origin, software: { 'ser-core': '0.0.1', kernels: 'none' } } }
    await expect(new FoldSources({}).use(old, async () => {})).rejects.toThrow(
      /^this worker has other software .*\n {2}ser-core: "0\.0\.1" there, ".*" here\n {2}kernels: "none" there, "/,
    )
    expect(requestId(old)).not.toBe(requestId(request))
    expect(requestId({ ...request, corpus: { kind: 'manifest', path: 'elsewhere' } })).toBe(requestId(request))
  })
})

describe.skipIf(!hasRedis)(redisTitle('a connection'), () => {
  it('is given up where the server is frozen, and not while it answers', async () => {
    const redis = await startRedis(password)
    try {
      const link = await connect(redis.url, undefined, 400)
      await new Promise((resolve) => setTimeout(resolve, 900))
      expect([await link.client.ping(), link.client.status]).toEqual(['PONG', 'ready'])
      redis.freeze()
      await expect(link.lost).rejects.toThrow(/^the connection to redis:\/\/\*\*\*@127\.0\.0\.1:\d+ is lost$/)
      link.close()
    } finally {
      await redis.stop()
    }
  })
})

describe.skipIf(!hasRedis)(redisTitle('an experiment on a queue'), () => {
  let redis: TestRedis
  let client: Redis
  let queue: Queue
  beforeAll(async () => {
    redis = await startRedis(password)
    client = new Redis(redis.url, { maxRetriesPerRequest: null })
    queue = new Queue('folds', { connection: client, prefix: 'ser-core' })
  })
  afterAll(async () => {
    await queue.close()
    client.disconnect()
    await redis.stop()
  })

  const onQueue = (what: ExperimentPlan): Pick<RunPlanOptions, 'createRunner'> => ({
    createRunner: (data) => createQueueRunner(data, { url: redis.url, plan: what }),
  })

  const serve = (options: Partial<ServeQueueOptions> = {}): ReturnType<typeof serveUntilEnd> =>
    serveUntilEnd({ url: redis.url, allow: [folder], script: pathToFileURL(script), ...options })

  /** Until the queue holds so many folds in all. */
  async function holds(count: number): Promise<void> {
    while ((await queue.count()) !== count) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('finds with two workers what it finds here, tells of progress, and leaves nothing behind', async () => {
    const epochs = new Set<string>()
    const done: string[][] = [[], []]
    const servers = done.map((ids, i) => serve({ workers: i + 1, onFold: ({ id }) => ids.push(id) }))
    const options = { ...onQueue(plan), onEpoch: ({ id }: { id: string }) => epochs.add(id) }
    expect(await run(plan, options)).toEqual(await run(plan))
    const ids = foldJobs(plan, ['s01', 's02', 's03']).map(({ id }) => id)
    expect([...epochs].sort()).toEqual([...ids].sort())
    await Promise.all(servers.map(({ end }) => end()))
    expect(done.flat().sort()).toEqual([...ids].sort())
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 0, active: 0, completed: 0, failed: 0 })
  })

  it('fails where a worker has other recordings and says so; the same command then goes on with others', async () => {
    const there: ExperimentPlan = { ...plan, corpus: { kind: 'manifest', path: writeCorpus('list.csv') } }
    const wrong = serve({ data: writeCorpus('wrong.csv', 'sadness') })
    await expect(run(there, onQueue(there))).rejects.toMatchObject({
      name: 'FoldError',
      message: expect.stringMatching(/^fold .*: worker \S+-\d+: this worker has other recordings .*\n {2}recordings: /),
    })
    await wrong.end()
    const right = serve()
    expect(await run(there, onQueue(there))).toEqual(await run(there))
    await right.end()
  })

  /** A worker that answers with anything but folds, so many times. */
  async function answerWrongly(times: number, answerOf: (id: string, n: number) => unknown): Promise<void> {
    let n = 0
    const connection = client.duplicate()
    const mallory = new Worker('folds', async ({ data }) => answerOf(data.job.speaker, n++), {
      ...{ connection, prefix: 'ser-core', name: 'mallory' },
    })
    while (n < times) await new Promise((resolve) => setTimeout(resolve, 5))
    await mallory.close()
    connection.disconnect()
  }

  /** Answers that are none of the job. */
  const wrongAnswers = async (): Promise<((speaker: string) => unknown)[]> => {
    const { runs } = (await run(plan)) as { runs: { folds: { speaker: string }[] }[] }
    const foldOf = (speaker: string): object => runs[0].folds.find((fold) => fold.speaker === speaker) ?? {}
    const other = (speaker: string): string => (speaker === 's01' ? 's02' : 's01')
    return [
      () => ({}),
      () => null,
      (speaker) => ({ fold: { ...foldOf(speaker), accuracy: 7 }, seconds: 1 }),
      (speaker) => ({ fold: foldOf(other(speaker)), seconds: 1 }),
      (speaker) => ({ fold: { ...foldOf(other(speaker)), speaker }, seconds: 1 }),
      (speaker) => ({ fold: { ...foldOf(speaker), predictions: [{ path: 'invented' }] }, seconds: 1 }),
    ]
  }

  it('refuses answers that are none, names their worker and has the folds done by others', async () => {
    const answers = await wrongAnswers()
    const refused: string[] = []
    const createRunner: RunPlanOptions['createRunner'] = (data) =>
      createQueueRunner(data, {
        ...{ url: redis.url, plan },
        onRefused: (_, worker, reason) => refused.push(`${worker} ${reason}`),
      })
    const running = run(plan, { createRunner })
    await answerWrongly(12, (speaker, n) => answers[n % answers.length](speaker))
    const servers = [serve(), serve()]
    expect(await running).toEqual(await run(plan))
    await Promise.all(servers.map(({ end }) => end()))
    expect(refused.length).toBeGreaterThanOrEqual(12)
    const reasons = [
      ...[/^"mallory" fold expected an object, got undefined/, /^"mallory" the answer expected an object, got null/],
      ...[/^"mallory" fold\.accuracy expected .*, got 7/, /^"mallory" fold\.speaker expected "s0\d", got "s0\d"/],
      ...[
        /^"mallory" fold\.predictions\[0\]\.path expected "s0\d-/,
        /^"mallory" fold\.predictions expected 2 recordings/,
      ],
    ]
    for (const reason of reasons) expect(refused).toContainEqual(expect.stringMatching(reason))
  })

  it('is refused where the server lacks the database of the address', async () => {
    await expect(connect(`${redis.url}/16`)).rejects.toThrow(/has no database 16: .*out of range/)
  })

  it('ends the thread of a fold that takes too long', async () => {
    const { end } = serve({ longestSeconds: 0.05 })
    const slow = { ...plan, systems: [{ ...quick, options: { epochs: 100_000 } }] }
    const run = runPlan(slow, { folder: join(folder, 'watchdog'), ...onQueue(slow) })
    await expect(run).rejects.toThrow(/the fold took longer than 0.05 s and was ended/)
    await end()
    await queue.obliterate({ force: true })
  })

  it('gives a fold up whose answers are never one', async () => {
    const one = { ...plan, systems: [quick] }
    const running = run(one, onQueue(one))
    running.catch(() => {})
    const connection = client.duplicate()
    const mallory = new Worker('folds', async () => ({}), {
      ...{ connection, prefix: 'ser-core', name: 'm\u001b[2J' },
    })
    await expect(running).rejects.toMatchObject({
      name: 'FoldError',
      message: expect.stringMatching(
        /: 20 answers were refused, the last of worker "m\\u001b\[2J": fold expected an object/,
      ),
    })
    await mallory.close()
    connection.disconnect()
    await queue.obliterate({ force: true })
  })

  it('takes no answer to a request that was changed on the queue', async () => {
    const one = { ...plan, systems: [quick] }
    const refused: string[] = []
    const createRunner: RunPlanOptions['createRunner'] = (data) =>
      createQueueRunner(data, {
        ...{ url: redis.url, plan: one },
        onRefused: ({ speaker }, _, reason) => refused.push(`${speaker} ${reason}`),
      })
    const running = run(one, { createRunner })
    await holds(3)
    const [waiting] = await queue.getJobs(['waiting'])
    const seed = { ...waiting.data, job: { ...waiting.data.job, seed: 2 } }
    await waiting.updateData(seed)
    const right = serve()
    expect(await running).toEqual(await run(one))
    expect(refused).toEqual([`${waiting.data.job.speaker} the request on the queue was changed`])
    await right.end()
  })

  it('takes back what nobody has begun when it is stopped', async () => {
    const stop = new AbortController()
    const running = run(plan, { ...onQueue(plan), signal: stop.signal })
    await holds(6)
    stop.abort(new DOMException('enough', 'AbortError'))
    await expect(running).rejects.toThrow('enough')
    expect(await queue.count()).toBe(0)
  })

  it('goes on where a worker is told to stop in the middle of a fold', async () => {
    const returned: string[] = []
    const first = serve({ onReturn: ({ id }) => returned.push(id) })
    let ended: Promise<void> | null = null
    let second: ReturnType<typeof serve> | null = null
    const onEpoch = (): void => {
      ended ??= first.end().then(() => {
        second = serve()
      })
    }
    expect(await run(long, { ...onQueue(long), onEpoch })).toEqual(await run(long))
    await ended
    expect(returned).toHaveLength(1)
    await (second as ReturnType<typeof serve> | null)?.end()
  })

  /** A program whose lines are kept. */
  class Program {
    readonly lines: string[] = []
    readonly child: ChildProcess
    readonly ended: Promise<unknown[]>
    onLine: (line: string) => void = () => {}

    constructor(...args: string[]) {
      this.child = spawn(process.execPath, [cli, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
      this.ended = once(this.child, 'exit')
      createInterface(this.child.stderr as NodeJS.ReadableStream).on('line', (line) => {
        this.lines.push(line)
        this.onLine(line)
      })
    }

    /** Waits for a line that begins so. */
    async says(start: string): Promise<void> {
      const said = (): boolean => this.lines.some((line) => line.startsWith(start))
      if (!said()) await new Promise<void>((resolve) => this.child.stderr?.on('data', () => said() && resolve()))
    }
  }

  it('loses nothing when one of two workers is killed in the middle of a fold', async () => {
    const args = ['worker', '--queue', redis.url, '--allow', '--no-cache', '--lock', '2']
    const [victim, other] = [new Program(...args), new Program(...args)]
    await Promise.all([victim.says('worker '), other.says('worker ')])
    const inWork = new Set<string>()
    let lost = ''
    const strike = (): void => {
      const begun =
        victim.lines
          .filter((line) => line.startsWith('begins'))
          .at(-1)
          ?.split(/\s+/)[1] ?? ''
      if (lost !== '' || !inWork.has(begun)) return
      lost = begun
      victim.child.kill('SIGKILL')
    }
    victim.onLine = strike
    const onEpoch = ({ id }: { id: string }): void => {
      inWork.add(id)
      strike()
    }
    expect(await run(long, { ...onQueue(long), onEpoch })).toEqual(await run(long))
    expect(await victim.ended).toEqual([null, 'SIGKILL'])
    expect(victim.lines.filter((line) => line.startsWith(`done      ${lost}`))).toEqual([])
    expect(other.lines.filter((line) => line.startsWith(`done      ${lost}`))).toHaveLength(1)
    other.child.kill('SIGTERM')
    expect(await other.ended).toEqual([130, null])
    expect([...victim.lines, ...other.lines].join('\n')).not.toContain(password)
  })

  it('finds the answers again when it is killed itself, and tells no password', async () => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(plan.systems))
    const list = writeCorpus('list.csv')
    const flags = ['experiment', '--corpus', 'manifest', '--data', list, '--config', 'config.json', '--no-cache']
    const args = [...flags, '--seeds', '2', '--out', 'killed', '--queue', redis.url]
    const killed = new Program(...args)
    await holds(12)
    killed.child.kill('SIGKILL')
    await killed.ended
    const worker = new Program(
      'worker',
      '--queue',
      redis.url,
      '--allow',
      folder,
      '--no-cache',
      '--once',
      '--workers',
      '2',
    )
    expect(await worker.ended).toEqual([0, null])
    expect(worker.lines).toContain('the queue is empty; 12 folds done here')
    // No worker is left.
    const again = await runNode([cli, ...args], folder)
    expect(again.code).toBe(0)
    const text = readFileSync(join(folder, 'killed', 'results.json'), 'utf8')
    const results = withoutTimes(JSON.parse(text)) as { run: { command: string } }
    expect(results.run.command).toMatch(/--queue 'redis:\/\/\*\*\*@127\.0\.0\.1:\d+'$/)
    const everything = [text, again.stdout, again.stderr, ...killed.lines, ...worker.lines].join('\n')
    expect(everything).not.toMatch(new RegExp(`${password}|Warning`))
    const local = await run({ ...plan, seeds: [1, 2], corpus: { kind: 'manifest', path: list } })
    expect(results).toMatchObject({ runs: (local as { runs: unknown }).runs })
  })
})
