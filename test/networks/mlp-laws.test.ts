import { describe, expect, it } from 'vitest'
import { MLP, type MLPState } from '../../src/networks/mlp.ts'
import type { MLPFitOptions, MLPOptions, RowLabels } from '../../src/networks/mlp-options.ts'
import { Adam } from '../../src/optim/adam.ts'
import type { Checkpoint } from '../../src/training/history.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const ROWS = 30
const [x] = normalSequences('mlp laws', [ROWS], 4)
const [values] = normalSequences('mlp values', [ROWS], 2)
const classes = Array.from({ length: ROWS }, (_, i) => i % 3)

const networks: Record<string, [MLPOptions, RowLabels]> = {
  'a softmax classifier': [{ layers: [4, 6, 5, 3], activation: 'tanh', weightDecay: 1e-3 }, classes],
  'rectifiers with dropout': [{ layers: [4, 6, 3], activation: 'relu', dropout: 0.3, inputDropout: 0.1 }, classes],
  'sigmoids each of its own': [{ layers: [4, 5, 3], loss: 'binaryCrossEntropy', activation: 'leakyRelu' }, classes],
  'a regression': [{ layers: [4, 6, 2], loss: 'squaredError', activation: 'softplus' }, values],
}

describe.each(Object.entries(networks))('laws of %s', (_, [options, labels]) => {
  const make = (seed: number, dtype?: 'float64'): MLP => new MLP({ ...options, seed, dtype })
  const fitOptions = (more: Partial<MLPFitOptions> = {}): MLPFitOptions => ({
    ...{ optimizer: new Adam({ learningRate: 0.01 }), epochs: 4, batchSize: 8 },
    ...more,
  })
  async function trained(seed: number, more: Partial<MLPFitOptions> = {}): Promise<MLP> {
    const network = make(seed)
    await network.fit(x, labels, fitOptions(more))
    return network
  }

  it('same seed, same bits; another seed, others', async () => {
    const one = (await trained(1)).parameters.data
    expect((await trained(1)).parameters.data).toEqual(one)
    expect((await trained(2)).parameters.data).not.toEqual(one)
    expect((await trained(1, { seed: 2 })).parameters.data).not.toEqual(one)
  })

  it('save and load give the same outputs, through JSON too', async () => {
    const network = await trained(3)
    const wanted = network.forward(x).data
    const state = network.state()
    expect(MLP.fromState(state).forward(x).data).toEqual(wanted)
    const text = JSON.stringify({ ...state, parameters: Array.from(state.parameters) })
    expect(MLP.fromState(JSON.parse(text) as MLPState).forward(x).data).toEqual(wanted)
  })

  it('a batch equals its rows one by one, bit for bit', async () => {
    const network = await trained(4)
    const together = network.forward(x)
    const K = network.outputs
    for (let r = 0; r < ROWS; r++) {
      expect(network.forward(x.hi(r + 1, 4).lo(r, 0)).data).toEqual(together.data.slice(r * K, (r + 1) * K))
    }
  })

  it('the order of the rows changes nothing but the order of the outputs', async () => {
    const network = await trained(5)
    const [forth, back] = [x, x.step(-1, 1)].map((rows) => network.forward(rows))
    for (let r = 0; r < ROWS; r++) expect(back.get(r, 1)).toBe(forth.get(ROWS - 1 - r, 1))
  })

  it('inputs stay untouched', async () => {
    const [before, wanted] = [x.data.slice(), values.data.slice()]
    const network = await trained(6, { validation: { x, labels } })
    network.lossAndGradient(x, labels)
    network.score(x, labels)
    expect(x.data).toEqual(before)
    expect(values.data).toEqual(wanted)
  })

  it('outputs are copies', () => {
    const network = make(7)
    const first = network.forward(x)
    const kept = first.data.slice()
    network.forward(x.step(-1, 1))
    expect(first.data).toEqual(kept)
    network.forward(x).data.fill(0)
    expect(network.forward(x).data).toEqual(kept)
    const { gradient } = network.lossAndGradient(x, labels)
    const before = gradient.slice()
    network.lossAndGradient(x.step(-1, 1), labels)
    expect(gradient).toEqual(before)
  })

  it('strided views give the bits of packed ones', () => {
    const network = make(8, 'float64')
    const flipped = x.step(-1, -1)
    const [packed] = normalSequences('unused', [ROWS], 4)
    for (let r = 0; r < ROWS; r++) for (let d = 0; d < 4; d++) packed.set(r, d, flipped.get(r, d))
    expect(network.forward(flipped).data).toEqual(network.forward(packed).data)
    expect(network.lossAndGradient(flipped, labels)).toEqual(network.lossAndGradient(packed, labels))
  })

  it('two halves of a fit from a checkpoint equal the whole fit', async () => {
    const whole = await trained(9)
    let half: Checkpoint | undefined
    await trained(9, { epochs: 2, onEpoch: (report) => (half = report.checkpoint()) })
    const stored = JSON.parse(JSON.stringify(half, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))
    expect((await trained(9, { resume: stored })).parameters.data).toEqual(whole.parameters.data)
  })

  it('a finished fit lowers J', async () => {
    const network = make(10)
    const before = network.lossAndGradient(x, labels).loss
    await network.fit(x, labels, fitOptions({ epochs: 60 }))
    expect(network.lossAndGradient(x, labels).loss).toBeLessThan(0.9 * before)
  })

  it('permuting hidden units changes nothing but rounding', () => {
    const [original, permuted] = [make(11, 'float64'), make(11, 'float64')]
    const [below, above] = permuted.layers.slice(-2).map(({ params }) => params)
    const [from, to] = original.layers.slice(-2).map(({ params }) => params)
    const H = below.b.shape[0]
    for (let j = 0; j < H; j++) {
      const k = (j + 2) % H
      for (let i = 0; i < below.W.shape[0]; i++) below.W.set(i, j, from.W.get(i, k))
      for (let i = 0; i < above.W.shape[1]; i++) above.W.set(j, i, to.W.get(k, i))
    }
    expect(permuted.parameters.data).not.toEqual(original.parameters.data)
    const wanted = original.forward(x).data
    permuted.forward(x).data.forEach((y, i) => expect(Math.abs(y - wanted[i])).toBeLessThan(tolerance.reorder))
  })
})
