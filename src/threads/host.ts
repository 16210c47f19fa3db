/**
 * Threads as each host has them: `Worker` in browsers, Deno and Bun, `node:worker_threads` in Node. Nothing here runs at
 * import, and no module of Node is imported, so that bundles for browsers stay clean.
 */
import type { Worker as NodeWorker } from 'node:worker_threads'
import { messageOf, StateError } from '../core/errors.ts'
import { besideOwnFile, scriptsBeside } from './own-files.ts'

/** A running thread, from outside. */
export interface Thread {
  /** Sends a structured clone; memory that is shared stays shared. */
  post(message: unknown): void
  /** Whether the process waits for the thread; a thread starts without. Of effect in Node alone. */
  hold(on: boolean): void
  /** Ends the thread, whatever it does. */
  stop(): Promise<void>
}

/** What a thread's owner hears. */
export interface ThreadListener {
  message(data: unknown): void
  /** The thread has ended, or cannot be understood. */
  failure(reason: string): void
}

/** The other end of a thread's line: what runs inside listens and answers. */
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

/** Remedy where the worker's file is not beside the one that runs. */
export const scriptRemedy =
  'where a bundle does not bring the file of ser-core/worker along, docs/guide/bundlers.md of ser-core tells what to do'

/** The worker's file where there are files: where it is, or else where it is looked for. */
function ownScript(): { found?: URL; usual?: URL } {
  const [files, urls] = [builtin<FileModule>('node:fs'), builtin<UrlModule>('node:url')]
  if (files === undefined || urls === undefined) return {}
  const found = scriptsBeside('worker', urls.pathToFileURL).find((place) => files.existsSync(place))
  return { found, usual: besideOwnFile(['worker.js'], urls.pathToFileURL)[0] }
}

/** Bundlers find the worker's file by the very words `new Worker(new URL('...', import.meta.url)`. */
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

/** Flags of the process, such as `--input-type`, are not for the worker's file; no bundler is to find that a second time. */
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
 * Starts a thread on a module script, by default the package's own `worker.js`, which stands beside the file that runs (in a
 * bundle `worker.mjs` or `worker.cjs` as well).
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

/** The port of the thread that this runs in. */
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
