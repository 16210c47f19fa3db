import { Adam, Bidirectional, Dense, Dropout, LSTM, MeanPool, Random, RNN, Sequential } from 'ser-core'
import { show } from './show.mjs'

const random = new Random(1)
const make = (n) =>
  Array.from({ length: n }, (_, i) =>
    Array.from({ length: 8 + i }, () => Float32Array.from({ length: 39 }, () => random.normal())),
  )
const [sequences, vx] = [make(8), make(4)]
const [labels, vy] = [Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), [0, 1, 2, 3]]
const [sequence] = sequences
const { signal } = new AbortController()

const net = new Sequential(
  [
    new Dense({ inputs: 39, units: 64, activation: 'relu' }),
    new LSTM({ units: 128 }),
    new Dense({ units: 4, activation: 'softmax' }),
  ],
  { seed: 1 },
)
const epochs = []
await net.fit(sequences, labels, {
  ...{ optimizer: new Adam({ learningRate: 1e-3 }), epochs: 3, batchSize: 16, clipNorm: 5 },
  ...{ validation: { sequences: vx, labels: vy }, earlyStopping: { patience: 5 }, signal },
  onEpoch: ({ epoch }) => epochs.push(epoch),
})
const [y, p] = [net.forward(sequence), net.predict(sequence)]
console.log(epochs.join(), y.shape.join(), p instanceof Float32Array, p.length)
show('network', y, p)
const cell = new LSTM({ inputs: 39, units: 128, seed: 1 })
console.log(cell.forward(sequence).shape.join(), Object.keys(cell.params).sort().join(' '))
console.log(net.layers[0].params.W.shape.join(), net.layers[0].params.b.shape.join())
const live = net.stream()
const last = sequence.map((frame) => live.push(frame)).at(-1)
console.log(last.every((v, k) => Object.is(v, y.get(sequence.length - 1, k))))

const layers = [new Bidirectional(new RNN({ inputs: 39, units: 6 })), new Dropout({ rate: 0.3 }), new MeanPool()]
const pooled = new Sequential([...layers, new Dense({ units: 4, activation: 'softmax' })], { seed: 1 })
await pooled.fit(sequences, labels, {
  optimizer: new Adam({ learningRate: 1e-3 }),
  epochs: 2,
  batchSize: 4,
  workers: 2,
})
show('on two threads', pooled.predict(sequence))

const stop = new AbortController()
const stopped = pooled.fit(sequences, labels, {
  ...{ optimizer: new Adam({ learningRate: 1e-3 }), epochs: 50, signal: stop.signal, onEpoch: () => stop.abort() },
})
console.log(await stopped.catch(({ name }) => name))
