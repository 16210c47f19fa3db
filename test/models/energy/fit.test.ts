import { describe, expect, it } from 'vitest'
import { view } from '../../../src/core/array.ts'
import { DivergenceError, NonFiniteError, StateError } from '../../../src/core/errors.ts'
import type { ArrayView } from '../../../src/core/types.ts'
import { CRBM, type CRBMOptions } from '../../../src/models/energy/crbm.ts'
import { GaussianRBM, type GaussianRBMOptions } from '../../../src/models/energy/gaussian-rbm.ts'
import type { EnergyCheckpoint, EnergyEpochReport } from '../../../src/models/energy/history.ts'
import type { EnergyFitOptions } from '../../../src/models/energy/options.ts'
import { RBM, type RBMOptions } from '../../../src/models/energy/rbm.ts'
import { Random } from '../../../src/numerics/random.ts'
import { normalMatrix, normalSequences } from '../../support/random.ts'

type Model = RBM | GaussianRBM | CRBM
interface Kind {
  make: (seed: number) => Model
  data: unknown
  held: unknown
  restore: (state: never) => Model
}

function bits(seed: string, rows: number, cols: number): ArrayView {
  const data = new Float32Array(rows * cols)
  new Random(seed).bernoulliInto(data, 0.4)
  return view(data, [rows, cols])
}

function bitSequences(seed: string, lengths: number[], cols: number): ArrayView[] {
  return lengths.map((T, i) => bits(`${seed}${i}`, T, cols))
}

const rbm = (more: Partial<RBMOptions> = {}): RBM => new RBM({ visible: 6, hidden: 4, ...more })
const gaussian = (more: Partial<GaussianRBMOptions> = {}): GaussianRBM =>
  new GaussianRBM({ visible: 5, hidden: 4, ...more })
const crbm = (more: Partial<CRBMOptions> = {}): CRBM => new CRBM({ visible: 3, hidden: 4, order: 2, ...more })

const matrixData = normalMatrix(new Random('gaussian'), 33, 5)
const frames = normalSequences('frames', [9, 7, 12], 3)
const kinds: Record<string, Kind> = {
  RBM: {
    make: (seed) => rbm({ seed }),
    data: bits('train', 33, 6),
    held: bits('held', 12, 6),
    restore: RBM.fromState,
  },
  'Gaussian RBM, unit variances': {
    make: (seed) => gaussian({ seed }),
    data: matrixData,
    held: normalMatrix(new Random('held'), 9, 5),
    restore: GaussianRBM.fromState,
  },
  'Gaussian RBM, learned variances': {
    make: (seed) => gaussian({ seed, variance: 'learned' }),
    data: matrixData,
    held: normalMatrix(new Random('held'), 9, 5),
    restore: GaussianRBM.fromState,
  },
  'linear CRBM': {
    make: (seed) => crbm({ seed }),
    data: frames,
    held: normalSequences('held', [8], 3),
    restore: CRBM.fromState,
  },
  'binary CRBM': {
    make: (seed) => crbm({ seed, visibles: 'binary' }),
    data: bitSequences('train', [9, 7, 12], 3),
    held: bitSequences('held', [8], 3),
    restore: CRBM.fromState,
  },
}

type Fit = (data: unknown, options: EnergyFitOptions<never>) => ReturnType<RBM['fit']>
function trainModel(model: Model, data: unknown, options: EnergyFitOptions<never> = {}): ReturnType<RBM['fit']> {
  return (model.fit as Fit).call(model, data, { epochs: 4, batchSize: 10, learningRate: 0.01, ...options })
}

const variants: Record<string, EnergyFitOptions<never>> = {
  'CD-1': {},
  'CD-3 with sampled visibles': { k: 3, sampleVisible: true },
  'persistent chains and a sparsity target': { persistent: true, sparsity: { target: 0.1 }, weightDecay: 1e-3 },
}

