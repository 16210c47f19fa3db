/**
 * A pool of workers that answer calls. It does not depend on their tasks: the package's own script computes the
 * gradients of `fit`; another script may have other tasks.
 */

import { checkArray, checkInteger, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { counted, Printed } from '../core/printed.ts'
import { type Answer, revivedError } from './calls.ts'
import { scriptRemedy, startThread, type Thread } from './host.ts'

/** Workers that a `fit` may split its mini-batches over; {@link createWorkerPool} makes one. */
export interface WorkerPool {
  /** Number of workers. */
  readonly size: number
  /** Whether a `SharedArrayBuffer` in a message is the same memory on both sides. */
  readonly sharesMemory: boolean
  /** A number that is unique in this pool. */
  ticket(): number
  /** Runs a task in every worker; returns the results in the order of the workers. */
  broadcast(task: string, argument: unknown): Promise<unknown[]>
  /**
   * Runs a task once for each argument, each in the first free worker; returns the results in the order of the
   * arguments. Messages are sent before it returns. Rejects with the first error once all started tasks have ended.
   */
  map(task: string, items: readonly unknown[]): Promise<unknown[]>
  /** Ends the workers; pending calls reject. */
  close(): Promise<void>
}

/** Options of {@link createWorkerPool}. */
export interface WorkerPoolOptions {
  /** Number of workers. */
  workers: number
  /**
   * Module script of the workers. Default: the package's own, `ser-core/worker`, `worker.js` next to the running file.
   */
  script?: string | URL
}

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/** A worker that answers calls; if it ends, pending calls reject. */
class Caller {
  private readonly thread: Thread
  private readonly pending = new Map<number, Pending>()
  private calls = 0
  /** Whether it has ever answered, so that its script must exist. */
  private heard = false
  private ended: StateError | null = null

  constructor(where: string, name: string, script: string | URL | undefined) {
    this.thread = startThread(where, script, {
      message: (data) => this.settle(data as Answer),
      failure: (reason) => {
        const remedy = this.heard ? '' : `; ${scriptRemedy}`
        this.end(new StateError(`${name} has failed: ${reason}${remedy}`))
        void this.thread.stop()
      },
    })
  }

  call(task: string, argument: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.ended !== null) throw this.ended
      const id = this.calls++
      this.thread.post({ id, task, argument })
      this.pending.set(id, { resolve, reject })
      this.thread.hold(true)
    })
  }

  async stop(): Promise<void> {
    this.end(new StateError('the pool of workers is closed'))
    await this.thread.stop()
  }

  private settle(answer: Answer): void {
    this.heard = true
    // An answer on its way when the thread was told to stop must not let the process end before it has stopped.
    if (this.ended !== null) return
    const waiting = this.pending.get(answer.id)
    this.pending.delete(answer.id)
    if (this.pending.size === 0) this.thread.hold(false)
    if ('error' in answer) waiting?.reject(revivedError(answer.error))
    else waiting?.resolve(answer.value)
  }

  private end(error: StateError): void {
    this.ended ??= error
    for (const { reject } of this.pending.values()) reject(this.ended)
    this.pending.clear()
  }
}

class ThreadPool extends Printed implements WorkerPool {
  readonly sharesMemory: boolean = typeof SharedArrayBuffer !== 'undefined'
  private readonly callers: Caller[] = []
  private tickets = 0

  constructor(where: string, workers: number, script: string | URL | undefined) {
    super()
    for (let i = 1; i <= workers; i++) this.callers.push(new Caller(where, `worker ${i} of ${workers}`, script))
  }

  get size(): number {
    return this.callers.length
  }

  override toString(): string {
    return `WorkerPool: ${counted(this.size, 'worker')}`
  }

  ticket(): number {
    return this.tickets++
  }

  broadcast(task: string, argument: unknown): Promise<unknown[]> {
    return settled(this.callers.map((caller) => caller.call(task, argument)))
  }

  async map(task: string, items: readonly unknown[]): Promise<unknown[]> {
    const results = new Array<unknown>(checkArray('WorkerPool.map', 'items', items).length)
    let next = 0
    const work = async (caller: Caller): Promise<void> => {
      while (next < items.length) {
        const i = next++
        try {
          results[i] = await caller.call(task, items[i])
        } catch (error) {
          next = items.length
          throw error
        }
      }
    }
    await settled(this.callers.map(work))
    return results
  }

  async close(): Promise<void> {
    await Promise.all(this.callers.map((caller) => caller.stop()))
  }
}

/** Waits for all promises; returns their results or throws the first error. */
async function settled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}

/**
 * Starts workers, which can serve several trainings in turn or at once; `fit` with a number of workers makes a pool of
 * its own. An idle pool does not keep Node's process alive.
 *
 * @example
 * ```ts
 * const sequences = syntheticCorpus({ speakers: 1 }).map((voice) => mfcc(voice.samples(), { sampleRate: 16000 }))
 * const labels = sequences.map((_, i) => i % 4)
 * const pool = createWorkerPool({ workers: 2 })
 * const net = new Sequential([new LSTM({ inputs: 13, units: 8 }), new Dense({ units: 4, activation: 'softmax' })])
 * await net.fit(sequences, labels, { optimizer: new Adam({ learningRate: 0.01 }), epochs: 2, workers: pool })
 * await pool.close()
 * ```
 * @throws StateError where the host has no threads
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const where = 'createWorkerPool'
  checkOptions(where, options, ['workers', 'script'])
  return new ThreadPool(where, checkInteger(where, 'workers', options.workers, { min: 1 }), options.script)
}
