import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { LogisticRegression } from '../../src/estimators/logistic-regression.ts'
import { RidgeClassifier } from '../../src/estimators/ridge-classifier.ts'
import { SVC } from '../../src/estimators/svc.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { argmax } from '../../src/networks/decision.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LabelledFeatures, System } from '../../src/pipelines/system.ts'
import { createSystem } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'
import { heldOutParts, utteranceWeights } from '../../src/pipelines/training-data.ts'

const columns = 4
const frontEnd = { given: { columns, form: 'vector' as const } }

/** Vectors of three classes around means that lie apart, of six speakers in two corpora. */
function vectors(seed: number, apart = 1.5, classes = 3): LabelledFeatures {
  const random = new Random(seed)
  const speakers = Array.from({ length: 72 }, (_, i) => `s${i % 6}`)
  const labels = Int32Array.from(speakers, (_, i) => Math.floor(i / 6) % classes)
  const sequences = Array.from(labels, (label) => {
    const x = new Float32Array(columns)
    random.normalInto(x)
    x[label] += apart
    x[3] *= 50
    return floatView(x, [1, columns])
  })
  return { sequences, labels, speakers }
}

/** Vectors of two classes that a common noise hides, which only the difference of two columns is free of: class means do not tell. */
function masked(seed: number): LabelledFeatures {
  const data = vectors(seed, 0, 2)
  for (const [i, { data: x }] of data.sequences.entries()) {
    x[1] = 6 * x[1]
    x[0] = x[1] + 0.3 * x[0] + (data.labels[i] === 0 ? -1 : 1)
  }
  return data
}

const names = ['svm', 'logistic', 'ridge'] as const
const fixed = { svm: { C: 1 }, logistic: { C: 1 }, ridge: { alpha: 1 } } as const

function make(name: (typeof names)[number], more: object = {}): System {
  return createSystem(name, { frontEnd, ...fixed[name], ...more } as never)
}

describe.each(names)('the system %s', (name) => {
  const estimator = {
    svm: () => new SVC(),
    logistic: () => new LogisticRegression(),
    ridge: () => new RidgeClassifier(),
  }

  it('answers as the estimator does on standardised rows, with classes that weigh the same', async () => {
    const [data, test] = [vectors(1), vectors(2)]
    const labels = data.labels.map((k, i) => (i % 5 === 0 ? 0 : k))
    const trained = await make(name).train({ ...data, labels }, 3, 1)
    const scaler = new Standardizer().fit(data.sequences)
    const rows = (of: LabelledFeatures) => of.sequences.map((x) => scaler.transform(x).data as Float32Array)
    const model = estimator[name]().fit(rows(data), labels, { classWeights: 'balanced' })
    const said = test.sequences.map((x) => argmax(trained.predict(x)))
    expect(said).toEqual(Array.from(model.predict(rows(test))))
    const scores = model.decisionFunction(rows(test))
    const posteriors = test.sequences.map((x) => Array.from(trained.predict(x)))
    // ln p_0 - ln p_1 is the difference of the scores over the temperature.
    const temperatures = posteriors.map((p, i) => (scores.get(i, 0) - scores.get(i, 1)) / Math.log(p[0] / p[1]))
    for (const t of temperatures) expect(t).toBeCloseTo(temperatures[0], 2)
  })

  it('chooses on speakers held out, and tells the choice', async () => {
    const wide = {
      svm: { kernel: 'linear', C: [1e-9, 1] },
      logistic: { C: [1e-9, 1] },
      ridge: { alpha: [1e9, 1] },
    }
    const { chosen } = await make(name, wide[name]).train(masked(1), 2, 1)
    expect(chosen).toEqual(name === 'ridge' ? { alpha: 1 } : { C: 1 })
    if (name === 'svm') {
      const { chosen: both } = await make(name, { C: [1], gamma: [1e4, 'scale'] }).train(vectors(1), 3, 1)
      expect(both).toEqual({ C: 1, gamma: 'scale' })
    }
    expect(await make(name).train(vectors(1), 3, 1)).not.toHaveProperty('chosen')
    const alone = { ...vectors(1), speakers: vectors(1).speakers.map(() => 'a') }
    expect(await make(name, wide[name]).train(alone, 3, 1)).not.toHaveProperty('chosen')
  })

  it('never answers a class that the training lacks, and needs two', async () => {
    const data = vectors(1, 1.5, 2)
    const trained = await make(name).train({ ...data, labels: data.labels.map((k) => 2 * k) }, 4, 1)
    for (const x of vectors(2).sequences) {
      const p = trained.predict(x)
      expect([p.length, p[1], p[3]]).toEqual([4, 0, 0])
      expect(p[0] + p[2]).toBeCloseTo(1, 6)
    }
    const one = { ...data, labels: data.labels.map(() => 1) }
    await expect(make(name).train(one, 3, 1)).rejects.toThrow(
      `${name}: expected utterances of two classes or more, got 1`,
    )
  })

  it('comes back from a file of a recogniser with the same bits, and refuses a state that does not fit together', async () => {
    const data = vectors(1)
    const system = make(name)
    const config = { system: name, options: { frontEnd, ...fixed[name] } } as never
    const recognizer = await trainRecognizer(data, config, { classes: ['a', 'b', 'c'] })
    const again = (recognizer.constructor as typeof import('../../src/pipelines/recognizer.ts').Recognizer).from(
      recognizer.save(),
    )
    for (const x of vectors(2).sequences) {
      expect(again.predictFeatures(x).probabilities).toEqual(recognizer.predictFeatures(x).probabilities)
    }
    const state = (await system.train(data, 3, 1)).state() as object
    expect(() => system.restore({ ...state, present: [0, 1] })).toThrow('expected scores of 2 classes, got 3')
    expect(() => system.restore({ ...state, present: [0, 2, 1] })).toThrow('present[2]')
    expect(() => system.restore({ ...state, temperature: 0 })).toThrow('"temperature" expected a finite number > 0')
  })
})

