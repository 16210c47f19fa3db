/** Pipelines of a user's own parts: what they learn, answer, keep and refuse. */
import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { FormatError, StateError } from '../../src/core/errors.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { decodeSafetensors } from '../../src/io/safetensors.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { extractFeatures } from '../../src/pipelines/front-end.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { Pipeline, type PipelineFitOptions, type PipelineParts } from '../../src/pipelines/pipeline.ts'

const voices = syntheticCorpus({ speakers: 3, sentences: 1, emotions: ['sadness', 'anger'] })
const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))
const labels = voices.map(({ label }) => label as string)
const speakers = voices.map(({ speaker }) => speaker)
const [train, test] = [recordings.slice(0, 4), recordings.slice(4)]
const frontEnd = { coefficients: 5, deltas: 0 } as const

function network(inputs = 5, seed = 1): Sequential {
  const hidden = new Dense({ inputs, units: 6, activation: 'tanh' })
  return new Sequential([hidden, new Dense({ units: 2, activation: 'softmax' }), new MeanPool()], { seed })
}

function pipelineOf(parts: Partial<PipelineParts> = {}): Pipeline {
  return new Pipeline({ frontEnd, model: network(), ...parts })
}

const fitting = (more: Partial<PipelineFitOptions> = {}): PipelineFitOptions => ({
  optimizer: new Adam({ learningRate: 0.05 }),
  epochs: 15,
  batchSize: 2,
  ...more,
})

async function fitted(parts: Partial<PipelineParts> = {}, more: Partial<PipelineFitOptions> = {}): Promise<Pipeline> {
  const pipeline = pipelineOf(parts)
  await pipeline.fit(train, labels.slice(0, 4), fitting(more))
  return pipeline
}