describe.each(Object.entries(kinds))('laws of training: %s', (_, { make, data, held, restore }) => {
  it.each(Object.entries(variants))('same seed, same bits; another seed, others (%s)', async (_, options) => {
    const train = async (seed: number): Promise<Model['parameters']['data']> => {
      const model = make(seed)
      await trainModel(model, data, options)
      return model.parameters.data
    }
    const one = await train(1)
    expect(one.every(Number.isFinite)).toBe(true)
    expect(await train(1)).toEqual(one)
    expect(await train(2)).not.toEqual(one)
  })

  it.each(Object.entries(variants))('two halves from a checkpoint equal the whole (%s)', async (_, more) => {
    const options = { ...more, validation: held as never, earlyStopping: { patience: 50 } }
    const whole = make(3)
    const history = await trainModel(whole, data, options)
    let half: EnergyCheckpoint | undefined
    const halves = make(3)
    await trainModel(halves, data, { ...options, epochs: 2, onEpoch: (report) => (half = report.checkpoint()) })
    const stored = JSON.parse(JSON.stringify(half, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))
    const resumed = make(3)
    const rest = await trainModel(resumed, data, { ...options, resume: stored })
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
    expect(rest).toEqual(history)
  })

  it('a saved model is the same model, also for partialFit', () => {
    const model = make(4)
    const step = { persistent: !(model instanceof CRBM), sparsity: { target: 0.2 }, learningRate: 0.01 }
    const update = (each: Model): void => {
      ;(each.partialFit as (x: unknown, o: object) => unknown).call(each, data, step)
    }
    update(model)
    const text = JSON.stringify(model.state(), (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v))
    const again = restore(JSON.parse(text) as never)
    expect(again.parameters.data).toEqual(model.parameters.data)
    for (const each of [model, again]) update(each)
    expect(again.parameters.data).toEqual(model.parameters.data)
    expect(again.state()).toEqual(model.state())
  })

  it('inputs stay untouched', async () => {
    const list = (Array.isArray(data) ? data : [data]) as ArrayView[]
    const copies = list.map(({ data: numbers }) => numbers.slice())
    await trainModel(make(5), data, { persistent: true })
    list.forEach(({ data: numbers }, i) => expect(numbers).toEqual(copies[i]))
  })

  it('a run-away is told with its remedy, the model as it was before the call', async () => {
    const model = make(6)
    await trainModel(model, data)
    const before = model.parameters.data.slice()
    const fitting = trainModel(model, data, { learningRate: 1e8, epochs: 30 })
    await expect(fitting).rejects.toBeInstanceOf(DivergenceError)
    await expect(fitting).rejects.toThrow(
      model.options.visible === 6 || ('visibles' in model.options && model.options.visibles === 'binary')
        ? /epoch \d+, batch \d+: .*smaller learningRate/
        : /epoch \d+, batch \d+: .*10 to 100 times smaller/,
    )
    expect(model.parameters.data).toEqual(before)
    const learner = model.state().learner
    const partial = (): unknown =>
      (model.partialFit as (x: unknown, o: object) => unknown).call(model, data, { learningRate: 1e30, momentum: 0 })
    let updates = 0
    expect(() => {
      for (; updates < 50; updates++) partial()
    }).toThrow(DivergenceError)
    if (updates === 0) expect(model.parameters.data).toEqual(before)
    expect(learner).toBeNull()
  })
})

describe('what an epoch tells', () => {
  it('errors, free energies, pseudo-likelihood, rates', async () => {
    const model = rbm({ seed: 1 })
    const data = bits('train', 40, 6)
    const held = bits('held', 20, 6)
    const seen: EnergyEpochReport[] = []
    const history = await model.fit(data, {
      epochs: 3,
      batchSize: 15,
      learningRate: (step) => 0.1 / (1 + step),
      learningRateDecay: 0.5,
      momentum: { initial: 0.2, final: 0.8, epochs: 2 },
      validation: held,
      onEpoch: (report) => seen.push(report),
    })
    const last = history.epochs[2]
    const mean = (x: ArrayView): number => {
      const { data: values } = model.freeEnergy(x)
      return Array.from(values).reduce((sum, value) => sum + value) / values.length
    }
    expect(last.freeEnergy).toBeCloseTo(mean(data), 5)
    expect(last.validationFreeEnergy).toBeCloseTo(mean(held), 5)
    expect(last.freeEnergyGap).toBeCloseTo(mean(held) - mean(data), 5)
    const difference = Array.from(model.reconstruct(held).data, (value, i) => (value - held.data[i]) ** 2)
    expect(last.validationReconstructionError).toBeCloseTo(difference.reduce((a, b) => a + b) / 120, 5)
    expect(history.epochs.map(({ momentum }) => momentum)).toEqual([0.2, 0.2, 0.8])
    expect(history.epochs.map(({ learningRate }) => learningRate)).toEqual([0.1 / 3, 0.05 / 6, 0.025 / 9])
    expect(seen.map(({ epoch, epochs }) => [epoch, epochs])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it('reconstruction errors are in the units of the data, whatever the variances', async () => {
    const model = gaussian({ variance: 'learned', weightScale: 0 })
    model.params.logSigma.data.set([2, -1, 0, 0.5, 1])
    const held = normalMatrix(new Random('held'), 9, 5)
    const { epochs } = await model.fit(matrixData, { epochs: 1, learningRate: 0, batchSize: 33, validation: held })
    const meanSquare = ({ data }: ArrayView): number =>
      Array.from(data, (v) => v * v).reduce((a, b) => a + b) / data.length
    expect(epochs[0].reconstructionError).toBeCloseTo(meanSquare(matrixData), 5)
    expect(epochs[0].validationReconstructionError).toBeCloseTo(meanSquare(held), 5)
  })

  it('the stochastic pseudo-likelihood is right on average', () => {
    const model = rbm({ seed: 2, weightScale: 1 })
    const data = bits('many', 4000, 6)
    const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b) / values.length
    const exact = mean(model.pseudoLikelihood(data).data)
    expect(mean(model.pseudoLikelihood(data, { method: 'stochastic' }).data)).toBeCloseTo(exact, 1)
  })

  it('without held-out data, and for Gaussian units, what cannot be measured is NaN', async () => {
    const { epochs } = await gaussian().fit(matrixData, { epochs: 1 })
    expect(epochs[0].freeEnergyGap).toBeNaN()
    expect(epochs[0].pseudoLikelihood).toBeNaN()
    expect(epochs[0].reconstructionError).toBeGreaterThan(0)
  })
})

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
})

