import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { planBatch, rowsOf } from '../../src/layers/batch.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LSTM, type LSTMOptions } from '../../src/layers/lstm.ts'
import type { Recurrent } from '../../src/layers/recurrent.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { expectClose, matrices, parameterIn } from '../support/case-vectors.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

interface Case {
  options: Partial<LSTMOptions>
  parameters: Record<string, number[]>
  x: number[][][]
  targets: number[][][]
  outputs: number[][][]
  loss: number
  gradients: Record<string, number[]>
}

// Made by vectors/lstm-variants.py, which checks its equations against PyTorch's proj_size and ONNX Runtime.
const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/lstm-variants.json', import.meta.url), 'utf8'),
)

const property = { seed: 20020801, numRuns: 60 }

describe.each(cases.map((each): [string, Case] => [JSON.stringify(each.options), each]))(
  'in float64 equals the loop of PyTorch operations: %s',
  (_, wanted) => {
    const network = new Sequential([new LSTM({ inputs: 3, units: 4, ...wanted.options })], { dtype: 'float64' })
    const { data, slots } = network.parameters
    for (const [name, values] of Object.entries(wanted.parameters)) {
      parameterIn(network, data, `0.${name}`).set(values)
    }

    it('has the parameters', () => {
      expect(slots.map(({ name }) => name.slice('layers.0.'.length)).sort()).toEqual(
        Object.keys(wanted.parameters).sort(),
      )
    })

    it('outputs', () => {
      network.forward(matrices(wanted.x)).forEach(({ data }, i) => {
        expectClose(data, wanted.outputs[i].flat(), tolerance.vector, `outputs of ${i}`)
      })
    })

    it('loss and gradient', () => {
      const { loss, gradient } = network.lossAndGradient(matrices(wanted.x), matrices(wanted.targets))
      expectClose([loss], [wanted.loss], tolerance.vector, 'loss')
      for (const [name, values] of Object.entries(wanted.gradients)) {
        expectClose(parameterIn(network, gradient, `0.${name}`), values, tolerance.vector, name)
      }
    })
  },
)

const options = fc.record({
  units: fc.integer({ min: 1, max: 4 }),
  peepholes: fc.boolean(),
  coupled: fc.boolean(),
  activation: fc.constantFrom('tanh' as const, 'sigmoid' as const),
  projection: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  initialState: fc.constantFrom('zero' as const, 'learned' as const),
})

const lengths = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 })
const seed = fc.integer({ min: 0, max: 1e6 })

describe('variants of the LSTM', () => {
  it('gradients of all of them, one and both ways, equal central differences', () => {
    fc.assert(
      fc.property(lengths, options, fc.boolean(), seed, (T, variant, both, s) => {
        const layer = new LSTM({ inputs: both ? undefined : 2, ...variant })
        const below = both
          ? [new Dense({ inputs: 2, units: 2, activation: 'tanh' }), new Bidirectional(layer)]
          : [layer]
        checkNetwork([...below, new Dense({ units: 3, activation: 'softmax' })], T, s, {})
      }),
      property,
    )
  })

  it('the general kernels with the standard parts give what the standard ones give', () => {
    const x = normalSequences('x', [5, 3], 3)
    const weights = new Sequential([new LSTM({ inputs: 3, units: 4 })], { seed: 2, dtype: 'float64' })
    // A projection by the unit matrix is none, but takes the general way.
    const general = new Sequential([new LSTM({ inputs: 3, units: 4, projection: 4 })], { seed: 2, dtype: 'float64' })
    for (const { name } of weights.parameters.slots) {
      parameterIn(general, general.parameters.data, name.slice(7)).set(
        parameterIn(weights, weights.parameters.data, name.slice(7)),
      )
    }
    parameterIn(general, general.parameters.data, '0.Wrm').set(Array.from({ length: 16 }, (_, k) => +(k % 5 === 0)))
    general.forward(x).forEach(({ data }, i) => {
      expectClose(data, Array.from(weights.forward(x)[i].data), 1e-14, 'outputs')
    })
  })

  it('saved and loaded, all options come back', () => {
    const net = new Sequential([
      new LSTM({
        inputs: 2,
        units: 3,
        coupled: true,
        activation: 'relu',
        gateActivation: 'hardSigmoid',
        projection: 2,
        initialState: 'learned',
        recurrentDropout: 0.25,
        inputInitialiser: 'heNormal',
        recurrentInitialiser: 'glorotNormal',
        peepholes: false,
        forgetBias: 2,
      }),
    ])
    const again = Sequential.fromState(
      JSON.parse(JSON.stringify(net.state(), (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v))),
    )
    expect(again.state()).toEqual(net.state())
    expect(again.layers[0].options()).toEqual(net.layers[0].options())
  })

  it('the coupled cell starts remembering: bi at minus the forget bias', () => {
    const { bi, bo } = new LSTM({ inputs: 1, units: 2, coupled: true, forgetBias: 3 }).params
    expect([...bi.data, ...bo.data]).toEqual([-3, -3, 0, 0])
  })

  it('chrono starts of coupled gates and of both directions are draws of their own', () => {
    const { bi } = new LSTM({ inputs: 1, units: 50, coupled: true, chrono: 30 }).params
    expect(Math.min(...bi.data)).toBeGreaterThanOrEqual(-Math.log(29))
    expect(Math.max(...bi.data)).toBeLessThanOrEqual(0)
    const net = new Sequential([new Bidirectional(new LSTM({ inputs: 1, units: 4, chrono: 30 }))], { seed: 1 })
    const { params } = net.layers[0]
    expect([...params['forward.bf'].data]).toEqual([...params['forward.bi'].data].map((b) => -b))
    expect(params['forward.bf'].data).not.toEqual(params['backward.bf'].data)
  })

  it.each<[string, Partial<LSTMOptions>, RegExp]>([
    ['input bias', { coupled: true, inputBias: 1 }, /^LSTM: "inputBias" does not go with "coupled"/],
    ['projection', { projection: 0 }, /^LSTM: "projection" expected an integer >= 1, got 0/],
    ['activation', { activation: 'softmax' as never }, /^LSTM: "activation" expected one of "tanh", "relu", "sigmoid"/],
    ['gates', { gateActivation: 'tanh' as never }, /"gateActivation" expected one of "sigmoid", "hardSigmoid"/],
    ['coupled', { coupled: 1 as never }, /"coupled" expected/],
    ['initial state', { initialState: 'random' as never }, /"initialState" expected one of "zero", "learned"/],
    ['dropout', { recurrentDropout: 1 }, /"recurrentDropout" expected a finite number >= 0 and < 1, got 1/],
    ['initialiser', { inputInitialiser: 'uniform' as never }, /"inputInitialiser" expected one of "glorotUniform"/],
    ['units', { units: 0 }, /^LSTM: "units" expected an integer >= 1, got 0/],
  ])('refuses a wrong %s', (_, wrong, message) => {
    expect(() => new LSTM({ inputs: 1, units: 2, ...wrong })).toThrow(message)
  })
})

