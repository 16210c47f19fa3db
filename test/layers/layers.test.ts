import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { StateError } from '../../src/core/errors.ts'
import { packInto, planBatch, rowsOf, unpack } from '../../src/layers/batch.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool } from '../../src/layers/pool.ts'
import { createLayer } from '../../src/layers/registry.ts'
import { Residual } from '../../src/layers/residual.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { decide } from '../../src/networks/decision.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalSequences } from '../support/random.ts'

const matrix = (rows: number[][]) => view(Float64Array.from(rows.flat()), [rows.length, rows[0].length])

describe('a layer of your own', () => {
  it('is told by its name that its options are missing', () => {
    expect(() => Reflect.construct(Layer, ['Own'])).toThrow(/^Own: "?options"? expected an object, got undefined/)
  })
})

describe('packed batches', () => {
  it('put step t of the running sequences side by side, longest first', () => {
    const plan = planBatch([2, 3, 1, 3])
    expect(Array.from(plan.order)).toEqual([1, 3, 0, 2])
    expect(Array.from(plan.lengths)).toEqual([3, 3, 2, 1])
    expect(Array.from(plan.offsets)).toEqual([0, 4, 7, 9])
  })

  it('come back as they were', () => {
    const sequences = [2, 3, 1, 3].map((rows, i) => ({
      data: Float64Array.from({ length: rows * 2 }, (_, k) => 10 * i + k),
      rows,
      cols: 2,
    }))
    const plan = planBatch(sequences.map(({ rows }) => rows))
    const data = new Float64Array(18)
    packInto(data, plan, sequences)
    expect(unpack({ data, cols: 2, plan })).toEqual(sequences)
    expect(Array.from(data.subarray(0, 8))).toEqual([10, 11, 30, 31, 0, 1, 20, 21])
  })
})

describe('Dense', () => {
  const x = matrix([
    [1, 2],
    [-3, 4],
  ])

  it.each([
    ['linear', [1 * 0.5 + 2 * -1 + 0.25, -3 * 0.5 + 4 * -1 + 0.25]],
    ['relu', [0, 0]],
    ['sigmoid', [1 / (1 + Math.exp(1.25)), 1 / (1 + Math.exp(5.25))]],
    ['tanh', [Math.tanh(-1.25), Math.tanh(-5.25)]],
    ['softmax', [1, 1]],
  ] as const)('%s', (activation, wanted) => {
    const layer = new Dense({ inputs: 2, units: 1, activation, dtype: 'float64' })
    layer.params.W.set(0, 0, 0.5)
    layer.params.W.set(1, 0, -1)
    layer.params.b.set(0, 0.25)
    const y = layer.forward(x)
    expect(y.shape).toEqual([2, 1])
    wanted.forEach((value, t) => expect(y.get(t, 0)).toBeCloseTo(value, 14))
  })

  it('starts with weights of its seed, zero biases, and Glorot or He spread', () => {
    const weights = (options: object): Float32Array =>
      new Dense({ inputs: 200, units: 100, ...options }).params.W.data as Float32Array
    expect(weights({ seed: 1 })).toEqual(weights({ seed: 1 }))
    expect(weights({ seed: 1 })).not.toEqual(weights({ seed: 2 }))
    expect(Math.max(...weights({}))).toBeLessThanOrEqual(Math.fround(Math.sqrt(6 / 300)))
    expect(Math.max(...weights({}))).toBeGreaterThan(0.99 * Math.sqrt(6 / 300))
    const he = weights({ activation: 'relu' })
    const variance = he.reduce((sum, w) => sum + w * w, 0) / he.length
    expect(variance / (2 / 200)).toBeGreaterThan(0.97)
    expect(variance / (2 / 200)).toBeLessThan(1.03)
    expect(Array.from(new Dense({ inputs: 3, units: 2 }).params.b.data as Float32Array)).toEqual([0, 0])
  })
})

