/**
 * Begins long work and aborts it: `aborting.mjs NAME SEED`. Prints the processor time, ms, that passes from the moment of the abort
 * until the work ends, for several moments; a thread of its own sees to it that work that lets no timer run is counted too.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Random } from '../src/numerics/random.ts'
import { works } from './works.ts'

/** Aborts, the first of which is not told: it compiles the code. */
const MOMENTS = 5

/** Takes the processor time of the process, ms, in a thread that is ready before the work begins, so long after `start`. */
async function watch(): Promise<{ used: Float64Array; start: (milliseconds: number) => void; end: () => void }> {
  const used = new Float64Array(new SharedArrayBuffer(8))
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    parentPort.on('message', (milliseconds) => setTimeout(() => {
      const { user, system } = process.cpuUsage()
      workerData[0] = (user + system) / 1000
    }, milliseconds))
    parentPort.postMessage('ready')`
  const worker = new Worker(code, { eval: true, workerData: used })
  await once(worker, 'message')
  return { used, start: (milliseconds) => worker.postMessage(milliseconds), end: () => void worker.terminate() }
}

const [name, seed] = process.argv.slice(2)
const moments = new Random(`${seed}/${name}`)
for (let i = 0; i < MOMENTS; i++) {
  const stop = new AbortController()
  const after = 300 + moments.integer(1200)
  const { used, start, end } = await watch()
  start(after)
  setTimeout(() => stop.abort(), after)
  let outcome = 'ended by itself'
  await works[name](stop.signal).catch((error: unknown) => {
    outcome = stop.signal.aborted ? 'aborted' : String(error)
  })
  const { user, system } = process.cpuUsage()
  const late = (user + system) / 1000 - used[0]
  if (i > 0)
    process.stdout.write(`${JSON.stringify({ after, outcome, late: used[0] === 0 ? 0 : Math.max(0, late) })}\n`)
  end()
}
