import { describe, expect, it } from 'vitest'
import { RunawayError } from '../../src/core/errors.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'

const HIDDEN = [
  [1, 0, 1, 0.5],
  [0, 0, 1, 0.5],
]
const AIS = { method: 'ais', chains: 3, temperatures: 5 } as const

/** Every number of a result; the ends of an interval may be infinite. */
function numbersOf(result: unknown): number[] {
  if (typeof result === 'number') return [result]
  if (ArrayBuffer.isView(result)) return Array.from(result as FloatArray)
  if (Array.isArray(result)) return result.flatMap(numbersOf)
  if (typeof result !== 'object' || result === null) return []
  if ('data' in result) return numbersOf(result.data)
  if ('logZ' in result) return numbersOf(result.logZ)
  return Object.values(result).flatMap(numbersOf)
}

/** Runs all methods: which gave finite numbers, and what the others said. Anything else is a failure. */
function outcomes(calls: Record<string, () => unknown>): { right: string[]; refused: Record<string, string> } {
  const right: string[] = []
  const refused: Record<string, string> = {}
  for (const [name, call] of Object.entries(calls)) {
    try {
      expect(numbersOf(call()).every(Number.isFinite), `${name} gave a number that is not finite`).toBe(true)
      right.push(name)
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof RunawayError)) throw error
      refused[name] = error.message
    }
  }
  return { right, refused }
}

function restrictedCalls(model: RBM | GaussianRBM, x: number[][]) {
  return {
    energy: () => model.energy(x, HIDDEN),
    freeEnergy: () => model.freeEnergy(x),
    transform: () => model.transform(x),
    sampleHidden: () => model.sampleHidden(x),
    visibleMean: () => model.visibleMean(HIDDEN),
    sampleVisible: () => model.sampleVisible(HIDDEN),
    reconstruct: () => model.reconstruct(x),
    gibbs: () => model.gibbs(x).advance(2).visible,
    sample: () => model.sample(2, { steps: 3 }),
    logPartition: () => model.logPartition(),
    annealed: () => model.logPartition(AIS),
    logProbability: () => model.logProbability(x),
    logLikelihood: () => model.logLikelihood(x),
    marginals: () => model.marginals(),
    gradient: () => model.logLikelihoodAndGradient(x),
    ...(model instanceof RBM
      ? { pseudoLikelihood: () => model.pseudoLikelihood(x), joint: () => model.joint() }
      : { standardDeviations: () => model.standardDeviations }),
  }
}

function conditionalCalls(model: CRBM, x: number[][]) {
  const h = HIDDEN
  return {
    energy: () => model.energy(x, h),
    freeEnergy: () => model.freeEnergy(x),
    transform: () => model.transform(x),
    reconstruct: () => model.reconstruct(x),
    visibleMean: () => model.visibleMean(x, h),
    predictNext: () => model.predictNext(x),
    exact: () => model.predictNext(x, { method: 'exact' }),
    mode: () => model.predictNext(x, { method: 'mode' }),
    logPartition: () => model.logPartition(x),
    annealed: () => model.logPartition(x, AIS),
    logProbability: () => model.logProbability(x),
    logLikelihood: () => model.logLikelihood(x),
    gradient: () => model.logLikelihoodAndGradient([x]),
    stream: () => model.stream().push(x[0]),
    generate: () => model.generate(x, 2),
    spectralRadius: () => model.spectralRadius(),
  }
}

const shape = { visible: 3, hidden: 4, weightScale: 1, seed: 1 } as const
const sizes = { float64: [1e160, 1e200, 1.7e308], float32: [1e20, 1e30, 3e38] }
const dtypes = ['float64', 'float32'] as const

function fillParameter(model: RBM | GaussianRBM | CRBM, name: string, size: number): void {
  const { data } = model.params[name]
  for (let i = 0; i < data.length; i++) data[i] = i % 2 === 0 ? size : -size
}

describe.each(dtypes)('numbers that overflow in %s', (dtype) => {
  it.each(sizes[dtype])('give no free energy of a Gaussian model: data of %s', (size) => {
    const x = [
      [size, -size, size],
      [0.1, size, -0.3],
    ]
    for (const variance of ['unit', 'learned'] as const) {
      const { right, refused } = outcomes(restrictedCalls(new GaussianRBM({ ...shape, dtype, variance }), x))
      expect(right).toEqual(expect.arrayContaining(['visibleMean', 'sample', 'logPartition', 'marginals']))
      expect(Object.keys(refused)).toEqual(expect.arrayContaining(['energy', 'freeEnergy', 'logProbability']))
      expect(refused.freeEnergy).toMatch(/^GaussianRBM.freeEnergy: numbers too large, .* "x"( \/ s)? goes up to \d/)
    }
    const { refused } = outcomes(conditionalCalls(new CRBM({ ...shape, dtype, order: 2 }), [...x, ...x]))
    expect(Object.keys(refused)).toEqual(expect.arrayContaining(['energy', 'freeEnergy', 'logProbability']))
  })

  it.each(['W', 'b', 'c', 'A', 'B', 'logSigma'])('are refused in the parameter %s', (name) => {
    const most = name === 'logSigma' ? [300, 800, -800] : sizes[dtype]
    const x = [
      [1, 0, 0.5],
      [0, 1, 1],
    ]
    for (const size of [...most, Number.NaN]) {
      const models = [
        new RBM({ ...shape, dtype }),
        new GaussianRBM({ ...shape, dtype, variance: 'learned' }),
        new CRBM({ ...shape, dtype, order: 2 }),
        new CRBM({ ...shape, dtype, order: 2, visibles: 'binary' }),
      ].filter(({ params }) => name in params)
      expect(models.length).toBeGreaterThan(0)
      for (const model of models) {
        fillParameter(model, name, size)
        const calls = model instanceof CRBM ? conditionalCalls(model, [...x, ...x]) : restrictedCalls(model, x)
        const { refused } = outcomes(calls)
        if (Number.isNaN(size)) expect(refused.freeEnergy).toMatch(`the parameter "${name}" is NaN`)
      }
    }
  })
})

it('say the right value where there is one: probabilities of 0 and 1', () => {
  const model = new GaussianRBM({ ...shape, dtype: 'float64' })
  model.params.W.data.set([1, -1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0])
  expect(Array.from(model.transform([[1e200, 0, 0]]).data)).toEqual([1, 0, 1, 0])
  expect(Array.from(model.freeEnergy([[1e100, 0, 0]]).data)).toEqual([5e199])
})
