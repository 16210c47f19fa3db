import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { leaveOneSpeakerOut } from '../../src/experiments/cross-validation.ts'
import { resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import type { LabelledFeatures, System } from '../../src/pipelines/system.ts'

const speakers = ['m2', 'm1', 'm2', 'm1', 'm3', 'm3']
const labels = Int32Array.of(0, 1, 1, 0, 1, 1)
// The feature of utterance i is i itself, so that a system can tell what it was given.
const sequences = speakers.map((_, i) => view(Float32Array.of(i), [1, 1]))
const data: LabelledFeatures = { sequences, labels, speakers }

interface Call {
  trained: number[]
  labels: number[]
  speakers: string[]
  seed: string
}

/** Says class 1 of everything but utterance 3; remembers what it was trained on. */
function spy(calls: Call[]): System {
  return {
    name: 'spy',
    frontEnd: resolveFrontEnd(),
    settings: { answer: 42 },
    epochs: 2,
    restore: () => expect.fail('not called'),
    train: async (given, classes, seed, { onEpoch } = {}) => {
      expect(classes).toBe(2)
      calls.push({
        trained: given.sequences.map((x) => x.get(0, 0)),
        labels: Array.from(given.labels),
        speakers: given.speakers,
        seed: String(seed),
      })
      const record = { epoch: 1, epochs: 2, loss: 0.5, gradientNorm: 1, learningRate: 0.1 }
      onEpoch?.({ epoch: 1, epochs: 2, loss: 0.5 })
      const history = { epochs: [record], stoppedEarly: false, bestEpoch: 1 }
      return {
        state: () => expect.fail('not called'),
        history,
        predict: (x) => (x.get(0, 0) === 3 ? Float32Array.of(0.75, 0.25) : Float32Array.of(0.25, 0.75)),
      }
    },
  }
}

describe('leaveOneSpeakerOut', () => {
  it('trains on all speakers but one and asks for that one, each with a seed of its own', async () => {
    const calls: Call[] = []
    const progress: string[] = []
    const result = await leaveOneSpeakerOut(spy(calls), data, {
      classes: ['no', 'yes'],
      seed: 7,
      onProgress: ({ fold, folds, speaker, epoch, epochs }) =>
        progress.push(`${fold}/${folds} ${speaker} ${epoch}/${epochs}`),
    })
    expect(calls).toEqual([
      { trained: [0, 2, 4, 5], labels: [0, 1, 1, 1], speakers: ['m2', 'm2', 'm3', 'm3'], seed: '7/m1' },
      { trained: [1, 3, 4, 5], labels: [1, 0, 1, 1], speakers: ['m1', 'm1', 'm3', 'm3'], seed: '7/m2' },
      { trained: [0, 1, 2, 3], labels: [0, 1, 1, 0], speakers: ['m2', 'm1', 'm2', 'm1'], seed: '7/m3' },
    ])
    expect(result.folds.map(({ speaker, accuracy }) => [speaker, accuracy])).toEqual([
      ['m1', 1],
      ['m2', 0.5],
      ['m3', 1],
    ])
    expect(Array.from(result.confusion.counts.data)).toEqual([1, 1, 0, 4])
    expect(progress).toEqual(['1/3 m1 1/2', '2/3 m2 1/2', '3/3 m3 1/2'])
  })
})
