import { afterEach, describe, expect, it, vi } from 'vitest'
import { CRBM } from '../../src/energy/crbm.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { Random } from '../../src/numerics/random.ts'

const AIS = { method: 'ais', chains: 20, temperatures: 50 } as const

function randomised<M extends GaussianRBM | RBM | CRBM>(model: M, scale: number): M {
  const random = new Random('weights')
  const { data } = model.params.W
  for (let i = 0; i < data.length; i++) data[i] = scale * random.normal()
  return model
}

const strong = randomised(new GaussianRBM({ visible: 6, hidden: 8, dtype: 'float64' }), 10)
const x = [
  [1, 2, 3, 4, 5, 6],
  [0, 0, 0, 0, 0, 0],
]

function listen(): { warnings: string[]; onWarning: (message: string) => void } {
  const warnings: string[] = []
  return { warnings, onWarning: (message) => warnings.push(message) }
}

describe('a likelihood by AIS whose ln Z cannot be trusted', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each(['logLikelihood', 'logProbability'] as const)('warns in %s', (call) => {
    expect(strong.logPartition(AIS).reliable).toBe(false)
    const { warnings, onWarning } = listen()
    strong[call](x, { ...AIS, onWarning })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      new RegExp(`^GaussianRBM.${call}: ln Z by AIS cannot be trusted: taken as \\d.* lies between .*"temperatures"`),
    )
  })

  it('warns on the console unless told otherwise', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    strong.logLikelihood(x, AIS)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('warns once for all frames of all sequences of a CRBM', () => {
    const crbm = randomised(new CRBM({ visible: 6, hidden: 8, order: 1, dtype: 'float64' }), 10)
    const { warnings, onWarning } = listen()
    crbm.logLikelihood(
      [
        [...x, ...x],
        [...x, x[0]],
      ],
      { ...AIS, onWarning },
    )
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      /^CRBM.logLikelihood: ln Z of [1-5] of 5 frames by AIS cannot be trusted: the first taken/,
    )
    crbm.logProbability([...x, ...x], { ...AIS, onWarning })
    expect(warnings).toHaveLength(2)
  })

  it('says nothing where it can be trusted, or ln Z is exact or given', () => {
    const { warnings, onWarning } = listen()
    const weak = randomised(new RBM({ visible: 6, hidden: 8, dtype: 'float64' }), 0.5)
    const exact = weak.logLikelihood([[1, 0, 1, 0, 1, 1]])
    expect(weak.logLikelihood([[1, 0, 1, 0, 1, 1]], { ...AIS, onWarning })).toBeCloseTo(exact, 1)
    const warn = vi.spyOn(console, 'warn')
    strong.logLikelihood(x)
    strong.logLikelihood(x, { logPartition: 1 })
    expect(warnings).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  })

  it('takes a listener with AIS only, and a function only', () => {
    const { onWarning } = listen()
    expect(() => strong.logLikelihood(x, { onWarning } as never)).toThrow(
      new RangeError('GaussianRBM.logLikelihood: "onWarning" expected nothing unless method is "ais", got a function'),
    )
    expect(() => strong.logLikelihood(x, { ...AIS, onWarning: 1 as never })).toThrow(TypeError)
  })
})
