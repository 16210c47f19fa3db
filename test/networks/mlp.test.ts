import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MLP, type MLPState } from '../../src/networks/mlp.ts'
import type { MLPOptions } from '../../src/networks/mlp-options.ts'
import { normalSequences } from '../support/random.ts'

const matrix = (rows: number[][]) => view(Float64Array.from(rows.flat()), [rows.length, rows[0].length])
const sigm = (z: number) => 1 / (1 + Math.exp(-z))
/** Digits to which float64 results equal those by hand. */
const DIGITS = 13

/** Two inputs, one sigmoid, two outputs, with weights set by hand. */
function tiny(options: Partial<MLPOptions>): MLP {
  const network = new MLP({ layers: [2, 1, 2], dtype: 'float64', ...options })
  // W_1 = [1, -2]', b_1 = 0.5, W_2 = [3, -1], b_2 = [0.1, 0.2]
  network.parameters.data.set([1, -2, 0.5, 3, -1, 0.1, 0.2])
  return network
}

describe('J(W, b) by hand', () => {
  const x = matrix([
    [1, 1],
    [2, 0.5],
  ])
  const a = [sigm(-0.5), sigm(1.5)]
  const z = a.map((h) => [3 * h + 0.1, -h + 0.2])
  const frobenius = 1 + 4 + 9 + 1 // biases are spared
  const decay = (0.2 / 2) * frobenius

  it('half the squared errors, mean over rows, and half lambda times the squared weights', () => {
    const t = [
      [1, 0],
      [-1, 2],
    ]
    const errors = z.flatMap((row, r) => row.map((y, k) => (t[r][k] - y) ** 2))
    const wanted = errors.reduce((sum, e) => sum + e / 2, 0) / 2
    const { loss, gradient } = tiny({ loss: 'squaredError', weightDecay: 0.2 }).lossAndGradient(x, matrix(t))
    expect(loss).toBeCloseTo(wanted + decay, DIGITS)
    const db2 = [0, 1].map((k) => (z[0][k] - t[0][k] + z[1][k] - t[1][k]) / 2)
    const dW2 = [0, 1].map((k) => (a[0] * (z[0][k] - t[0][k]) + a[1] * (z[1][k] - t[1][k])) / 2)
    expect(gradient[5]).toBeCloseTo(db2[0], DIGITS)
    expect(gradient[6]).toBeCloseTo(db2[1], DIGITS)
    expect(gradient[3]).toBeCloseTo(dW2[0] + 0.2 * 3, DIGITS)
    expect(gradient[4]).toBeCloseTo(dW2[1] + 0.2 * -1, DIGITS)
  })

  it('cross-entropy of a softmax', () => {
    const nll = (row: number[], k: number) => Math.log(Math.exp(row[0]) + Math.exp(row[1])) - row[k]
    const wanted = (nll(z[0], 1) + nll(z[1], 0)) / 2
    expect(tiny({ weightDecay: 0.2 }).lossAndGradient(x, [1, 0]).loss).toBeCloseTo(wanted + decay, DIGITS)
    expect(tiny({ weightDecay: 0.2 }).evaluate(x, [1, 0]).loss).toBeCloseTo(wanted, DIGITS)
  })

  it('binary cross-entropy, summed over the outputs', () => {
    const network = tiny({ loss: 'binaryCrossEntropy' })
    const t = [
      [1, 1],
      [0, 0.25],
    ]
    const term = (p: number, target: number) => -target * Math.log(p) - (1 - target) * Math.log(1 - p)
    const terms = z.flatMap((row, r) => row.map((v, k) => term(sigm(v), t[r][k])))
    const wanted = terms.reduce((sum, v) => sum + v, 0) / 2
    expect(network.lossAndGradient(x, matrix(t)).loss).toBeCloseTo(wanted, DIGITS)
    z.flat().forEach((v, i) => expect(network.forward(x).data[i]).toBeCloseTo(sigm(v), DIGITS))
  })

  it('binary cross-entropy with both, or no, outputs true', () => {
    const network = tiny({ loss: 'binaryCrossEntropy' })
    const t = [
      [1, 1],
      [0, 0],
    ]
    const wanted = [...z[0].map((v) => -Math.log(sigm(v))), ...z[1].map((v) => -Math.log(1 - sigm(v)))]
    const { loss, accuracy } = network.evaluate(x, matrix(t))
    expect(loss).toBeCloseTo(wanted.reduce((sum, v) => sum + v, 0) / 2, DIGITS)
    expect(accuracy).toBeNaN()
  })

  it('class weights and label smoothing of a single sigmoid', () => {
    const network = new MLP({ layers: [1, 1], dtype: 'float64' })
    network.parameters.data.set([2, -1])
    const p = [sigm(2 * 0.3 - 1), sigm(2 * 1.5 - 1)]
    const term = (q: number, t: number) => -t * Math.log(q) - (1 - t) * Math.log(1 - q)
    const options = { labelSmoothing: 0.2, classWeights: [3, 0.5] }
    const { loss } = network.lossAndGradient(matrix([[0.3], [1.5]]), [1, 0], options)
    expect(loss).toBeCloseTo((0.5 * term(p[0], 0.9) + 3 * term(p[1], 0.1)) / 2, DIGITS)
  })
})

