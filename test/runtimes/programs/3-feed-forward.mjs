import { Adam, checkGradient, LBFGS, MLP, minimize, Random, SGD } from 'ser-core'
import { show } from './show.mjs'

const random = new Random(1)
const frames = Array.from({ length: 40 }, () => Float32Array.from({ length: 12 }, () => random.normal()))
const labels = frames.map((row) => (row[0] > 0 ? 1 : 0) + (row[1] > 0 ? 2 : 0))

const mlp = new MLP({
  ...{ layers: [12, 16, 16, 4], activation: 'sigmoid', output: 'softmax', loss: 'crossEntropy' },
  ...{ weightDecay: 1e-4, seed: 1 },
})
await mlp.pretrain(frames, { epochs: 3, learningRate: 0.01 })
await mlp.fit(frames, labels, { optimizer: new LBFGS({ maxIterations: 10, memory: 10 }) })
show('L-BFGS', mlp.forward(frames))
await mlp.fit(frames, labels, { optimizer: new SGD({ learningRate: 0.1, momentum: 0.9 }), epochs: 3, batchSize: 16 })
await mlp.fit(frames, labels, { optimizer: new Adam({ learningRate: 0.01 }), epochs: 3, batchSize: 16 })
console.log(mlp.forward(frames).shape.join(), mlp.predict(frames) instanceof Int32Array)
show('SGD and Adam', mlp.forward(frames), mlp.predict(frames))

const f = (x, g) => {
  g[0] = 400 * x[0] * (x[0] * x[0] - x[1]) + 2 * (x[0] - 1)
  g[1] = 200 * (x[1] - x[0] * x[0])
  return 100 * (x[1] - x[0] * x[0]) * (x[1] - x[0] * x[0]) + (1 - x[0]) * (1 - x[0])
}
const x0 = Float64Array.of(-1.2, 1)
for (const method of ['lbfgs', 'cg', 'newton-cg']) {
  const options = { method, memory: 10, gradientTolerance: 1e-6, maxIterations: 1000 }
  const { x, value, gradientNorm, iterations, evaluations, status } = minimize(f, x0, options)
  console.log(method, status, iterations, evaluations)
  show(method, x, value, gradientNorm)
}
const { maxError, worst, ok } = checkGradient(f, x0)
console.log(ok, Object.keys(worst).join(), maxError < 1e-6)
show('gradient', worst, maxError)
