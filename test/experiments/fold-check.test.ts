import { beforeAll, describe, expect, it } from 'vitest'
import { frontEndsOf } from '../../src/experiments/assemble.ts'
import { checkFinishedFold, type ExpectedFold, expectedFolds } from '../../src/experiments/fold-check.ts'
import { type FinishedFold, foldJobs, runFoldJob } from '../../src/experiments/jobs.ts'
import type { ExperimentPlan } from '../../src/experiments/plan.ts'
import { extractData } from '../../src/node/fold-data.ts'
import { smallPlan, voices } from '../support/small-plan.ts'

const frontEnd = { spectral: 'mfcc', deltas: 0, pitch: false }
const plan: ExperimentPlan = {
  ...smallPlan,
  systems: [{ name: 'lstm', system: 'lstm', options: { units: 3, rectifier: 3, epochs: 1, batchSize: 4, frontEnd } }],
}
const [job] = foldJobs(plan, ['s01', 's02', 's03'])
let expected: ExpectedFold
let finished: FinishedFold

beforeAll(async () => {
  const { data } = await extractData('test', voices(1), frontEndsOf(plan.systems), {})
  const [only] = data.values()
  expected = expectedFolds(undefined, only).get('s01') as ExpectedFold
  finished = JSON.parse(JSON.stringify(await runFoldJob(job, only)))
})

type Fields = { [key: string]: unknown }

/** The finished fold with another value at a place; undefined removes what is there. */
function withValue(place: string, value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(finished))
  const keys = place.split('.')
  const last = keys.pop() as string
  const inner = keys.reduce((at, key) => at[key] as Fields, copy as Fields)
  inner[last] = value
  return JSON.parse(JSON.stringify(copy))
}

describe('checkFinishedFold', () => {
  it('takes what a job gives, with or without knowing the recordings', () => {
    expect(finished.fold.timeline).toBeDefined()
    expect(checkFinishedFold(finished, job, expected)).toEqual(finished)
    expect(checkFinishedFold(finished, job, { classes: expected.classes })).toEqual(finished)
  })

  it.each<[string, unknown, RegExp]>([
    ['fold', undefined, /^fold expected an object, got undefined$/],
    ['other', 1, /^the answer expected no field but fold, seconds, commit, got "other"/],
    ['fold.note', 'x', /^fold expected no field but speaker, .*got "note"/],
    ['fold.speaker', 's02', /^fold\.speaker expected "s01", got "s02"/],
    ['fold.training', 'x', /^fold\.training expected undefined, got "x"/],
    ['fold.accuracy', 7, /^fold\.accuracy expected (0|0\.5|1), got 7/],
    ['fold.predictions', [], /^fold\.predictions expected a list of 1 or more/],
    ['fold.predictions', [{}], /^fold\.predictions expected 2 recordings, got 1/],
    ['fold.predictions.1.path', 'invented', /\[1\]\.path expected "s01-.*got "invented"/],
    ['fold.predictions.0.label', 'sadness', /label expected "joy", got "sadness"/],
    ['fold.predictions.0.corpus', 'x', /corpus expected undefined, got "x"/],
    ['fold.predictions.0.said', 'anger', /^fold\.predictions\[0\]\.said expected "(joy|sadness)", got "anger"/],
    ['fold.predictions.0.posterior', [1, 0, 0], /posterior expected 2 numbers, .* got 3/],
    ['fold.predictions.0.posterior', [1, 1], /posterior expected a sum of 1, got 2/],
    ['fold.predictions.0.posterior', [2, -1], /posterior expected numbers from 0 to 1, got 2/],
    ['fold.predictions.0.posterior', [null, 1], /posterior expected numbers from 0 to 1, got null/],
    ['fold.epochs', [{ epoch: 'one' }], /^fold\.epochs\[0\]\.epoch expected an integer/],
    ['fold.bestEpoch', -1, /^fold\.bestEpoch expected an integer >= 0/],
    ['fold.chosen', 3, /^fold\.chosen expected options, got 3/],
    ['fold.timeline.path', 'x', /^fold\.timeline\.path expected "s01-/],
    ['fold.timeline.seconds', [], /^fold\.timeline\.seconds expected a list/],
    ['fold.timeline.posteriors.0', [1, 1], /^fold\.timeline\.posteriors\[0\] expected a sum of 1/],
    ['seconds', -3, /^seconds expected seconds >= 0, got -3/],
    ['commit', 5, /^commit expected a commit or null, got 5/],
  ])('refuses as %s %j', (place, value, message) => {
    expect(() => checkFinishedFold(withValue(place, value), job, expected)).toThrow(message)
  })

  it('refuses no object, and the recordings in another order', () => {
    for (const value of [7, null, [], undefined, 'fold']) {
      expect(() => checkFinishedFold(value, job, expected)).toThrow('the answer expected an object, got')
    }
    const turned = withValue('fold.predictions', [...finished.fold.predictions].reverse())
    expect(() => checkFinishedFold(turned, job, expected)).toThrow('fold.predictions[0].path expected')
  })

  it('refuses what contradicts itself where the recordings are not known', () => {
    const alone = { classes: expected.classes }
    expect(() => checkFinishedFold(withValue('fold.predictions.0.label', 'anger'), job, alone)).toThrow(
      'label expected one of joy, sadness, got "anger"',
    )
    expect(() => checkFinishedFold(withValue('fold.accuracy', 0.3), job, alone)).toThrow('fold.accuracy expected')
  })
})
