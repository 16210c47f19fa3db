/** What single updates do to parameters, chains and what is kept beside them. */
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { DivergenceError } from '../../src/core/errors.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { type CaseSet, everyCase, frameCases, rowCases } from '../../src/energy/cases.ts'
import type { EnergyFitOptions, UpdateSettings } from '../../src/energy/energy-options.ts'
import { Learner } from '../../src/energy/learner.ts'
import { Machine, type MachineShape } from '../../src/energy/machine.ts'
import { kernels } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'
import { bits, crbm, frames, gaussian, matrixData, rbm } from './models.ts'

describe('updates', () => {
  const data = bits('train', 20, 6)
  const options = { epochs: 1, batchSize: 20, momentum: 0, shuffle: false, learningRate: 0.1 }

  /** The change of a parameter by one update with these options, for zero starting weights. */
  async function change(more: EnergyFitOptions<ArrayView>, weightScale = 0): Promise<Record<string, number[]>> {
    const model = rbm({ weightScale, seed: 3 })
    const start = Object.fromEntries(Object.entries(model.params).map(([name, { data: x }]) => [name, x.slice()]))
    await model.fit(data, { ...options, ...more })
    return Object.fromEntries(
      Object.entries(model.params).map(([name, { data: x }]) => [name, Array.from(x, (v, i) => v - start[name][i])]),
    )
  }
  const size = (values: number[]): number => Math.hypot(...values)

  it('weight decay shrinks the named weights and spares the rest', async () => {
    const without = await change({ learningRate: 1e-3 }, 1)
    const decayed = await change({ learningRate: 1e-3, weightDecay: { W: 100 } }, 1)
    const model = rbm({ weightScale: 1, seed: 3 })
    decayed.W.forEach((value, i) => expect(value - without.W[i]).toBeCloseTo(-0.1 * model.params.W.data[i], 5))
    expect(decayed.b).toEqual(without.b)
    expect(decayed.c).toEqual(without.c)
  })

  it('learning-rate factors scale single parameters', async () => {
    const plain = await change({})
    const scaled = await change({ learningRateFactors: { b: 0.5, c: 0 } })
    expect(size(scaled.c)).toBe(0)
    expect(size(scaled.b)).toBeCloseTo(size(plain.b) / 2, 6)
    expect(scaled.W).toEqual(plain.W)
  })

  it('momentum repeats a share of the last change', async () => {
    const model = rbm({ weightScale: 0, seed: 3 })
    model.partialFit(data, { learningRate: 0.1, momentum: 0 })
    const first = model.params.b.data.slice()
    model.partialFit(data, { learningRate: 0, momentum: 0.5 })
    model.params.b.data.forEach((value: number, i: number) => expect(value).toBeCloseTo(1.5 * first[i], 5))
  })

  it('a sparsity target draws mean activations to it', async () => {
    const activity = async (more: EnergyFitOptions<ArrayView>): Promise<number> => {
      const model = rbm({ seed: 3 })
      await model.fit(data, { ...options, epochs: 300, ...more })
      const p = model.transform(data).data
      return Array.from(p).reduce((sum, value) => sum + value) / p.length
    }
    expect(await activity({ sparsity: { target: 0.1, cost: 1 } })).toBeLessThan(0.2)
    expect(await activity({})).toBeGreaterThan(0.3)
  })

  it('mixes frames of all sequences, none without its history', async () => {
    const model = crbm()
    const batches: number[] = []
    await model.fit(frames, { epochs: 1, batchSize: 5, onBatch: ({ batch, batches: n }) => batches.push(batch / n) })
    expect(batches).toHaveLength(Math.ceil((7 + 5 + 10) / 5))
  })

  it('weight decay of a conditional model takes A and B each by its own', async () => {
    const trained = (weightDecay: object): Promise<Record<string, number[]>> => {
      const model = crbm({ weightScale: 1, seed: 3 })
      return model
        .fit(frames, { epochs: 1, batchSize: 100, momentum: 0, shuffle: false, learningRate: 1e-3, weightDecay })
        .then(() => Object.fromEntries(Object.entries(model.params).map(([name, { data: x }]) => [name, [...x]])))
    }
    const [plain, decayed] = [await trained({}), await trained({ A: 100, B: 10 })]
    const start = crbm({ weightScale: 1, seed: 3 }).params
    decayed.A.forEach((value, i) => expect(value - plain.A[i]).toBeCloseTo(-0.1 * start.A.data[i], 5))
    decayed.B.forEach((value, i) => expect(value - plain.B[i]).toBeCloseTo(-0.01 * start.B.data[i], 5))
    expect(decayed.W).toEqual(plain.W)
  })

  it('momentum may change once, a call of partialFit being an epoch', () => {
    const model = rbm({ weightScale: 0, seed: 3 })
    const momentum = { initial: 0, final: 0.5, epochs: 2 }
    model.partialFit(data, { learningRate: 0.1, momentum })
    const first = model.params.b.data.slice()
    model.partialFit(data, { learningRate: 0, momentum })
    expect(model.params.b.data).toEqual(first)
    model.partialFit(data, { learningRate: 0.1, momentum })
    const third = model.params.b.data.slice()
    model.partialFit(data, { learningRate: 0, momentum })
    model.params.b.data.forEach((value: number, i: number) => {
      expect(value - third[i]).toBeCloseTo(0.5 * (third[i] - first[i]), 5)
    })
  })

  it('a fit begins anew: momentum of partialFit before it is forgotten', async () => {
    const model = rbm({ seed: 3 })
    model.partialFit(data, { learningRate: 0.1 })
    await model.fit(data, { epochs: 1 })
    expect(model.state().learner).toBeNull()
    const before = model.parameters.data.slice()
    model.partialFit(data, { learningRate: 0, momentum: 0.9 })
    expect(model.parameters.data).toEqual(before)
  })

  it('partialFit that diverges leaves velocity, chains and activity as they were', () => {
    const model = gaussian({ seed: 3 })
    const keeping = { persistent: true, sparsity: { target: 0.2 } }
    model.partialFit(matrixData, { ...keeping, learningRate: 1e-3 })
    const before = model.state()
    expect(() => model.partialFit(matrixData, { ...keeping, learningRate: 1e300, momentum: 0 })).toThrow(
      DivergenceError,
    )
    expect(model.state()).toEqual(before)
  })
})

