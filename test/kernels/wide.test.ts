/** The kernels `wide` have the bits of `simd`, whether this Node pairs their lanes or not. */
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { CRBM } from '../../src/energy/crbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { createKernels, kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import type { Kernels } from '../../src/kernels/types.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { normalSequences } from '../support/random.ts'
import '../support/wide.ts'

const before = kernelsInUse()
afterAll(() => useKernels(before))
const simd = createKernels('simd') as Kernels
const wide = createKernels('wide') as Kernels

function normals(seed: string, n: number): Float32Array {
  const out = new Float32Array(n)
  new Random(seed).normalInto(out)
  return out
}

/** What a training leaves with each of the two. */
async function withEach(train: () => Promise<ArrayLike<number>>): Promise<ArrayLike<number>[]> {
  const found = []
  for (const name of ['simd', 'wide'] as const) {
    useKernels(name)
    found.push(await train())
  }
  return found
}

it('products of any shape', () => {
  const shape = fc.record({
    m: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(191, 192, 193, 200)),
    n: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(127, 128, 129)),
    k: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 256, 257, 600)),
    transA: fc.boolean(),
    transB: fc.boolean(),
    alpha: fc.constantFrom(1, -0.3),
    beta: fc.constantFrom(0, 1, 0.7),
  })
  fc.assert(
    fc.property(shape, fc.integer(), ({ m, n, k, transA, transB, alpha, beta }, seed) => {
      const [a, b] = [normals(`${seed}a`, m * k), normals(`${seed}b`, k * n)]
      const [ours, theirs] = [wide, simd].map(({ gemm }) => {
        const c = normals('c', m * n)
        gemm(c, 0, n, a, 0, transA ? m : k, transA, b, 0, transB ? k : n, transB, m, n, k, alpha, beta)
        return Buffer.from(c.buffer)
      })
      expect(ours.equals(theirs)).toBe(true)
    }),
    { seed: 81, numRuns: 300 },
  )
})

it.each([31, 48])('networks of %i units, trained', async (units) => {
  const sequences = normalSequences('x', [40, 33, 33, 21, 2], 13)
  const [theirs, ours] = await withEach(async () => {
    const layers = [
      new LSTM({ inputs: 13, units }),
      new Bidirectional(new LSTM({ units: 9, peepholes: false })),
      new GRU({ units }),
      new RNN({ units: 17 }),
      new Dense({ units: 3, activation: 'softmax' }),
    ]
    const net = new Sequential(layers, { seed: 1 })
    await net.fit(sequences, [0, 1, 2, 1, 0], { optimizer: new Adam({ learningRate: 0.01 }), epochs: 4, batchSize: 3 })
    return net.parameters.data
  })
  expect(ours).toEqual(theirs)
})

it('energy models, trained', async () => {
  const options = { epochs: 3, batchSize: 50, momentum: 0.9, weightDecay: 1e-4 }
  const bits = normals('bits', 400 * 37).map((x) => (x > 0 ? 1 : 0))
  const rows = Array.from({ length: 400 }, (_, i) => bits.subarray(37 * i, 37 * i + 37))
  const rbm = await withEach(async () => {
    const model = new RBM({ visible: 37, hidden: 70, seed: 1 })
    await model.fit(rows, { ...options, learningRate: 0.1 })
    return model.parameters.data
  })
  expect(rbm[1]).toEqual(rbm[0])
  const crbm = await withEach(async () => {
    const model = new CRBM({ visible: 13, hidden: 70, order: 3, seed: 1 })
    await model.fit(normalSequences('y', [203, 150], 13), { ...options, learningRate: 1e-3 })
    return model.parameters.data
  })
  expect(crbm[1]).toEqual(crbm[0])
})
