import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LossOptions } from '../../src/training/fit-options.ts'
import type { Labels } from '../../src/training/targets.ts'
import { anyDenseStack, anyStack } from '../support/architectures.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const property = { seed: 42, numRuns: 80 }
/** Of the largest element: central differences with the step below are good to about 1e-9. */
const DIFFERENCE = 1e-6
/** u'Gv and v'Gu, of the size of their terms. */
const SYMMETRY = 1e-12
const STEP = 6e-6

interface Case {
  network: Sequential
  sequences: ReturnType<typeof normalSequences>
  labels: Labels
  options: LossOptions
  random: Random
}

function caseOf(layers: Layer[], lengths: number[], seed: number, squared: boolean): Case {
  const network = new Sequential(layers, { dtype: 'float64', seed })
  const random = new Random(seed)
  random.substream('weights').normalInto(network.parameters.data, 0, 0.6)
  const sequences = normalSequences(`${seed}/x`, lengths, 2)
  const softmax = network.state().layers.some(({ options }) => options.activation === 'softmax')
  const options: LossOptions = softmax && !squared ? { labelSmoothing: 0.1, classWeights: [0.5, 2, 1] } : {}
  const labels = softmax && !squared ? lengths.map((_, i) => (seed + i) % 3) : normalMatrix(random, lengths.length, 3)
  return {
    network,
    sequences,
    labels,
    options: { loss: softmax && !squared ? 'crossEntropy' : 'squaredError', ...options },
    random,
  }
}

function normals(random: Random, n: number): Float64Array {
  const v = new Float64Array(n)
  random.normalInto(v)
  return v
}

function dot(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0)
}

/** Moves the weights to theta + h v while `run` looks at the network. */
function at<T>(network: Sequential, h: number, v: ArrayLike<number>, run: () => T): T {
  const { data } = network.parameters
  const theta = data.slice()
  data.forEach((value, i) => (data[i] = value + h * v[i]))
  const result = run()
  data.set(theta)
  return result
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  const size = Math.max(1e-2, ...Array.from(wanted, Math.abs))
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(got[i] - wanted[i]), `element ${i}: got ${got[i]}, wanted ${wanted[i]}`).toBeLessThan(
      DIFFERENCE * size,
    )
  }
}

/** Where the Gauss-Newton matrix is taken: ln of a softmax is its logits but for a constant, which H does not see. */
function taken(network: Sequential, sequences: Case['sequences'], logits: boolean): number[] {
  const outputs = network.forward(sequences).flatMap(({ data }) => Array.from(data))
  return logits ? outputs.map(Math.log) : outputs
}

/** w_r for every row of every sequence, in the order of `taken`. */
function rowWeights({ network, sequences, labels, options }: Case): number[] {
  const classWeights = (options.classWeights as number[] | undefined) ?? [1, 1, 1]
  return network.forward(sequences).flatMap(({ shape: [rows] }, i) => {
    const weight = Array.isArray(labels) ? classWeights[labels[i] as number] : 1
    return new Array<number>(rows).fill(weight / (sequences.length * rows))
  })
}

/** H u from the formulas, row by row. */
function lossCurvature(given: Case, u: number[], logits: boolean): number[] {
  const { network, sequences, labels, options } = given
  const y = taken(network, sequences, false)
  const weights = rowWeights(given)
  const owner = network.forward(sequences).flatMap(({ shape: [rows] }, i) => new Array<number>(rows).fill(i))
  return u.map((value, k) => {
    const r = Math.floor(k / 3)
    if (options.loss === 'squaredError') return weights[r] * value
    const row = (x: number[]): number[] => x.slice(3 * r, 3 * r + 3)
    if (logits) return weights[r] * (y[k] * value - y[k] * dot(row(y), row(u)))
    const label = (labels as number[])[owner[r]]
    const target = 0.1 / 3 + (k % 3 === label ? 0.9 : 0)
    return (weights[r] * target * value) / y[k] ** 2
  })
}

const lengths = fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 3 })
const seeds = fc.integer({ min: 0, max: 1e6 })

