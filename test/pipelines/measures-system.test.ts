import { beforeAll, describe, expect, it } from 'vitest'
import { floatView, view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { argmax } from '../../src/networks/decision.ts'
import { Random } from '../../src/numerics/random.ts'
import { statisticsOf } from '../../src/pipelines/adaptation.ts'
import { extractFeatures, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { measuresLdaSystem } from '../../src/pipelines/measures-lda-system.ts'
import { measuresLogisticSystem } from '../../src/pipelines/measures-logistic-system.ts'
import type { MeasuresState } from '../../src/pipelines/measures-system.ts'
import { corpusWeights, TrainingVoices } from '../../src/pipelines/measures-training.ts'
import type { Adaptation, Classifier, LabelledFeatures, System, VoiceState } from '../../src/pipelines/system.ts'
import { windowPosteriors } from '../../src/pipelines/timeline.ts'
import { relativeInto, shrunk } from '../../src/pipelines/voice-prior.ts'

/** Statistics over time of three columns. */
const frontEnd = { spectral: 'mfcc', coefficients: 3, deltas: 0 } as const

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

const test = data('test', 6)

const others = (i: number): number[] => {
  return test.speakers.flatMap((speaker, j) => (speaker === test.speakers[i] && j !== i ? [j] : []))
}

describe.each([
  ['logistic regression', measuresLogisticSystem({ frontEnd, C: 1 })],
  ['linear discriminants', measuresLdaSystem({ frontEnd, shrinkage: 0.2 })],
] as const)('a system of measures and %s', (_name, system: System) => {
  let trained: Classifier
  let adapting: Adaptation
  beforeAll(async () => {
    trained = await system.train(data('train', 8), 2, 1)
    adapting = trained.adaptation as Adaptation
  })

  function rate(classify: (i: number) => Classifier): number {
    const right = test.sequences.filter((x, i) => argmax(classify(i).predict(x)) === test.labels[i])
    return right.length / test.sequences.length
  }

  const rowsAt = (indices: readonly number[]): FloatNdArray[] => indices.map((i) => adapting.rows(test.sequences[i]))
  const statisticsAt = (indices: readonly number[]): SpeakerStatistics => statisticsOf(rowsAt(indices))
  const voiceAt = (indices: readonly number[]): VoiceState => ({ statistics: statisticsAt(indices) })

  it('tells the classes of unheard voices by what other recordings of them are like, and not without', () => {
    expect(rate(() => trained)).toBeLessThan(0.8)
    expect(rate((i) => adapting.adapted(voiceAt(others(i))))).toBeGreaterThan(0.95)
    expect(rate((i) => adapting.adapted(voiceAt(others(i).slice(0, 5))))).toBeGreaterThan(0.85)
    const learned = (i: number): VoiceState => adapting.learned(rowsAt(others(i)), statisticsAt(others(i)))
    expect(rate((i) => adapting.adapted(learned(i)))).toBeGreaterThan(0.95)
  })

  it('predicts from rows as from features, and windows as copies of them', () => {
    const adapted = adapting.adapted(adapting.learned(rowsAt([0, 1, 2]), statisticsAt([0, 1, 2])))
    const [x] = test.sequences
    expect(adapted.adaptation?.predictRows(adapting.rows(x))).toEqual(adapted.predict(x))
    const [whole, half] = windowPosteriors(adapted, x, [0], 20).concat(windowPosteriors(adapted, x, [10], 10))
    expect(whole).toEqual(adapted.predict(x))
    expect(half).toEqual(adapted.predict(floatView(x.data.slice(30), [10, 3])))
  })

  it('returns to what it was', () => {
    const [x] = test.sequences
    const before = trained.predict(x)
    const adapted = adapting.adapted(adapting.learned(rowsAt([0, 1, 2]), statisticsAt([0, 1, 2])))
    expect(adapted.predict(x)).not.toEqual(before)
    expect(trained.predict(x)).toEqual(before)
    expect(adapted.adaptation?.adapted(null).predict(x)).toEqual(before)
    expect(adapting.adapted({ statistics: new SpeakerStatistics(27) }).predict(x)).toEqual(before)
    expect(adapted.state()).toEqual(trained.state())
    expect(() => adapting.adapted({ statistics: new SpeakerStatistics(3) })).toThrow('expected 27 measures, got 3')
  })

  it('tells how much recordings vary, next to a speaker of the training', () => {
    const mixed = adapting.spread(statisticsAt([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])) as number
    expect(adapting.spread(statisticsAt([0, 2, 4, 6, 8, 10]))).toBeLessThan(mixed)
    expect(adapting.spread(statisticsAt([0]))).toBeNull()
  })

  it('refuses a class without an utterance', async () => {
    await expect(system.train(data('train', 2), 3, 1)).rejects.toThrow('expected utterances of each class, got none')
  })
})

describe('the measures of speech', () => {
  const voices = syntheticCorpus({ speakers: 2, sentences: 1 })
  const noise = new Float32Array(16000)
  new Random('noise').normalInto(noise, 0, 0.1)
  const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))

  it('are the median of the training set where a sound has none, and the level counts among recordings of a voice', async () => {
    const system = measuresLdaSystem()
    const featuresOf = (samples: Float32Array): FloatNdArray =>
      extractFeatures({ samples, sampleRate: 16000 }, system.frontEnd)
    const sequences = recordings.map(({ samples }) => featuresOf(samples))
    const labels = Int32Array.from(voices, ({ label }) => Number(label === 'anger'))
    const speakers = voices.map(({ speaker }) => speaker)
    const trained = await system.train({ sequences, labels, speakers }, 2, 1)
    const { medians } = trained.state() as MeasuresState
    const { rows, predictRows, learned, adapted } = trained.adaptation as Adaptation
    const { data: filled } = rows(featuresOf(noise))
    expect(filled.length).toBe(168)
    expect([...filled.slice(0, 3)]).toEqual(medians.slice(0, 3))

    const [x] = sequences.map(rows)
    const louder = floatView(
      x.data.map((value, j) => value + (j === 167 ? 6 : 0)),
      [1, 168],
    )
    expect(predictRows(louder)).toEqual(predictRows(x))
    const mine = adapted(learned([x, louder], statisticsOf([x, louder]))).adaptation as Adaptation
    expect(mine.predictRows(louder)).not.toEqual(mine.predictRows(x))
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
  const settings = { clip: 5, draws: 2, drawSizes: [3], meanPrior: 2, variancePrior: 10, level: -1 }

  it('has priors that are means over corpora, and over speakers by corpus', () => {
    const { prior } = new TrainingVoices(set, settings)
    expect([...prior.mean]).toEqual([(6.5 + 32) / 2])
    expect(prior.variance[0]).toBeCloseTo((32.75 + 4) / 2, 12)
    expect(prior.within[0]).toBeCloseTo((1 + 4 + 4) / 3, 12)
  })

  it('is there by corpus, by speaker, and by draws', () => {
    const { data: z, copies } = new TrainingVoices(set, settings).copies(new Random(1))
    // The last copy is relative to the rooms that the utterances sound like.
    expect([copies, z.length]).toEqual([5, 30])
    const rounded = Array.from(z, (value: number) => Math.round(value * 10) / 10)
    expect(rounded.slice(0, 6)).toEqual([-1.1, -0.8, 0.6, 1.3, -1, 1])
    expect(rounded.slice(6, 12)).toEqual([-1, 1, -1, 1, -1, 1])
    expect(z.slice(12, 18)).not.toEqual(z.slice(6, 12))
  })

  it('leaves the class in what a speaker of one class says', () => {
    const { data: z } = new TrainingVoices({ ...set, labels: Int32Array.of(0, 0, 1, 1, 0, 1) }, settings).copies(
      new Random(1),
    )
    expect([...z.slice(6, 10)]).toEqual([...z.slice(0, 4)])
    expect([...z.slice(12, 16)]).toEqual([...z.slice(0, 4)])
  })

  it('weighs every corpus and class the same', () => {
    const weights = corpusWeights(measured([], [0, 0, 0, 1, 0, 1], [], ['x', 'x', 'x', 'x', 'y', 'y']))
    expect([...weights]).toEqual([0.5, 0.5, 0.5, 1.5, 1.5, 1.5])
  })

  it('weighs every speaker of a class the same where asked, in class means of corpora too', () => {
    const uneven = { ...set, labels: Int32Array.of(0, 0, 0, 1, 0, 1), speakers: ['a', 'a', 'b', 'b', 'a', 'a'] }
    const voices = new TrainingVoices(uneven, { ...settings, speakerWeightPower: 1 })
    const each = corpusWeights(uneven)
    const factors = [0.75, 0.75, 1.5, 1, 1, 1]
    expect([...voices.weights]).toEqual(factors.map((factor, i) => factor * each[i]))
    expect([0, 2, 8].map((at) => voices.weightAt(at))).toEqual([0.75, 1.5, 1.5])
    const z = voices.copies(new Random(1)).data
    expect([...voices.rowsAt(z, [8, 1]).weights]).toEqual([1.5 * each[2], 0.75 * each[1]])
    expect([...new TrainingVoices(uneven, settings).weights]).toEqual([...each])
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
      level: null,
    })
    expect(shrunk(own, prior, { ...settings, level: 0 }).level).toBe(7)
    expect(shrunk(null, prior, settings)).toEqual({ mean: prior.mean, variance: prior.variance, level: null })
  })

  it('counts the level at a fixed scale, in a copy more that lacks it', () => {
    const withLevel = measured(
      [
        [0, -20],
        [2, -26],
      ],
      [0, 1],
      ['a', 'a'],
      ['x', 'x'],
    )
    const voices = new TrainingVoices(withLevel, { ...settings, draws: 0, level: 1 })
    const { data: z, copies } = voices.copies(new Random(1))
    expect(copies).toBe(3)
    expect(Array.from(z, Math.round)).toEqual([-1, 1, 1, -1, -1, 1, 1, -1, -1, 0, 1, 0])
  })

  it('believes a level up to 12 dB from the others, then less, from 24 dB on not: the gain is another', () => {
    const voice = { mean: Float64Array.of(0), variance: Float64Array.of(1), level: -20 }
    const counts = [6, 12, 18, 24, 50]
      .flatMap((more) => [-20 + more, -20 - more])
      .map((level) => {
        const out = new Float64Array(1)
        relativeInto(out, 0, [level] as never, voice, Float64Array.of(0), { ...settings, level: 0 })
        return out[0]
      })
    expect(counts.map((count) => count + 0)).toEqual([2, -2, 4, -4, 2, -2, 0, 0, 0, 0])
  })
})

describe('measuresLogisticSystem and measuresLdaSystem', () => {
  it('have tracks of speech as front end, or any other', () => {
    expect(measuresLogisticSystem().frontEnd).toEqual(resolveFrontEnd({ set: 'speech' }))
    expect(measuresLdaSystem({ frontEnd: { sampleRate: 16000, set: 'egemaps', functionals: true } }).frontEnd).toEqual(
      resolveFrontEnd({ set: 'egemaps', functionals: true }),
    )
    expect(measuresLogisticSystem({ frontEnd }).frontEnd).toMatchObject({ coefficients: 3, deltas: 0 })
    expect(() => measuresLogisticSystem({ C: 0 })).toThrow('measuresLogisticSystem: "C" expected a finite number > 0')
    expect(() => measuresLdaSystem({ drawSizes: [] })).toThrow('"drawSizes" expected at least 1 item')
    expect(() => measuresLdaSystem({ shrinkage: 0 })).toThrow('"shrinkage" expected a finite number > 0')
  })
})
