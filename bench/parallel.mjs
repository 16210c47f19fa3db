// The time of an update of `fit` with and without workers: `npm run build && node bench/parallel.mjs`
import { availableParallelism, loadavg } from 'node:os'
import { createWorkerPool, Dense, LSTM, Sequential, SGD } from 'ser-core'
import { normals, sequencesOf } from './data.mjs'
import { digits, summary } from './measure.mjs'

const [T, B, D, H] = [100, 32, 39, 128]
const ROUNDS = 8
const x = sequencesOf(normals([12 * B, T, D]))
const labels = x.map((_, i) => i % 4)
const idle = loadavg()[0]

/** Times in ms of the updates of one epoch, but for the first. */
async function updates(options) {
  const network = new Sequential([new LSTM({ inputs: D, units: H }), new Dense({ units: 4, activation: 'softmax' })])
  const ends = []
  const optimizer = new SGD({ learningRate: 1e-3 })
  const onBatch = () => ends.push(performance.now())
  await network.fit(x, labels, { optimizer, batchSize: B, epochs: 1, onBatch, ...options })
  return ends.slice(1).map((end, i) => end - ends[i])
}

const pools = { 1: createWorkerPool({ workers: 1 }), 2: createWorkerPool({ workers: 2 }) }
const ways = [
  ['no workers', {}],
  ...[1, 2].flatMap((n) => [2, 4].map((parts) => [`workers: ${n}, parts: ${parts}`, { workers: pools[n], parts }])),
].map(([name, options]) => ({ name, options, times: [] }))

// In turn, so that what else the machine does hits all alike; the first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const { options, times } of ways) {
    const measured = await updates(options)
    if (round > 0) times.push(...measured)
  }
}

const cores = availableParallelism()
console.log(`Node ${process.versions.node}, ${cores} cores, load before the start ${idle.toFixed(1)}`)
console.log(`LSTM update of \`fit\`, T=${T} B=${B} D=${D} H=${H}: median (quartiles), gain`)
const alone = summary(ways[0].times)
for (const { name, times } of ways) {
  const { low, median, high } = summary(times)
  const gain = `x ${(alone.median / median).toFixed(2)}`
  console.log(`${name.padEnd(24)}${digits(median)} ms  (${digits(low)} to ${digits(high)})  ${gain}`)
}
await Promise.all(Object.values(pools).map((pool) => pool.close()))