describe('Gauss-Newton products over random stacks', () => {
  it("equal J' H J v with the Jacobian from finite differences", () => {
    fc.assert(
      fc.property(anyStack, lengths, seeds, fc.boolean(), (layers, T, seed, squared) => {
        const given = caseOf(layers, T, seed, squared)
        const { network, sequences, labels, options, random } = given
        const n = network.parameters.data.length
        const logits =
          network.layers[network.layers.length - 1].options().activation === 'softmax' &&
          options.loss === 'crossEntropy'
        const v = normals(random, n)
        const slope = (direction: ArrayLike<number>): number[] => {
          const above = at(network, STEP, direction, () => taken(network, sequences, logits))
          const below = at(network, -STEP, direction, () => taken(network, sequences, logits))
          return above.map((value, k) => (value - below[k]) / (2 * STEP))
        }
        const curved = lossCurvature(given, slope(v), logits)
        const wanted = Array.from({ length: n }, (_, i) => {
          const unit = new Float64Array(n)
          unit[i] = 1
          return dot(slope(unit), curved)
        })
        expectNear(network.gaussNewtonProduct(sequences, labels, v, options), wanted)
      }),
      property,
    )
  })

  it('are symmetric and positive semi-definite', () => {
    fc.assert(
      fc.property(anyStack, lengths, seeds, fc.boolean(), (layers, T, seed, squared) => {
        const { network, sequences, labels, options, random } = caseOf(layers, T, seed, squared)
        const u = normals(random, network.parameters.data.length)
        const v = normals(random, network.parameters.data.length)
        const Gu = network.gaussNewtonProduct(sequences, labels, u, options)
        const Gv = network.gaussNewtonProduct(sequences, labels, v, options)
        const size = Math.sqrt(dot(u, u) * dot(Gv, Gv)) + Math.sqrt(dot(v, v) * dot(Gu, Gu))
        expect(Math.abs(dot(u, Gv) - dot(v, Gu))).toBeLessThanOrEqual(SYMMETRY * size)
        expect(dot(v, Gv)).toBeGreaterThanOrEqual(0)
      }),
      property,
    )
  })

  it('are in float32 those of float64 within its rounding', () => {
    const make = (dtype: 'float32' | 'float64'): Sequential =>
      new Sequential([new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 3, activation: 'softmax' })], {
        dtype,
        seed: 3,
      })
    const sequences = normalSequences('x', [4, 2], 2)
    const v = normals(new Random(1), make('float64').parameters.data.length)
    const exact = make('float64').gaussNewtonProduct(sequences, [0, 2], v)
    const single = make('float32').gaussNewtonProduct(sequences, [0, 2], v)
    expect(single).toBeInstanceOf(Float32Array)
    const largest = Math.max(...exact.map(Math.abs))
    exact.forEach((value, i) => expect(Math.abs(single[i] - value)).toBeLessThan(1e-5 * largest))
  })
})