describe('Pipeline', () => {
  it('learns classes by their names and recognises a speaker that it has not heard', async () => {
    const pipeline = await fitted()
    expect(pipeline.classes).toEqual(['anger', 'sadness'])
    for (const [i, { samples, sampleRate }] of test.entries()) {
      const { label, probabilities } = pipeline.predict(samples, sampleRate)
      expect(label).toBe(labels[4 + i])
      expect(Object.keys(probabilities)).toEqual(['anger', 'sadness'])
      expect(probabilities.anger + probabilities.sadness).toBeCloseTo(1, 6)
    }
    expect((await pipeline.evaluate(test, labels.slice(4))).accuracy).toBe(1)
  })

  it('is what its parts do one after the other, to the bit', async () => {
    const model = network()
    const features = train.map(({ samples, sampleRate }) =>
      extractFeatures({ sampleRate, channels: [samples] }, frontEnd),
    )
    const scaler = new Standardizer().fit(features)
    const inputs = features.map((x) => scaler.transform(x))
    const classes = labels.slice(0, 4).map((label) => (label === 'anger' ? 0 : 1))
    const { validation, ...options } = fitting()
    await model.fit(inputs, classes, options)
    const pipeline = await fitted()
    expect(pipeline.model.parameters.data).toEqual(model.parameters.data)
    expect(pipeline.transform(train[0]).data).toEqual(inputs[0].data)
    expect(Object.values(pipeline.predict(train[0]).probabilities)).toEqual(Array.from(model.predict(inputs[0])))
  })

  it('takes what decodeWav gives, and other sample rates', async () => {
    const pipeline = await fitted()
    const { samples, sampleRate } = test[0]
    const audio = decodeWav(encodeWav({ sampleRate, channels: [samples, samples] }))
    expect(pipeline.predict(audio).label).toBe(labels[4])
    expect(pipeline.predict(resample(samples, sampleRate, 44100), 44100).label).toBe(labels[4])
  })

  it.each([{}, { scaler: null }, { scaler: new Standardizer({ statistics: 'utterance' }) }])(
    'is the same after saving and loading: %j',
    async (parts) => {
      const pipeline = await fitted(parts)
      const bytes = saveModel(pipeline)
      const again = loadModel(bytes, Pipeline)
      expect(again.state()).toEqual(pipeline.state())
      expect(again.predict(test[0])).toEqual(pipeline.predict(test[0]))
      expect(saveModel(again)).toEqual(bytes)
      expect(Object.keys(decodeSafetensors(bytes).tensors)).toContain('model.layers.0.W')
      const half = loadModel(saveModel(pipeline, { dtype: 'float16' }), Pipeline)
      expect(half.scaler?.toJSON()).toEqual(pipeline.scaler?.toJSON())
    },
  )

  it('takes the statistics of each speaker where its scaler has them', async () => {
    const scaler = new Standardizer({ statistics: 'speaker' })
    const pipeline = await fitted({ scaler }, { speakers: speakers.slice(0, 4) })
    expect(pipeline.predict(train[0], { speaker: speakers[0] }).label).toBe(labels[0])
    expect(() => pipeline.predict(test[0])).toThrow('Pipeline.predict: "speaker" expected')
    expect(() => pipeline.predict(test[0], { speaker: speakers[4] })).toThrow(StateError)
    expect(() => pipeline.predict(test[0], { speaker: speakers[4] })).toThrow('pipeline.scaler.fit([extractFeatures(')
    scaler.fit(
      test.map((recording) => extractFeatures(recording, pipeline.frontEnd)),
      { groups: speakers.slice(4) },
    )
    const confusion = await pipeline.evaluate(test, labels.slice(4), { speakers: speakers.slice(4) })
    expect(confusion.total).toBe(2)
  })

  it('measures held-out recordings, which the scaler does not see', async () => {
    const pipeline = pipelineOf()
    const validation = { recordings: test, labels: labels.slice(4) }
    const options = fitting({ validation, earlyStopping: { patience: 3, monitor: 'accuracy' } })
    const history = await pipeline.fit(train, labels.slice(0, 4), options)
    expect(history.epochs[0].validationAccuracy).toBeGreaterThanOrEqual(0)
    expect(pipeline.scaler?.toJSON()).toEqual((await fitted()).scaler?.toJSON())
  })

  it('tells how far the features are, and stops where it is asked to', async () => {
    const told: number[][] = []
    const controller = new AbortController()
    const pipeline = pipelineOf()
    const onRecording = (done: number, all: number): void => {
      told.push([done, all])
      if (done === 2) controller.abort()
    }
    const stopped = pipeline.fit(train, labels.slice(0, 4), fitting({ onRecording, signal: controller.signal }))
    await expect(stopped).rejects.toThrow('aborted')
    expect(told).toEqual([
      [1, 4],
      [2, 4],
    ])
    expect(pipeline.scaler?.toJSON().moments).toEqual([])
  })

  it('keeps scaler and network together: a failed fit changes neither, an aborted training both', async () => {
    const pipeline = await fitted()
    const before = pipeline.state()
    const louder = test.map(({ samples, sampleRate }) => ({ samples: samples.map((x) => x / 3), sampleRate }))
    const two = labels.slice(4)
    const refused = pipeline.fit(louder, two, fitting({ classWeights: [1] }))
    await expect(refused).rejects.toThrow(RangeError)
    await expect(pipeline.fit(louder, ['anger', 'joy'], fitting())).rejects.toThrow('joy')
    expect(pipeline.state()).toEqual(before)
    const controller = new AbortController()
    const onBatch = (): void => controller.abort()
    const aborted = pipeline.fit(louder, two, fitting({ onBatch, signal: controller.signal }))
    await expect(aborted).rejects.toThrow('aborted')
    expect(pipeline.state().model.parameters).not.toEqual(before.model.parameters)
    expect(pipeline.state().scaler).not.toEqual(before.scaler)
  })

  it('is as before where a training ends before its first update', async () => {
    const pipeline = pipelineOf()
    const before = pipeline.state()
    const signal = { aborted: false, reason: new Error('enough') } as unknown as AbortSignal
    const onRecording = (done: number): void => {
      if (done === 4) (signal as { aborted: boolean }).aborted = true
    }
    await expect(pipeline.fit(train, labels.slice(0, 4), fitting({ signal, onRecording }))).rejects.toThrow('enough')
    expect(pipeline.state()).toEqual(before)
    expect(pipeline.classes).toBeNull()
  })

  it('finds wrong arguments before any feature is computed', async () => {
    let heard = 0
    const onRecording = (): void => {
      heard++
    }
    const pipeline = pipelineOf()
    const good = labels.slice(0, 4)
    await expect(pipeline.fit(train, good, { ...fitting(), epochs: 0, onRecording })).rejects.toThrow('epochs')
    await expect(pipeline.fit(train, good.slice(1), fitting({ onRecording }))).rejects.toThrow(
      'Pipeline.fit: "labels" expected one for each of the 4 recordings, got 3',
    )
    await expect(pipeline.fit(train, [...good.slice(1), 'joy'], fitting({ onRecording }))).rejects.toThrow(RangeError)
    const late = { onRecording, validation: { recordings: test, labels: labels.slice(4) } }
    const wrong: [PipelineFitOptions, string][] = [
      [fitting({ ...late, loss: 'other' as never }), '"loss"'],
      [fitting({ ...late, labelSmoothing: 2 }), '"labelSmoothing"'],
      [fitting({ ...late, classWeights: [1] }), '"classWeights"'],
      [fitting({ ...late, chunkLength: 3 }), 'chunkLength'],
      [fitting({ ...late, validation: { recordings: test, labels: ['joy', 'anger'] } }), '"joy"'],
      [fitting({ ...late, validation: { recordings: test, labels: ['anger'] } }), 'Pipeline.fit validation: "labels"'],
    ]
    for (const [options, word] of wrong) await expect(pipeline.fit(train, good, options)).rejects.toThrow(word)
    const bySpeaker = pipelineOf({ scaler: new Standardizer({ statistics: 'speaker' }) })
    await expect(bySpeaker.fit(train, good, fitting(late))).rejects.toThrow('Pipeline.fit: "speakers" expected')
    const own = fitting({ ...late, speakers: speakers.slice(0, 4) })
    await expect(bySpeaker.fit(train, good, own)).rejects.toThrow('Pipeline.fit validation: "speakers" expected')
    const two = ['anger', 'sadness']
    const noRate = { samples: new Float32Array(9) } as never
    await expect(pipeline.fit([train[0], noRate], two, fitting({ onRecording }))).rejects.toThrow(
      'Pipeline.fit: "recordings[1].sampleRate"',
    )
    const [first, second] = voices as never[]
    await expect(pipeline.fit([first, second], two, fitting({ onRecording }))).rejects.toThrow('call it')
    expect(heard).toBe(0)
  })

  it('refuses parts that do not fit together', () => {
    expect(() => pipelineOf({ model: network(6) })).toThrow('Pipeline: "model" takes 6 columns, "frontEnd" gives 5')
    const linear = new Sequential([new Dense({ inputs: 5, units: 2, activation: 'linear' })])
    expect(() => pipelineOf({ model: linear })).toThrow('softmax')
    expect(() => pipelineOf({ scaler: {} as never })).toThrow(TypeError)
    const narrow = new Standardizer().fit([[[1, 2]]])
    expect(() => pipelineOf({ scaler: narrow })).toThrow('Pipeline: "scaler" takes 2 columns, "frontEnd" gives 5')
    expect(() => pipelineOf({ scaler: new Standardizer({ mask: [true] }) })).toThrow('"scaler" takes 1 columns')
    expect(() => new Pipeline({ frontEnd } as never)).toThrow('Pipeline: "model" expected a Sequential')
    expect(() => Pipeline.fromState({ ...pipelineOf().state(), version: 2 } as never)).toThrow(FormatError)
  })

  it('says what is missing before it is fitted, and refuses sound that is none', async () => {
    expect(() => pipelineOf().predict(test[0])).toThrow('call fit first')
    const pipeline = await fitted()
    expect(() => pipeline.predict(new Float32Array(10), 16000)).toThrow(
      'expected 25 ms of sound or more, got 10 samples',
    )
    expect(() => pipeline.predict(undefined as never, 16000)).toThrow('Pipeline.predict: "samples" expected')
    const both = { ...test[0], channels: [test[0].samples] }
    expect(() => pipeline.predict(both)).toThrow('"recording" expected either "samples" or "channels", got both')
    expect(() => pipeline.predict(test[0].samples, 16)).toThrow('Pipeline.predict: "sampleRate"')
    expect(() => pipeline.predict(Float32Array.of(Number.NaN), 16000)).toThrow(RangeError)
    expect(() => pipeline.predict(test[0], 16000 as never)).toThrow('Pipeline.predict: options')
    expect(() => pipeline.summary({ width: 3 })).toThrow('Pipeline.summary: "width"')
  })
})
