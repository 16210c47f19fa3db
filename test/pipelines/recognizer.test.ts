import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import type { Json } from '../../src/core/types.ts'
import { applyTemperature } from '../../src/evaluation/temperature.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/io/safetensors.ts'
import type { Recognition } from '../../src/pipelines/recognition.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { TrainingProgress } from '../../src/pipelines/system.ts'
import { systemConfig } from '../../src/pipelines/system-config.ts'
import { createSystem, type SystemName, systemNames } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'
import { classes, smallRecognizer, systems, voiceData, voices } from '../support/recognizer.ts'

const [voice] = voices
const samples = voice.samples()
const trained = await smallRecognizer()
const sum = ({ probabilities }: { probabilities: Record<string, number> }): number =>
  Object.values(probabilities).reduce((total, p) => total + p, 0)

describe('a recogniser', () => {
  it.each(systems)('of $system says the same from its file, bit for bit', async (config) => {
    const recognizer = await smallRecognizer(config)
    const bytes = recognizer.save()
    const again = Recognizer.from(bytes)
    expect(again.predict(samples, voice.sampleRate)).toEqual(recognizer.predict(samples, voice.sampleRate))
    expect(again.save()).toEqual(bytes)
    expect([again.classes, again.card, again.system]).toEqual([classes, { corpus: 'synthetic' }, recognizer.system])
  })

  it('tells the class, how sure it is of each, and how that changes in time', () => {
    const { label, probabilities, timeline } = trained.predict(samples, voice.sampleRate)
    expect(Object.keys(probabilities)).toEqual(classes)
    expect(probabilities[label as string]).toBe(Math.max(...Object.values(probabilities)))
    const windows = Math.floor(((samples.length / voice.sampleRate) * 100 - 2 - 100) / 10) + 1
    expect(timeline.map(({ time }) => time)).toEqual(Array.from({ length: windows }, (_, i) => (50 + 10 * i) / 100))
    for (const answer of [{ probabilities }, ...timeline]) expect(sum(answer)).toBeCloseTo(1, 5)
    const brief = trained.predict(samples, voice.sampleRate, { timeline: false })
    expect(brief).toEqual({ label, probabilities, speech: true, sure: true, timeline: [] })
    expect(JSON.parse(JSON.stringify({ label, probabilities, timeline }))).toEqual({ label, probabilities, timeline })
  })

  it('names no class without speech, and still states probabilities', () => {
    const tone = Float32Array.from({ length: 16000 }, (_, n) => 0.3 * Math.sin(0.05 * n))
    for (const sound of [new Float32Array(16000), new Float32Array(16000).fill(0.2), tone]) {
      const answer = trained.predict(sound, 16000)
      expect(answer).toMatchObject({ label: null, speech: false, sure: false })
      for (const one of [answer, ...answer.timeline]) expect(sum(one)).toBeCloseTo(1, 5)
    }
  })

  it('is sure from the threshold of its card on, 0.5 without one', () => {
    const { probabilities, label } = trained.predict(samples, voice.sampleRate, { timeline: false })
    const largest = probabilities[label as string]
    const sureWith = (calibration: Json): boolean =>
      trained.withCard({ calibration }).predict(samples, voice.sampleRate, { timeline: false }).sure
    expect(trained.predict(samples, voice.sampleRate).sure).toBe(largest >= 0.5)
    expect(sureWith({ threshold: largest })).toBe(true)
    expect(sureWith({ threshold: largest + 1e-6 })).toBe(false)
    for (const other of ['by hand', null, [1], { threshold: 'high', temperature: -1 }]) {
      expect(sureWith(other)).toBe(true)
    }
  })

  it('states probabilities at the temperature of its card, kept in its file', () => {
    const before = trained.predict(samples, voice.sampleRate)
    const warm = Recognizer.from(trained.withCard({ calibration: { temperature: 3, threshold: 0.4 } }).save())
    const after = warm.predict(samples, voice.sampleRate)
    const expected = (answer: { probabilities: Record<string, number> }): Record<string, unknown> => {
      const q = applyTemperature(Object.values(answer.probabilities), 3)
      return Object.fromEntries(classes.map((name, k) => [name, expect.closeTo(q[k], 6)]))
    }
    expect(after.probabilities).toEqual(expected(before))
    expect(after.timeline.map(({ probabilities }) => probabilities)).toEqual(before.timeline.map(expected))
    expect(after.label).toBe(before.label)
    const features = voiceData(systems[0]).sequences[0]
    expect([...warm.posterior(features)]).toEqual([...applyTemperature(trained.posterior(features), 3)])
  })

  it('tells times of samples where its front end has a rate of its own', async () => {
    const frontEnd = { spectral: 'logMel' as const, filters: 8, coefficients: 8, deltas: 1 as const, sampleRate: 11025 }
    const slow = await smallRecognizer({ system: 'lstm', options: { frontEnd, epochs: 1, units: 4, rectifier: 4 } })
    const { timeline } = slow.predict(samples, voice.sampleRate)
    expect(timeline.length).toBeGreaterThan(3)
    expect(timeline.map(({ time }) => time)).toEqual(timeline.map((_, i) => ((50 + 10 * i) * 110) / 11025))
  })

  it('learns from features in nested arrays, and predicts from them', async () => {
    const data = voiceData(systems[0])
    const nested = data.sequences.map((x) =>
      Array.from({ length: x.shape[0] }, (_, t) => Array.from({ length: x.shape[1] }, (_, j) => x.get(t, j))),
    )
    const card = { corpus: 'synthetic' }
    const again = await trainRecognizer({ ...data, sequences: nested }, systems[0], { classes, card })
    expect(again.save()).toEqual(trained.save())
    expect(again.posterior(nested[0])).toEqual(trained.posterior(data.sequences[0]))
    const plain = Array.from(samples)
    expect(again.predict(plain, voice.sampleRate)).toEqual(trained.predict(samples, voice.sampleRate))
  })

  it('knows the voices that it learnt', () => {
    const right = voices.filter((v) => trained.predict(v.samples(), v.sampleRate).label === v.label)
    expect(right.length).toBe(voices.length)
  })

  it.each([8000, 11025, 44100, 48000, 96000])('takes a rate of %i Hz', (rate) => {
    const { label, probabilities } = trained.predict(resample(samples, voice.sampleRate, rate), rate)
    const original = trained.predict(samples, voice.sampleRate)
    if (rate >= 44100) {
      expect(label).toBe(original.label)
      const said = label as string
      expect(Math.abs(probabilities[said] - original.probabilities[said])).toBeLessThan(0.02)
    } else expect(sum({ probabilities })).toBeCloseTo(1, 5)
  })

  it('takes 16 bit integers as the floats that they stand for', () => {
    const integers = Int16Array.from(samples, (x) => Math.round(32768 * x))
    const floats = Float32Array.from(integers, (x) => x / 32768)
    expect(trained.predict(integers, voice.sampleRate)).toEqual(trained.predict(floats, voice.sampleRate))
  })

  it('answers for the shortest sounds, silence and the loudest ones with finite numbers', () => {
    const finite = ({ probabilities, timeline }: Recognition): boolean =>
      [{ probabilities }, ...timeline].every((answer) => Math.abs(sum(answer) - 1) < 1e-5)
    for (const length of [400, 401, 559, 560, 700, 1000, 1600]) {
      expect(finite(trained.predict(samples.subarray(4000, 4000 + length), 16000))).toBe(true)
    }
    expect(finite(trained.predict(new Float32Array(20000), 16000))).toBe(true)
    expect(
      finite(
        trained.predict(
          samples.map((x) => 1e4 * x),
          16000,
        ),
      ),
    ).toBe(true)
  })

  it('as float16 is smaller and says nearly the same', () => {
    const bytes = trained.save({ dtype: 'float16' })
    expect(bytes.length).toBeLessThan(trained.save().length)
    const half = Recognizer.from(bytes)
    for (const { samples: sound, sampleRate } of voices) {
      const [wide, narrow] = [trained, half].map((one) => one.predict(sound(), sampleRate).probabilities)
      for (const name of classes) expect(Math.abs(wide[name] - narrow[name])).toBeLessThan(0.01)
    }
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'no samples',
      () => trained.predict(new Float32Array(0), 16000),
      /"samples" expected 25 ms of sound or more, got 0/,
    ],
    ['too few', () => trained.predict(new Float32Array(399), 16000), /25 ms of sound or more, got 399 samples/],
    ['a NaN', () => trained.predict(Float32Array.of(0, Number.NaN), 16000), /finite numbers, got NaN at index 1/],
    ['text', () => trained.predict('00' as never, 16000), /"samples" expected a typed array/],
    [
      'a list of 16 bit samples',
      () => trained.predict([900, 0], 16000),
      /\(samples of 16 bits come as an Int16Array\)/,
    ],
    ['no rate', () => trained.predict(samples, undefined as never), /"sampleRate" expected an integer >= 4000/],
    ['kHz', () => trained.predict(samples, 16), /"sampleRate" expected an integer >= 4000, got 16/],
    ['an unknown option', () => trained.predict(samples, 16000, { time: true } as never), /unknown option "time"/],
    ['an unknown type', () => trained.save({ dtype: 'float64' as never }), /"dtype" expected one of "float16"/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})

describe('the file of a recogniser', () => {
  const bytes = trained.save()
  const { tensors, metadata } = decodeSafetensors(bytes)
  const state = JSON.parse(metadata.state)
  const changed = (more: object): Uint8Array =>
    encodeSafetensors(tensors, { metadata: { ...metadata, state: JSON.stringify({ ...state, ...more }) } })

  it.each<[string, () => Uint8Array, RegExp]>([
    [
      'a model, no recogniser',
      () => encodeSafetensors({}, { metadata: { format: 'ser-core/model' } }),
      /"ser-core\/model"/,
    ],
    ['a later version', () => encodeSafetensors(tensors, { metadata: { ...metadata, version: '9' } }), /version 9/],
    [
      'an unknown system',
      () => changed({ system: { system: 'forest' } }),
      /does not fit together: createSystem: "name"/,
    ],
    [
      'an unknown option',
      () => changed({ system: { system: 'lstm', options: { cells: 3 } } }),
      /unknown option "cells"/,
    ],
    [
      'more names than classes',
      () => changed({ classes: ['a', 'b', 'c'] }),
      /has 3 names, the trained system 2 classes/,
    ],
    ['a name twice', () => changed({ classes: ['a', 'a'] }), /names "a" twice/],
    ['no state', () => changed({ state: { network: null, scaler: null } }), /Recognizer\.from|Standardizer/],
    [
      'another front end',
      () => changed({ system: { ...state.system, options: { ...state.system.options, quantiles: [0.5] } } }),
      /does not fit together/,
    ],
    ['half a file', () => bytes.subarray(0, bytes.length / 2), /cut off/],
  ])('refuses %s', (_, make, message) => {
    expect(() => Recognizer.from(make())).toThrow(message)
    expect(() => Recognizer.from(make())).toThrow(FormatError)
  })

  it('keeps every setting of the system: later defaults change nothing', () => {
    expect(trained.system.options).toMatchObject({ labelSmoothing: 0, frontEnd: { sampleRate: 16000, filters: 8 } })
    for (const name of systemNames) {
      const system = createSystem<SystemName>(name)
      const { system: same, options } = systemConfig(system)
      expect(createSystem<SystemName>(same, options).settings).toEqual(system.settings)
    }
  })
})

describe('trainRecognizer', () => {
  const [config] = systems
  const narrow = view(new Float32Array(30), [10, 3])
  const data = voiceData(config)

  it('repeats itself by the seed, tells its progress, stops when told to', async () => {
    const steps: TrainingProgress[] = []
    const again = await trainRecognizer(data, config, {
      classes,
      seed: 1,
      card: { corpus: 'synthetic' },
      onEpoch: (progress) => steps.push(progress),
    })
    expect(again.save()).toEqual(trained.save())
    expect(steps.length).toBeGreaterThan(1)
    expect((await smallRecognizer(config, 2)).save()).not.toEqual(trained.save())
    const stopped = trainRecognizer(data, config, { classes, signal: AbortSignal.abort() })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
  })

  it.each<[string, object, object, RegExp]>([
    ['one class', {}, { classes: ['anger'] }, /"classes" expected at least 2 items, got 1/],
    ['a class without recordings', {}, { classes: [...classes, 'joy'] }, /no recording of "joy"/],
    ['labels beyond the classes', { labels: data.labels.map((k) => 2 * k) }, {}, /"labels" expected an integer/],
    ['lists of other lengths', { speakers: ['a'] }, {}, /12 sequences, 12 labels, 1 speakers/],
    ['a card that is no object', {}, { card: 'good' }, /"card" expected an object/],
    [
      'other features',
      { sequences: data.sequences.map(() => narrow) },
      {},
      /"data.sequences\[0\]" expected 22 columns/,
    ],
    [
      'features that are none',
      { sequences: data.sequences.map(() => [1]) },
      {},
      /"data.sequences\[0\]" expected a two-d/,
    ],
    ['no sequences', { sequences: undefined }, {}, /"data.sequences" expected an array, got undefined/],
    ['no labels', { labels: undefined }, {}, /"data.labels" expected class indices .*, got undefined/],
    ['no speakers', { speakers: undefined }, {}, /"data.speakers" expected an array, got undefined/],
    ['a hook that is no function', {}, { onEpoch: 3 }, /trainRecognizer: "onEpoch" expected a function, got 3/],
    ['an unknown option', {}, { epochs: 3 }, /unknown option "epochs"/],
  ])('refuses %s', async (_, more, options, message) => {
    const call = trainRecognizer({ ...data, ...more }, config, { classes, ...options })
    await expect(call).rejects.toThrow(message)
  })

  it('refuses what is no data and what is no system', async () => {
    const call = (given: unknown, asked: unknown) => trainRecognizer(given as never, asked as never, { classes })
    await expect(call(undefined, config)).rejects.toThrow('trainRecognizer: "data" expected an object, got undefined')
    await expect(call(data, 'lstm')).rejects.toThrow('trainRecognizer: "config" expected an object, got "lstm"')
  })
})

it('a recogniser needs the state of its system', () => {
  const parts = { system: systems[0], classes } as never
  expect(() => new Recognizer(parts)).toThrow('Recognizer: "state" expected an object, got undefined')
})
