import { describe, expect, it } from 'vitest'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { leaveOneSpeakerOut } from '../../src/experiments/cross-validation.ts'
import { toFoldRecord } from '../../src/experiments/jobs.ts'
import { egemaps, egemapsFrames } from '../../src/features/egemaps/egemaps.ts'
import { speechMeasures } from '../../src/features/speech/measures.ts'
import { speechTracks } from '../../src/features/speech/tracks.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { checkSets, type FeatureSetName } from '../../src/pipelines/feature-sets.ts'
import { extractFeatures, type FrontEndOptions, resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { Pipeline } from '../../src/pipelines/pipeline.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { createSystem, type SystemConfig, type SystemName, systemNames } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'

const emotions = ['sadness', 'anger'] as const
const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions })
const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
const labels = voices.map(({ label }) => label)
const [{ samples, sampleRate }] = recordings
const frontEnd: FrontEndOptions = { set: 'egemaps' }
const whole: FrontEndOptions = { set: 'egemaps', functionals: true }

function dataOf(options: FrontEndOptions) {
  return {
    sequences: recordings.map((recording) => extractFeatures(recording, options)),
    labels: Int32Array.from(labels, (label) => emotions.indexOf(label as never)),
    speakers: voices.map(({ speaker }) => speaker),
  }
}

describe('a front end with a set', () => {
  it('has the descriptors of eGeMAPS in its rows, or its functionals in one row', () => {
    const rows = egemapsFrames(samples, { sampleRate })
    const frames = extractFeatures(recordings[0], frontEnd)
    expect(frames.shape).toEqual(rows.shape)
    expect(frames.data).toEqual(Float32Array.from(rows.data))
    const row = extractFeatures(recordings[0], whole)
    expect(row.shape).toEqual([1, 88])
    expect(row.data).toEqual(Float32Array.from(egemaps(samples, { sampleRate }).data))
  })

  it.each([
    ['speech', false],
    ['speechAndLevel', true],
  ] as const)('%s has tracks of speech in its rows, or measures in one row, 0 for those not defined', (set, level) => {
    const tracks = speechTracks(samples, { sampleRate, level })
    const frames = extractFeatures(recordings[0], { set })
    expect(frames.shape).toEqual([tracks.shape[0], level ? 54 : 53])
    expect(frames.data).toEqual(Float32Array.from(tracks.data))
    const row = extractFeatures(recordings[0], { set, functionals: true })
    expect(row.data).toEqual(Float32Array.from(speechMeasures(samples, { sampleRate, level }).data))
    const silence = extractFeatures({ samples: new Float32Array(960), sampleRate }, { set, functionals: true })
    expect(silence.data).toEqual(new Float32Array(level ? 168 : 167))
    expect(extractFeatures(recordings[0], { set: ['egemaps', set] }).shape).toEqual([
      egemapsFrames(samples, { sampleRate }).shape[0],
      level ? 79 : 78,
    ])
  })

  it('resamples and mixes as the other front ends do', () => {
    const half = samples.map((x) => x / 2)
    const stereo = { channels: [samples, new Float32Array(samples.length)], sampleRate }
    expect(extractFeatures(stereo, frontEnd)).toEqual(extractFeatures({ samples: half, sampleRate }, frontEnd))
    const slow = { samples, sampleRate: 8000 }
    expect(extractFeatures(slow, frontEnd).shape[0]).toBeGreaterThan(
      1.9 * extractFeatures(recordings[0], frontEnd).shape[0],
    )
    expect(extractFeatures(slow, { ...frontEnd, sampleRate: 8000 }).data).toEqual(
      Float32Array.from(egemapsFrames(samples, { sampleRate: 8000 }).data),
    )
  })

  it('has finite numbers in silence, and no row of less than 60 ms', () => {
    for (const options of [frontEnd, whole]) {
      const silence = extractFeatures({ samples: new Float32Array(960), sampleRate }, options)
      expect(silence.shape[0]).toBeGreaterThan(0)
      expect(silence.data.every(Number.isFinite)).toBe(true)
      const short = extractFeatures({ samples: new Float32Array(959), sampleRate }, options)
      expect(short.shape).toEqual([0, silence.shape[1]])
    }
  })

  it.each<[unknown, RegExp]>([
    [{ set: 'egemaps', spectral: 'mfcc' }, /frontEnd: give either "set" or "spectral", not both/],
    [{ set: 'egemaps', deltas: 0 }, /frontEnd: give either "set" or "deltas", not both/],
    [{ set: 'egemaps', pitch: false }, /give either "set" or "pitch", not both/],
    [{ set: 'gemaps' }, /frontEnd: "set" expected one of "egemaps".*, got "gemaps"/],
    [{ set: ['egemaps', 'is09'] }, /"set\[1\]" expected one of "egemaps"/],
    [{ set: [] }, /"set" expected at least 1 item/],
    [{ set: ['egemaps', 'egemaps'] }, /"set" names "egemaps" twice/],
    [{ set: 'egemaps', functionals: 1 }, /"functionals" expected true or false/],
    [{ functionals: true }, /frontEnd: "functionals" needs "set"/],
    [{ set: 'egemaps', sampleRate: 2e6 }, /"sampleRate" expected an integer >= 8000 and <= 1000000/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveFrontEnd(options as FrontEndOptions)).toThrow(message)
  })

  it('is told with all its settings, which make it again', () => {
    const resolved = resolveFrontEnd({ ...frontEnd, spectral: undefined, deltas: undefined })
    expect(resolved).toEqual({ sampleRate: 16000, set: 'egemaps', functionals: false })
    expect(resolveFrontEnd(resolved)).toEqual(resolved)
    expect(checkSets('test', ['egemaps'])).toBe('egemaps' satisfies FeatureSetName)
    // Without a set nothing is added, by which features are cached and experiments continued.
    expect(Object.keys(resolveFrontEnd())).not.toContain('set')
  })
})

