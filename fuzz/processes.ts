/** Processes of the campaign, none of which may keep it: they are killed with it, and after their time. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** Time in which the streams of a process that has ended must close, ms; a grandchild may hold them. */
const CLOSING = 2000

/** How a process ended. */
export interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
  /** Whether it was killed since its time was over. */
  hung: boolean
}

/** Settings of a process. */
export interface ProcessOptions {
  /** Kills it. */
  signal: AbortSignal
  /** It is killed after so long, s. */
  seconds: number
  cwd?: string
  env?: Record<string, string>
  /** Called with what it writes. */
  onOutput?: (text: string) => void
}

/** Calls back with all that a stream gives. */
function collect(stream: Readable | null, onText: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', onText)
}

/** Resolves with code and signal once the process has ended, also where it could not be started or its streams stay open. */
export async function endOf(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  return await new Promise((resolve) => {
    child.on('error', () => child.pid === undefined && resolve([null, null]))
    child.on('close', (...ending) => resolve(ending))
    child.on('exit', (...ending) => setTimeout(() => resolve(ending), CLOSING).unref())
  })
}

/** Runs Node to its end, or kills it. */
export async function runNode(args: readonly string[], options: ProcessOptions): Promise<Ended> {
  const { signal, seconds, cwd, env, onOutput } = options
  const child = spawn(process.execPath, args, {
    ...{ cwd, signal, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, ...env },
  })
  let [stdout, stderr, hung] = ['', '', false]
  const timer = setTimeout(() => {
    hung = true
    child.kill('SIGKILL')
  }, 1000 * seconds)
  collect(child.stdout, (text) => {
    stdout += text
    onOutput?.(text)
  })
  collect(child.stderr, (text) => {
    stderr += text
  })
  const [code, name] = await endOf(child)
  clearTimeout(timer)
  return { code, signal: name, stdout, stderr, hung }
}