describe('outputs as sure as can be keep their loss and gradient', () => {
  const far = (options: Partial<MLPOptions>, outputs: number): MLP => {
    const network = new MLP({ layers: [1, outputs], ...options })
    network.parameters.data[0] = 500
    return network
  }

  it.each(['float32', 'float64'] as const)('binary cross-entropy in %s', (dtype) => {
    const wrong = far({ dtype }, 1).lossAndGradient(matrix([[2], [-2]]), [0, 1])
    expect(wrong.loss).toBe(1000)
    expect(Array.from(wrong.gradient)).toEqual([2, 0])
    const right = far({ dtype }, 1).lossAndGradient(matrix([[2], [-2]]), [1, 0])
    expect(right.loss).toBe(0)
    expect(Array.from(right.gradient).map(Math.abs)).toEqual([0, 0])
  })

  it('binary cross-entropy keeps the digits of what is left of a sure output', () => {
    const network = far({ dtype: 'float64' }, 1)
    network.parameters.data[0] = 20
    const { loss, gradient } = network.lossAndGradient(matrix([[2]]), [1])
    expect(loss / Math.exp(-40)).toBeCloseTo(1, DIGITS)
    expect(gradient[0] / Math.exp(-40)).toBeCloseTo(-2, DIGITS)
  })

  it('cross-entropy', () => {
    const network = far({}, 2)
    const { loss, gradient } = network.lossAndGradient(matrix([[2]]), [1])
    expect(loss - (1000 - 2 * network.parameters.data[1])).toBeCloseTo(0, 4)
    expect(Array.from(gradient)).toEqual([2, -2, 1, -1])
  })
})

