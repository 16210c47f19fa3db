import { CRBM, GaussianRBM, Random, RBM } from 'ser-core'
import { show } from './show.mjs'

const random = new Random(1)
const rowsOf = (rows, columns, draw) => Array.from({ length: rows }, () => Float32Array.from({ length: columns }, draw))
const images = rowsOf(60, 24, () => (random.uniform() < 0.4 ? 1 : 0))
const sequences = [rowsOf(30, 6, () => random.normal()), rowsOf(24, 6, () => random.normal())]
const epochs = []

const rbm = new RBM({ visible: 24, hidden: 10, seed: 1 })
const history = await rbm.fit(images, {
  ...{ epochs: 4, batchSize: 20, learningRate: 0.05, k: 1, momentum: 0.9, weightDecay: 1e-4, persistent: false },
  onEpoch: ({ epoch, reconstructionError, freeEnergyGap }) => epochs.push([epoch, reconstructionError, freeEnergyGap]),
})
console.log(rbm.params.W.shape.join(), rbm.params.b.shape.join(), rbm.params.c.shape.join(), epochs.length)
show('fit', history.epochs, epochs, rbm.params.W)
show('uses', rbm.freeEnergy(images), rbm.transform(images), rbm.reconstruct(images), rbm.sample(8, { steps: 20 }))
const { logZ, low, high } = rbm.logPartition({ method: 'ais', chains: 20, temperatures: 200 })
show('likelihood', rbm.logPartition(), logZ, low, high, rbm.logLikelihood(images))

const gaussian = new GaussianRBM({ visible: 6, hidden: 5, seed: 1 })
await gaussian.fit(sequences[0], { epochs: 3, batchSize: 10, learningRate: 1e-3 })
show('Gaussian', gaussian.transform(sequences[0]))

const crbm = new CRBM({ visible: 6, hidden: 8, order: 5, seed: 1 })
await crbm.fit(sequences, { epochs: 4, batchSize: 10, learningRate: 1e-3, k: 1, momentum: 0.9, weightDecay: 2e-4 })
console.log(
  Object.entries(crbm.params)
    .map(([name, { shape }]) => `${name} ${shape.join()}`)
    .sort()
    .join(' '),
)
const [sequence] = sequences
const answers = [
  crbm.transform(sequence),
  crbm.freeEnergy(sequence),
  crbm.predictNext(sequence),
  crbm.generate(sequence, 10),
]
console.log(answers.map(({ shape }) => shape.join()).join(' '))
show('CRBM', ...answers)
