import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { leaveOneSpeakerOut } from '../../src/experiments/cross-validation.ts'
import {
  costOf,
  type FoldData,
  foldJobs,
  longestFirst,
  runFoldJob,
  shardOf,
  systemOf,
  toFoldRecord,
} from '../../src/experiments/jobs.ts'
import type { ExperimentPlan, Protocol } from '../../src/experiments/plan.ts'
import { Random } from '../../src/numerics/random.ts'

const frontEnd = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false }
const lstm = { frontEnd, units: 3, rectifier: 3, epochs: 2, batchSize: 4 }

const plan: ExperimentPlan = {
  format: 'ser-core/plan',
  version: 1,
  corpus: { kind: 'synthetic' },
  systems: [
    { name: 'quick', system: 'functionals-mlp', options: { frontEnd, cepstra: 0, hidden: [3], epochs: 3 } },
    { name: 'slow', system: 'lstm', options: lstm },
  ],
  seeds: [1, 'b/c'],
  protocols: ['strict', 'speaker'],
  combinations: [],
}

/** Two classes, three speakers at levels of their own. */
function makeData(): FoldData {
  const random = new Random(5)
  const speakers = ['m2', 'm1', 'm2', 'm1', 'm3', 'm3']
  const sequences = speakers.map((speaker, i) => {
    const rows = 110 + 5 * i
    const x = new Float32Array(5 * rows)
    random.normalInto(x, 3 * Number(speaker[1]) + (i % 2), 1)
    return view(x, [rows, 5])
  })
  const labels = Int32Array.from(speakers, (_, i) => i % 2)
  return { sequences, labels, speakers, classes: ['no', 'yes'], paths: speakers.map((_, i) => `${i}.wav`) }
}

const data = makeData()
const jobs = foldJobs(plan, data.speakers)

describe('foldJobs', () => {
  it('lists every fold once, in order, each with a path of its own', () => {
    expect(jobs).toHaveLength(24)
    expect(jobs.slice(0, 7).map(({ id }) => id)).toEqual([
      ...['quick/strict/seed-1/m1', 'quick/strict/seed-1/m2', 'quick/strict/seed-1/m3'],
      ...['quick/strict/seed-b%2fc/m1', 'quick/strict/seed-b%2fc/m2', 'quick/strict/seed-b%2fc/m3'],
      'quick/speaker/seed-1/m1',
    ])
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(24)
    expect(JSON.parse(JSON.stringify(jobs))).toEqual(jobs)
    expect(foldJobs(plan, ['m3', 'm1', 'm2'])).toEqual(jobs)
  })

  it('puts the longest first, else in the order of the plan', () => {
    const sorted = longestFirst(jobs)
    expect(sorted.map(costOf)).toEqual(jobs.map(costOf).sort((a, b) => b - a))
    expect(sorted.slice(0, 12)).toEqual(jobs.slice(12))
  })

  it('deals shards that have no job in common, none left out, and a share of every system', () => {
    const shards = [1, 2, 3, 4, 5].map((i) => shardOf(jobs, i, 5))
    expect(shards.map(({ length }) => length)).toEqual([5, 5, 5, 5, 4])
    expect(
      shards
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(jobs.map(({ id }) => id).sort())
    for (const shard of shards) expect(new Set(shard.map(({ name }) => name)).size).toBe(2)
    expect(() => shardOf(jobs, 6, 5)).toThrow(/"index" expected an integer >= 1 and <= 5, got 6/)
  })
})

describe('runFoldJob', () => {
  it.each(['strict', 'speaker'] as Protocol[])('does the folds of leaveOneSpeakerOut (%s)', async (protocol) => {
    const system = systemOf(plan.systems[1])
    const { folds } = await leaveOneSpeakerOut(system, data, { classes: data.classes, seed: 1, protocol })
    const own = jobs.filter((job) => job.name === 'slow' && job.seed === 1 && job.protocol === protocol)
    // In another order, and each from JSON: a job knows nothing of others.
    const done = []
    for (const job of [...own].reverse()) {
      const { fold } = await runFoldJob(JSON.parse(JSON.stringify(job)), data)
      done.unshift(fold)
    }
    expect(done).toEqual(folds.map((fold) => toFoldRecord(fold, data)))
  })

  it('writes down plain JSON: every answer, epochs, the timeline of the first utterance', async () => {
    let now = 5
    const { fold, seconds } = await runFoldJob(jobs[12], data, { clock: () => now++ })
    expect(seconds).toBe(1)
    expect(JSON.parse(JSON.stringify(fold))).toEqual(fold)
    expect(fold).toMatchObject({ speaker: 'm1', bestEpoch: 2, epochs: [{ epoch: 1 }, { epoch: 2 }] })
    expect(fold.predictions.map(({ path, label }) => [path, label])).toEqual([
      ['1.wav', 'yes'],
      ['3.wav', 'yes'],
    ])
    for (const { said, posterior } of fold.predictions) {
      expect(said).toBe(data.classes[posterior[0] >= posterior[1] ? 0 : 1])
    }
    expect(fold.timeline?.path).toBe('1.wav')
    expect(fold.timeline?.seconds).toEqual([0.5, 0.6])
    expect(fold).not.toHaveProperty('chosen')
    const quick = (await runFoldJob(jobs[0], data)).fold
    expect(quick.chosen).toEqual({ weightDecay: expect.any(Number) })
    expect(fold.timeline?.posteriors.map(({ length }) => length)).toEqual([2, 2])
  })

  it('gives another fold under another protocol and from another seed', async () => {
    const [strict, speaker, other] = await Promise.all(
      [12, 18, 15].map(async (i) =>
        (await runFoldJob(jobs[i], data)).fold.predictions.map(({ posterior }) => posterior),
      ),
    )
    expect(speaker).not.toEqual(strict)
    expect(other).not.toEqual(strict)
  })

  it('uses no label of the test speaker', async () => {
    const labels = data.labels.map((label, i) => (data.speakers[i] === 'm1' ? 1 - label : label))
    for (const i of [12, 18]) {
      const posteriors = async (given: FoldData): Promise<number[][]> =>
        (await runFoldJob(jobs[i], given)).fold.predictions.map(({ posterior }) => posterior)
      expect(await posteriors({ ...data, labels })).toEqual(await posteriors(data))
    }
  })

  it('says which speaker the data lack', async () => {
    await expect(runFoldJob({ ...jobs[0], speaker: 'nobody' }, data)).rejects.toThrow(
      /no utterance of speaker "nobody"/,
    )
  })
})
