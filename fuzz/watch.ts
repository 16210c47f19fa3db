/** Runs children that try inputs, and ends those that hang or take all memory: each of these is one finding, and the rest goes on. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { endOf } from './processes.ts'
import { type Finding, limitMegabytes, limitMilliseconds, type Report } from './report.ts'

/** An input without an answer for so long hangs, s; other processes may have the processor meanwhile. */
const HANG = 20
const PAGE_BYTES = 4096

/** The children's program, beside the running one in the bundle. */
export const scriptOf = (name: string): string => join(dirname(process.argv[1]), `${name}.mjs`)

/** A part of a target's inputs. */
export interface Batch {
  target: string
  seed: string
  from: number
  to: number
}

/** Counts of a target. */
export interface Counts {
  inputs: number
  answers: number
  refusals: number
  /** Longest processor time of an input within the limit or not, ms. */
  longest: number
  /** Most memory of a process, MB. */
  most: number
}

type Ending = { how: 'done' } | { how: 'hang' | 'memory' | 'abort'; at: number; text: string }

function memoryOf(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 2 ** 20
  } catch {
    return 0 // ended, or a system without it
  }
}

/** Runs one child to its end. */
async function runChild(
  { target, seed, from, to }: Batch,
  signal: AbortSignal,
  onReport: (report: Exclude<Report, { begins: number }>) => void,
): Promise<Ending> {
  const args = ['--max-old-space-size=1000', scriptOf('child'), target, seed, String(from), String(to)]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  })
  let at = from
  let told = Date.now()
  let killed: 'hang' | 'memory' | undefined
  const timer = setInterval(() => {
    if (memoryOf(child.pid) > 2 * limitMegabytes) killed = 'memory'
    else if (Date.now() - told > 1000 * HANG) killed = 'hang'
    if (killed !== undefined) child.kill('SIGKILL')
  }, 200)
  let errors = ''
  child.stderr?.on('data', (data) => {
    errors = `${errors}${data}`.slice(-2000)
  })
  let over = false
  const lines = createInterface({ input: child.stdio[3] as Readable })
  lines.on('line', (line) => {
    told = Date.now()
    const report: Report = JSON.parse(line)
    if ('begins' in report) at = report.begins
    else {
      at = report.index + 1
      over = report.megabytes > limitMegabytes
      onReport(report)
    }
  })
  const [code, name] = await endOf(child)
  clearInterval(timer)
  if (signal.aborted) return { how: 'done' }
  if (killed !== undefined) return { how: killed, at, text: killed === 'hang' ? `no answer in ${HANG} s` : 'killed' }
  if (over) return { how: 'memory', at: at - 1, text: `more than ${limitMegabytes} MB` }
  if (code === 0 && at === to) return { how: 'done' }
  const why = errors.split('\n').find((line) => /error|fatal/i.test(line)) ?? `its process ended: ${name ?? code}`
  return { how: 'abort', at, text: why }
}

/** Tries the inputs of a batch; calls `onFinding` for each that falls. */
export async function runBatch(
  batch: Batch,
  signal: AbortSignal,
  counts: Counts,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const section = batch.target
  const onReport = ({ index, outcome, ms, megabytes, fault }: Exclude<Report, { begins: number }>): void => {
    counts.inputs++
    counts[outcome === 'answer' ? 'answers' : 'refusals']++
    counts.longest = Math.max(counts.longest, ms)
    if (megabytes <= limitMegabytes) counts.most = Math.max(counts.most, megabytes)
    if (fault !== undefined) onFinding({ section, index, kind: 'raw error', text: fault })
    if (ms > limitMilliseconds) onFinding({ section, index, kind: 'time', text: `${ms.toFixed(0)} ms` })
  }
  for (let { from } = batch; from < batch.to && !signal.aborted; ) {
    const ending = await runChild({ ...batch, from }, signal, onReport)
    if (ending.how === 'done') return
    // Alone, so that neither the garbage of others nor a busy machine counts.
    const alone = { ...batch, from: ending.at, to: ending.at + 1 }
    const again = await runChild(alone, signal, ending.how === 'memory' ? () => {} : onReport)
    if (again.how !== 'done') onFinding({ section, index: ending.at, kind: again.how, text: again.text })
    if (again.how !== 'done' && ending.how !== 'memory') counts.inputs++
    from = ending.at + 1
  }
}

/** The bytes of a mutant. */
export async function inputOf(target: string, seed: string, index: number): Promise<Buffer> {
  const child = spawn(process.execPath, [scriptOf('child'), target, seed, String(index)], {
    ...{ stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CAMPAIGN_WRITES: '1' } },
  })
  const parts: Buffer[] = []
  child.stdout?.on('data', (data) => parts.push(data))
  await endOf(child)
  return Buffer.concat(parts)
}
