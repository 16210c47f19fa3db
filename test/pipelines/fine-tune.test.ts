import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'
import { type FineTuneOptions, fineTune } from '../../src/pipelines/fine-tune.ts'
import type { FrontEndOptions } from '../../src/pipelines/front-end.ts'
import type { MeasuresState } from '../../src/pipelines/measures-system.ts'
import type { NetworkState } from '../../src/pipelines/network-system.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { LabelledFeatures, Tune } from '../../src/pipelines/system.ts'
import type { SystemConfig, SystemName } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'

const frontEnd: FrontEndOptions = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false }
const network = { frontEnd, units: 3, rectifier: 4, epochs: 3, batchSize: 4, learningRate: 0.02 }
const classes = ['joy', 'sadness']

/** Utterances of six speakers; class k has its first column at 3 k + shift, turned round by `turned`. */
function data(seed: number, { shift = 0, turned = false, kinds = 2 } = {}): LabelledFeatures {
  const random = new Random(seed)
  const labels = Int32Array.from({ length: 36 }, (_, i) => i % kinds)
  const sequences = Array.from(labels, (label) => {
    const x = new Float32Array(5 * 12)
    random.normalInto(x)
    for (let t = 0; t < 12; t++) x[5 * t] += 3 * (turned ? kinds - 1 - label : label) + shift
    return view(x, [12, 5])
  })
  return { sequences, labels, speakers: Array.from(labels, (_, i) => `s${Math.floor(i / 6)}`) }
}

const started = (system: SystemName, options: object): Promise<Recognizer> =>
  trainRecognizer(data(1), { system, options } as SystemConfig, { classes })
const lda = (): Promise<Recognizer> => started('measures-lda', { frontEnd })
const lstm = (): Promise<Recognizer> => started('lstm', network)

const netOf = (one: Recognizer): NetworkState => one.trainedState() as NetworkState
const ldaOf = (one: Recognizer): MeasuresState<{ means: Float32Array; inverse: Float32Array }> =>
  one.trainedState() as never

describe('fine-tuning of a network', () => {
  it('of the statistics changes the scaler alone', async () => {
    const start = await lstm()
    const { recognizer } = await fineTune(start, data(2, { shift: 2 }), { tune: 'statistics', keepTuned: true })
    expect(netOf(recognizer).network.parameters).toEqual(netOf(start).network.parameters)
    expect(netOf(recognizer).scaler).not.toEqual(netOf(start).scaler)
  })

  it('holds out the same speakers within the training as judge it: their sound moves no statistics', async () => {
    const start = await lstm()
    const options: FineTuneOptions = { tune: 'statistics', heldOut: 2, keepTuned: true }
    const one = await fineTune(start, data(2), options)
    const held = Array.from(one.heldOut.indices)
    const [plain, shifted] = [data(2), data(2, { shift: 9 })]
    const sequences = plain.sequences.map((x, i) => (held.includes(i) ? shifted.sequences[i] : x))
    const other = await fineTune(start, { ...plain, sequences }, options)
    expect(netOf(other.recognizer).scaler).toEqual(netOf(one.recognizer).scaler)
  })

  it('of the last layer leaves all below it to the last bit', async () => {
    const start = await lstm()
    const { recognizer } = await fineTune(start, data(2), { tune: 'last', keepTuned: true })
    const [before, after] = [start, recognizer].map((one) => Array.from(netOf(one).network.parameters))
    const below = before.length - 2 * (3 * 3 + 1) // mean, max, sd of three cells
    expect(after.slice(0, below)).toEqual(before.slice(0, below))
    expect(after.slice(below)).not.toEqual(before.slice(below))
  })

  it('of all weights changes them, at a tenth of the learning rate unless another is given, and ends by the held-out speakers', async () => {
    const start = await lstm()
    const moved = async (options: FineTuneOptions): Promise<number> => {
      const { recognizer } = await fineTune(start, data(2), { ...options, keepTuned: true })
      const [before, after] = [start, recognizer].map((one) => netOf(one).network.parameters)
      return Math.hypot(...Array.from(after, (value, i) => value - before[i]))
    }
    const slow = await moved({})
    expect(slow).toBeGreaterThan(0)
    expect(await moved({ options: { learningRate: 0.02 } })).toBeGreaterThan(2 * slow)
    const { recognizer, fineTuning } = await fineTune(start, data(2), { heldOut: 2, keepTuned: true })
    expect(recognizer.system.options).toMatchObject({ learningRate: 0.002, validationSpeakers: 2 })
    expect(fineTuning.heldOut.speakers).toHaveLength(2)
    expect(fineTuning.heldOut.recordings).toBe(12)
    expect(fineTuning.learnt).toEqual({ speakers: 4, recordings: 24 })
  })

  it('draws a new output layer for other classes, and says so', async () => {
    const others = ['joy', 'anger', 'fear']
    const { recognizer, fineTuning } = await fineTune(await lstm(), data(2, { kinds: 3 }), {
      classes: others,
      tune: 'last',
    })
    expect(recognizer.classes).toEqual(others)
    expect(fineTuning).toMatchObject({
      ...{ kept: 'tuned', start: null, guard: 'none: the start does not know all classes' },
      classes: { added: ['anger', 'fear'], dropped: ['sadness'] },
    })
  })
})