/** Small options of each system. */
function small(system: SystemName): SystemConfig {
  if (system === 'ensemble') {
    const members = [
      { system: 'blstm', options: { ...training, units: 2, frontEnd } },
      { system: 'functionals-mlp', options: { epochs: 3, frontEnd: { ...frontEnd, functionals: false } } },
    ]
    return { system, options: { members } } as SystemConfig
  }
  if (/^measures|svm|logistic|ridge/.test(system)) return { system, options: { frontEnd } } as SystemConfig
  const sizes = /^(functionals|dnn)/.test(system) ? { hidden: [3], epochs: 3, weightDecays: [0.1] } : training
  return { system, options: { ...sizes, frontEnd } } as SystemConfig
}

const training = { epochs: 1, batchSize: 2 }

describe('systems with a set', () => {
  it.each(systemNames)('%s: trained, saved, loaded, with a timeline', async (name) => {
    const config = small(name)
    const system = createSystem<SystemName>(config.system, config.options)
    const onStatistics = ['functionals-mlp', 'dnn-hf', 'svm', 'logistic', 'ridge'].includes(name)
    expect(system.frontEnd).toEqual({ sampleRate: 16000, set: 'egemaps', functionals: onStatistics })
    const trained = await trainRecognizer(dataOf(system.frontEnd), config, { classes: emotions })
    const recognizer = Recognizer.from(trained.save())
    const answer = recognizer.predict(samples, sampleRate)
    expect(answer).toEqual(trained.predict(samples, sampleRate))
    const { timeline } = answer
    expect(timeline.length).toBe(Math.floor((samples.length - 16000) / 1600) + 1)
    expect(timeline[0].time).toBe(0.5)
    expect(() => recognizer.predict(samples.subarray(0, 959), sampleRate)).toThrow('expected 60 ms of sound or more')
    if (!onStatistics) return
    const window = samples.slice(1600, 17600)
    const alone = recognizer.predict(window, sampleRate, { timeline: false })
    expect(timeline[1].probabilities).toEqual(alone.probabilities)
    expect(timeline[1].time).toBeCloseTo(0.6, 12)
  })

  it('of networks refuse functionals; those on statistics take rows instead where told so', () => {
    expect(() => createSystem('lstm', { frontEnd: whole })).toThrow('lstmSystem: "frontEnd.functionals" expected false')
    const own = createSystem('functionals-mlp', { frontEnd: { ...frontEnd, functionals: false } })
    expect(own.frontEnd.functionals).toBe(false)
    expect(own.settings).toMatchObject({ cepstra: 0, quantiles: [0.01, 0.25, 0.5, 0.75, 0.99] })
  })

  it.each<[() => unknown, RegExp]>([
    [() => createSystem('functionals-mlp', { frontEnd, cepstra: 13 }), /"cepstra" needs .* logMel, got "set" egemaps/],
    [() => createSystem('crbm-lstm', { frontEnd, cepstra: 13 }), /"cepstra" needs .* logMel, got "set" egemaps/],
    [() => createSystem('lstm', { frontEnd, vocalTract: 0.1 }), /"vocalTract" needs .* logMel, got "set" egemaps/],
    [() => createSystem('dnn-hf', { frontEnd, quantiles: [0.5] }), /"quantiles" needs "frontEnd.functionals" false/],
    [
      () =>
        createSystem('ensemble', {
          members: [
            { system: 'blstm', options: { frontEnd } },
            { system: 'functionals-mlp', options: { frontEnd } },
          ],
        }),
      /blstm and functionals-mlp differ; give those on statistics "functionals" false/,
    ],
  ])('refuse what does not go with it %#', (act, message) => {
    expect(act).toThrow(message)
  })

  it('say every setting as JSON that makes the same system', () => {
    for (const name of systemNames.filter((one) => one !== 'ensemble')) {
      const { settings } = createSystem<SystemName>(name, { frontEnd })
      expect(createSystem<SystemName>(name, settings as never).settings, name).toEqual(settings)
    }
  })

  it('go through experiments, without a timeline where a recording is one row', async () => {
    const data = dataOf(whole)
    const system = createSystem('functionals-mlp', { frontEnd, hidden: [3], epochs: 3, weightDecays: [0.1] })
    const { folds } = await leaveOneSpeakerOut(system, data, { classes: emotions, seed: 1, protocol: 'speaker' })
    const paths = labels.map((_, i) => `${i}`)
    for (const fold of folds) {
      expect(fold).not.toHaveProperty('timeline')
      expect(toFoldRecord(fold, { ...data, classes: [...emotions], paths })).not.toHaveProperty('timeline')
    }
  })
})

