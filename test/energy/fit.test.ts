import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { NonFiniteError, StateError } from '../../src/core/errors.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import type { EnergyCheckpoint, EnergyEpochReport } from '../../src/energy/energy-history.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'
import { bits, crbm, frames, gaussian, type Model, matrixData, rbm } from './models.ts'

describe('trainings', () => {
  it('side by side and one after the other leave the same, the last gradient too', async () => {
    const train = async (seed: number): Promise<number[][]> => {
      const model = crbm({ seed })
      await model.fit(frames, { epochs: 3, batchSize: 4, learningRate: 0.01 })
      const { values, gradient } = model.parameters
      return [[...values], [...gradient]]
    }
    const alone = [await train(1), await train(2)]
    expect(await Promise.all([train(1), train(2)])).toEqual(alone)
    expect(alone[0][1].some((slope) => slope !== 0)).toBe(true)
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
    const { epochs } = await model.fit(matrixData, { epochs: 1, learningRate: 0, batchSize: 10, validation: held })
    const meanSquare = ({ data }: ArrayView): number =>
      Array.from(data, (v) => v * v).reduce((a, b) => a + b) / data.length
    expect(epochs[0].reconstructionError).toBeCloseTo(meanSquare(matrixData), 5)
    expect(epochs[0].validationReconstructionError).toBeCloseTo(meanSquare(held), 5)
  })

  it('the pseudo-likelihood of training and held-out data, each of its own', async () => {
    const model = rbm({ seed: 2, weightScale: 1 })
    model.params.b.data.set([2, -2, 2, -2, 2, -2])
    const typical = model.sample(3000, { steps: 20 })
    const rare = bits('rare', 3000, 6)
    const { epochs } = await model.fit(typical, { epochs: 1, learningRate: 0, validation: rare })
    const exact = [typical, rare].map((x) => {
      const { data: values } = model.pseudoLikelihood(x)
      return Array.from(values).reduce((a, b) => a + b) / values.length
    })
    expect(exact[0] - exact[1]).toBeGreaterThan(2)
    expect(Math.abs(epochs[0].pseudoLikelihood - exact[0])).toBeLessThan(0.3)
    expect(Math.abs(epochs[0].validationPseudoLikelihood - exact[1])).toBeLessThan(0.5)
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

describe('early stopping', () => {
  const held = bits('held', 40, 6)
  const options = { epochs: 300, batchSize: 10, learningRate: 0.5, validation: held }

  it.each([
    ['reconstructionError', 'validationReconstructionError', 1],
    ['pseudoLikelihood', 'validationPseudoLikelihood', -1],
  ] as const)('by %s stops when patience is over and keeps the best parameters', async (monitor, name, sign) => {
    const model = rbm({ seed: 1 })
    const kept: number[][] = []
    const history = await model.fit(bits('few', 10, 6), {
      ...options,
      earlyStopping: { patience: 3, monitor },
      onEpoch: () => kept.push([...model.parameters.data]),
    })
    const errors = history.epochs.map((record) => sign * record[name])
    expect(history.stoppedEarly).toBe(true)
    expect(history.bestEpoch).toBe(errors.indexOf(Math.min(...errors)) + 1)
    expect(history.epochs.length - history.bestEpoch).toBe(3)
    expect([...model.parameters.data]).toEqual(kept[history.bestEpoch - 1])
  })

  it('by less than minDelta is no improvement', async () => {
    const model = rbm({ seed: 1 })
    const history = await model.fit(bits('few', 10, 6), { ...options, earlyStopping: { patience: 2, minDelta: 10 } })
    expect([history.bestEpoch, history.epochs.length]).toEqual([1, 3])
  })

  it('a training that had ended goes no further when resumed', async () => {
    const earlyStopping = { patience: 3 }
    let resume: EnergyCheckpoint | undefined
    const whole = rbm({ seed: 1 })
    const history = await whole.fit(bits('few', 10, 6), {
      ...options,
      earlyStopping,
      onEpoch: (report) => {
        resume = report.checkpoint()
        resume.best?.parameters.slice().fill(9)
      },
    })
    const again = rbm({ seed: 1 })
    expect(await again.fit(bits('few', 10, 6), { ...options, earlyStopping, resume })).toEqual(history)
    expect(again.parameters.data).toEqual(whole.parameters.data)
  })

  it('what a checkpoint holds is a copy', async () => {
    const best = async (spoil: boolean): Promise<Model['parameters']['data']> => {
      const model = rbm({ seed: 1 })
      await model.fit(bits('few', 10, 6), {
        ...options,
        earlyStopping: { patience: 3 },
        onEpoch: ({ checkpoint }) => {
          const { best: kept, parameters, learner } = checkpoint()
          if (spoil) for (const vector of [kept?.parameters, parameters, learner.velocity]) vector?.fill(9)
        },
      })
      return model.parameters.data
    }
    expect(await best(true)).toEqual(await best(false))
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

  it('one fit at a time, and no partialFit meanwhile', async () => {
    const model = rbm()
    const first = model.fit(bits('x', 20, 6), { epochs: 2 })
    await expect(model.fit(bits('x', 20, 6))).rejects.toBeInstanceOf(StateError)
    expect(() => model.partialFit(bits('x', 20, 6))).toThrow(StateError)
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
    [{ records: undefined }, /"records" expected an array, got undefined/],
    [{ parameters: undefined }, /"parameters" expected an array of numbers/],
    [{ parameters: new Float32Array(34).fill(Number.NaN) }, /"parameters" expected finite numbers/],
    [{ learner: undefined }, /"learner" expected an object/],
    [{ learner: { updates: 'x', velocity: new Float32Array(34), chains: null, activity: null } }, /"updates" expected/],
  ])('a broken checkpoint, the model as it was: %#', async (broken, message) => {
    let resume: EnergyCheckpoint | undefined
    const x = bits('x', 20, 6)
    await rbm().fit(x, { epochs: 1, onEpoch: (report) => (resume = report.checkpoint()) })
    const model = rbm({ seed: 0 })
    const before = model.parameters.data.slice()
    await expect(model.fit(x, { resume: { ...resume, ...broken } as never })).rejects.toThrow(message)
    expect(model.parameters.data).toEqual(before)
  })

  it('a broken state', () => {
    const model = rbm()
    model.partialFit(bits('x', 5, 6), { persistent: true })
    const state = model.state()
    const learner = { ...state.learner, chains: new Float32Array(7) } as never
    expect(() => RBM.fromState({ ...state, learner })).toThrow(/has 7 numbers of persistent chains/)
    expect(RBM.fromState({ ...state, learner: undefined } as never).state().learner).toBeNull()
    expect(() => RBM.fromState({ ...state, parameters: state.parameters.fill(Number.NaN) })).toThrow(/finite/)
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
    [
      () =>
        crbm()
          .stream()
          .push(Float32Array.of(1, Number.NaN, 2)),
      /"frame" expected finite numbers, got NaN/,
    ],
    [
      () =>
        crbm({ visibles: 'binary' })
          .stream()
          .push(Float32Array.of(1, 5, 0)),
      /"frame" expected 0, 1 or prob/,
    ],
    [() => rbm().sample(3, null as never), /options expected an object, got null/],
    [() => rbm().logLikelihood(bits('x', 3, 6), null as never), /options expected an object, got null/],
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
