import { describe, expect, it } from 'vitest'
import { syntheticSource } from '../../src/node/index.ts'
import { readTrainingSet } from '../../src/node/training-set.ts'
import { resolveFrontEnd } from '../../src/pipelines/front-end.ts'
import { subset } from '../../src/pipelines/training-data.ts'

const frontEnd = resolveFrontEnd({ spectral: 'mfcc', coefficients: 4, deltas: 0 })
const source = syntheticSource({ speakers: 2, sentences: 2, emotions: ['sadness', 'anger'] })
const rounds = [['noisy', 'clipped', 'narrow'], ['room']] as const
const read = async (utterances: typeof source.utterances) => {
  return await readTrainingSet('test', { ...source, utterances }, frontEnd, {}, rounds)
}

describe('a training set with degradations', async () => {
  const { utterances } = source
  const whole = await read(utterances)
  const { sequences = [], kinds = [] } = whole.degraded ?? {}

  it('has every recording once for each round, in one of its ways', () => {
    const { length } = utterances
    expect([sequences.length, kinds.length]).toEqual([2 * length, 2 * length])
    expect(new Set(kinds.slice(0, length)).size).toBeGreaterThan(1)
    expect(kinds.slice(length)).toEqual(utterances.map(() => 'room'))
    for (const [i, x] of sequences.entries()) expect(x.data).not.toEqual(whole.sequences[i % length].data)
  })

  it('degrades a recording in the same way whatever others there are, so that parts are as if read alone', async () => {
    const some = [1, 4, 6]
    const alone = await read(some.map((i) => utterances[i]))
    const part = subset(whole, Int32Array.from(some))
    expect(part.degraded?.kinds).toEqual(alone.degraded?.kinds)
    expect(part.degraded?.sequences).toEqual(alone.degraded?.sequences)
    expect(part.degraded?.sequences.length).toBe(6)
  })
})
