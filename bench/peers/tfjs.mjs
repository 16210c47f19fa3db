// TensorFlow.js on one thread: `node tfjs.mjs cpu|wasm FOLDER`
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { serve } from './peer.mjs'

const [backend, folder] = process.argv.slice(2)

async function start() {
  if (backend === 'wasm') {
    setWasmPaths(join(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')), sep))
    setThreadsCount(1)
  }
  await tf.setBackend(backend)
  await tf.ready()
}

/** The gates and starting weights of ours; orthogonal recurrent weights would take tfjs long to draw. */
const lstm = (units, options) =>
  tf.layers.lstm({ units, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotUniform', ...options })

function network(T, { D, H }, options = {}) {
  const classes = tf.layers.dense({ units: 4, activation: 'softmax' })
  const shape = options.batchInputShape ? {} : { inputShape: [T, D] }
  return tf.sequential({ layers: [lstm(H, { returnSequences: true, ...shape, ...options }), classes] })
}

/** Runs and waits for the numbers. */
function read(make) {
  const tensor = tf.tidy(make)
  tensor.dataSync()
  tensor.dispose()
}

const tensorOf = ({ data, shape }) => tf.tensor(data, shape)

function elementwise(f) {
  return (_, { x }) => {
    const tensor = tensorOf(x)
    return () => read(() => f(tensor))
  }
}

const makers = {
  gemm(_, { a, b }) {
    const [left, right] = [tensorOf(a), tensorOf(b)]
    return () => read(() => tf.matMul(left, right))
  },
  tanh: elementwise(tf.tanh),
  sigmoid: elementwise(tf.sigmoid),
  exp: elementwise(tf.exp),
  'lstm step'(size, { x, labels }) {
    const { T } = size
    const net = network(T, size)
    net.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' })
    const targets = tf.oneHot(
      Array.from(labels.data).map((label) => Array(T).fill(label)),
      4,
    )
    const batch = tensorOf(x)
    return () => net.trainOnBatch(batch, targets)
  },
  'lstm inference'(size, { x }) {
    const net = network(size.T, size)
    const batch = tensorOf(x)
    return () => read(() => net.predict(batch, { batchSize: size.B }))
  },
  'lstm stream'(size, { x: { data } }) {
    const live = network(1, size, { stateful: true, batchInputShape: [1, 1, size.D] })
    const row = (t) => tf.tensor(data.subarray(t * size.D, (t + 1) * size.D), [1, 1, size.D])
    return () => {
      for (let t = 0; t < size.frames; t++) read(() => live.predict(row(t), { batchSize: 1 }))
    }
  },
}

await start()
await serve(folder, ['@tensorflow/tfjs', ...(backend === 'wasm' ? ['@tensorflow/tfjs-backend-wasm'] : [])], makers)