describe('LSTM', () => {
  it('names its parameters as the study does, forget bias 1', () => {
    const { params } = new LSTM({ inputs: 39, units: 128, seed: 1 })
    const shapes = Object.fromEntries(Object.entries(params).map(([name, { shape }]) => [name, shape]))
    const gates = ['i', 'f', 'c', 'o']
    for (const g of gates) {
      expect(shapes[`Wx${g}`]).toEqual([128, 39])
      expect(shapes[`Wh${g}`]).toEqual([128, 128])
      expect(shapes[`b${g}`]).toEqual([128])
    }
    expect(['Wci', 'Wcf', 'Wco'].map((name) => shapes[name])).toEqual([[128], [128], [128]])
    expect(Object.keys(shapes)).toHaveLength(15)
    expect(new Set(params.bf.data as Float32Array)).toEqual(new Set([1]))
    expect(new Set(params.bi.data as Float32Array)).toEqual(new Set([0]))
    expect(Object.keys(new LSTM({ inputs: 2, units: 2, peepholes: false }).params)).toHaveLength(12)
  })

  it('forward is [T, units] and a copy', () => {
    const cell = new LSTM({ inputs: 3, units: 4, seed: 1 })
    const [x, z] = normalSequences(1, [5, 5], 3)
    const h = cell.forward(x)
    const kept = h.data.slice()
    cell.forward(z)
    expect(h.shape).toEqual([5, 4])
    expect(h.data).toEqual(kept)
  })
})

describe('where the gates of an LSTM start', () => {
  const biases = (options: object): Record<string, number[]> => {
    const { params } = new LSTM({ inputs: 2, units: 200, seed: 3, dtype: 'float64', ...options })
    return Object.fromEntries(['i', 'f', 'c', 'o'].map((g) => [g, Array.from(params[`b${g}`].data as Float64Array)]))
  }
  const all = (value: number): number[] => new Array(200).fill(value)

  it('by default only the forget gates lean', () => {
    expect(biases({})).toEqual({ i: all(0), f: all(1), c: all(0), o: all(0) })
  })

  it('inputBias and forgetBias', () => {
    expect(biases({ inputBias: -1, forgetBias: 3 })).toEqual({ i: all(-1), f: all(3), c: all(0), o: all(0) })
  })

  it('chrono: logarithms of lags from 1 to T - 1, of opposite signs', () => {
    const { i, f, c, o } = biases({ chrono: 50 })
    expect(i).toEqual(f.map((b) => -b))
    expect([c, o]).toEqual([all(0), all(0)])
    const lags = f.map(Math.exp)
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...lags)).toBeLessThan(49)
    // The mean of U(1, 49) from 200 draws: within five of its standard errors.
    expect(Math.abs(lags.reduce((sum, lag) => sum + lag) / 200 - 25)).toBeLessThan((5 * 48) / Math.sqrt(12 * 200))
    expect(biases({ chrono: 50 })).toEqual({ i, f, c, o })
    expect(biases({ chrono: 50, seed: 4 }).f).not.toEqual(f)
  })

  it('no other parameter draws otherwise for it', () => {
    const weights = (options: object) => new LSTM({ inputs: 2, units: 3, seed: 1, ...options }).params.Whf.data
    expect(weights({ chrono: 9 })).toEqual(weights({}))
  })

  it.each([{ inputBias: -1, forgetBias: 3 }, { chrono: 50 }])('%j outlives saving and copying', (options) => {
    const layer = new LSTM({ inputs: 2, units: 3, ...options })
    expect(layer.options()).toMatchObject(options)
    expect(createLayer({ type: layer.type, options: layer.options() }).options()).toEqual(layer.options())
    expect(layer.copy().options()).toEqual(layer.options())
  })
})

describe('RNN', () => {
  it('is h_t = phi(Wxh x_t + Whh h_{t-1} + bh)', () => {
    const cell = new RNN({ inputs: 1, units: 2, activation: 'relu', dtype: 'float64' })
    const { Wxh, Whh, bh } = cell.params
    ;[Wxh, Whh, bh].forEach(({ data }, i) => data.set([0.5, -0.25, 1, 0.5].map((v) => v + i).slice(0, data.length)))
    const h = cell.forward(matrix([[1], [-4]]))
    const first = [0.5 + 2.5, -0.25 + 1.75]
    const second = [-2 + 1.5 * first[0] + 0.75 * first[1] + 2.5, 1 + 2 * first[0] + 1.5 * first[1] + 1.75]
    expect(Array.from(h.data as Float64Array)).toEqual([...first, ...second])
  })

  it('starts with orthogonal recurrent weights', () => {
    const { Whh } = new RNN({ inputs: 1, units: 6, seed: 2, dtype: 'float64' }).params
    for (let i = 0; i < 6; i++) {
      for (let k = 0; k < 6; k++) {
        let product = 0
        for (let j = 0; j < 6; j++) product += Whh.get(i, j) * Whh.get(k, j)
        expect(Math.abs(product - (i === k ? 1 : 0))).toBeLessThan(1e-14)
      }
    }
  })
})

