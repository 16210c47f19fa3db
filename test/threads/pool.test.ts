import { afterEach, describe, expect, it } from 'vitest'
import { createWorkerPool, type WorkerPool } from '../../src/threads/pool.ts'
import { runNode } from '../support/run.ts'

// A worker as a user might write one, in Node: answers { id, task, argument } with { id, value } or { id, error }.
const script = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads'
    let calls = 0
    const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    const tasks = {
      square: (x) => x * x,
      slowFirst: (x) => { if (x === 0) wait(60); return [x, threadId] },
      count: (memory) => { Atomics.add(memory, 0, 1); return ++calls },
      calls: () => calls,
      fail: (x) => { calls++; if (x === 1) throw new RangeError('not one') },
      crash: () => { queueMicrotask(() => { throw new Error('struck by lightning') }); wait(5) },
      exit: () => process.exit(3),
      hang: () => wait(1e6),
    }
    parentPort.on('message', ({ id, task, argument }) => {
      try {
        parentPort.postMessage({ id, value: tasks[task](argument) })
      } catch ({ name, message }) {
        parentPort.postMessage({ id, error: { name, message } })
      }
    })`)}`,
)

let pool: WorkerPool
afterEach(() => pool.close())
const start = (workers: number): void => {
  pool = createWorkerPool({ workers, script })
}

describe('a pool of workers', () => {
  it('gives results in the order of the arguments', async () => {
    start(2)
    expect(await pool.map('square', [1, 2, 3, 4, 5])).toEqual([1, 4, 9, 16, 25])
    expect(await pool.map('square', [])).toEqual([])
  })

  it('gives work to whoever is free', async () => {
    start(2)
    await pool.broadcast('calls', null)
    const results = (await pool.map('slowFirst', [0, 1, 2, 3])) as [number, number][]
    expect(results.map(([x]) => x)).toEqual([0, 1, 2, 3])
    const [slow, ...others] = results.map(([, thread]) => thread)
    expect(others.every((thread) => thread !== slow)).toBe(true)
  })

  it('reaches every worker, and shares memory with all', async () => {
    start(3)
    const memory = new Int32Array(new SharedArrayBuffer(4))
    expect(pool.size).toBe(3)
    expect(pool.sharesMemory).toBe(true)
    expect(await pool.broadcast('count', memory)).toEqual([1, 1, 1])
    expect(memory[0]).toBe(3)
  })

  it('rejects with what a task throws, begins nothing more, and stays usable', async () => {
    start(1)
    await expect(pool.map('fail', [0, 1, 2, 3])).rejects.toMatchObject({ name: 'RangeError', message: 'not one' })
    expect(await pool.broadcast('calls', null)).toEqual([2])
  })

  it('rejects calls under way and to come when a worker crashes', async () => {
    start(1)
    const message = 'worker 1 of 1 has failed: struck by lightning'
    await expect(Promise.all([pool.map('crash', [0]), pool.map('hang', [0])])).rejects.toThrow(message)
    await expect(pool.map('square', [0])).rejects.toThrow(message)
  })

  it('rejects when a worker exits', async () => {
    start(2)
    await expect(pool.broadcast('exit', null)).rejects.toThrow(/has failed: it exited with code 3/)
  })

  it('rejects when there is no script', async () => {
    pool = createWorkerPool({ workers: 1, script: new URL('file:///nowhere/worker.js') })
    await expect(pool.map('square', [1])).rejects.toThrow(/worker 1 of 1 has failed: .*nowhere/)
  })

  it('ends workers that hang', async () => {
    start(2)
    const hanging = pool.broadcast('hang', null)
    const outcome = expect(hanging).rejects.toThrow('the pool of workers is closed')
    await pool.close()
    await outcome
    await expect(pool.map('square', [1])).rejects.toThrow('the pool of workers is closed')
  })

  it('closes, and the program goes on, while an answer is on its way', async () => {
    // Busy time in the main thread: the answer waits in its queue when the pool is told to close.
    const program = `
      import { createWorkerPool } from 'ser-core'
      for (let round = 0; round < 5; round++) {
        const pool = createWorkerPool({ workers: 1, script: new URL(process.argv[1]) })
        await pool.broadcast('calls', null)
        const answer = pool.broadcast('calls', null).catch(({ message }) => message)
        for (const end = performance.now() + 20; performance.now() < end; );
        const closing = pool.close()
        console.log(await answer)
        await closing
      }
      console.log('all closed')`
    const { code, stdout } = await runNode(['--input-type=module', '-e', program, script.href])
    expect(stdout).toBe(`${'the pool of workers is closed\n'.repeat(5)}all closed\n`)
    expect(code).toBe(0)
  })

  it('gives every ticket once', () => {
    start(1)
    expect(new Set([pool.ticket(), pool.ticket(), pool.ticket()]).size).toBe(3)
  })

  it('checks its options', () => {
    start(1)
    expect(() => createWorkerPool({ workers: 0 })).toThrow(
      'createWorkerPool: "workers" expected an integer >= 1, got 0',
    )
    expect(() => createWorkerPool({ workers: 1, size: 2 } as never)).toThrow(/size/)
  })
})
