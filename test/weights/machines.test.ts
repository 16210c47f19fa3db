/** Models of scikit-learn, learnergy and rbms. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { decodeNpz } from '../../src/io/npz.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { fromLearnergy, fromRbms, type LearnergyOptions, type RbmsOptions } from '../../src/weights/machines.ts'
import { fromScikitLearn, type ScikitLearnMLP, type ScikitLearnRBM } from '../../src/weights/scikit-learn.ts'
import { worstDifference } from './support/differences.ts'

interface Machine {
  tensors: Record<string, number[][]>
  freeEnergy: number[]
  hidden: number[]
  visible: number[]
}

interface Vectors {
  x: number[]
  bits: number[]
  mlp: Record<string, { attributes: ScikitLearnMLP; y: number[] }>
  npz: { file: string; y: number[] }
  poisson: ScikitLearnMLP
  bernoulliRbm: { attributes: ScikitLearnRBM } & Omit<Machine, 'tensors'>
  learnergy: Record<LearnergyOptions['model'], Machine>
  rbms: Record<RbmsOptions['modelType'], Machine>
}

// Made by vectors/weights-machines.py.
const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/weights-machines.json', import.meta.url), 'utf8'))
const rows = (data: number[], cols: number): FloatNdArray => view(Float64Array.from(data), [data.length / cols, cols])
const x = rows(vectors.x, 3)
const bits = rows(vectors.bits, 4)
/** Twelve digits are written. */
const CLOSE = 1e-10

describe('scikit-learn', () => {
  it.each(Object.entries(vectors.mlp))('gives its outputs: %s', (_, { attributes, y }) => {
    const mlp = fromScikitLearn(attributes)
    const out = mlp.forward(x)
    // Two classes have two columns there, of which the second is ours.
    const wanted = out.shape[1] === 1 && attributes.classes_ ? y.filter((__, i) => i % 2 === 1) : y
    expect(worstDifference(out.data, wanted)).toBeLessThan(CLOSE)
    expect(mlp.options.dtype).toBe('float64')
    expect(worstDifference(fromScikitLearn(attributes, { dtype: 'float32' }).forward(x).data, wanted)).toBeLessThan(
      1e-6,
    )
  })

  it('gives names of classes, numbers as texts, and none to values and several labels', () => {
    const classes = Object.values(vectors.mlp).map(({ attributes }) => fromScikitLearn(attributes).classes)
    expect(classes).toEqual([['0', '1', '2'], ['anger', 'joy'], null, ['0', '1', '2'], null, null])
  })

  it('comes as an npz file too', () => {
    const { file, y } = vectors.npz
    const mlp = fromScikitLearn(decodeNpz(new Uint8Array(Buffer.from(file, 'base64'))))
    expect(mlp).toBeInstanceOf(MLP)
    expect(mlp instanceof MLP && mlp.classes).toEqual(['anger', 'joy'])
    const second = y.filter((_, i) => i % 2 === 1)
    expect(worstDifference(mlp instanceof MLP ? mlp.forward(x).data : [], second)).toBeLessThan(CLOSE)
  })

  it('gives the free energies and features of a BernoulliRBM', () => {
    const { attributes, freeEnergy, hidden } = vectors.bernoulliRbm
    const rbm = fromScikitLearn(attributes)
    expect([rbm.visible, rbm.hidden]).toEqual([4, 3])
    expect(worstDifference(rbm.freeEnergy(bits).data, freeEnergy)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.transform(bits).data, hidden)).toBeLessThan(CLOSE)
  })

  it('is refused where attributes are missing, do not fit or are not known', () => {
    const { attributes } = vectors.mlp['three classes']
    const tried = (change: Record<string, unknown>) => () => fromScikitLearn({ ...attributes, ...change })
    expect(() => fromScikitLearn({})).toThrow(
      'fromScikitLearn: "attributes" expected those of an MLP (coefs_ and others) or',
    )
    expect(() => fromScikitLearn(vectors.poisson)).toThrow(
      'fromScikitLearn: "out_activation_" expected one of "identity", "logistic", "softmax", got "exp"',
    )
    expect(tried({ activation: undefined })).toThrow(TypeError)
    expect(tried({ intercepts_: attributes.intercepts_.slice(1) })).toThrow(
      '"intercepts_" expected 3 arrays, as "coefs_", got 2',
    )
    expect(tried({ intercepts_: attributes.coefs_ })).toThrow('"intercepts_[0]" expected [4], got [3, 4]')
    expect(tried({ coefs_: [...attributes.coefs_].reverse() })).toThrow(
      '"coefs_" expected matrices that fit each other, got [3, 3], [4, 3], [3, 4]',
    )
    expect(tried({ coefs_: 'a' })).toThrow(TypeError)
    expect(tried({ coefs_: [[['a']], 1, 2] })).toThrow(TypeError)
    expect(tried({ classes_: ['a'] })).toThrow('"classes_" expected 3 names, got 1')
    expect(tried({ facts: 'a' })).toThrow('"facts" expected the bytes of a JSON object')
    const big = attributes.coefs_.map((rows) => (rows as number[][]).map((row) => row.map(() => 1e300)))
    expect(() => fromScikitLearn({ ...attributes, coefs_: big }, { dtype: 'float32' })).toThrow(
      '1e+300 for "coefs_[0]" is beyond float32',
    )
    const { components_, ...rest } = vectors.bernoulliRbm.attributes
    expect(() => fromScikitLearn({ ...rest, components_, intercept_hidden_: [1] })).toThrow(
      '"intercept_hidden_" expected [3] beside "components_" [3, 4], got [1]',
    )
  })
})