describe('learned variances that run away', () => {
  it.each([0.01, 50])('are told, for data of deviation %f', async (deviation) => {
    const data = matrixData.data.map((value) => deviation * value)
    const model = gaussian({ variance: 'learned' })
    const before = model.parameters.data.slice()
    const fitting = model.fit(view(data, [33, 5]), { epochs: 200, learningRate: 0.1 })
    await expect(fitting).rejects.toThrow(/ln s of visible unit \d by .* standardised data/)
    expect(model.parameters.data).toEqual(before)
  })
})

describe('a bad schedule', () => {
  const data = bits('train', 20, 6)

  it.each([
    [{ learningRate: (step: number) => (step < 3 ? 0.1 : Number.NaN) }, /learning rate of NaN at update 3/],
    [
      { momentum: (step: number) => (step < 3 ? 0.5 : 1.5) },
      /"momentum" expected a finite number >= 0 and < 1, got 1.5/,
    ],
  ])('leaves the model as it was before the call: %#', async (options, message) => {
    const model = rbm()
    const before = model.parameters.data.slice()
    await expect(model.fit(data, { batchSize: 5, ...options })).rejects.toThrow(message)
    expect(model.parameters.data).toEqual(before)
  })
})

const settings = (machine: Machine, more: Partial<UpdateSettings> = {}): UpdateSettings => ({
  where: 'test',
  learningRate: () => 0,
  momentum: () => 0,
  rateFactors: machine.parameters.slots.map(() => 0),
  weightDecays: machine.parameters.slots.map(() => 0),
  k: 1,
  persistent: true,
  sampleVisible: true,
  sparsity: null,
  ...more,
})

const step = { rate: 0, momentum: 0, epoch: 1, batch: 1, random: new Random('step') }

function machineOf(shape: Partial<MachineShape>, scale = 0): Machine {
  const whole = { visible: 3, hidden: 2, order: 0, binary: false, learnsScale: false, ...shape }
  return new Machine(whole, 'float64', { W: scale, A: scale, B: scale }, new Random('machine'))
}

function chainsOf(machine: Machine, set: CaseSet, members: ArrayLike<number>, more: Partial<UpdateSettings>): number[] {
  const learner = new Learner(machine)
  learner.update(set, members, settings(machine, more), step)
  return [...(learner.state().chains as Float64Array)]
}

