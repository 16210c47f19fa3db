/** Statistics of contrastive divergence against differences of free energies, and the exact likelihood gradient. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from '../../src/core/array.ts'
import { type CaseSet, everyCase, frameCases, gather, rowCases } from '../../src/energy/cases.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import type { UpdateSettings } from '../../src/energy/energy-options.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { Learner } from '../../src/energy/learner.ts'
import { meanOf } from '../../src/energy/likelihood-gradient.ts'
import { Machine, type MachineShape } from '../../src/energy/machine.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { crbmOf, expectClose, flatten, gaussianOf, matrix, rbmOf, setParameters, vectors } from '../support/energy.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

/** Chains stay where they are: the statistics are those of given v0 and vk. */
const standing = (machine: Machine): UpdateSettings => ({
  where: 'test',
  learningRate: () => 0,
  momentum: () => 0,
  rateFactors: machine.parameters.slots.map(() => 0),
  weightDecays: machine.parameters.slots.map(() => 0),
  k: 0,
  persistent: true,
  sampleVisible: false,
  sparsity: null,
})

/** The statistics that an update by data v0 with chains at vk takes for the gradient. */
function statistics(machine: Machine, set: CaseSet, vk: Float64Array): Float64Array {
  const learner = new Learner(machine)
  learner.restore({ updates: 0, velocity: machine.parameters.data.slice().fill(0), chains: vk, activity: null })
  const step = { rate: 0, momentum: 0, epoch: 1, batch: 1, random: new Random(1) }
  learner.update(set, everyCase(set), standing(machine), step)
  return Float64Array.from(machine.parameters.gradient)
}

/** Mean F(vk) - F(v0), each chain with the history of its case, in data units. */
function freeEnergyDifference(machine: Machine, set: CaseSet, vk: Float64Array): number {
  const cases = gather(set, everyCase(set), 'float64')
  const chains = gather(set, everyCase(set), 'float64')
  const { visible } = machine.shape
  for (let at = 0; at < vk.length; at++) chains.data[Math.floor(at / visible) * set.length + (at % visible)] = vk[at]
  machine.rescale(cases.data, -1)
  machine.rescale(chains.data, -1)
  return meanOf(machine.freeEnergies(chains)) - meanOf(machine.freeEnergies(cases))
}

const shapes = fc.record({
  visible: fc.integer({ min: 1, max: 5 }),
  hidden: fc.integer({ min: 1, max: 6 }),
  order: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom('binary', 'unit', 'learned'),
  seed: fc.integer(),
})

describe('the statistics of contrastive divergence, v0 and vk held fixed', () => {
  it('are the gradient of F(vk) - F(v0) in random models', () => {
    fc.assert(
      fc.property(shapes, ({ visible, hidden, order: n, kind, seed }) => {
        const order = kind === 'learned' ? 0 : n
        const shape: MachineShape = {
          visible,
          hidden,
          order,
          binary: kind === 'binary',
          learnsScale: kind === 'learned',
        }
        const machine = new Machine(shape, 'float64', { W: 0.7, A: 0.7, B: 0.7 }, new Random(seed))
        new Random(seed).substream('all').normalInto(machine.parameters.data, 0, 0.7)
        const random = new Random(seed).substream('data')
        const rows = order > 0 ? [order + 3, order + 1] : [4]
        const sequences = rows.map((T) => ({ data: normalMatrix(random, T, visible).data, rows: T, cols: visible }))
        const set = order > 0 ? frameCases(sequences, order, 'float64') : rowCases(sequences[0])
        const vk = normalMatrix(random, set.starts.length, visible).data
        const start = Float64Array.from(machine.parameters.data)
        const check = checkGradient((theta, gradient) => {
          machine.parameters.data.set(theta)
          gradient.set(statistics(machine, set, vk))
          machine.parameters.data.set(theta)
          return freeEnergyDifference(machine, set, vk)
        }, start)
        expect(check).toMatchObject({ ok: true })
      }),
      { seed: 42, numRuns: 60 },
    )
  })

  it("are PyTorch's", () => {
    for (const c of vectors.rbm) {
      const machine = new Machine(shapeOf(c, true, 0, false), 'float64', { W: 0, A: 0, B: 0 }, new Random(0))
      compare(machine, c, rowCases(rows(c.cd.v0)), c.cd)
    }
    for (const c of vectors.gaussian) {
      const machine = new Machine(shapeOf(c, false, 0, true), 'float64', { W: 0, A: 0, B: 0 }, new Random(0))
      compare(machine, c, rowCases(rows(c.cd.v0)), c.cd)
    }
    for (const c of vectors.crbm) {
      const machine = new Machine(shapeOf(c, !c.linear, c.order, false), 'float64', { W: 0, A: 0, B: 0 }, new Random(0))
      compare(machine, c, frameCases([rows(c.sequence)], c.order, 'float64'), c.cd)
    }
  })
})