describe('early stopping', () => {
  it('stops when patience is over and keeps the best parameters', async () => {
    const model = rbm({ seed: 1 })
    const kept: number[][] = []
    const history = await model.fit(bits('few', 10, 6), {
      epochs: 300,
      batchSize: 10,
      learningRate: 0.5,
      validation: bits('held', 40, 6),
      earlyStopping: { patience: 3, monitor: 'freeEnergyGap' },
      onEpoch: () => kept.push([...model.parameters.data]),
    })
    const gaps = history.epochs.map(({ freeEnergyGap }) => freeEnergyGap)
    expect(history.stoppedEarly).toBe(true)
    expect(history.bestEpoch).toBe(gaps.indexOf(Math.min(...gaps)) + 1)
    expect(history.epochs.length - history.bestEpoch).toBe(3)
    expect([...model.parameters.data]).toEqual(kept[history.bestEpoch - 1])
  })

  it('can watch the one-step error of held-out frames', async () => {
    const model = crbm({ seed: 1 })
    const validation = normalSequences('held', [30], 3)
    const earlyStopping = { monitor: 'predictionError' as const, patience: 2 }
    const history = await model.fit(frames, { epochs: 60, learningRate: 0.05, validation, earlyStopping })
    const errors = history.epochs.map(({ validationPredictionError }) => validationPredictionError)
    expect(history.bestEpoch).toBe(errors.indexOf(Math.min(...errors)) + 1)
    const predicted = model.predictNext(validation[0]).data
    const error = Array.from(predicted, (v, at) => (v - validation[0].data[6 + at]) ** 2).reduce((a, b) => a + b) / 84
    expect(errors[history.bestEpoch - 1]).toBeCloseTo(error, 6)
    await expect(rbm().fit(bits('x', 5, 6), { validation: bits('x', 5, 6), earlyStopping })).rejects.toThrow(
      /"monitor" expected one of/,
    )
  })

  it('needs validation data, and binary units for the pseudo-likelihood', async () => {
    const earlyStopping = { monitor: 'pseudoLikelihood' as const }
    await expect(rbm().fit(bits('x', 5, 6), { earlyStopping })).rejects.toThrow(
      'RBM.fit: "earlyStopping" needs "validation" data',
    )
    const validation = matrixData
    await expect(gaussian().fit(matrixData, { validation, earlyStopping })).rejects.toThrow(/"monitor" expected one of/)
  })
})

