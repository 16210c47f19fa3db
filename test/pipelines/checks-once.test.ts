import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { pitch } from '../../src/features/pitch.ts'
import { extractFeatures } from '../../src/pipelines/front-end.ts'
import { Recognizer } from '../../src/pipelines/recognizer.ts'
import { systemFrom } from '../../src/pipelines/systems.ts'

/** Numbers that were looked at. */
const looked = vi.hoisted(() => ({ count: 0 }))
vi.mock('../../src/core/finite.ts', async (original) => {
  const { nonFiniteIndex, indexBeyond } = await original<typeof import('../../src/core/finite.ts')>()
  const counted = <Rest extends unknown[]>(find: (data: FloatArray, ...rest: Rest) => number) => {
    return (data: FloatArray, ...rest: Rest): number => {
      looked.count += data.length
      return find(data, ...rest)
    }
  }
  return { nonFiniteIndex: counted(nonFiniteIndex), indexBeyond: counted(indexBeyond) }
})

const samples = syntheticCorpus()[0].samples()
const frontEnd = { pitch: true, deltas: 0 } as const

/** How many numbers a call looks at to find one that is not finite, for each sample. */
function looksPerSample(call: () => unknown): number {
  looked.count = 0
  call()
  return looked.count / samples.length
}

// Once at the door, once what the resampler made of the samples; the rest is the features, a tenth of the samples or less.
describe('samples are found finite once', () => {
  // Sets of features are computed by public functions, which look at the resampled samples at their own door.
  it.each([
    ['recognizer-1', 3],
    ['recognizer', 3.1],
  ])('by Recognizer.predict, %s', (name, most) => {
    const file = readFileSync(new URL(`../../models/${name}.safetensors`, import.meta.url))
    const recognizer = Recognizer.from(file)
    const predict = () => recognizer.predict(samples, 16000, { timeline: false })
    const features = extractFeatures(
      { samples, sampleRate: 16000 },
      systemFrom('test', 'system', recognizer.system).frontEnd,
    )
    const ofFeatures = looksPerSample(() => recognizer.posterior(features))
    expect(looksPerSample(predict) - ofFeatures).toBeGreaterThan(1)
    expect(looksPerSample(predict) - ofFeatures).toBeLessThan(most)
  })

  it('by extractFeatures', () => {
    const extract = () => extractFeatures({ samples, sampleRate: 16000 }, frontEnd)
    expect(looksPerSample(extract)).toBeGreaterThan(1)
    expect(looksPerSample(extract)).toBeLessThan(2.3)
  })

  it('by mfcc and pitch, which say where one is not', () => {
    const spoiled = samples.slice()
    spoiled[7] = Number.NaN
    expect(() => mfcc(spoiled, { sampleRate: 16000 })).toThrow(
      'mfcc: "samples" expected finite numbers, got NaN at index 7',
    )
    expect(() => pitch(spoiled, { sampleRate: 16000 })).toThrow(
      'pitch: "samples" expected finite numbers, got NaN at index 7',
    )
    expect(looksPerSample(() => mfcc(samples, { sampleRate: 16000 }))).toBeLessThan(1.3)
  })
})

describe('extractFeatures names the sample of the caller that is not finite', () => {
  const spoiled = new Float32Array(48000)
  spoiled[30001] = Number.POSITIVE_INFINITY
  const quiet = new Float32Array(48000)
  it.each([
    [{ samples: spoiled, sampleRate: 48000 }, 'recording.samples'],
    [{ channels: [spoiled], sampleRate: 48000 }, 'recording.channels[0]'],
    [{ channels: [quiet, spoiled], sampleRate: 48000 }, 'recording.channels[1]'],
  ])('%#', (recording, name) => {
    const message = `extractFeatures: "${name}" expected finite numbers, got Infinity at index 30001`
    expect(() => extractFeatures(recording)).toThrow(message)
  })
})