describe('Bidirectional', () => {
  const [x] = normalSequences('both ways', [5], 2)
  const reversed = x.step(-1, 1)

  it.each(['concatenate', 'sum', 'average'] as const)(
    'is one layer along and one against the sequence: %s',
    (merge) => {
      const both = new Bidirectional(new LSTM({ inputs: 2, units: 3, seed: 1, dtype: 'float64' }), { merge })
      const y = both.forward(x)
      const [a, b] = [both.along.forward(x), both.against.forward(reversed)]
      expect(a.data).not.toEqual(b.data)
      for (let t = 0; t < 5; t++) {
        for (let j = 0; j < 3; j++) {
          const [p, q] = [a.get(t, j), b.get(4 - t, j)]
          if (merge === 'concatenate') expect([y.get(t, j), y.get(t, 3 + j)]).toEqual([p, q])
          else expect(y.get(t, j)).toBeCloseTo(merge === 'sum' ? p + q : (p + q) / 2, 15)
        }
      }
    },
  )

  it('owns the layer it is given, which must be new', () => {
    const layer = new LSTM({ inputs: 2, units: 2 })
    const both = new Bidirectional(layer)
    expect(() => new Sequential([layer, both])).toThrow(/already belongs to a network/)
    expect(() => new Bidirectional(layer)).toThrow(StateError)
    const used = new LSTM({ inputs: 2, units: 2 })
    used.params.bf.set(0, 9)
    expect(() => new Bidirectional(used)).toThrow(/has weights already/)
  })

  it('names the weights of both directions and refuses what does not recur', () => {
    const both = new Bidirectional(new RNN({ inputs: 2, units: 3 }))
    expect(Object.keys(both.params)).toEqual(
      ['forward', 'backward'].flatMap((way) => ['Wxh', 'Whh', 'bh'].map((name) => `${way}.${name}`)),
    )
    expect(() => new Bidirectional(new Dense({ units: 2 }) as never)).toThrow(/expected a recurrent layer/)
    expect(() => new Bidirectional(new RNN({ units: 2 }), { merge: 'max' as never })).toThrow(/"merge" expected one of/)
  })
})

describe('pooling', () => {
  const x = matrix([
    [1, -5],
    [4, -2],
    [1, -5],
  ])

  it('mean, max, standard deviation', () => {
    const options = { inputs: 2, dtype: 'float64' as const }
    expect(Array.from(new MeanPool(options).forward(x).data as Float64Array)).toEqual([2, -4])
    expect(Array.from(new MaxPool(options).forward(x).data as Float64Array)).toEqual([4, -2])
    const sd = new StandardDeviationPool(options).forward(x).data
    expect(sd[0]).toBeCloseTo(Math.sqrt(2 + 1e-6), 14)
    const all = new StatisticsPool(options).forward(x)
    expect(all.shape).toEqual([1, 6])
    expect(Array.from(all.data as Float64Array)).toEqual([2, -4, 4, -2, sd[0], sd[1]])
  })

  it('the last row of each sequence, of any lengths', () => {
    const pool = new LastPool({ inputs: 2, dtype: 'float64' })
    expect(Array.from(pool.forward(x.hi(2, 2)).data as Float64Array)).toEqual([4, -2])
    const sequences = normalSequences('last', [2, 4, 1, 4], 2)
    const network = new Sequential([new LastPool({ inputs: 2 })], { dtype: 'float64' })
    sequences.forEach((sequence, i) => {
      const wanted = Array.from(sequence.data.slice(-2))
      expect(Array.from(network.forward(sequences)[i].data as Float64Array)).toEqual(wanted)
    })
  })
})

