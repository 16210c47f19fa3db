import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { Bidirectional, type Merge } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU, type GRUOptions } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MaxPool, MeanPool, StatisticsPool } from '../../src/layers/pool.ts'
import type { Recurrent } from '../../src/layers/recurrent.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

/** Step of a central difference along a direction, and the error it leaves. */
const STEP = 1e-5
const DIFFERENCE = 1e-7

const property = { seed: 42, numRuns: 40 }
const lengths = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 })
const seed = fc.integer({ min: 0, max: 1e6 })
const units = fc.integer({ min: 1, max: 4 })

type MakeLayer = () => Layer

const gru: fc.Arbitrary<() => Recurrent> = fc.tuple(units, fc.boolean()).map(
  ([H, resetAfter]) =>
    () =>
      new GRU({ units: H, resetAfter }),
)
const neighbour: fc.Arbitrary<() => Recurrent> = units.chain((H) =>
  fc.constantFrom(
    () => new LSTM({ units: H }),
    () => new RNN({ units: H }),
  ),
)
const directed = (cell: fc.Arbitrary<() => Recurrent>): fc.Arbitrary<MakeLayer> =>
  fc
    .tuple(cell, fc.constantFrom<Merge | 'one way'>('one way', 'concatenate', 'sum', 'average'))
    .map(([make, merge]) => (merge === 'one way' ? make : () => new Bidirectional(make(), { merge })))

/** GRUs one above the other, with other layers in between, one output a frame or an utterance. */
const stacks: fc.Arbitrary<MakeLayer[]> = fc
  .tuple(
    directed(gru),
    fc.array(fc.oneof(directed(gru), directed(neighbour)), { maxLength: 2 }),
    fc.option(
      fc.constantFrom<MakeLayer>(
        () => new MeanPool(),
        () => new MaxPool(),
        () => new StatisticsPool(),
      ),
    ),
  )
  .map(([first, above, pool]) => [first, ...above, ...(pool === null ? [] : [pool])])

function layersOf(stack: MakeLayer[]): Layer[] {
  const below = new Dense({ inputs: 3, units: 2, activation: 'tanh' })
  return [below, ...stack.map((make) => make()), new Dense({ units: 3, activation: 'softmax' })]
}

describe('stacks with GRUs', () => {
  it('have the gradients of central differences', () => {
    fc.assert(
      fc.property(stacks, lengths, seed, (stack, T, s) => checkNetwork(layersOf(stack), T, s, {})),
      property,
    )
  })

  it('have tangents along any direction of the weights', () => {
    fc.assert(
      fc.property(gru, fc.boolean(), seed, (make, both, s) => {
        const network = new Sequential(
          [new Dense({ inputs: 2, units: 2 }), both ? new Bidirectional(make()) : make()],
          { dtype: 'float64', seed: s },
        )
        const { data } = network.parameters
        const theta = data.slice()
        const [x] = normalSequences(s, [5], 2)
        const [{ data: direction }] = normalSequences(`${s}/direction`, [data.length], 1)
        const outputAt = (step: number): FloatArray => {
          data.set(theta.map((value, i) => value + step * direction[i]))
          return network.forward(x).data
        }
        const [above, below] = [outputAt(STEP), outputAt(-STEP)]
        outputAt(0)
        const [dense, recurrent] = network.layers
        const lower = dense.tangentBatch(null, direction.subarray(0, dense.parameterCount))
        const tangent = recurrent.tangentBatch(lower, direction.subarray(dense.parameterCount)) as FloatArray
        above.forEach((value, i) => {
          expect(Math.abs(tangent[i] - (value - below[i]) / (2 * STEP))).toBeLessThan(DIFFERENCE)
        })
      }),
      property,
    )
  })
})