describe('output and loss follow each other', () => {
  it.each([
    [{ layers: [2, 3] }, 'softmax', 'crossEntropy'],
    [{ layers: [2, 1] }, 'sigmoid', 'binaryCrossEntropy'],
    [{ layers: [2, 3], loss: 'squaredError' }, 'linear', 'squaredError'],
    [{ layers: [2, 3], loss: 'binaryCrossEntropy' }, 'sigmoid', 'binaryCrossEntropy'],
    [{ layers: [2, 3], output: 'sigmoid' }, 'sigmoid', 'binaryCrossEntropy'],
    [{ layers: [2, 3], output: 'tanh' }, 'tanh', 'squaredError'],
    [{ layers: [2, 3], output: 'softmax', loss: 'squaredError' }, 'softmax', 'squaredError'],
  ] as [MLPOptions, string, string][])('%o', (options, output, loss) => {
    expect(new MLP(options).options).toMatchObject({ output, loss })
  })

  it.each([
    [{ layers: [2, 3], output: 'linear', loss: 'crossEntropy' }, /"output" expected "softmax" .*take "softmax", or/],
    [{ layers: [2, 3], output: 'softmax', loss: 'binaryCrossEntropy' }, /or the loss "crossEntropy"/],
    [{ layers: [2, 1], loss: 'crossEntropy' }, /"layers" expected at least 2 outputs for a softmax, got 1; for two/],
    [{ layers: [2] }, /"layers" expected at least 2 items, got 1/],
    [{ layers: [2, 0] }, /"layers\[1\]" expected an integer >= 1, got 0/],
    [{ layers: 3 }, /"layers" expected an array, got 3/],
    [{ layers: [2, 3], activation: 'softmax' }, /"activation" expected one of "linear", .*got "softmax"/],
    [{ layers: [2, 3], loss: 'hinge' }, /"loss" expected one of "crossEntropy"/],
    [{ layers: [2, 3], weightDecay: -1 }, /"weightDecay" expected a finite number >= 0, got -1/],
    [{ layers: [2, 3], dropout: 1 }, /"dropout" expected a finite number >= 0 and < 1, got 1/],
    [{ layers: [2, 3], units: 4 }, /unknown option "units"/],
    [{ layers: [2, 3], dtype: 'float16' }, /"dtype" expected one of/],
  ] as [MLPOptions, RegExp][])('impossible: %o', (options, message) => {
    expect(() => new MLP(options)).toThrow(message)
  })
})

describe('parameters', () => {
  it('are named by layer, dropout or not, and start alike', () => {
    const plain = new MLP({ layers: [4, 3, 2], seed: 5 })
    const dropping = new MLP({ layers: [4, 3, 2], seed: 5, dropout: 0.5, inputDropout: 0.2 })
    const names = ['layers.0.W', 'layers.0.b', 'layers.1.W', 'layers.1.b']
    expect(Object.keys(plain.parameters.views)).toEqual(names)
    expect(Object.keys(dropping.parameters.views)).toEqual(names)
    expect(dropping.parameters.data).toEqual(plain.parameters.data)
    expect(plain.layers.map((layer) => layer instanceof Dense && layer.params.W.shape)).toEqual([
      [4, 3],
      [3, 2],
    ])
  })

  it('rectifiers start wider, by He', () => {
    const spread = (activation: MLPOptions['activation']) => {
      const { data } = new MLP({ layers: [400, 50, 2], activation }).layers[0].params.W
      return Math.sqrt((data as Float32Array).reduce((sum, w) => sum + w * w, 0) / data.length)
    }
    expect(spread('leakyRelu')).toBeCloseTo(Math.sqrt(2 / 400), 3)
    expect(spread('relu')).toBe(spread('leakyRelu'))
    expect(spread('softplus')).toBeCloseTo(Math.sqrt(2 / 450), 3)
  })
})