describe('fine-tuning of measures', () => {
  it('of the statistics keeps the discriminants, and follows a shift of all measures', async () => {
    const start = await lda()
    const { recognizer } = await fineTune(start, data(2, { shift: 5 }), { tune: 'statistics', keepTuned: true })
    expect(ldaOf(recognizer).model).toEqual(ldaOf(start).model)
    expect(ldaOf(recognizer).prior.mean[0]).toBeGreaterThan(ldaOf(start).prior.mean[0] + 3)
    const test = data(3, { shift: 5 })
    const right = (one: Recognizer): number =>
      test.sequences.filter((x, i) => one.posterior(x)[test.labels[i]] > 0.5).length
    expect(right(recognizer)).toBeGreaterThan(right(start) + 8)
  })

  it('of the last layer moves class means by the labels, of all the covariance as well', async () => {
    const start = await lda()
    const [last, whole] = await Promise.all(
      (['last', 'all'] as const).map((tune) => fineTune(start, data(2, { turned: true }), { tune, keepTuned: true })),
    )
    const [before, means, both] = [start, last.recognizer, whole.recognizer].map((one) => ldaOf(one).model)
    expect(means.inverse).toEqual(before.inverse)
    expect(means.means).not.toEqual(before.means)
    expect(both.inverse).not.toEqual(before.inverse)
    expect(both.means).toEqual(means.means)
    // 15 recordings of a class beside 20: the share of the new means is 15 / 35, and they point the other way.
    expect(Math.abs(means.means[0])).toBeLessThan(0.4 * Math.abs(before.means[0]))
  })

  it('keeps the means of shared classes by name, with means of their own for new ones', async () => {
    const turned = data(2, { turned: true })
    const { recognizer, fineTuning } = await fineTune(await lda(), turned, {
      ...{ classes: ['sadness', 'joy'], tune: 'last' as Tune },
    })
    // Class 0 of the turned data is the start's class 1, by its sound and now by its name.
    expect(fineTuning.start).toBeGreaterThan(0.9)
    expect(fineTuning.tuned).toBeGreaterThan(0.9)
    expect(recognizer.classes.length).toBe(2)
    const three = await fineTune(await lda(), data(4, { kinds: 3 }), {
      classes: ['joy', 'sadness', 'anger'],
      tune: 'all',
    })
    expect(three.fineTuning).toMatchObject({ start: null, classes: { added: ['anger'], dropped: [] } })
    expect(three.fineTuning.tuned).toBeGreaterThan(0.9)
  })
})