const makers: [string, (more: { initialState?: 'learned' }) => Recurrent][] = [
  ['RNN', (more) => new RNN({ inputs: 2, units: 3, seed: 4, ...more })],
  ['GRU', (more) => new GRU({ inputs: 2, units: 3, seed: 4, ...more })],
  ['GRU, reset before', (more) => new GRU({ inputs: 2, units: 3, resetAfter: false, seed: 4, ...more })],
  ['LSTM', (more) => new LSTM({ inputs: 2, units: 3, seed: 4, ...more })],
  ['LSTM with projection', (more) => new LSTM({ inputs: 2, units: 3, projection: 2, seed: 4, ...more })],
]

describe.each(makers)('states of %s', (_, make) => {
  const [x] = normalSequences('x', [7], 2)

  it('a sequence in pieces, each from the state of the last, gives the whole, bit for bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), (cut) => {
        const layer = make({})
        const first = layer.forwardWithState(x.hi(cut, 2))
        const second = layer.forwardWithState(x.lo(cut, 0), { initialState: first.state })
        const whole = layer.forwardWithState(x)
        expect([...first.output.data, ...second.output.data]).toEqual([...whole.output.data])
        expect(second.state).toEqual(whole.state)
      }),
      { seed: 1, numRuns: 6 },
    )
  })

  it('the learned state is where sequences start, in batches, alone and in streams', () => {
    const net = new Sequential([make({ initialState: 'learned' })], { seed: 3 })
    const zero = new Sequential([make({})], { seed: 3 })
    expect(net.forward(x)).toEqual(zero.forward(x))
    const { h0, c0 } = net.layers[0].params
    new Random(5).normalInto(h0.data)
    if (c0) new Random(6).normalInto(c0.data)
    const given = { h: h0.data, ...(c0 && { c: c0.data }) }
    const wanted = (zero.layers[0] as Recurrent).forward(x, { initialState: given })
    expect(net.forward(x).data).toEqual(wanted.data)
    expect(net.forward(x).data).not.toEqual(zero.forward(x).data)
    const stream = net.stream()
    const rows = [0, 1, 2].map((t) => stream.push(x.pick(t, null)))
    rows.forEach((row, t) => expect(row).toEqual(wanted.data.slice(t * row.length, (t + 1) * row.length)))
  })

  it('gradients by the learned state equal central differences, over unequal lengths', () => {
    const layer = make({ initialState: 'learned' })
    checkNetwork([layer, new Dense({ units: 3, activation: 'softmax' })], [4, 2, 5], 9, {})
  })

  it('refuses states of other sizes and names', () => {
    const layer = make({})
    const { state } = layer.forwardWithState(x)
    expect(() => layer.forward(x, { initialState: { ...state, h: new Float32Array(9) } })).toThrow(
      /\.forward: "initialState.h" expected shape \[\d\], got \[9\]/,
    )
    expect(() => layer.forward(x, { initialState: { ...state, cell: state.h } })).toThrow(/unknown option "cell"/)
    expect(() => layer.forward(x, { initialState: 0 as never })).toThrow(/"initialState" expected \{ h/)
    expect(() => layer.forward(x, { initialState: { ...state, h: state.h.slice().fill(Number.NaN) } })).toThrow(
      /finite/,
    )
    expect(() => layer.forward(x, { initialState: {} })).toThrow(/"initialState.h" expected/)
  })
})

