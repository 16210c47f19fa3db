import { CRBM, RBM } from 'ser-core'
import { bits, normals, sequencesOf } from './data.mjs'
import { ms } from './units.mjs'

/** Multiply-adds of a CD-1 epoch, times 2: hidden twice, visible once, statistics twice; with history also biases and their statistics. */
const flops = (rows, V, H, K) => 2 * rows * (5 * V * H + 2 * K * (V + H))

const options = { epochs: 1, batchSize: 100, momentum: 0.9, k: 1 }

/** An epoch of contrastive divergence, monitors included. */
const rbm = {
  kind: 'rbm epoch',
  size: { rows: 10_000, visible: 256, hidden: 256 },
  unit: ms,
  flops: flops(10_000, 256, 256, 0),
  data: () => ({ x: bits([10_000, 256]) }),
  setup({ x }) {
    const model = new RBM({ visible: 256, hidden: 256, seed: 1 })
    return () => model.fit(x, { ...options, learningRate: 0.01 })
  },
}

/** The same with the history of each of 20,000 frames, monitors included. */
const crbm = {
  kind: 'crbm epoch',
  size: { frames: 20_000, visible: 39, hidden: 150, order: 5 },
  unit: ms,
  flops: flops(20_000, 39, 150, 195),
  data: () => ({ x: normals([100, 205, 39]) }),
  setup({ x }) {
    const model = new CRBM({ visible: 39, hidden: 150, order: 5, seed: 1 })
    const sequences = sequencesOf(x)
    return () => model.fit(sequences, { ...options, learningRate: 1e-4 })
  },
}

export const cases = [rbm, crbm]
