import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FoldPlan } from '../../src/experiments/folds.ts'
import { checkPlan, type ExperimentPlan } from '../../src/experiments/plan.ts'
import { mergeFolders } from '../../src/node/merge.ts'
import { runPlan } from '../../src/node/run-plan.ts'
import { emodbLike } from '../support/emodb-like.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'several-plan-'))
})

afterAll(async () => {
  await rm(root, { recursive: true })
})

function planOf(folds: FoldPlan | undefined, more: Partial<ExperimentPlan> = {}): ExperimentPlan {
  const voices = (name: string, seed: number, speakers: number) => {
    return { kind: 'synthetic', name, synthetic: { speakers, sentences: 2, seed } }
  }
  return checkPlan({
    ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
    corpus: { kind: 'several', corpora: [voices('a', 1, 3), voices('b', 2, 2), voices('c', 3, 2)] },
    systems: [{ system: 'functionals-mlp', options: { epochs: 5, hidden: [8], weightDecays: [0.1] } }],
    ...(folds === undefined ? {} : { folds }),
    ...more,
  })
}

async function resultsOf(name: string, folds: FoldPlan, more: Partial<ExperimentPlan> = {}) {
  const { results } = await runPlan(planOf(folds, more), { folder: join(root, name) })
  if (results === null) throw new Error('no results')
  return results
}

