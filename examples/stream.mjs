// A network that listens frame by frame, stopped and resumed training: `node examples/stream.mjs`
import ndarray from 'ndarray'
import { Adam, Dense, LSTM, Random, Sequential } from 'ser-core'

// Does the running sum of the first column lean up or down? One label for each frame.
const random = new Random('walks')
const sequences = []
const labels = []
for (let i = 0; i < 60; i++) {
  const steps = new Float32Array(30)
  random.normalInto(steps)
  let sum = 0
  const above = steps.map((step) => {
    sum += step
    return sum > 0 ? 1 : 0
  })
  labels.push(Int32Array.from(above))
  sequences.push(ndarray(steps, [30, 1]))
}

const build = () =>
  new Sequential([new LSTM({ inputs: 1, units: 8 }), new Dense({ units: 2, activation: 'softmax' })], { seed: 4 })
const options = (more) => ({ optimizer: new Adam({ learningRate: 0.02 }), epochs: 20, ...more })
let checkpoint
const stop = new AbortController()
const first = build().fit(
  sequences,
  labels,
  options({
    signal: stop.signal,
    onEpoch: (report) => {
      checkpoint = report.checkpoint()
      if (report.epoch === 10) stop.abort()
    },
  }),
)
await first.catch((error) => console.log(`stopped after epoch ${checkpoint.epoch}: ${error.name}`))

const net = build()
const history = await net.fit(sequences, labels, options({ resume: checkpoint }))
console.log(`went on to epoch ${history.epochs.length}, loss ${history.epochs.at(-1).loss.toFixed(3)}`)

const live = net.stream()
let sum = 0
for (const step of [1.5, 0.2, -0.9, -2.1, -0.3, 0.4, 2.5]) {
  sum += step
  const [, up] = live.push(Float32Array.of(step))
  console.log(`sum ${sum.toFixed(1).padStart(5)}   P(above zero) = ${up.toFixed(3)}`)
}
