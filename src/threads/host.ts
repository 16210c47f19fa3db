/**
 * Threads of each host: `Worker` in browsers, Deno and Bun, `node:worker_threads` in Node. Nothing here runs at import,
 * and no module of Node is imported, so that bundles for browsers contain none.
 */
import type { Worker as NodeWorker } from 'node:worker_threads'
import { messageOf, StateError } from '../core/errors.ts'
import { besideOwnFile, scriptsBeside } from './own-files.ts'

/** A running thread, seen from its owner. */
export interface Thread {
  /** Sends a structured clone; shared memory stays shared. */
  post(message: unknown): void
  /** Sets whether the process waits for the thread. Default false. Only Node supports it. */
  hold(on: boolean): void
  /** Ends the thread at once. */
  stop(): Promise<void>
}

/** Callbacks of a thread's owner. */
export interface ThreadListener {
  message(data: unknown): void
  /** The thread has ended, or sent a message that cannot be read. */
  failure(reason: string): void
}

/** A thread's connection to its owner, seen from inside. */
export interface Port {
  post(message: unknown): void
  listen(message: (data: unknown) => void): void
}

type ThreadModule = typeof import('node:worker_threads')
type FileModule = typeof import('node:fs')
type UrlModule = typeof import('node:url')

interface Host {
  Worker?: typeof Worker
  process?: { getBuiltinModule?: (name: string) => unknown }
}

/** A module of Node, without an import that bundles for browsers would see. */
function builtin<M>(name: string): M | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.(name) as M | undefined
}

function nodeThreads(): ThreadModule | undefined {
  return builtin<ThreadModule>('node:worker_threads')
}

/** Remedy where the worker's script is not next to the running file. */
export const scriptRemedy =
  'where a bundle does not bring the file of ser-core/worker along, docs/guide/bundlers.md of ser-core tells what to do'

/** URL of the worker's script if it is found, else its usual place. */
function ownScript(): { found?: URL; usual?: URL } {
  const [files, urls] = [builtin<FileModule>('node:fs'), builtin<UrlModule>('node:url')]
  if (files === undefined || urls === undefined) return {}
  const found = scriptsBeside('worker', urls.pathToFileURL).find((place) => files.existsSync(place))
  return { found, usual: besideOwnFile(['worker.js'], urls.pathToFileURL)[0] }
}

/** Bundlers find the worker's script by the literal text `new Worker(new URL('...', import.meta.url)`. */
function startWeb(given: string | URL | undefined, listener: ThreadListener): Thread {
  const script = given ?? ownScript().found
  const worker =
    script === undefined
      ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      : new Worker(script, { type: 'module' })
  worker.onmessage = ({ data }) => listener.message(data)
  worker.onmessageerror = () => listener.failure('a message could not be read')
  worker.onerror = (event) => {
    event.preventDefault()
    listener.failure(event.message || 'its script cannot be loaded')
  }
  return {
    post: (message) => worker.postMessage(message),
    hold: () => {},
    stop: async () => worker.terminate(),
  }
}

/**
 * Starts a thread in Node, without the process's flags, such as `--input-type`, and in a form that bundlers do not
 * detect.
 */
function startNode({ Worker }: ThreadModule, given: string | URL | undefined, listener: ThreadListener): Thread {
  const { found, usual } = given === undefined ? ownScript() : { found: given }
  const here = import.meta.url
  const worker: NodeWorker = new Worker(found ?? usual ?? new URL('./worker.js', here), { execArgv: [] })
  worker.unref()
  worker.on('message', (data) => listener.message(data))
  worker.on('messageerror', () => listener.failure('a message could not be read'))
  worker.on('error', (error) => listener.failure(messageOf(error)))
  worker.on('exit', (code) => listener.failure(`it exited with code ${code}`))
  return {
    post: (message) => worker.postMessage(message),
    hold: (on) => (on ? worker.ref() : worker.unref()),
    stop: async () => void (await worker.terminate()),
  }
}

/**
 * Starts a thread on a module script, by default the package's own `worker.js` next to the running file (for bundles
 * also `worker.mjs` or `worker.cjs`).
 *
 * @throws StateError where the host has no threads or does not know where the script is
 */
export function startThread(where: string, script: string | URL | undefined, listener: ThreadListener): Thread {
  try {
    if ((globalThis as Host).Worker !== undefined) return startWeb(script, listener)
    const threads = nodeThreads()
    if (threads !== undefined) return startNode(threads, script, listener)
  } catch (error) {
    throw new StateError(`${where}: no worker can be started: ${messageOf(error)}; ${scriptRemedy}`)
  }
  throw new StateError(`${where}: there are no threads here; they need a browser, Deno, Bun, or Node from 20.16 on`)
}

/** The port of the current thread. */
export function ownPort(): Port {
  const parent = nodeThreads()?.parentPort
  const scope = globalThis as unknown as {
    postMessage?: (message: unknown) => void
    addEventListener: (type: 'message', listener: (event: { data: unknown }) => void) => void
  }
  if (scope.postMessage !== undefined) {
    return {
      post: (message) => scope.postMessage?.(message),
      listen: (message) => scope.addEventListener('message', ({ data }) => message(data)),
    }
  }
  if (!parent) throw new StateError('worker: this script runs in a worker only')
  return { post: (message) => parent.postMessage(message), listen: (message) => parent.on('message', message) }
}