describe('experiments on several corpora', () => {
  it('leave one corpus out, and tell the rates of each', async () => {
    const { runs, summary, corpus } = await resultsOf('loco', { by: ['corpus'] }, { protocols: ['strict', 'corpus'] })
    expect(corpus).toMatchObject({ name: 'a+b+c', folds: ['a', 'b', 'c'], corpora: ['a', 'b', 'c'] })
    const [run, aligned] = runs
    expect(run.folds.map(({ speaker, training }) => [speaker, training])).toEqual([
      ['a', 'other corpora'],
      ['b', 'other corpora'],
      ['c', 'other corpora'],
    ])
    expect(run.folds[1].predictions[0]).toMatchObject({ path: 'b/s01-t01-joy', speaker: 'b/s01', corpus: 'b' })
    expect(run.corpora?.map(({ corpus: name, recordings, speakers }) => [name, recordings, speakers])).toEqual([
      ['a', 24, 3],
      ['b', 16, 2],
      ['c', 16, 2],
    ])
    for (const [i, one] of (run.corpora ?? []).entries()) {
      const { predictions, accuracy } = run.folds[i]
      expect(one.accuracy).toBeCloseTo(accuracy, 12)
      expect(one.recordings).toBe(predictions.length)
      expect(one.accuracyInterval.low).toBeLessThanOrEqual(one.accuracy)
      expect(one.accuracyInterval.high).toBeGreaterThanOrEqual(one.accuracy)
    }
    expect(summary[0].transfer?.map(({ training, corpus: name }) => [training, name])).toEqual([
      ['other corpora', 'a'],
      ['other corpora', 'b'],
      ['other corpora', 'c'],
    ])
    expect(summary[0].speakers).toHaveLength(7)
    expect(aligned.folds[0].predictions).not.toEqual(run.folds[0].predictions)
  })

  it('resume, and give the same results in two parts and in threads', async () => {
    const plan = planOf({ by: ['speaker'], folds: [2], test: ['c'] })
    const whole = await resultsOf('whole', plan.folds as FoldPlan)
    expect(whole.runs[0].folds.map(({ speaker, predictions }) => [speaker, predictions.length])).toEqual([
      ['1', 24],
      ['2', 16],
      ['test', 16],
    ])
    for (const index of [1, 2]) {
      await runPlan(plan, { folder: join(root, `part${index}`), shard: { index, count: 2 } })
    }
    const parts = [1, 2].map((index) => join(root, `part${index}`))
    const merged = await mergeFolders(parts, { folder: join(root, 'merged') })
    const bare = ({ runs }: typeof merged) => runs.map(({ seconds: _, ...run }) => run)
    expect(bare(merged)).toEqual(bare(whole))
    let done = -1
    const again = await runPlan(plan, {
      folder: join(root, 'whole'),
      onJobs: (todo, before) => {
        done = before.length
        expect(todo).toEqual([])
      },
    })
    expect(done).toBe(3)
    expect(again.results?.summary).toEqual(whole.summary)
    const kept = JSON.parse(await readFile(join(root, 'whole', 'plan.json'), 'utf8'))
    expect(kept.folds).toEqual({ by: ['speaker'], folds: [2], test: ['c'] })
    const other = runPlan(planOf({ by: ['speaker'], folds: [3], test: ['c'] }), { folder: join(root, 'whole') })
    await expect(other).rejects.toThrow(/another plan:\n {2}folds/)
  })

  it('train on each corpus alone: rates by training set and corpus', async () => {
    const { summary, runs } = await resultsOf('both', { by: ['corpus'], train: 'both' }, { seeds: [1, 2] })
    const cells = summary[0].transfer?.map(({ training, corpus }) => `${training} > ${corpus}`)
    expect(cells).toEqual([
      ...['a', 'b', 'c'].map((name) => `other corpora > ${name}`),
      ...['a > b', 'a > c', 'b > a', 'b > c', 'c > a', 'c > b'],
    ])
    // The rates of the run are those of leave-one-corpus-out.
    const total = runs[0].confusion.counts.flat().reduce((sum, n) => sum + n, 0)
    expect(total).toBe(56)
  })

  it('keep speakers and texts apart, where both are known', async () => {
    const corpus = { kind: 'synthetic', synthetic: { speakers: 3, sentences: 3 } }
    const { runs } = await resultsOf('texts', { by: ['speaker', 'text'], folds: [3, 3] }, { corpus })
    expect(runs[0].folds).toHaveLength(9)
    expect(runs[0].folds.flatMap(({ predictions }) => predictions)).toHaveLength(36)
    expect(runs[0].corpora?.[0]).toMatchObject({ corpus: '', recordings: 36, speakers: 3 })
  })

  it('learns features from a corpus without its labels', async () => {
    const frontEnd = { filters: 8, coefficients: 8, deltas: 0, pitch: false }
    const options = { ...{ frontEnd, cepstra: 0, hidden: 4, crbmEpochs: 2, epochs: 2, rectifiers: [4] } }
    const systems = [{ name: 'crbm-dnn', system: 'crbm-dnn', options }] as ExperimentPlan['systems']
    const folds = { test: ['c'], unlabelled: ['b'] }
    const plain = await resultsOf('labelled', { test: ['c'], unlabelled: ['b'] }, { systems })
    const [{ predictions }] = plain.runs[0].folds
    expect(plain.corpus.corpora).toEqual(['a', 'b', 'c'])
    expect(predictions.map(({ corpus }) => corpus)).toEqual(new Array(16).fill('c'))
    // The labels of b tell nothing: swapped, all stays.
    const swapped = planOf(folds, { systems })
    const { corpora = [] } = swapped.corpus
    corpora[1] = { ...corpora[1], labels: { joy: 'anger', anger: 'joy' } }
    const other = await runPlan(swapped, { folder: join(root, 'swapped') })
    expect(other.results?.runs[0].folds).toEqual(plain.runs[0].folds)
    // Without b the CRBM is another.
    const [{ predictions: without }] = (
      await resultsOf(
        'without',
        { test: ['c'] },
        { systems, corpus: { kind: 'several', corpora: [corpora[0], corpora[2]] } },
      )
    ).runs[0].folds
    expect(without).not.toEqual(predictions)
    const pretrained = [{ ...systems[0], pretrain: { corpus: corpora[0] } }]
    expect(() => planOf(folds, { systems: pretrained })).toThrow(
      '"folds.unlabelled" expected no system whose CRBM is that of "pretrain", got "crbm-dnn"',
    )
    expect(() => planOf(folds)).toThrow(
      '"folds.unlabelled" expected a system that learns from it, such as crbm-lstm, got "functionals-mlp"',
    )
  })

  it('learns features from no other recordings of a speaker of the experiment', async () => {
    const [own, more] = [
      emodbLike(join(root, 'own'), 'a01', ['03', '08']),
      emodbLike(join(root, 'more'), 'a02', ['09', '08']),
    ]
    const corpora = [own, more].map((path) => ({ kind: 'emodb', path }))
    const systems = [{ name: 'crbm-dnn', system: 'crbm-dnn', options: {} }] as ExperimentPlan['systems']
    const corpus = { kind: 'several', corpora, classes: ['joy', 'sadness'] }
    await expect(resultsOf('again', { unlabelled: ['emodb-2'] }, { systems, corpus })).rejects.toThrow(
      'runPlan: "emodb-2", to be used without labels, has recordings of a speaker that is tested on, 08 of emodb',
    )
    expect(existsSync(join(root, 'again'))).toBe(false)
  })

  it('refuses folds of groups that are not there, before features are computed', async () => {
    const run = (folds: FoldPlan, more = {}) =>
      runPlan(planOf(folds, more), { folder: join(root, 'refused'), onFeatures: () => expect.fail('too late') })
    await expect(run({ test: ['d'] })).rejects.toThrow('no recording of the corpus "d"')
    const corpus = { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } }
    await expect(run({ by: ['corpus'] }, { corpus })).rejects.toThrow('need recordings of several corpora')
    await expect(run({ by: ['speaker'], folds: [3] }, { corpus })).rejects.toThrow('at least 3 speakers, got 2')
  })
})