describe('the guard', () => {
  it('keeps the start where tuning made it no better, and says so in the card; unless told otherwise', async () => {
    const start = await lda()
    const shuffled = data(2)
    const random = new Random(5)
    const held = await fineTune(start, shuffled, { tune: 'statistics' })
    // Labels of those that are learnt from are turned; those held out keep theirs.
    const labels = shuffled.labels.map((label, i) =>
      held.fineTuning.heldOut.speakers.includes(shuffled.speakers[i])
        ? label
        : random.uniform() < 0.9
          ? 1 - label
          : label,
    )
    const more = { ...shuffled, labels }
    const options: FineTuneOptions = { tune: 'last', options: { moveStrength: 0 } }
    const { recognizer, fineTuning } = await fineTune(start, more, options)
    expect(fineTuning.kept).toBe('start')
    expect(fineTuning.tuned).toBeLessThan(fineTuning.start as number)
    expect(fineTuning.guard).toMatch(
      /recall of the held-out speakers 100\.0 % by the start, \d+\.\d % after tuning: .*the start is kept$/,
    )
    expect(recognizer.trainedState()).toEqual(start.trainedState())
    expect(recognizer.card.fineTuning).toEqual(fineTuning)
    const forced = await fineTune(start, more, { ...options, keepTuned: true })
    expect(forced.fineTuning.kept).toBe('tuned')
    expect(forced.fineTuning.guard).toContain('is kept as asked for')
    expect(forced.recognizer.trainedState()).not.toEqual(start.trainedState())
  })

  it('never learns from the held-out speakers: their labels change its judgement alone', async () => {
    const start = await lda()
    const known = data(2)
    const { fineTuning } = await fineTune(start, known, { keepTuned: true })
    const labels = known.labels.map((label, i) =>
      fineTuning.heldOut.speakers.includes(known.speakers[i]) ? 1 - label : label,
    )
    const [one, other] = [
      await fineTune(start, known, { keepTuned: true }),
      await fineTune(start, { ...known, labels }, { keepTuned: true }),
    ]
    expect(other.recognizer.trainedState()).toEqual(one.recognizer.trainedState())
    expect(other.fineTuning.tuned).not.toBe(one.fineTuning.tuned)
  })

  it('gives the same recogniser for the same seed, and one that its file keeps', async () => {
    const start = await lda()
    const [one, two] = [await fineTune(start, data(2), {}), await fineTune(start, data(2), {})]
    expect(two.recognizer.save()).toEqual(one.recognizer.save())
    const again = Recognizer.from(one.recognizer.save())
    expect(again.posterior(data(3).sequences[0])).toEqual(one.recognizer.posterior(data(3).sequences[0]))
  })
})

describe('what cannot be tuned', () => {
  it.each<[string, FineTuneOptions, RegExp]>([
    ['measures-logistic', { tune: 'last' }, /"tune" expected statistics of "measures-logistic", got "last"/],
    ['functionals-mlp', {}, /"functionals-mlp" cannot be tuned; measures-lda and/],
  ])('is refused for %s', async (system, options, message) => {
    const start = await started(system as SystemName, {
      frontEnd,
      ...(system === 'functionals-mlp' ? { cepstra: 3, epochs: 2 } : {}),
    })
    await expect(fineTune(start, data(2), options)).rejects.toThrow(message)
  })

  it('is refused where it makes no sense', async () => {
    const start = await lda()
    const one = { ...data(2), speakers: data(2).speakers.map(() => 's') }
    await expect(fineTune(start, one)).rejects.toThrow('expected two speakers or more')
    await expect(fineTune(start, data(2), { heldOut: 6 })).rejects.toThrow('"heldOut" expected')
    await expect(fineTune(start, data(2), { tune: 'statistics', classes: ['joy', 'anger'] })).rejects.toThrow(
      /"tune" expected all or last for other classes than joy, sadness/,
    )
    await expect(fineTune(start, data(2), { tune: 'last', classes: ['fear', 'anger'] })).rejects.toThrow(
      '"classes" expected one or more of those of the start',
    )
    await expect(
      trainRecognizer(data(2), { system: 'lstm', options: network }, { classes, tune: 'all' }),
    ).rejects.toThrow('trainRecognizer: "tune" needs a "start"')
    await expect(fineTune({} as never, data(2))).rejects.toThrow('"start" expected a Recognizer')
  })
})
