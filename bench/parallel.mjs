// The time of an update of `fit` with and without workers: `npm run build && node bench/parallel.mjs`. On Linux also by the critical
// path: processor time of the calling thread and of the busiest worker, which others at work on the machine change little.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { createWorkerPool, Dense, LSTM, Sequential, SGD } from 'ser-core'
import { showHelp } from '../scripts/show-help.mjs'
import { normals, sequencesOf } from './data.mjs'
import { digits, summary } from './measure.mjs'

showHelp(import.meta.url)

const [T, B, D, H] = [100, 32, 39, 128]
const ROUNDS = 8
const x = sequencesOf(normals([12 * B, T, D]))
const labels = x.map((_, i) => i % 4)
const idle = loadavg()[0]

/** Processor time of each thread, ms; none where the system does not tell. */
function threads() {
  const tasks = '/proc/self/task'
  if (!existsSync(tasks)) return new Map()
  const timeOf = (task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  return new Map(readdirSync(tasks).map((task) => [Number(task), timeOf(task)]))
}

/** Processor time since `before` of the calling thread and the busiest other one, together. */
function criticalPath(before) {
  const used = Array.from(threads(), ([task, ms]) => [task, ms - (before.get(task) ?? 0)])
  const of = (is) => Math.max(0, ...used.filter(([task]) => is(task)).map(([, ms]) => ms))
  return of((task) => task === process.pid) + of((task) => task !== process.pid)
}

/** Times in ms of the updates of one epoch, but for the first, and of the critical path of one. */
async function updates(options) {
  const network = new Sequential([new LSTM({ inputs: D, units: H }), new Dense({ units: 4, activation: 'softmax' })])
  const ends = []
  const optimizer = new SGD({ learningRate: 1e-3 })
  let before
  const onBatch = () => {
    ends.push(performance.now())
    before ??= threads()
  }
  await network.fit(x, labels, { optimizer, batchSize: B, epochs: 1, onBatch, ...options })
  const path = criticalPath(before) / (ends.length - 1)
  return { times: ends.slice(1).map((end, i) => end - ends[i]), path }
}

const pools = { 1: createWorkerPool({ workers: 1 }), 2: createWorkerPool({ workers: 2 }) }
const ways = [
  ['no workers', {}],
  ...[1, 2].flatMap((n) => [2, 4].map((parts) => [`workers: ${n}, parts: ${parts}`, { workers: pools[n], parts }])),
].map(([name, options]) => ({ name, options, times: [], paths: [] }))

// In turn, so that what else the machine does hits all alike; the first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const { options, times, paths } of ways) {
    const measured = await updates(options)
    if (round === 0) continue
    times.push(...measured.times)
    paths.push(measured.path)
  }
}

const cores = availableParallelism()
console.log(`Node ${process.versions.node}, ${cores} cores, load before the start ${idle.toFixed(1)}`)
console.log(`LSTM update of \`fit\`, T=${T} B=${B} D=${D} H=${H}: median (quartiles), gain; critical path, gain`)
const alone = summary(ways[0].times)
const alonePath = summary(ways[0].paths).median
for (const { name, times, paths } of ways) {
  const { low, median, high } = summary(times)
  const gain = `x ${(alone.median / median).toFixed(2)}`
  const path = summary(paths).median
  const byPath = path > 0 ? `; ${digits(path)} ms  x ${(alonePath / path).toFixed(2)}` : ''
  console.log(`${name.padEnd(24)}${digits(median)} ms  (${digits(low)} to ${digits(high)})  ${gain}${byPath}`)
}
await Promise.all(Object.values(pools).map((pool) => pool.close()))