describe('persistent chains', () => {
  const { data } = normalMatrix(new Random('rows'), 6, 3)
  const rows = rowCases({ data, rows: 6, cols: 3 })

  it('start at cases, and are kept in the units of the data', () => {
    const machine = machineOf({ learnsScale: true })
    machine.logSigma?.set([1, -2, 0.5])
    chainsOf(machine, rows, everyCase(rows), { k: 0 }).forEach((value, at) => expect(value).toBeCloseTo(data[at], 12))
  })

  it('of a conditional model belong to its cases', () => {
    const machine = machineOf({ order: 2 })
    const [x] = normalSequences('chains', [8], 3)
    const set = frameCases([{ data: x.data, rows: 8, cols: 3 }], 2, 'float64')
    const started = chainsOf(machine, set, everyCase(set), { k: 0 })
    started.forEach((value, at) => expect(value).toBe(x.data[6 + at]))
    const moved = chainsOf(machine, set, [4, 1], {})
    const changed = [0, 1, 2, 3, 4, 5].filter((r) => moved[3 * r] !== started[3 * r])
    expect(changed).toEqual([1, 4])
  })

  it('of Gaussian units have their noise, one draw a step', () => {
    const machine = machineOf({})
    const many = normalMatrix(new Random('many'), 5000, 3)
    const set = rowCases({ data: many.data, rows: 5000, cols: 3 })
    for (const k of [1, 3]) {
      const chains = chainsOf(machine, set, everyCase(set), { k })
      const variance = chains.reduce((sum, value) => sum + value * value, 0) / chains.length
      expect(Math.abs(variance - 1)).toBeLessThan(0.05)
    }
    expect(chainsOf(machine, set, everyCase(set), { k: 1 })).not.toEqual(
      chainsOf(machine, set, everyCase(set), { k: 2 }),
    )
    const still = chainsOf(machine, set, everyCase(set), { sampleVisible: false })
    expect(still.every((value) => value === 0)).toBe(true)
  })

  it('take the draws of their own step', () => {
    const zeros = (n: number): Float64Array => new Float64Array(n)
    const chain = zeros(2)
    kernels.contrastiveDivergence({
      ...{ visible: 1, hidden: 1, history: 0, binary: false, steps: 2, persistent: false, rows: 2, chains: 2, chain },
      ...{ w: zeros(1), ab: zeros(0), bias: zeros(2), windows: zeros(2), biases: zeros(4), sample: zeros(2) },
      ...{ positive: zeros(2), negative: zeros(2), reconstruction: zeros(2), hiddenDraws: zeros(4) },
      ...{ dw: zeros(1), dab: zeros(0), dBias: zeros(2), visibleDraws: Float64Array.of(5, 6, 7, 8) },
    })
    expect([...chain]).toEqual([7, 8])
  })

  it('draw Gaussian units by default, as do learned variances; plain CD does not', async () => {
    const wander = async (options: EnergyFitOptions<ArrayView>): Promise<number> => {
      const model = gaussian({ weightScale: 0 })
      await model.fit(matrixData, { epochs: 1, batchSize: 33, learningRate: 1, momentum: 0, ...options })
      return Math.hypot(...model.params.b.data)
    }
    const mean = Math.hypot(
      ...[0, 1, 2, 3, 4].map(
        (j) => Array.from({ length: 33 }, (_, r) => matrixData.get(r, j)).reduce((a, b) => a + b) / 33,
      ),
    )
    expect(await wander({})).toBeCloseTo(mean, 4)
    expect(Math.abs((await wander({ persistent: true })) - mean)).toBeGreaterThan(0.01)
  })
})

describe('a sparsity target', () => {
  it('keeps the running mean q <- decay q + (1 - decay) mean', () => {
    const machine = machineOf({})
    machine.parameters.data.set([2, 2], machine.parameters.data.length - 2)
    const learner = new Learner(machine)
    const set = rowCases({ data: normalMatrix(new Random('rows'), 6, 3).data, rows: 6, cols: 3 })
    const sparsity = { target: 0.1, cost: 0.5, decay: 0.8 }
    learner.update(set, everyCase(set), settings(machine, { persistent: false, sparsity }), step)
    const wanted = 0.8 * 0.1 + 0.2 / (1 + Math.exp(-2))
    learner.state().activity?.forEach((q) => expect(q).toBeCloseTo(wanted, 12))
    // W = 0: data and chain have the same P(h = 1), so that the target alone moves c.
    machine.parameters.gradient.slice(-2).forEach((dc) => expect(dc).toBeCloseTo(0.5 * (0.1 - wanted), 12))
  })
})
