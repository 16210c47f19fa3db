/** Threads on the script `fold-worker.js`. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import { StateError } from '../core/errors.ts'
import { importUnbundled } from '../core/optional.ts'
import { findOwnScript } from './own-file.ts'

/**
 * Garbage of a thread that is collected together, MB; V8's default is 48. What a fold makes is arrays outside of that heap, which wait
 * for its collection: two threads take 50 MB less by it, and no more time (docs/decisions/feature-memory.md).
 */
const YOUNG_MEGABYTES = 4

/** The URL of the given script, or of the one next to the running file. */
function scriptUrl(given: string | URL | undefined): string {
  const url = String(given ?? findOwnScript('fold-worker') ?? '')
  const isThere = url.startsWith('file:') ? existsSync(fileURLToPath(url)) : url !== ''
  if (isThere) return url
  throw new StateError(
    `no ${url === '' ? 'fold-worker.js beside the file that runs' : `"${url}"`} to start threads on; in a bundle, give ` +
      '"script", the URL of a file made of ser-core/fold-worker (docs/guide/bundlers.md of ser-core)',
  )
}

/** Loads tinypool at run time, since it starts threads on a file of its own, which bundles do not contain. */
async function loadTinypool(): Promise<typeof import('tinypool')> {
  try {
    return await importUnbundled('tinypool')
  } catch (cause) {
    throw new StateError('the threads of folds need the package tinypool beside the bundle: npm install tinypool', {
      cause,
    })
  }
}

/**
 * Starts threads.
 *
 * @throws StateError where their script is missing
 */
export async function startPool(workers: number, script?: string | URL): Promise<Tinypool> {
  const filename = scriptUrl(script)
  const { Tinypool } = await loadTinypool()
  // Threads are reused, since a warm one has compiled code. Flags of the process, such as `--input-type`, are not for
  // their script. Deno
  // cannot end a thread that sleeps in `Atomics.wait`, and jobs of seconds gain nothing by it.
  const pool = new Tinypool({
    ...{ runtime: 'worker_threads', filename, execArgv: [] },
    ...{ minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1, useAtomics: false },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  // A thread that dies rejects its job; tinypool reports it a second time.
  pool.on('error', () => {})
  return pool
}

/** Messages that have arrived at a port but have not been received. */
function* waitingAt<M>(port: MessagePort): Generator<M> {
  for (let found = receiveMessageOnPort(port); found; found = receiveMessageOnPort(port)) yield found.message
}

/** Gives a task to an idle thread and its messages to `onMessage`; rejects where the thread ends before it answers. */
export async function send<R, M = never>(
  pool: Tinypool,
  task: object,
  onMessage: (message: M) => void,
  signal?: AbortSignal,
): Promise<R> {
  const { port1, port2 } = new MessageChannel()
  // An error of a listener must not reach the port's event handling.
  const refusal = new Promise<never>((_, reject) => {
    port1.on('message', (message: M) => {
      try {
        onMessage(message)
      } catch (error) {
        reject(error)
      }
    })
  })
  // tinypool does not notice a thread that exits, but the other end of its port does.
  const death = new Promise<never>((_, reject) => {
    port1.once('close', () => reject(new StateError('its thread has ended')))
  })
  try {
    const running: Promise<R> = pool.run({ ...task, port: port2 }, { signal, transferList: [port2] })
    const finished = await Promise.race([running, death, refusal])
    // The result arrives at another port and may overtake the last messages.
    for (const message of waitingAt<M>(port1)) onMessage(message)
    return finished
  } finally {
    port1.close()
  }
}