describe('predict, score and evaluate', () => {
  const x = matrix([[-2], [-0.5], [0.5], [3]])

  /** The logit of each class k is k x. */
  const graded = (outputs: number, options: Partial<MLPOptions> = {}): MLP => {
    const network = new MLP({ layers: [1, outputs], dtype: 'float64', ...options })
    network.parameters.data.fill(0).set(Array.from({ length: outputs }, (_, k) => (outputs === 1 ? 1 : k)))
    return network
  }

  it('takes the largest output', () => {
    expect(graded(3).predict(x)).toEqual(Int32Array.of(0, 0, 2, 2))
    expect(graded(3).score(x, [0, 1, 2, 2])).toBe(0.75)
    expect(graded(3).evaluate(x, Int32Array.of(0, 1, 2, 0)).accuracy).toBe(0.5)
  })

  it.each(['binaryCrossEntropy', 'squaredError'] as const)('halves a single sigmoid under %s', (loss) => {
    const network = graded(1, { output: 'sigmoid', loss })
    expect(network.predict(x)).toEqual(Int32Array.of(0, 0, 1, 1))
    expect(network.score(x, [0, 1, 1, 1])).toBe(0.75)
    expect(network.evaluate(x, matrix([[0], [1], [1], [1]])).accuracy).toBe(0.75)
  })

  it('scores values by R^2, mean over the outputs', () => {
    const network = graded(2, { loss: 'squaredError' })
    network.parameters.data.set([1, 1, 0, 0])
    const t = [
      [-2, -1],
      [0, -1],
      [1, 1],
      [3, 1],
    ]
    const residual = [0.5, 1 + 0.25 + 0.25 + 4]
    const variation = [13, 4] // about the means 0.5 and 0
    const wanted = (1 - residual[0] / variation[0] + (1 - residual[1] / variation[1])) / 2
    expect(network.score(x, matrix(t))).toBeCloseTo(wanted, DIGITS)
    expect(network.evaluate(x, matrix(t)).accuracy).toBeNaN()
    expect(() => network.predict(x)).toThrow(/MLP\.predict: "linear" outputs are values, not classes; call forward/)
  })

  it('counts a constant column as met or not', () => {
    const network = new MLP({ layers: [1, 1], loss: 'squaredError', dtype: 'float64' })
    network.parameters.data.set([0, 7])
    expect(network.score(x, [7, 7, 7, 7])).toBe(1)
    expect(network.score(x, [8, 8, 8, 8])).toBe(0)
    // The mean of these rounds, so that they seem to vary.
    const tenths = new Float64Array(10).fill(0.7)
    expect(network.score(view(new Float64Array(10), [10, 1]), tenths)).toBe(0)
    network.parameters.data.set([0, 0.7])
    expect(network.score(view(new Float64Array(10), [10, 1]), tenths)).toBe(1)
  })

  it('takes R^2 where labels name no classes', () => {
    const network = graded(1, { output: 'sigmoid' })
    const t = [-2, -0.5, 0.5, 3].map(sigm)
    expect(network.score(x, t)).toBe(1)
    expect(network.evaluate(x, t).accuracy).toBeNaN()
  })

  it('measures more rows than pass at once', () => {
    const [many] = normalSequences('many', [2500], 1)
    const network = graded(3)
    const said = network.predict(many)
    expect(Array.from(said)).toEqual(Array.from(many.data, (value) => (value > 0 ? 2 : 0)))
    const labels = said.map((k, i) => (i < 2300 ? k : (k + 1) % 3))
    const { loss, accuracy } = network.evaluate(many, labels)
    expect(accuracy).toBe(0.92)
    expect(loss).toBeCloseTo(network.lossAndGradient(many, labels).loss, 10)
  })
})

describe('labels', () => {
  const x = matrix([[1], [-1], [0.5]])
  const network = new MLP({ layers: [1, 3, 3], dtype: 'float64', seed: 2 })
  const oneHot = matrix([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ])

  it('of every form mean the same', () => {
    const options = { labelSmoothing: 0.1, classWeights: [1, 2, 3] }
    const wanted = network.lossAndGradient(x, [1, 0, 2], options)
    const float = view(Float64Array.of(1, 0, 2), [3])
    for (const labels of [Int32Array.of(1, 0, 2), float, oneHot]) {
      expect(network.lossAndGradient(x, labels as never, options)).toEqual(wanted)
    }
    expect(network.evaluate(x, oneHot)).toEqual(network.evaluate(x, [1, 0, 2]))
  })

  it.each<[string, unknown, object, RegExp]>([
    ['too few', [0, 1], {}, /"labels" expected one for each of the 3 rows, got 2/],
    ['too large', [0, 3, 1], {}, /"labels" expected integers 0\.\.2, got 3 at index 1/],
    ['none', undefined, {}, /"labels" expected class indices or targets, got undefined/],
    ['words', ['joy', 'joy', 'anger'], {}, /"labels" expected integers 0\.\.2, got "joy"/],
    ['narrow rows', matrix([[1], [0], [1]]), {}, /"labels" expected shape \[3, 3\], got \[3, 1\]/],
    ['no probabilities', matrix(new Array(3).fill([0, 0, 2])), {}, /expected probabilities .*got 2 at row 0, column 2/],
    ['NaN', matrix(new Array(3).fill([0, Number.NaN, 1])), {}, /"labels" expected finite numbers, got NaN at row 0/],
    [
      'smoothed soft targets',
      matrix(new Array(3).fill([0.5, 0.5, 0])),
      { labelSmoothing: 0.1 },
      /"labelSmoothing" needs labels of one class a row/,
    ],
    ['weights of two classes', [0, 1, 2], { classWeights: [1, 2] }, /"classWeights" expected 3 numbers, got 2/],
    ['an unknown option', [0, 1, 2], { loss: 'crossEntropy' }, /unknown option "loss"/],
  ])('bad: %s', (_, labels, options, message) => {
    expect(() => network.lossAndGradient(x, labels as never, options)).toThrow(message)
  })
})

