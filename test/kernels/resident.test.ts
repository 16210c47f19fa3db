/** Streams whose weights stay in a memory of their own see every change of the weights. */
import { afterAll, describe, expect, it } from 'vitest'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { normalSequences } from '../support/random.ts'

const before = kernelsInUse()
afterAll(() => useKernels(before))

describe.each(['js', 'simd'] as const)('streams with the kernels %s', (name) => {
  const sequences = normalSequences('x', [9, 6], 3)
  const [x] = sequences
  const make = (seed: number): Sequential =>
    new Sequential(
      [new LSTM({ inputs: 3, units: 5 }), new LSTM({ units: 9, peepholes: false }), new Dense({ units: 2 })],
      { seed },
    )

  function rowsOf(net: Sequential): number[] {
    const stream = net.stream()
    const rows: number[] = []
    for (let t = 0; t < 9; t++) rows.push(...stream.push(x.pick(t, null)))
    return rows
  }

  it('give the rows of the batch, also of networks side by side', () => {
    useKernels(name)
    const nets = [1, 2].map(make)
    const streams = nets.map((net) => net.stream())
    for (let t = 0; t < 9; t++) {
      streams.forEach((stream, i) => {
        expect([...stream.push(x.pick(t, null))]).toEqual([...nets[i].forward(x).data.subarray(2 * t, 2 * t + 2)])
      })
    }
  })

  it('see what fit, writing to the parameters and restored weights change', async () => {
    useKernels(name)
    const net = make(3)
    rowsOf(net)
    const changes = [
      () => net.fit(sequences, normalSequences('y', [9, 6], 2), { optimizer: new Adam(), epochs: 1 }),
      () => net.layers[0].params.Wxi.set(0, 0, 0.7),
      () => net.parameters.data.fill(0.1),
      () => net.parameters.views['layers.1.bo'].set(2, -1),
    ]
    for (const change of changes) {
      const old = [...net.forward(x).data]
      await change()
      expect(rowsOf(net)).toEqual([...net.forward(x).data])
      expect(rowsOf(net)).not.toEqual(old)
    }
  })

  it.each<[string, () => Layer]>([
    ['GRU', () => new GRU({ inputs: 3, units: 5 })],
    ['GRU, reset before the product', () => new GRU({ inputs: 3, units: 5, resetAfter: false })],
    ['RNN of tanh', () => new RNN({ inputs: 3, units: 5 })],
    ['RNN of relu', () => new RNN({ inputs: 3, units: 5, activation: 'relu' })],
  ])('%s: gives the rows of the batch, before and after a change', (_, layer) => {
    useKernels(name)
    const net = new Sequential([layer(), new Dense({ units: 2 })], { seed: 5 })
    const old = rowsOf(net)
    expect(old).toEqual([...net.forward(x).data])
    net.parameters.data.forEach((value, k, data) => (data[k] = 0.5 * value + 0.1))
    expect(rowsOf(net)).toEqual([...net.forward(x).data])
    expect(rowsOf(net)).not.toEqual(old)
  })

  it('sees a change in the middle of a stream', () => {
    useKernels(name)
    const [net, other] = [make(4), make(4)]
    const [stream, wanted] = [net.stream(), other.stream()]
    stream.push(x.pick(0, null))
    wanted.push(x.pick(0, null))
    for (const each of [net, other]) each.layers[1].params.Whf.set(1, 1, 2)
    const fresh = other.stream({ state: wanted.state() })
    expect(stream.push(x.pick(1, null))).toEqual(fresh.push(x.pick(1, null)))
  })
})