describe('stopping and refusing', () => {
  it('an abort rejects with its reason and keeps what was learned', async () => {
    const model = rbm()
    const before = model.parameters.data.slice()
    const stop = new AbortController()
    const fitting = model.fit(bits('x', 20, 6), {
      signal: stop.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) stop.abort(new Error('enough'))
      },
    })
    await expect(fitting).rejects.toThrow('enough')
    expect(model.parameters.data).not.toEqual(before)
    await expect(model.fit(bits('x', 20, 6), { epochs: 1 })).resolves.toBeDefined()
  })

  it('one fit at a time', async () => {
    const model = rbm()
    const first = model.fit(bits('x', 20, 6), { epochs: 2 })
    await expect(model.fit(bits('x', 20, 6))).rejects.toBeInstanceOf(StateError)
    await first
  })

  it('NaN parameters are named', async () => {
    const model = crbm()
    model.params.B.set(1, 2, Number.NaN)
    const error = await model.fit(frames).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error).toMatchObject({ epoch: 1, batch: 1, parameter: 'B' })
  })

  const nan = view(Float32Array.of(0, 1, Number.NaN, 0, 1, 1), [1, 6])
  it.each([
    ['NaN', () => rbm().fit(nan), /RBM\.fit: "x" expected finite numbers, got NaN at row 0, column 2/],
    [
      'non-binary data',
      () => rbm().fit(view(Float32Array.of(0, 1, 1.5, 0, 1, 1), [1, 6])),
      /"x" expected 0, 1 or probabilities between, got 1\.5 at row 0, column 2/,
    ],
    ['another width', () => rbm().fit(bits('x', 4, 5)), /"x" expected shape \[n >= 1, 6\], got \[4, 5\]/],
    ['no rows', () => rbm().fit(bits('x', 0, 6)), /"x" expected shape \[n >= 1, 6\]/],
    [
      'a sequence shorter than order + 1',
      () => crbm().fit([frames[0], normalSequences('short', [2], 3)[0]]),
      /CRBM\.fit: "sequences\[1\]" expected at least 3 frames \(order \+ 1\), got 2/,
    ],
    ['one sequence not in an array', () => crbm().fit(frames[0] as never), /"sequences" expected an array/],
    ['a misspelt option', () => rbm().fit(bits('x', 4, 6), { epoch: 3 } as never), /unknown option "epoch"/],
    ['k = 0', () => rbm().fit(bits('x', 4, 6), { k: 0 }), /"k" expected an integer >= 1, got 0/],
    ['a negative rate', () => rbm().fit(bits('x', 4, 6), { learningRate: -1 }), /"learningRate" expected/],
    ['momentum of 1', () => rbm().fit(bits('x', 4, 6), { momentum: 1 }), /"momentum" expected a finite number/],
    [
      'a schedule that gives NaN',
      () => rbm().fit(bits('x', 4, 6), { learningRate: () => Number.NaN }),
      /the schedule gave a learning rate of NaN at update 0/,
    ],
    [
      'decay of a matrix that is not there',
      () => rbm().fit(bits('x', 4, 6), { weightDecay: { A: 1 } }),
      /weightDecay: unknown option "A" \(known: W\)/,
    ],
    [
      'means with learned variances',
      () => gaussian({ variance: 'learned' }).fit(matrixData, { sampleVisible: false }),
      /learned variances need "sampleVisible" true/,
    ],
  ])('%s', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message)
  })

  it('a checkpoint of other data or settings', async () => {
    let resume: EnergyCheckpoint | undefined
    const x = bits('x', 20, 6)
    await rbm().fit(x, { epochs: 1, persistent: true, onEpoch: (report) => (resume = report.checkpoint()) })
    await expect(rbm().fit(x, { resume })).rejects.toThrow(/"resume" has 120 numbers of persistent chains/)
    await expect(rbm().fit(x, { resume, persistent: true, seed: 9 })).rejects.toThrow(/give the same seed/)
    await expect(rbm({ hidden: 3 }).fit(x, { resume, persistent: true })).rejects.toThrow(/parameters cannot become/)
  })

  it.each([
    [() => new RBM({ visible: 0, hidden: 3 }), 'RBM: "visible" expected an integer >= 1, got 0'],
    [() => new RBM({ visible: 3 } as never), /RBM: "hidden" expected an integer >= 1, got undefined/],
    [() => new CRBM({ visible: 3, hidden: 2 } as never), /CRBM: "order" expected an integer >= 1/],
    [() => new RBM({ visible: 3, hidden: 2, weightScale: { A: 1 } }), /weightScale: unknown option "A" \(known: W\)/],
    [() => rbm().partialFit(nan), /RBM\.partialFit: "x" expected finite numbers/],
    [() => crbm().partialFit(frames, { persistent: true }), /"persistent" needs fit/],
    [() => rbm().energy(bits('x', 3, 6), bits('h', 2, 4)), /expected as many rows in both/],
    [() => crbm().energy(frames[0], bits('h', 2, 4)), /"h" expected 7 rows/],
    [() => rbm().visibleMean(view(Float32Array.of(0, 2, 0, 0), [1, 4])), /"h" expected 0, 1 or probabilities/],
    [() => crbm().freeEnergy(normalSequences('s', [2], 3)[0]), /"sequence" expected at least 3 frames/],
    [() => crbm().generate(normalSequences('s', [1], 3)[0], 4), /expected at least 2 frames \(order\), got 1/],
    [() => crbm().generate(frames[0], 0), /"frames" expected an integer >= 1/],
    [() => crbm().stream().push(Float32Array.of(1, 2)), /"frame" expected 3 numbers, got 2/],
    [
      () => new RBM({ visible: 40, hidden: 30 }).logPartition(),
      /RBM\.logPartition: 2\^30 states are too many to sum \(at most 2\^25\); method: "ais" estimates it/,
    ],
    [() => rbm().logPartition({ chains: 3 } as never), /"chains" expected nothing unless method is "ais"/],
    [() => rbm().logPartition({ method: 'ais', temperatures: [0, 0.5] }), /numbers that rise from 0 to 1/],
    [() => new RBM({ visible: 20, hidden: 20 }).joint(), /2\^40 probabilities are too many/],
    [() => RBM.fromState(crbm().state() as never), /RBM\.fromState: not the state of a ser-core RBM/],
  ])('%#: clear errors', (run, message) => {
    expect(run).toThrow(message)
  })
})