describe('Dropout', () => {
  const data = new Float64Array(20_000).fill(3)
  const plan = planBatch([10_000])
  const training = (seed: number) => ({ training: true, truncation: 0, random: new Random(seed), state: null })

  it('drops its share, keeps the mean, and passes the gradient through the same mask', () => {
    const layer = new Dropout({ inputs: 2, rate: 0.4, dtype: 'float64' })
    const y = layer.forwardBatch({ data, cols: 2, plan }, training(1)).data
    const dropped = y.filter((value) => value === 0).length / y.length
    expect(Math.abs(dropped - 0.4)).toBeLessThan(0.015)
    expect(new Set(y.filter((value) => value !== 0))).toEqual(new Set([3 / 0.6]))
    const dx = layer.backwardBatch(new Float64Array(20_000).fill(1))
    dx.forEach((value, i) => expect(value).toBeCloseTo(y[i] / 3, 12))
  })

  it.each([0.25, 0.3, 0.5, 2 ** -24, 1 - 2 ** -24])('drops where a uniform is below %f, to the bit', (rate) => {
    const layer = new Dropout({ inputs: 2, rate, dtype: 'float64' })
    const y = layer.forwardBatch({ data, cols: 2, plan }, training(2)).data
    const uniforms = new Float64Array(y.length)
    new Random(2).uniformBlockInto(uniforms)
    expect(y).toEqual(uniforms.map((u) => (u < rate ? 0 : 3 * (1 / (1 - rate)))))
  })

  it('keeps one mask over the steps of a sequence where it is variational', () => {
    const cols = 40
    const masks = (lengths: number[]): Float64Array[] => {
      const layer = new Dropout({ inputs: cols, variational: true, dtype: 'float64' })
      const batch = planBatch(lengths)
      const ones = { data: new Float64Array(rowsOf(batch) * cols).fill(1), cols, plan: batch }
      const y = layer.forwardBatch(ones, training(1))
      const dx = layer.backwardBatch(ones.data)
      expect(dx).toEqual(y.data)
      return unpack(y).map(({ data: rows }, i) => {
        const first = rows.slice(0, cols)
        for (let t = 1; t < lengths[i]; t++) expect(rows.slice(t * cols, (t + 1) * cols)).toEqual(first)
        return first as Float64Array
      })
    }
    const [a, b, c] = masks([3, 5, 2])
    expect(new Set(a)).toEqual(new Set([0, 2]))
    expect(a).not.toEqual(b)
    expect(masks([7, 1, 4])).toEqual([a, b, c])
    expect(masks([2, 2])).toEqual([a, b])
  })

  it('does nothing outside training', () => {
    const layer = new Dropout({ inputs: 2, rate: 0.4 })
    expect(layer.forward(view(data, [10_000, 2])).data).toEqual(new Float32Array(20_000).fill(3))
  })
})

describe('the decision of an utterance', () => {
  const logs = { data: Float64Array.from([0.9, 0.1, 0.4, 0.6, 0.3, 0.7].map(Math.log)), rows: 3, cols: 2 }

  it('renormalises the mean log posterior', () => {
    const odds = Math.cbrt((0.9 * 0.4 * 0.3) / (0.1 * 0.6 * 0.7))
    expect(decide(logs, 'meanLog')[0]).toBeCloseTo(odds / (1 + odds), 12)
  })

  it('takes the mean posterior or the majority', () => {
    expect(decide(logs, 'mean')[0]).toBeCloseTo(1.6 / 3, 12)
    expect(decide(logs, 'majority')[0]).toBeCloseTo(1 / 3, 12)
  })

  it('stays finite for hopeless frames', () => {
    expect(Array.from(decide({ data: Float64Array.of(-1e4, 0, 0, -1e4), rows: 2, cols: 2 }, 'meanLog'))).toEqual([
      0.5, 0.5,
    ])
  })
})

it('the last row of probabilities is one of probabilities', () => {
  const make = (pool: Layer[], above: Layer[]): Sequential => {
    const softmax = new Dense({ units: 3, activation: 'softmax' })
    return new Sequential([new LSTM({ inputs: 2, units: 4 }), ...pool, softmax, ...above], {
      seed: 3,
      dtype: 'float64',
    })
  }
  const below = make([new LastPool()], [])
  const above = make([], [new LastPool()])
  above.parameters.data.set(below.parameters.data)
  const x = normalSequences('last', [4, 2, 3], 2)
  const [wanted, got] = [below, above].map((network) => network.lossAndGradient(x, [0, 2, 1]))
  expect(got.loss).toBeCloseTo(wanted.loss, 12)
  got.gradient.forEach((value, i) => expect(value).toBeCloseTo(wanted.gradient[i], 12))
  expect(above.evaluate(x, [0, 2, 1]).accuracy).toBe(below.evaluate(x, [0, 2, 1]).accuracy)
})

