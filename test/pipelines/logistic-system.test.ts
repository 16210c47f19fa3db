import { describe, expect, it } from 'vitest'
import { floatView, view } from '../../src/core/array.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { argmax } from '../../src/networks/decision.ts'
import { Random } from '../../src/numerics/random.ts'
import { resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { logisticSystem, logisticTable } from '../../src/pipelines/logistic-system.ts'
import { corpusWeights, TrainingVoices } from '../../src/pipelines/logistic-training.ts'
import { measuresLogisticSystem } from '../../src/pipelines/measures-logistic-system.ts'
import type { Adaptation, Classifier, LabelledFeatures } from '../../src/pipelines/system.ts'
import { resolveSettings } from '../../src/pipelines/system-settings.ts'
import { windowPosteriors } from '../../src/pipelines/timeline.ts'
import { shrunk } from '../../src/pipelines/voice-prior.ts'

/** Three measures: the mean of each of three columns; the last is missing where it is negative. */
const system = logisticSystem({
  name: 'means',
  settings: resolveSettings('means', { C: 1 }, logisticTable({ spectral: 'mfcc', coefficients: 3, deltas: 0 })),
  measures: ({ data, shape }) => {
    const means = [0, 0, 0]
    for (let i = 0; i < data.length; i++) means[i % 3] += data[i] / shape[0]
    return Float64Array.of(means[0], means[1], means[2] < 0 ? Number.NaN : means[2])
  },
})

/** Speakers far apart, by more than their two classes are. */
function data(seed: string, speakers: number, each = 12): LabelledFeatures {
  const random = new Random(seed)
  const names = Array.from({ length: speakers }, (_, s) => `${seed}${s}`)
  const all = names.flatMap((speaker) => {
    const voice = [4 * random.normal(), 4 * random.normal()]
    return Array.from({ length: each }, (_, i) => {
      const x = new Float32Array(3 * 20)
      random.normalInto(x)
      for (let t = 0; t < 20; t++) {
        x[3 * t] += voice[0] + (i % 2 === 0 ? -2 : 2)
        x[3 * t + 1] += voice[1] + (i % 2 === 0 ? -1 : 1)
      }
      return { speaker, label: i % 2, x: view(x, [20, 3]) }
    })
  })
  return {
    sequences: all.map(({ x }) => x),
    labels: Int32Array.from(all, ({ label }) => label),
    speakers: all.map(({ speaker }) => speaker),
  }
}

const trained = await system.train(data('train', 8), 2, 1)
const test = data('test', 6)
const adapting = trained.adaptation as Adaptation

function rate(classify: (i: number) => Classifier): number {
  const right = test.sequences.filter((x, i) => argmax(classify(i).predict(x)) === test.labels[i])
  return right.length / test.sequences.length
}

function statisticsOf(indices: readonly number[]): SpeakerStatistics {
  const all = new SpeakerStatistics(3)
  for (const i of indices) all.add(adapting.rows(test.sequences[i]))
  return all
}

const others = (i: number): number[] => {
  return test.speakers.flatMap((speaker, j) => (speaker === test.speakers[i] && j !== i ? [j] : []))
}

describe('a system of measures and logistic regression', () => {
  it('tells the classes of unheard voices by what other recordings of them are like, and not without', () => {
    expect(rate(() => trained)).toBeLessThan(0.75)
    expect(rate((i) => adapting.adapted(statisticsOf(others(i))))).toBeGreaterThan(0.95)
    expect(rate((i) => adapting.adapted(statisticsOf(others(i).slice(0, 5))))).toBeGreaterThan(0.85)
  })

  it('predicts from rows as from features, and windows as copies of them', () => {
    const adapted = adapting.adapted(statisticsOf([0, 1, 2]))
    const [x] = test.sequences
    expect(adapted.adaptation?.predictRows(adapting.rows(x))).toEqual(adapted.predict(x))
    const [whole, half] = windowPosteriors(adapted, x, [0], 20).concat(windowPosteriors(adapted, x, [10], 10))
    expect(whole).toEqual(adapted.predict(x))
    expect(half).toEqual(adapted.predict(floatView(x.data.slice(30), [10, 3])))
  })

  it('returns to what it was', () => {
    const [x] = test.sequences
    const before = trained.predict(x)
    const adapted = adapting.adapted(statisticsOf([0, 1, 2]))
    expect(adapted.predict(x)).not.toEqual(before)
    expect(trained.predict(x)).toEqual(before)
    expect(adapted.adaptation?.adapted(null).predict(x)).toEqual(before)
    expect(adapting.adapted(new SpeakerStatistics(3)).predict(x)).toEqual(before)
    expect(adapted.state()).toEqual(trained.state())
  })

  it('puts the median of the training set where a measure is missing', () => {
    const { medians } = trained.state()
    const x = view(Float32Array.of(1, 2, -3), [1, 3])
    expect([...adapting.rows(x).data]).toEqual([1, 2, medians[2]])
    expect(medians[2]).toBeGreaterThan(0)
  })

  it('tells how much recordings vary, next to a speaker of the training', () => {
    const mixed = statisticsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    const alike = statisticsOf([0, 2, 4, 6, 8, 10])
    expect(adapting.spread(mixed)).toBeGreaterThan(0.75)
    expect(adapting.spread(alike)).toBeLessThan(0.75)
    expect(adapting.spread(statisticsOf([0]))).toBeNull()
  })

  it('refuses a class without an utterance', async () => {
    await expect(system.train(data('train', 2), 3, 1)).rejects.toThrow('means: expected utterances of each class')
  })
})

const measured = (rows: number[][], labels: number[], speakers: string[], corpora: string[]) => ({
  rows: rows.map((row) => Float64Array.from(row)),
  labels: Int32Array.from(labels),
  ...{ speakers, corpora },
})

describe('the training set relative to voices', () => {
  const set = measured(
    [[0], [2], [10], [14], [30], [34]],
    [0, 1, 0, 1, 0, 1],
    ['a', 'a', 'b', 'b', 'a', 'a'],
    [...['x', 'x', 'x', 'x'], ...['y', 'y']],
  )
  const settings = { clip: 5, draws: 2, drawSizes: [3], meanPrior: 2, variancePrior: 10 }

  it('has priors that are means over corpora, and over speakers by corpus', () => {
    const { prior } = new TrainingVoices(set)
    expect([...prior.mean]).toEqual([(6.5 + 32) / 2])
    expect(prior.variance[0]).toBeCloseTo((32.75 + 4) / 2, 12)
    expect(prior.within[0]).toBeCloseTo((1 + 4 + 4) / 3, 12)
  })

  it('is there by corpus, by speaker, and by draws', () => {
    const { data: z, copies } = new TrainingVoices(set).copies(new Random(1), settings)
    expect([copies, z.length]).toEqual([4, 24])
    const rounded = Array.from(z, (value) => Math.round(value * 10) / 10)
    expect(rounded.slice(0, 6)).toEqual([-1.1, -0.8, 0.6, 1.3, -1, 1])
    expect(rounded.slice(6, 12)).toEqual([-1, 1, -1, 1, -1, 1])
    expect(z.slice(12, 18)).not.toEqual(z.slice(6, 12))
  })

  it('leaves the class in what a speaker of one class says', () => {
    const { data: z } = new TrainingVoices({ ...set, labels: Int32Array.of(0, 0, 1, 1, 0, 1) }).copies(
      new Random(1),
      settings,
    )
    expect([...z.slice(6, 10)]).toEqual([...z.slice(0, 4)])
    expect([...z.slice(12, 16)]).toEqual([...z.slice(0, 4)])
  })

  it('weighs every corpus and class the same', () => {
    const weights = corpusWeights(measured([], [0, 0, 0, 1, 0, 1], [], ['x', 'x', 'x', 'x', 'y', 'y']))
    expect([...weights]).toEqual([0.5, 0.5, 0.5, 1.5, 1.5, 1.5])
  })

  it('shrinks statistics to the prior by the number of recordings', () => {
    const prior = {
      mean: Float64Array.of(1),
      variance: Float64Array.of(9),
      within: Float64Array.of(4),
      floor: Float64Array.of(0),
    }
    const own = new SpeakerStatistics(1).add([[5]]).add([[9]])
    expect(shrunk(own, prior, settings)).toEqual({
      mean: Float64Array.of((14 + 2) / 4),
      variance: Float64Array.of((8 + 40) / 12),
    })
    expect(shrunk(null, prior, settings)).toEqual({ mean: prior.mean, variance: prior.variance })
  })
})

describe('measuresLogisticSystem', () => {
  it('takes the measures of a set as they are, and statistics of other front ends', () => {
    expect(measuresLogisticSystem().frontEnd).toEqual(resolveFrontEnd({ set: 'egemaps', functionals: true }))
    const spectral = measuresLogisticSystem({ frontEnd: { spectral: 'mfcc', coefficients: 5, deltas: 0 } })
    expect(spectral.frontEnd).toMatchObject({ coefficients: 5, deltas: 0 })
    expect(() => measuresLogisticSystem({ C: 0 })).toThrow('measuresLogisticSystem: "C" expected a finite number > 0')
    expect(() => measuresLogisticSystem({ drawSizes: [] })).toThrow('"drawSizes" expected at least 1 item')
  })
})