function rows(list: number[][]): { data: Float64Array; rows: number; cols: number } {
  return { data: matrix(list).data, rows: list.length, cols: list[0].length }
}

function shapeOf(
  { visible, hidden }: { visible: number; hidden: number },
  binary: boolean,
  order: number,
  learnsScale: boolean,
): MachineShape {
  return { visible, hidden, order, binary, learnsScale }
}

function compare(
  machine: Machine,
  parameters: object,
  set: CaseSet,
  { vk, gradient }: { vk: number[][]; gradient: Record<string, number[] | number[][]> },
): void {
  setParameters(machine.parameters, parameters)
  const wanted = flatten(machine.parameters, gradient)
  expectClose(statistics(machine, set, matrix(vk).data), [...wanted], tolerance.printed)
}

describe('the exact likelihood gradient', () => {
  it('passes the gradient checker', () => {
    const random = new Random('likelihood')
    const bits = normalMatrix(random, 6, 4)
    bits.data.forEach((value, i) => {
      bits.data[i] = value > 0 ? 1 : 0
    })
    const frames = normalSequences('frames', [5, 4], 2)
    const models = [
      { model: new RBM({ visible: 4, hidden: 3, weightScale: 0.8, dtype: 'float64' }), data: bits },
      {
        model: new GaussianRBM({ visible: 3, hidden: 3, weightScale: 0.8, dtype: 'float64' }),
        data: normalMatrix(random, 5, 3),
      },
      {
        model: new GaussianRBM({ visible: 3, hidden: 2, variance: 'learned', weightScale: 0.8, dtype: 'float64' }),
        data: normalMatrix(random, 5, 3),
      },
      { model: new CRBM({ visible: 2, hidden: 3, order: 2, weightScale: 0.8, dtype: 'float64' }), data: frames },
    ]
    for (const { model, data } of models) {
      const exact = model.logLikelihoodAndGradient as (x: unknown) => { logLikelihood: number; gradient: Float64Array }
      new Random('theta').normalInto(model.parameters.data, 0, 0.5)
      const check = checkGradient((theta, gradient) => {
        model.parameters.data.set(theta)
        const result = exact.call(model, data)
        gradient.set(result.gradient)
        return result.logLikelihood
      }, Float64Array.from(model.parameters.data))
      expect(check).toMatchObject({ ok: true })
    }
  })
})

describe('contrastive divergence of k steps', () => {
  const [c] = vectors.rbm
  const data = matrix([
    [1, 1, 0, 0],
    [0, 0, 1, 1],
    [1, 0, 1, 0],
  ])
  const copies = 4000

  /** The mean CD-k statistic over many chains from the data. */
  function estimate(k: number): Float64Array {
    const machine = new Machine(shapeOf(c, true, 0, false), 'float64', { W: 0, A: 0, B: 0 }, new Random(0))
    setParameters(machine.parameters, c)
    const many = allocate(copies * data.data.length, 'float64')
    for (let i = 0; i < many.length; i++) many[i] = data.data[i % data.data.length]
    const set = rowCases({ data: many, rows: copies * 3, cols: 4 })
    const settings = { ...standing(machine), k, persistent: false, sampleVisible: true }
    const step = { rate: 0, momentum: 0, epoch: 1, batch: 1, random: new Random('cd').substream(k) }
    new Learner(machine).update(set, everyCase(set), settings, step)
    return Float64Array.from(machine.parameters.gradient)
  }

  it('has the expected statistic of exact transition matrices, within sampling error', () => {
    for (const [k, expected] of Object.entries(c.expectedCd ?? {})) {
      const estimated = estimate(Number(k))
      expected.flat().forEach((value, i) => {
        // Standard error: at most 0.5 / sqrt(12000) = 0.0046 an element.
        expect(Math.abs(estimated[i] - value), `k = ${k}, W element ${i}`).toBeLessThan(0.016)
      })
    }
  })

  it('approaches the likelihood gradient as k grows', () => {
    const exact = rbmOf(c).logLikelihoodAndGradient(data).gradient
    const biases = [1, 5, 25].map((k) => Math.hypot(...estimate(k).map((value, i) => value - exact[i])))
    expect(biases[1]).toBeLessThan(biases[0] / 2)
    expect(biases[2]).toBeLessThan(0.03)
    expect(biases[0]).toBeGreaterThan(0.06)
  })
})

describe('what the vectors cover', () => {
  it('models of every kind', () => {
    expect(vectors.gaussian.map((g) => gaussianOf(g, 'learned').params.logSigma.shape)).toHaveLength(4)
    expect(vectors.crbm.map((g) => crbmOf(g).order)).toEqual([2, 3, 2, 1])
  })
})