describe('GRU', () => {
  const shapesOf = ({ params }: GRU): Record<string, number[]> =>
    Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]))

  it('names its parameters gate by gate, bhn only where the reset gate comes after the product', () => {
    const gates = {
      Wxr: [5, 3],
      Wxz: [5, 3],
      Wxn: [5, 3],
      Whr: [5, 5],
      Whz: [5, 5],
      Whn: [5, 5],
      br: [5],
      bz: [5],
      bn: [5],
    }
    expect(shapesOf(new GRU({ inputs: 3, units: 5 }))).toEqual({ ...gates, bhn: [5] })
    expect(shapesOf(new GRU({ inputs: 3, units: 5, resetAfter: false }))).toEqual(gates)
  })

  it('starts with orthogonal recurrent weights, Glorot input weights and zero biases', () => {
    const { params } = new GRU({ inputs: 30, units: 20, seed: 1, dtype: 'float64' })
    for (const g of ['r', 'z', 'n']) {
      const Wh = params[`Wh${g}`]
      for (let i = 0; i < 20; i++) {
        for (let k = 0; k <= i; k++) {
          let inner = 0
          for (let j = 0; j < 20; j++) inner += Wh.get(i, j) * Wh.get(k, j)
          expect(Math.abs(inner - (i === k ? 1 : 0))).toBeLessThan(tolerance.reorder)
        }
      }
      const largest = Math.max(...params[`Wx${g}`].data.map(Math.abs))
      expect(largest).toBeLessThanOrEqual(Math.sqrt(6 / 50))
      expect(largest).toBeGreaterThan(0.98 * Math.sqrt(6 / 50))
    }
    for (const name of ['br', 'bz', 'bn', 'bhn']) expect(new Set(params[name].data)).toEqual(new Set([0]))
    expect(params.Whr.data).not.toEqual(params.Whz.data)
  })

  it('holds its output where the update gate is open, and takes the candidate where it is shut', () => {
    const cell = new GRU({ inputs: 1, units: 1, dtype: 'float64' })
    const { Wxz, Wxn } = cell.params
    Wxz.set(0, 0, 1000)
    Wxn.set(0, 0, 1)
    // Opened by positive inputs alone: z is 1 there and 0 at negative ones.
    const h = cell.forward(view(Float64Array.of(-0.5, 2, 3, -0.25), [4, 1])).data
    expect(h[0]).toBe(Math.tanh(-0.5))
    expect(Array.from(h.subarray(1, 3))).toEqual([h[0], h[0]])
    expect(h[3]).not.toBe(h[2])
  })

  it('with a shut reset gate forgets what was', () => {
    for (const resetAfter of [true, false]) {
      const cell = new GRU({ inputs: 1, units: 2, resetAfter, seed: 3, dtype: 'float64' })
      cell.params.br.data.fill(-1000)
      cell.params.bz.data.fill(-1000)
      const row = (x: number[]): number[] => Array.from(cell.forward(view(Float64Array.from(x), [x.length, 1])).data)
      expect(row([4, -3, 0.5]).slice(4)).toEqual(row([0.5]))
    }
  })

  it('comes back from its configuration', () => {
    for (const resetAfter of [true, false]) {
      const options = { inputs: 3, units: 2, resetAfter }
      const made = createLayer({ type: 'gru', options: new GRU(options).options() })
      expect(made).toBeInstanceOf(GRU)
      expect(made.options()).toEqual(options)
    }
  })

  it.each<[object, RegExp]>([
    [{}, /^GRU: "units" expected an integer >= 1, got undefined$/],
    [{ units: 2, resetAfter: 1 }, /^GRU: "resetAfter" expected true or false, got 1$/],
    [{ units: 2, forgetBias: 1 }, /^GRU: unknown option "forgetBias"/],
  ])('refuses %j', (options, message) => {
    expect(() => new GRU(options as GRUOptions)).toThrow(message)
  })

  it('truncated with a horizon beyond the sequence is full BPTT, bit for bit', () => {
    for (const resetAfter of [true, false]) {
      const layers = [new GRU({ inputs: 2, units: 3, resetAfter }), new Dense({ units: 2, activation: 'softmax' })]
      const network = new Sequential(layers)
      const sequences = normalSequences(1, [5, 3, 4], 2)
      const full = network.lossAndGradient(sequences, [0, 1, 0])
      expect(network.lossAndGradient(sequences, [0, 1, 0], { truncation: 5 })).toEqual(full)
      const cut = network.lossAndGradient(sequences, [0, 1, 0], { truncation: 2 })
      expect(cut.loss).toBe(full.loss)
      expect(cut.gradient).not.toEqual(full.gradient)
    }
  })
})
