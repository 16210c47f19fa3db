import { describe, expect, it } from 'vitest'
import { crbmOf, expectClose, flatten, gaussianOf, matrix, rbmOf, vectors } from '../support/energy.ts'
import { tolerance } from '../support/tolerances.ts'

const near = tolerance.printed

describe.each(vectors.rbm.map((c) => [`${c.visible} x ${c.hidden}`, c] as const))(
  'RBM %s by its definition',
  (_, c) => {
    const model = rbmOf(c)
    const [v, h] = [matrix(c.v), matrix(c.h)]

    it('energies and free energies', () => {
      expectClose(model.energy(v, h), c.energy, near)
      expectClose(model.freeEnergy(v), c.freeEnergy, near)
    })

    it('conditionals', () => {
      expectClose(model.transform(v), c.hiddenGivenVisible, near)
      expectClose(model.visibleMean(h), c.visibleGivenHidden, near)
      expectClose(model.reconstruct(v), c.reconstruct, near)
    })

    it('log Z, marginals, likelihood and its gradient', () => {
      expectClose([model.logPartition()], [c.logZ], near)
      expectClose(model.marginals().visible, c.marginalVisible, near)
      expectClose(model.marginals().hidden, c.marginalHidden, near)
      expectClose([model.logLikelihood(v)], [c.meanLogLikelihood], near)
      expectClose(
        model.logProbability(v),
        c.freeEnergy.map((free) => -free - c.logZ),
        near,
      )
      expect(model.logLikelihood(v, { logPartition: c.logZ })).toBeCloseTo(c.meanLogLikelihood, 12)
      const { logLikelihood, gradient } = model.logLikelihoodAndGradient(v)
      expectClose([logLikelihood], [c.meanLogLikelihood], near)
      expectClose(gradient, [...flatten(model.parameters, c.likelihoodGradient)], near)
    })

    it('pseudo-likelihood', () => {
      expectClose(model.pseudoLikelihood(v), c.pseudoLikelihood, near)
    })

    it('joint distribution', () => {
      const { data, shape } = model.joint()
      expect(shape).toEqual([2 ** c.visible, 2 ** c.hidden])
      if (c.joint !== undefined) expectClose(data, c.joint, near)
      expectClose([Float64Array.from(data).reduce((sum, p) => sum + p)], [1], near)
    })
  },
)

describe.each(
  vectors.gaussian.flatMap((c) => {
    const unit = c.logSigma.every((value) => value === 0)
    return (unit ? (['unit', 'learned'] as const) : (['learned'] as const)).map(
      (variance) => [`${c.visible} x ${c.hidden}, ${variance} variances`, c, variance] as const,
    )
  }),
)('Gaussian RBM %s by its definition', (_, c, variance) => {
  const model = gaussianOf(c, variance)
  const [x, h] = [matrix(c.x), matrix(c.h)]

  it('energies and free energies', () => {
    expectClose(model.energy(x, h), c.energy, near)
    expectClose(model.freeEnergy(x), c.freeEnergy, near)
  })

  it('conditionals', () => {
    expectClose(model.transform(x), c.hiddenGivenVisible, near)
    expectClose(model.visibleMean(h), c.visibleGivenHidden, near)
    expectClose(model.reconstruct(x), c.reconstruct, near)
  })

  it('log Z, marginals, likelihood and its gradient', () => {
    expectClose([model.logPartition()], [c.logZ], near)
    expectClose(model.marginals().visible, c.marginalVisible, near)
    expectClose(model.marginals().hidden, c.marginalHidden, near)
    expectClose([model.logLikelihood(x)], [c.meanLogLikelihood], near)
    const { gradient } = model.logLikelihoodAndGradient(x)
    expectClose(gradient, [...flatten(model.parameters, c.likelihoodGradient)], near)
  })
})

describe.each(
  vectors.crbm.map(
    (c) => [`${c.linear ? 'linear' : 'binary'} ${c.visible} x ${c.hidden}, order ${c.order}`, c] as const,
  ),
)('CRBM %s by its definition', (_, c) => {
  const model = crbmOf(c)
  const [x, h] = [matrix(c.sequence), matrix(c.h)]

  it('energies and free energies', () => {
    expectClose(model.energy(x, h), c.energy, near)
    expectClose(model.freeEnergy(x), c.freeEnergy, near)
  })

  it('conditionals; the first frames see the first frame repeated', () => {
    expectClose(model.transform(x), c.transform, near)
    expectClose(model.transform(x).data.slice(c.order * c.hidden), c.hiddenGivenVisible, near)
    expectClose(model.reconstruct(x).data.slice(c.order * c.visible), c.reconstruct, near)
  })

  it('log Z given the history, likelihood and its gradient', () => {
    expectClose(model.logPartition(x), c.logZ, near)
    expectClose(model.logProbability(x), c.logProbability, near)
    const mean = c.logProbability.reduce((sum, value) => sum + value) / c.logProbability.length
    expectClose([model.logLikelihood(x), model.logLikelihood([x, x])], [mean, mean], near)
    const { logLikelihood, gradient } = model.logLikelihoodAndGradient([x])
    expectClose([logLikelihood], [mean], near)
    expectClose(gradient, [...flatten(model.parameters, c.likelihoodGradient)], near)
  })

  it('the mean of a frame given its history', () => {
    expectClose(model.predictNext(x, { method: 'exact' }), c.expected, near)
  })
})

describe('figures of the science notes', () => {
  const model = rbmOf(vectors.rbm[0])

  it('RBM of 4 x 3', () => {
    const x = matrix([[1, 0, 1, 0]])
    expectClose([model.logPartition()], [5.569397991423], near)
    expectClose(model.freeEnergy(x), [-4.617085675541], near)
    expectClose(model.transform(x), [0.785575282431, 0.869739298737, 0.679883940807], near)
    const marginal = [0.737906361665, 0.217823924777, 0.787940302044, 0.242929616468]
    expectClose(model.marginals().visible, marginal, near)
    const { logLikelihood, gradient } = model.logLikelihoodAndGradient(
      matrix([
        [1, 1, 0, 0],
        [0, 0, 1, 1],
        [1, 0, 1, 0],
      ]),
    )
    expectClose([logLikelihood, gradient[0]], [-2.663597745814, -0.099079016619], near)
  })

  it('Gaussian CRBM', () => {
    const crbm = crbmOf(vectors.crbm[0])
    const x = matrix([
      [0.8, -0.1, 0.4],
      [1, -0.5, 0.25],
      [0.2, -0.7, 1.1],
    ])
    expectClose(crbm.freeEnergy(x), [-1.261612087901], near)
    expectClose(crbm.logPartition(x), [5.310497705015], near)
    expectClose(crbm.logProbability(x), [-4.048885617115], near)
    expectClose(crbm.predictNext(x, { method: 'exact' }), [0.926094509517, -0.479847876858, -0.344520707398], near)
  })
})
