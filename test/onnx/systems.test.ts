/** Pipelines and recognisers as files, from features on, run by onnxruntime. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  Dense,
  extractFeatures,
  LSTM,
  measuresOfTracks,
  Pipeline,
  Recognizer,
  Sequential,
  Standardizer,
  syntheticCorpus,
} from '../../src/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { toOnnx } from '../../src/onnx/to-onnx.ts'
import { columnsOf } from '../../src/pipelines/front-end-columns.ts'
import { createSystem, type SystemName } from '../../src/pipelines/systems.ts'
import { data, small } from '../support/small-systems.ts'
import { difference, drawn, partOf, rowsOf, TOLERANCE } from './support/compare.ts'
import { runPadded, runRows, sessionOf } from './support/runtime.ts'

/** A recogniser of a small system that was trained for a few epochs. */
async function trained(name: SystemName, more: object = {}, card = {}): Promise<Recognizer> {
  const epochs = name === 'ensemble' || name === 'measures-lda' ? {} : { epochs: 3 }
  const options = { ...small[name], ...epochs, ...more }
  const system = createSystem<SystemName>(name, options)
  const { state, ...rest } = await system.train(data(1), 2, 'seed', {})
  expect(rest.predict).toBeDefined()
  return new Recognizer({ system: { system: name, options } as never, classes: ['a', 'b'], state: state(), card })
}

async function worst(recognizer: Recognizer, lengths: readonly number[]): Promise<number> {
  const columns = columnsOf(recognizer.steps().frontEnd)
  const session = await sessionOf(toOnnx(recognizer))
  const sequences = drawn('x', lengths, columns)
  const { y } = await runPadded(session, sequences, columns, { padding: 1e3, steps: Math.max(...lengths) + 5 })
  expect(y.dims).toEqual([lengths.length, recognizer.classes.length])
  const apart = sequences.map((x, b) => difference(partOf(y, b), recognizer.posterior(rowsOf(x, columns))))
  return Math.max(...apart)
}

describe('a recogniser', () => {
  it.each<[SystemName, object]>([
    ['lstm', {}],
    ['lstm', { joining: 'mean' }],
    ['lstm-rectifier', { cepstra: 3 }],
    ['blstm', { hop: 2 }],
    ['blstm-rectifier', { framesPerStep: 2, hop: 3 }],
    ['crbm-dnn', {}],
    ['crbm-lstm', {}],
    ['stacked-crbm-lstm', {}],
    ['functionals-mlp', {}],
    ['dnn-hf', {}],
    ['ensemble', {}],
  ])('of the system %s %o answers as from its features', async (name, more) => {
    expect(await worst(await trained(name, more), [17, 1, 6, 12])).toBeLessThan(TOLERANCE)
  })

  it('states probabilities at the temperature of its card', async () => {
    const recognizer = await trained('lstm', {}, { calibration: { temperature: 2.5, threshold: 0.6 } })
    expect(await worst(recognizer, [9, 4])).toBeLessThan(TOLERANCE)
  })

  it('that ships, of the first edition, answers as from its features', async () => {
    const file = new URL('../../models/recognizer-1.safetensors', import.meta.url)
    const recognizer = Recognizer.from(readFileSync(file))
    expect(await worst(recognizer, [180, 90, 31])).toBeLessThan(TOLERANCE)
  })
})

describe('a recogniser of measures', () => {
  const voices = syntheticCorpus({ speakers: 2, sentences: 2, emotions: ['anger', 'sadness'] })
  const recordings = voices.map((voice) => ({ samples: voice.samples(), sampleRate: voice.sampleRate }))

  it.each<[SystemName, object]>([
    ['measures-logistic', {}],
    ['measures-lda', {}],
  ])('%s takes the frames of which measures are the statistics', async (name, more) => {
    expect(await worst(await trained(name, more), [17, 2, 6, 12])).toBeLessThan(TOLERANCE)
  })

  it('that ships takes the measures of its tracks, of whichever voice', async () => {
    const file = new URL('../../models/recognizer.safetensors', import.meta.url)
    const shipped = Recognizer.from(readFileSync(file))
    const tracks = recordings.map((recording) => extractFeatures(recording, shipped.steps().frontEnd as never))
    const rows = Float32Array.from(tracks.flatMap((x) => [...(measuresOfTracks(x).data as Float32Array)]))
    const columns = rows.length / tracks.length
    for (const recognizer of [shipped, shipped.adapt(recordings.slice(0, 3))]) {
      const session = await sessionOf(toOnnx(recognizer))
      expect(session.inputNames).toEqual(['x'])
      const { y } = await runRows(session, rows, columns)
      expect(y.dims).toEqual([tracks.length, 4])
      for (const [i, x] of tracks.entries()) {
        expect(difference(partOf(y, i), recognizer.posterior(x))).toBeLessThan(TOLERANCE)
      }
    }
  })

  it('fills measures that a recording lacks, but no infinity', async () => {
    const file = new URL('../../models/recognizer.safetensors', import.meta.url)
    const shipped = Recognizer.from(readFileSync(file))
    const [step] = shipped.steps().steps as unknown as { kind: 'measures'; parts: { medians: Float64Array } }[]
    const session = await sessionOf(toOnnx(shipped))
    const row = Float32Array.from(step.parts.medians)
    const lacking = row.map((value, j) => (j % 3 === 0 ? Number.NaN : value))
    const odd = row.map((value, j) => (j === 4 ? Infinity : value))
    const { y } = await runRows(session, Float32Array.of(...row, ...lacking, ...odd), row.length)
    expect(partOf(y, 1)).toEqual(partOf(y, 0))
    expect(partOf(y, 2).every(Number.isNaN)).toBe(true)
  })
})

describe('a Pipeline', () => {
  it('answers as from its features', async () => {
    const layers = [new LSTM({ inputs: 13, units: 6 }), new Dense({ units: 3, activation: 'softmax' })]
    const model = new Sequential(layers, { seed: 1, classes: ['a', 'b', 'c'] })
    const scaler = new Standardizer().fit(
      drawn('y', [50], 13).map((x) =>
        rowsOf(
          x.map((v) => 40 + 3 * v),
          13,
        ),
      ),
    )
    const frontEnd = { spectral: 'mfcc', coefficients: 13, deltas: 0 } as const
    new Random(2).normalInto(model.parameters.forWriting(), 0, 0.5)
    const pipeline = new Pipeline({ frontEnd, scaler, model })
    const session = await sessionOf(toOnnx(pipeline))
    const sequences = drawn('z', [20, 7], 13)
    const { y } = await runPadded(session, sequences, 13)
    for (const [b, x] of sequences.entries()) {
      expect(difference(partOf(y, b), model.predict(scaler.transform(rowsOf(x, 13))))).toBeLessThan(TOLERANCE)
    }
  })
})