describe('recurrent dropout', () => {
  const sequences = normalSequences('x', [6, 4, 5, 6], 2)
  const network = (rate: number): Sequential =>
    new Sequential(
      [new LSTM({ inputs: 2, units: 8, recurrentDropout: rate }), new Dense({ units: 2, activation: 'softmax' })],
      { seed: 1 },
    )

  it('acts in training alone, and moves no weight that was dropped', async () => {
    expect(network(0.5).forward(sequences)).toEqual(network(0).forward(sequences))
    const losses = await Promise.all(
      [0, 0.5].map(async (rate) => {
        const net = network(rate)
        const before = net.parameters.data.slice()
        const { epochs } = await net.fit(sequences, [0, 1, 0, 1], { optimizer: new Adam(), epochs: 1, batchSize: 4 })
        const moved = (name: string) => {
          const after = parameterIn(net, net.parameters.data, name)
          return parameterIn(net, before, name).filter((value, k) => value !== after[k]).length / after.length
        }
        expect(moved('0.Wxi')).toBe(1)
        if (rate === 0) expect(moved('0.Whi')).toBe(1)
        else expect(Math.abs(moved('0.Whi') - 0.5)).toBeLessThan(0.25)
        return epochs[0].loss
      }),
    )
    expect(losses[0]).not.toBe(losses[1])
  })

  it.each([
    ['RNN', RNN, {}],
    ['GRU', GRU, {}],
    ['LSTM', LSTM, {}],
    ['LSTM with projection', LSTM, { projection: 2 }],
  ] as const)('gradients and tangents are those of the weights that are left: %s', (_, Cell, more) => {
    const layer: Recurrent = new Cell({ inputs: 2, units: 3, recurrentDropout: 0.5, dtype: 'float64', ...more })
    const { parameters } = new Sequential([layer], { dtype: 'float64', seed: 6 })
    const plan = planBatch([5, 3])
    const [{ data }] = normalSequences('x', [rowsOf(plan)], 2)
    const run = (w: FloatArray): FloatArray => {
      parameters.data.set(w)
      const context = { training: true, truncation: 0, random: new Random('mask'), state: null }
      return layer.forwardBatch({ data, cols: 2, plan }, context).data.slice()
    }
    const w = parameters.data.slice()
    const [direction] = normalSequences('direction', [1], w.length)
    const moved = (h: number): FloatArray => run(w.map((value, i) => value + h * direction.data[i]))
    const [above, below] = [moved(1e-6), moved(-1e-6)]
    const y = run(w)
    const [{ data: dy }] = normalSequences('dy', [1], y.length)
    const tangent = layer.tangentBatch(null, Float64Array.from(direction.data)) as FloatArray
    y.forEach((_, i) => expect(tangent[i]).toBeCloseTo((above[i] - below[i]) / 2e-6, 7))
    parameters.gradient.fill(0)
    layer.backwardBatch(dy, false)
    const along = (a: FloatArray, b: FloatArray): number => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0)
    expect(along(parameters.gradient, direction.data)).toBeCloseTo(along(tangent, dy), 10)
  })

  it('scales what is kept, so that the expected recurrent input stays', async () => {
    // One step past the first: with h0 = 0 the second frame alone sees the recurrent weights.
    const rate = 0.5
    const net = new Sequential([new RNN({ inputs: 1, units: 1, recurrentDropout: rate, activation: 'relu' })])
    const layer = net.layers[0].params
    layer.Wxh.data[0] = 1
    layer.Whh.data[0] = 1
    const x = [view(Float32Array.from([1, 1]), [2, 1])]
    const seen = new Set<number>()
    for (let s = 0; s < 20; s++) {
      const copy = Sequential.fromState(net.state())
      const target = view(new Float32Array(2), [2, 1])
      const { epochs } = await copy.fit(x, [target], {
        optimizer: new Adam({ learningRate: 1e-9 }),
        epochs: 1,
        seed: s,
      })
      seen.add(epochs[0].loss)
    }
    // Outputs 1 and 1 + 0 or 1 + 2; the loss is the mean over both frames of half their squares.
    expect([...seen].sort()).toEqual([0.5, 2.5])
  })
})
