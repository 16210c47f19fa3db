import { Adam, Dense, LSTM, Sequential } from 'ser-core'
import { fourClasses, normals, sequencesOf } from './data.mjs'
import { ms } from './units.mjs'

const SHAPES = [
  [100, 32, 39, 128],
  [300, 16, 39, 128],
  [300, 1, 39, 64],
]

/** Multiply-adds of a forward pass of the LSTM, times 2; backward is two of them. */
const forwardFlops = ({ T, B, D, H }) => 2 * T * B * 4 * H * (D + H)

/** One LSTM layer without peepholes, which the peers do not have, and a softmax over four classes at every frame. */
export function network({ D, H }) {
  const lstm = new LSTM({ inputs: D, units: H, peepholes: false })
  return new Sequential([lstm, new Dense({ units: 4, activation: 'softmax' })], { seed: 1 })
}

/**
 * A training step: forward, cross-entropy of every frame, full backpropagation through time, Adam. It is
 * `lossAndGradient` with `Adam.step`, which checks and packs the sequences at each call.
 */
export function trainingStep(net, x, labels) {
  const adam = new Adam({ learningRate: 1e-3 })
  return () => {
    net.lossAndGradient(x, labels)
    adam.step(net.parameters)
  }
}

const data = ({ T, B, D }) => ({ x: normals([B, T, D]), labels: fourClasses(B) })

const step = (size) => ({
  kind: 'lstm step',
  size,
  unit: ms,
  flops: 3 * forwardFlops(size),
  data: () => data(size),
  setup: ({ x, labels }) => trainingStep(network(size), sequencesOf(x), labels.data),
})

/** `fit` for one epoch of one batch: the same step, with the checks of options and the break for the event loop. */
const fit = (size) => ({
  kind: 'lstm fit',
  size,
  unit: ms,
  flops: 3 * forwardFlops(size),
  data: () => data(size),
  setup({ x, labels }) {
    const net = network(size)
    const options = { optimizer: new Adam({ learningRate: 1e-3 }), epochs: 1, batchSize: size.B, shuffle: false }
    const sequences = sequencesOf(x)
    return () => net.fit(sequences, labels.data, options)
  },
})

const inference = (size) => ({
  kind: 'lstm inference',
  size,
  unit: ms,
  flops: forwardFlops(size),
  data: () => data(size),
  setup({ x }) {
    const net = network(size)
    const sequences = sequencesOf(x)
    return () => net.forward(sequences)
  },
})

const sizes = SHAPES.map(([T, B, D, H]) => ({ T, B, D, H }))

export const cases = [step, fit, inference].flatMap((kind) => sizes.map(kind))