describe('a pipeline with a set', () => {
  it.each<[FrontEndOptions, () => Sequential, string]>([
    [
      frontEnd,
      () =>
        new Sequential(
          [new LSTM({ inputs: 25, units: 3 }), new Dense({ units: 2, activation: 'softmax' }), new MeanPool()],
          { seed: 1 },
        ),
      'Pipeline: egemaps at 16000 Hz, 25 columns',
    ],
    [
      whole,
      () => new Sequential([new Dense({ inputs: 88, units: 2, activation: 'softmax' })], { seed: 1 }),
      'Pipeline: functionals of egemaps at 16000 Hz, 88 columns',
    ],
  ])('%j is trained, saved and loaded', async (options, model, first) => {
    const pipeline = new Pipeline({ frontEnd: options, model: model() })
    expect(String(pipeline)).toContain(first)
    await pipeline.fit(recordings, labels, { optimizer: new Adam({ learningRate: 0.02 }), epochs: 2 })
    const again = loadModel(saveModel(pipeline), Pipeline)
    expect(again.frontEnd).toEqual(pipeline.frontEnd)
    expect(again.predict(recordings[0])).toEqual(pipeline.predict(recordings[0]))
    expect(() => again.predict(samples.subarray(0, 500), sampleRate)).toThrow('expected 60 ms of sound or more')
  })
})