describe('Hessian products', () => {
  const differences = ({ network, sequences, labels, options }: Case, v: ArrayLike<number>): Float64Array => {
    const gradient = (h: number) =>
      at(network, h, v, () => network.lossAndGradient(sequences, labels, options).gradient)
    const above = gradient(STEP)
    const below = gradient(-STEP)
    return Float64Array.from(above, (value, i) => (value - below[i]) / (2 * STEP))
  }

  it('are exact on dense stacks: equal to finite differences, symmetric to rounding', () => {
    fc.assert(
      fc.property(anyDenseStack, lengths, seeds, fc.boolean(), (layers, T, seed, squared) => {
        const given = caseOf(layers, T, seed, squared)
        const { network, sequences, labels, options, random } = given
        const [u, v] = [0, 1].map(() => normals(random, network.parameters.data.length))
        const Hv = network.hessianVectorProduct(sequences, labels, v, options)
        const Hu = network.hessianVectorProduct(sequences, labels, u, options)
        expectNear(Hv, differences(given, v))
        const size = Math.sqrt(dot(u, u) * dot(Hv, Hv)) + Math.sqrt(dot(v, v) * dot(Hu, Hu))
        expect(Math.abs(dot(u, Hv) - dot(v, Hu))).toBeLessThanOrEqual(SYMMETRY * size)
      }),
      property,
    )
  })

  it('are exact where the last rows of sequences are taken', () => {
    const below = new Dense({ inputs: 2, units: 3, activation: 'tanh' })
    const given = caseOf([below, new LastPool(), new Dense({ units: 3, activation: 'softmax' })], [4, 2, 3], 6, false)
    const { network, sequences, labels, options, random } = given
    const [u, v] = [0, 1].map(() => normals(random, network.parameters.data.length))
    const Hv = network.hessianVectorProduct(sequences, labels, v, options)
    expectNear(Hv, differences(given, v))
    const Hu = network.hessianVectorProduct(sequences, labels, u, options)
    expect(Math.abs(dot(u, Hv) - dot(v, Hu))).toBeLessThanOrEqual(SYMMETRY * Math.sqrt(dot(u, u) * dot(Hv, Hv)))
  })

  it('are differences of the gradient elsewhere, and leave the weights as they are', () => {
    const given = caseOf([new RNN({ inputs: 2, units: 3 }), new Dense({ units: 3 })], [4, 3], 5, true)
    const { network, sequences, labels, options, random } = given
    const before = network.parameters.data.slice()
    const v = normals(random, before.length)
    expectNear(network.hessianVectorProduct(sequences, labels, v, options), differences(given, v))
    expect(network.parameters.data).toEqual(before)
    expect(network.hessianVectorProduct(sequences, labels, v.fill(0), options).every((x) => x === 0)).toBe(true)
  })

  it('of squared error on linear outputs of one layer are the Gauss-Newton products', () => {
    const { network, sequences, labels, options, random } = caseOf(
      [new Dense({ inputs: 2, units: 3 })],
      [3, 2],
      8,
      true,
    )
    const v = normals(random, network.parameters.data.length)
    const wanted = network.gaussNewtonProduct(sequences, labels, v, options)
    expectNear(network.hessianVectorProduct(sequences, labels, v, options), wanted)
  })
})

describe('bad input', () => {
  const network = new Sequential([new LSTM({ inputs: 2, units: 2 })])
  const sequences = normalSequences(1, [3], 2)
  const targets = normalMatrix(new Random(1), 1, 2)
  const n = network.parameters.data.length
  const product = (v: unknown, options = {}) =>
    network.gaussNewtonProduct(sequences, targets, v as Float32Array, options)

  it.each<[string, () => unknown, RegExp]>([
    [
      'a short vector',
      () => product(new Float32Array(2)),
      new RegExp(`"vector" expected shape \\[${n}\\], got \\[2\\]`),
    ],
    ['text', () => product('1'), /Sequential.gaussNewtonProduct: "vector" expected a typed array/],
    [
      'NaN',
      () => product(new Float32Array(n).fill(Number.NaN)),
      /"vector" expected finite numbers, got NaN at index 0/,
    ],
    ['truncation', () => product(new Float32Array(n), { truncation: 2 }), /"truncation" expected 0, got 2/],
    ['an unknown option', () => product(new Float32Array(n), { epochs: 2 }), /unknown option "epochs"/],
  ])('%s', (_, act, message) => expect(act).toThrow(message))

  it('names a layer that has no forward-mode derivative', () => {
    class Twice extends Layer {
      readonly type = 'twice'
      readonly outputs = 2
      options = () => ({})
      forwardBatch: Layer['forwardBatch'] = (x) => x
      backwardBatch: Layer['backwardBatch'] = (dy) => dy
    }
    const odd = new Sequential([new Dense({ inputs: 2, units: 2 }), new Twice('Twice', {})])
    const v = new Float32Array(odd.parameters.data.length)
    expect(() => odd.gaussNewtonProduct(sequences, targets, v)).toThrow(/twice: has no forward-mode derivative/)
  })

  it('takes a view and leaves it alone', () => {
    const v = view(new Float64Array(2 * n).fill(0.5), [n], [2])
    const plain = product(new Float32Array(n).fill(0.5))
    expect(product(v)).toEqual(plain)
    expect(v.data.every((value) => value === 0.5)).toBe(true)
  })
})
