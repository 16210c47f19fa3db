import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { foldJobs, runFoldJob } from '../../src/experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../../src/experiments/plan.ts'
import { planDifferences, planLosses } from '../../src/experiments/plan-differences.ts'
import { aligned, pretrain, pretrainingText } from '../../src/experiments/pretraining.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'

const frontEnd = { spectral: 'logMel', filters: 4, coefficients: 4, deltas: 0, pitch: false } as const
const options = { frontEnd, units: 2, rectifier: 2, epochs: 1 }
const others = (path: string): ExperimentPlan['corpus'] => ({
  kind: 'several',
  corpora: [
    { kind: 'cremad', path },
    { kind: 'manifest', path, name: 'own' },
  ],
})
const planned = {
  name: 'lstm',
  system: 'lstm' as const,
  options,
  pretrain: { corpus: others('a'), options: { epochs: 2 } },
}
const plan: ExperimentPlan = {
  ...{ format: 'ser-core/plan', version: 1, corpus: { kind: 'synthetic' }, seeds: [1], protocols: ['strict'] },
  systems: [planned],
  combinations: [],
}

describe('a plan with a pre-training', () => {
  it('is checked', () => {
    expect(checkPlan(plan)).toEqual(plan)
    const changed = (more: object): (() => unknown) => {
      return () => checkPlan({ ...plan, systems: [{ ...planned, pretrain: { ...planned.pretrain, ...more } }] })
    }
    expect(changed({ corpus: { kind: '' } })).toThrow(/"systems\[0\].pretrain.corpus.kind" expected a name/)
    expect(changed({ corpora: [] })).toThrow(/systems\[0\].pretrain: unknown option "corpora"/)
    expect(changed({ options: { untis: 1 } })).toThrow(/lstmSystem: unknown option "untis"/)
    expect(changed({ options: { units: 9 } })).toThrow(
      /"systems\[0\].pretrain" has another architecture: layers\.\d\.Wxi .* here, .*9.* there/,
    )
    expect(changed({ options: { dropout: 0.1, learningRate: 0.1, batchSize: 2 } })).not.toThrow()
    expect(changed({ options: { frontEnd: {} } })).toThrow(/"systems\[0\].pretrain.options" expected the front end of/)
    const systems = [{ system: 'functionals-mlp', pretrain: planned.pretrain }]
    expect(() => checkPlan({ ...plan, systems })).toThrow(/"functionals-mlp" cannot start from a trained one/)
  })

  it('is the same with the corpora at another place, and another with other corpora', () => {
    const moved = { ...plan, systems: [{ ...planned, pretrain: { ...planned.pretrain, corpus: others('b') } }] }
    expect(planDifferences(plan, moved)).toEqual([])
    expect(planLosses(plan, moved)).toEqual([])
    expect(foldJobs(plan, ['x', 'y'])).toEqual(foldJobs(moved, ['x', 'y']))
    const alone = { ...plan, systems: [{ ...planned, pretrain: { corpus: { kind: 'tess' } } }] }
    expect(planDifferences(plan, alone).length).toBeGreaterThan(0)
    expect(planLosses(plan, { ...plan, systems: [{ ...planned, pretrain: undefined }] }).join()).toMatch(/pretrain/)
  })

  it('is told in words', () => {
    expect(pretrainingText(plan.systems)).toEqual([
      "lstm: trained on cremad, own (epochs 2), then on each fold's speakers",
    ])
    expect(pretrainingText([{ name: 'lstm' }])).toEqual([])
  })

  it('has folds that need their start', async () => {
    const [job] = foldJobs(plan, ['a', 'b'])
    const data = { ...voices(1, [0]), classes: ['joy', 'sadness'], paths: [] }
    await expect(runFoldJob(job, data)).rejects.toThrow(/"data" has no trained start for "lstm", seed 1/)
  })
})

/** Two speakers in each corpus; every corpus and speaker moved by `shift` per corpus, and by 10 per speaker. */
function voices(seed: number, shifts: readonly number[], oneMood = false): LabelledFeatures {
  const each = shifts.flatMap((shift, c) =>
    ['a', 'b'].flatMap((speaker, s) => [0, 1].map((label) => ({ shift, corpus: `c${c}`, speaker, s, label }))),
  )
  const random = new Random(seed)
  const sequences = each.map(({ shift, s, label }) => {
    const x = new Float32Array(60)
    random.normalInto(x)
    return view(
      x.map((value) => value + shift + 10 * s + label),
      [12, 5],
    )
  })
  const labels = Int32Array.from(each, ({ s, label }) => (oneMood ? s : label))
  return { sequences, labels, speakers: each.map(({ speaker }) => speaker), corpora: each.map(({ corpus }) => corpus) }
}

describe('pretrain', () => {
  it('trains with the options added, from the seed, and keeps the card', async () => {
    const data = voices(1, [0, 0])
    const run = { protocol: 'strict', seed: 1 }
    const epochs: number[] = []
    const hooks = {
      classes: ['joy', 'sadness'],
      card: { a: 1 },
      onEpoch: ({ epoch }: { epoch: number }) => epochs.push(epoch),
    }
    const one = await pretrain(planned, run, data, hooks)
    expect(epochs).toEqual([1, 2])
    expect(one.card).toEqual({ a: 1 })
    expect((await pretrain(planned, run, data, hooks)).save()).toEqual(one.save())
    expect((await pretrain(planned, { ...run, seed: 2 }, data, hooks)).trainedState()).not.toEqual(one.trainedState())
  })

  /** Means of the first column of each speaker, rounded. */
  const meansOf = (data: LabelledFeatures, protocol: string): number[] => {
    const means = aligned(data, protocol).map((x) => Array.from({ length: 12 }, (_, t) => x.get(t, 0) / 12))
    const pairs = means.map((values) => values.reduce((a, b) => a + b, 0))
    return [0, 2, 4, 6].map((i) => Math.round((pairs[i] + pairs[i + 1]) / 2))
  }

  it('brings corpora to common statistics, under the protocol speaker each speaker', () => {
    const [a, b, c, d] = meansOf(voices(1, [-500, 500]), 'strict')
    expect(Math.abs(a + b - (c + d))).toBeLessThan(60)
    expect(Math.abs(b - a)).toBeGreaterThan(300)
    expect(meansOf(voices(1, [-500, 500]), 'corpus')).toEqual([a, b, c, d])
    expect(new Set(meansOf(voices(1, [-500, 500]), 'speaker')).size).toBe(1)
    const alone = voices(1, [0])
    expect(aligned(alone, 'strict')).toBe(alone.sequences)
  })

  it('leaves the voice of those who speak in one class only, whose statistics are those of the class', () => {
    const roles = voices(1, [-500, 500], true)
    expect(meansOf(roles, 'speaker')).toEqual(meansOf(roles, 'strict'))
  })
})
