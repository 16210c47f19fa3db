import { CRBM, RBM } from 'ser-core'
import { binaryRows, sequences } from './data.mjs'
import { line, measureAsync } from './measure.mjs'

/** Multiply-adds of a CD-1 epoch, times 2: hidden twice, visible once, statistics twice; with history also biases and their statistics. */
const flops = (rows, V, H, K) => 2 * rows * (5 * V * H + 2 * K * (V + H))

const options = { epochs: 1, batchSize: 100, momentum: 0.9, k: 1 }
const rate = (work, ms) => `${(work / ms / 1e6).toFixed(2)} GF/s`

/** An epoch of contrastive divergence on 10,000 rows of 256 bits with 256 hidden units, monitors included. */
export function measureRbm() {
  const images = binaryRows(10_000, 256)
  const rbm = new RBM({ visible: 256, hidden: 256, seed: 1 })
  return measureAsync(() => rbm.fit(images, { ...options, learningRate: 0.01 }))
}

/** An epoch on 20,000 frames of 39 numbers with 150 hidden units and order 5, monitors included. */
export function measureCrbm() {
  const x = sequences(100, 205, 39)
  const crbm = new CRBM({ visible: 39, hidden: 150, order: 5, seed: 1 })
  return measureAsync(() => crbm.fit(x, { ...options, learningRate: 1e-4 }))
}

export async function benchEnergy() {
  const rbm = await measureRbm()
  line('RBM CD-1 epoch, 10,000 x 256, 256 hidden', rbm, rate(flops(10_000, 256, 256, 0), rbm.median))
  const crbm = await measureCrbm()
  line('CRBM CD-1 epoch, 20,000 frames, 39, 150, 5', crbm, rate(flops(20_000, 39, 150, 195), crbm.median))
}