describe('learnergy', () => {
  it('gives the free energies and probabilities of an RBM', () => {
    const { tensors, freeEnergy, hidden, visible } = vectors.learnergy.RBM
    const rbm = fromLearnergy(tensors, { model: 'RBM' })
    expect(worstDifference(rbm.freeEnergy(bits).data, freeEnergy)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.transform(bits).data, hidden)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.visibleMean(rows(hidden, 3)).data, visible)).toBeLessThan(CLOSE)
  })

  it.each(['GaussianRBM', 'VarianceGaussianRBM'] as const)('gives the free energies and means of a %s', (model) => {
    const { tensors, freeEnergy, hidden, visible } = vectors.learnergy[model]
    const rbm = fromLearnergy(tensors, { model })
    expect(worstDifference(rbm.freeEnergy(x).data, freeEnergy)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.transform(x).data, hidden)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.visibleMean(rows(hidden, 4)).data, visible)).toBeLessThan(CLOSE)
    const sigma = tensors.sigma ?? [1, 1, 1]
    expect(worstDifference(rbm.standardDeviations.data, sigma.map(Number).map(Math.abs))).toBeLessThan(CLOSE)
  })

  it('is refused where tensors do not fit the model', () => {
    const { tensors } = vectors.learnergy.VarianceGaussianRBM
    const { sigma: _, ...unit } = tensors
    expect(() => fromLearnergy(tensors, { model: 'GaussianRBM' })).toThrow(
      '"tensors" expected W, a, b, got "sigma" too',
    )
    expect(() => fromLearnergy(unit, { model: 'VarianceGaussianRBM' })).toThrow(
      '"sigma" expected an array of numbers, got undefined',
    )
    expect(() => fromLearnergy({ ...tensors, sigma: [1] } as never, { model: 'VarianceGaussianRBM' })).toThrow(
      '"sigma" expected [3], got [1]',
    )
    expect(() => fromLearnergy(unit, { model: 'GaussianReluRBM' } as never)).toThrow(
      '"model" expected one of "RBM", "GaussianRBM",',
    )
    expect(() => fromLearnergy({ ...unit, W: [1, 2] } as never, { model: 'RBM' })).toThrow(
      '"W" expected a matrix, got [2]',
    )
    expect(() => fromLearnergy({ ...unit, a: [1, Number.NaN, 2] } as never, { model: 'RBM' })).toThrow(
      '"a" expected finite numbers, got NaN',
    )
  })
})

describe('rbms', () => {
  it('gives the free energies and probabilities of a BBRBM', () => {
    const { tensors, freeEnergy, hidden } = vectors.rbms.BBRBM
    const rbm = fromRbms(tensors, { modelType: 'BBRBM' })
    expect(worstDifference(rbm.freeEnergy(bits).data, freeEnergy)).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.transform(bits).data, hidden)).toBeLessThan(CLOSE)
  })

  it('gives those of an IIRBM, free energies but for a constant', () => {
    const { tensors, freeEnergy, hidden } = vectors.rbms.IIRBM
    const rbm = fromRbms(tensors, { modelType: 'IIRBM' })
    const own = Array.from(rbm.freeEnergy(bits).data)
    const gaps = (values: number[]): number[] => values.map((value) => value - values[0])
    expect(worstDifference(gaps(own), gaps(freeEnergy))).toBeLessThan(CLOSE)
    expect(worstDifference(rbm.transform(bits).data, hidden)).toBeLessThan(CLOSE)
  })

  it('is refused where hidden units are Gaussian or tensors do not fit', () => {
    const { tensors } = vectors.rbms.BBRBM
    const tried =
      (modelType: string, change = {}) =>
      () =>
        fromRbms({ ...tensors, ...change }, { modelType } as never)
    expect(tried('BGRBM')).toThrow('fromRbms: a "BGRBM" has Gaussian hidden units, which no model here has')
    expect(tried('IGRBM')).toThrow('Gaussian hidden units')
    expect(tried('PBRBM')).toThrow('"modelType" expected one of "BBRBM", "IIRBM", got "PBRBM"')
    expect(tried('BBRBM', { time: [1] })).toThrow('"tensors" expected weight_matrix, vbias, hbias, got "time" too')
    expect(fromRbms(tensors, { modelType: 'BBRBM', dtype: 'float32' })).toBeInstanceOf(RBM)
  })
})