it('values that happen to be 0 and 1 are no classes', () => {
  const network = new MLP({ layers: [1, 2], loss: 'squaredError' })
  const values = matrix([
    [0, 1],
    [1, 0],
  ])
  const f = () => network.lossAndGradient(matrix([[1], [2]]), values, { labelSmoothing: 0.1 })
  expect(f).toThrow(/"labelSmoothing" needs labels of one class a row/)
})

describe('bad rows', () => {
  const network = new MLP({ layers: [2, 2] })
  it.each<[unknown, RegExp]>([
    [new Float32Array(2), /MLP\.forward: "x" expected a two-dimensional ndarray, got Float32Array\(2\)/],
    [matrix([[1, 2, 3]]), /"x" expected shape \[n >= 1, 2\], got \[1, 3\]/],
    [view(new Float32Array(0), [0, 2]), /"x" expected shape \[n >= 1, 2\], got \[0, 2\]/],
    [matrix([[1, Number.POSITIVE_INFINITY]]), /"x" expected finite numbers, got Infinity at row 0, column 1/],
  ])('%o', (x, message) => expect(() => network.forward(x as never)).toThrow(message))
})

it('layerGradientNorms are the norms of dJ/dW, bottom up', () => {
  const network = new MLP({ layers: [3, 4, 2], weightDecay: 0.1, dtype: 'float64', seed: 1 })
  const [x] = normalSequences('norms', [5], 3)
  const { gradient } = network.lossAndGradient(x, [0, 1, 1, 0, 1])
  const norms = network.layerGradientNorms(x, [0, 1, 1, 0, 1])
  expect(norms).toHaveLength(2)
  expect(norms[0]).toBeCloseTo(Math.hypot(...gradient.subarray(0, 12)), DIGITS)
  expect(norms[1]).toBeCloseTo(Math.hypot(...gradient.subarray(16, 24)), DIGITS)
})

describe('fromState', () => {
  const network = new MLP({ layers: [2, 3], dropout: 0.1, seed: 'a' })
  const state = network.state()

  it('makes the network again, and is cut loose from both', () => {
    const before = network.parameters.data.slice()
    const again = MLP.fromState(state)
    expect(again.state()).toEqual(state)
    again.parameters.data.fill(0)
    network.parameters.data.fill(1)
    expect(state.parameters).toEqual(before)
  })

  it.each<[unknown, RegExp]>([
    [{ ...state, format: 'ser-core/sequential' }, /not the state of a ser-core MLP/],
    [undefined, /not the state of a ser-core MLP/],
    [{ ...state, options: undefined }, /lacks "options" or "parameters"/],
    [{ ...state, parameters: undefined }, /lacks "options" or "parameters"/],
  ])('refuses %o', (bad, message) => {
    expect(() => MLP.fromState(bad as MLPState)).toThrow(FormatError)
    expect(() => MLP.fromState(bad as MLPState)).toThrow(message)
  })

  it('refuses another number of parameters', () => {
    const bad = { ...state, parameters: new Float32Array(3) }
    expect(() => MLP.fromState(bad)).toThrow(/a model of 3 parameters cannot become one of 9/)
  })
})