describe('networks are put together with care', () => {
  const dense = (inputs?: number): Dense => new Dense({ inputs, units: 3 })

  it('takes inputs from the layer below and keeps every parameter on one vector', () => {
    const network = new Sequential([dense(2), new LSTM({ units: 4 }), new Dense({ units: 2 })])
    expect(network.layers.map(({ inputs }) => inputs)).toEqual([2, 3, 4])
    const sum = network.layers.flatMap(({ params }) => Object.values(params)).reduce((n, { size }) => n + size, 0)
    expect(sum).toBe(network.parameters.data.length)
    network.layers[1].params.Wxi.set(0, 0, 42)
    expect(Array.from(network.parameters.data)).toContain(42)
  })

  it('keeps the weights of a layer that was used before', () => {
    const layer = new Dense({ inputs: 2, units: 2, seed: 9 })
    const weights = Array.from(layer.params.W.data as Float32Array)
    new Sequential([layer])
    expect(Array.from(layer.params.W.data as Float32Array)).toEqual(weights)
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no layers', () => new Sequential([]), /"layers" expected at least 1 item/],
    ['no inputs', () => new Sequential([dense()]), /dense: "inputs" is not known/],
    ['a mismatch', () => new Sequential([dense(2), dense(4)]), /"layers\[1\]": dense expects 4 inputs, .* gives 3/],
    ['not a layer', () => new Sequential([{} as never]), /"layers\[0\]" expected a layer/],
    ['an unknown option', () => new LSTM({ unit: 3 } as never), /LSTM: unknown option "unit"/],
    ['a seed of NaN', () => new LSTM({ units: 1, seed: Number.NaN }), /LSTM: "seed" expected a finite number or a str/],
    ['no units', () => new LSTM({} as never), /LSTM: "units" expected an integer >= 1, got undefined/],
    ['a short lag', () => new LSTM({ units: 1, chrono: 2 }), /LSTM: "chrono" expected a finite number >= 3, got 2/],
    [
      'chrono and forgetBias',
      () => new LSTM({ units: 1, chrono: 9, forgetBias: 1 }),
      /"forgetBias" does not go with "ch/,
    ],
    [
      'chrono and inputBias',
      () => new LSTM({ units: 1, chrono: 9, inputBias: 0 }),
      /"inputBias" does not go with "chro/,
    ],
    [
      'an input bias of NaN',
      () => new LSTM({ units: 1, inputBias: Number.NaN }),
      /"inputBias" expected a finite number/,
    ],
    ['a bad activation', () => new Dense({ units: 1, activation: 'gelu' as never }), /"activation" expected one of/],
    ['a rate of 1', () => new Dropout({ rate: 1 }), /"rate" expected a finite number >= 0 and < 1, got 1/],
    ['a variational no', () => new Dropout({ variational: 0 as never }), /"variational" expected true or false, got 0/],
    ['no statistics', () => new StatisticsPool({ statistics: [] }), /"statistics" expected at least 1 item/],
    ['an unknown layer', () => createLayer({ type: 'conv', options: {} }), /unknown layer type "conv"/],
    [
      'half a state',
      () => Sequential.fromState({ format: 'ser-core/sequential', version: 1 } as never),
      /lacks "layers" or "parameters"/,
    ],
    ['an alien state', () => Sequential.fromState({} as never), /not the state of a ser-core Sequential/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message)
  })

  it('leaves the layers free where a network cannot be made of them', () => {
    const first = dense(2)
    const second = new Dense({ inputs: 3, units: 1, dtype: 'float32' })
    expect(() => new Sequential([first, second], { dtype: 'float64' })).toThrow(
      /has dtype float32, the network float64/,
    )
    expect(new Sequential([first, second]).outputs).toBe(1)
  })

  it('keeps its layers when the list they came in changes', () => {
    const [x] = normalSequences('list', [3], 2)
    const inner: Layer[] = [new Dense({ units: 2 })]
    const list: Layer[] = [new Dense({ inputs: 2, units: 2 }), new Residual(inner)]
    const network = new Sequential(list)
    const before = network.forward(x).data
    list.pop()
    inner.push(new Dense({ units: 5 }))
    expect(network.layers).toHaveLength(2)
    expect(network.forward(x).data).toEqual(before)
  })

  it('refuses a layer that already belongs to a network', () => {
    const layer = dense(2)
    new Sequential([layer])
    expect(() => new Sequential([layer])).toThrow(StateError)
    const twice = dense(3)
    expect(() => new Sequential([twice, twice])).toThrow(/already belongs to a network/)
  })

  it('refuses a sequence without frames or with the wrong columns', () => {
    const network = new Sequential([dense(2)])
    const empty = view(new Float64Array(0), [0, 2])
    expect(() => network.forward(empty)).toThrow(/"sequence" expected shape \[T >= 1, 2\], got \[0, 2\]/)
    expect(() => network.stream().push(new Float32Array(3))).toThrow(/"frame" expected 2 numbers, got 3/)
    expect(() => network.layers[0].forward(view(new Float64Array(3), [1, 3]))).toThrow(
      /Dense.forward: "sequence" expected shape \[T >= 1, 2\]/,
    )
  })
})