describe('posteriors of scores', () => {
  it('are as sure as held-out speakers allow: overlapping classes get higher temperatures than separate ones', async () => {
    const temperature = async (apart: number): Promise<number> =>
      ((await make('ridge').train(vectors(1, apart), 3, 1)).state() as { temperature: number }).temperature
    expect(await temperature(0.5)).toBeGreaterThan(2 * (await temperature(5)))
  })
})

describe('parts that are held out', () => {
  it('are corpora where there are several, or three folds of speakers', () => {
    const { speakers } = vectors(1)
    expect(heldOutParts({ speakers })).toHaveLength(3)
    const corpora = speakers.map((speaker) => `c${Number(speaker[1]) % 4}`)
    const parts = heldOutParts({ speakers, corpora })
    expect(parts.map(({ test }) => new Set(Array.from(test, (i) => corpora[i])).size)).toEqual([1, 1, 1, 1])
    expect(heldOutParts({ speakers: speakers.map(() => 'a') })).toEqual([])
  })
})

describe('weights of utterances', () => {
  const labels = [0, 0, 0, 1]
  const speakers = ['a', 'a', 'b', 'a']

  it("are scikit-learn's balanced ones with the power 1, and 1 with the power 0", () => {
    const weigh = (classWeightPower: number) => {
      return Array.from(utteranceWeights({ labels, speakers }, { classWeightPower, speakerWeightPower: 0 }))
    }
    expect(weigh(1)).toEqual([4 / 6, 4 / 6, 4 / 6, 2])
    expect(weigh(0)).toEqual([1, 1, 1, 1])
  })

  it('make speakers of a class, and classes of each corpus, count the same', () => {
    const bySpeaker = utteranceWeights({ labels, speakers }, { classWeightPower: 0, speakerWeightPower: 1 })
    expect(bySpeaker[0] + bySpeaker[1]).toBeCloseTo(bySpeaker[2], 12)
    const corpora = ['x', 'y', 'y', 'y']
    const byCorpus = utteranceWeights({ labels, speakers, corpora }, { classWeightPower: 1, speakerWeightPower: 0 })
    expect(Array.from(byCorpus)).toEqual([4 / 3, 4 / 6, 4 / 6, 4 / 3])
  })
})

describe('options of these systems', () => {
  it('have defaults by the kernel and the front end', () => {
    expect(createSystem('svm').settings).toMatchObject({ kernel: 'rbf', C: [0.1, 1, 10, 100], quantiles: [] })
    expect(createSystem('svm').frontEnd).toMatchObject({ set: 'egemaps', functionals: true })
    expect(createSystem('svm', { kernel: 'linear' }).settings.C).toEqual([0.001, 0.01, 0.1, 1])
    expect(createSystem('ridge', { frontEnd: { set: 'speech' } }).frontEnd).toMatchObject({ functionals: true })
    const spectral = createSystem('logistic', { frontEnd: { spectral: 'logMel' } })
    expect(spectral.frontEnd).toMatchObject({ spectral: 'logMel', filters: 26 })
    expect(spectral.settings.quantiles).toHaveLength(5)
  })

  it('are refused by name where they do not fit', () => {
    expect(() => createSystem('svm', { C: [] })).toThrow('svmSystem: "C" expected at least 1 item')
    expect(() => createSystem('svm', { C: [1, 0] })).toThrow('svmSystem: "C[1]" expected a finite number > 0, got 0')
    expect(() => createSystem('svm', { gamma: ['scale', 'wide' as never] })).toThrow(/svmSystem: "gamma/)
    expect(() => createSystem('ridge', { alpha: -1 })).toThrow('ridgeSystem: "alpha" expected a finite number > 0')
    expect(() => createSystem('logistic', { quantiles: [0.5] })).toThrow('"quantiles" needs features over time')
    expect(() => createSystem('logistic', { kernel: 'rbf' } as never)).toThrow('unknown option "kernel"')
  })
})

it('windows of features over time are answered as copies of them are', async () => {
  const random = new Random(3)
  const spectral = { spectral: 'logMel', filters: 3, coefficients: 3, deltas: 0, pitch: false } as const
  const labels = Int32Array.from({ length: 24 }, (_, i) => i % 2)
  const sequences = Array.from(labels, (label) => {
    const x = new Float32Array(80)
    random.normalInto(x)
    for (let i = 0; i < 80; i += 4) x[i] += label
    return floatView(x, [20, 4])
  })
  const system = createSystem('svm', { frontEnd: spectral, C: 1 })
  const trained = await system.train({ sequences, labels, speakers: Array.from(labels, (_, i) => `${i % 3}`) }, 2, 1)
  const [first, second] = trained.predictWindows?.(sequences[0], [0, 5], 10) ?? []
  expect(first).toEqual(trained.predict(floatView(sequences[0].data.slice(0, 40), [10, 4])))
  expect(second).toEqual(trained.predict(floatView(sequences[0].data.slice(20, 60), [10, 4])))
})
