import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { type Candidate, choosingSystem } from '../../src/experiments/choice.ts'
import { type FoldData, foldJobs, runFoldJob } from '../../src/experiments/jobs.ts'
import { checkPlan } from '../../src/experiments/plan.ts'
import { columnsOf } from '../../src/pipelines/front-end-columns.ts'
import type { LabelledFeatures, System } from '../../src/pipelines/system.ts'
import { createSystem } from '../../src/pipelines/systems.ts'

/** One number for each utterance: its class, which corpus b has the other way round. */
const rows = ['a', 'b', 'c', 'd'].flatMap((corpus) =>
  [0, 1, 0, 1].map((label, i) => ({
    corpus,
    speaker: `${corpus}/${i % 2}`,
    label,
    value: corpus === 'b' ? 1 - label : label,
  })),
)

function dataOf(some: typeof rows): LabelledFeatures {
  return {
    sequences: some.map(({ value }) => floatView(Float32Array.of(value), [1, 1])),
    labels: Int32Array.from(some, ({ label }) => label),
    speakers: some.map(({ speaker }) => speaker),
    corpora: some.map(({ corpus }) => corpus),
  }
}

/** A system that says the number itself or the other, and keeps what it is trained on. */
function saying(turned: boolean, trained: string[][]): System {
  const { frontEnd } = createSystem('functionals-mlp')
  return {
    ...{ name: 'saying', frontEnd, settings: { turned }, epochs: 1 },
    train: async ({ speakers, corpora }) => {
      trained.push(corpora === undefined ? [...new Set(speakers)] : [...new Set(corpora)])
      return {
        history: { bestEpoch: 1, epochs: [] } as never,
        predict: ({ data }) => (data[0] === Number(turned) ? Float32Array.of(1, 0) : Float32Array.of(0, 1)),
        state: () => null,
      }
    },
    restore: () => ({ predict: () => Float32Array.of(1, 0), state: () => null }),
  }
}

function candidates(trained: string[][]): Candidate[] {
  return [true, false].map((turned) => ({ choice: { turned }, system: saying(turned, trained) }))
}

describe('choosingSystem', () => {
  it('chooses by training corpora left out in turn', async () => {
    const trained: string[][] = []
    const data = dataOf(rows.filter(({ corpus }) => corpus !== 'd'))
    const { chosen } = await choosingSystem(candidates(trained)).train(data, 2, 1)
    expect(chosen).toEqual({ turned: false })
    const each = trained.map((names) => names.join(' ')).sort()
    expect(each).toEqual(['a b', 'a b', 'a b c', 'a c', 'a c', 'b c', 'b c'])
  })

  it('chooses otherwise where the corpora say so, and takes the first of equal ones', async () => {
    const only = (...names: string[]) => dataOf(rows.filter(({ corpus }) => names.includes(corpus)))
    expect((await choosingSystem(candidates([])).train(only('b'), 2, 1)).chosen).toEqual({ turned: true })
    expect((await choosingSystem(candidates([])).train(only('a', 'b'), 2, 1)).chosen).toEqual({ turned: true })
    expect((await choosingSystem(candidates([])).train(only('a'), 2, 1)).chosen).toEqual({ turned: false })
  })
})

describe('choices of a plan', () => {
  const system = { system: 'functionals-mlp', options: { epochs: 3, hidden: [4], weightDecays: [0.1] } }
  const plan = (choices: object[]) =>
    checkPlan({
      ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
      ...{ corpus: { kind: 'synthetic' }, systems: [{ ...system, choices }], folds: { by: ['corpus'] } },
    })

  it('are in the settings and the folds of its jobs', async () => {
    const [job] = foldJobs(plan([{ labelSmoothing: 0 }, { labelSmoothing: 0.1 }]), ['a'])
    const data: FoldData = { ...dataOf(rows), classes: ['x', 'y'], paths: rows.map((_, i) => `${i}`) }
    const width = columnsOf(createSystem('functionals-mlp').frontEnd)
    data.sequences = rows.map(({ value }, i) =>
      floatView(
        Float32Array.from({ length: 3 * width }, (_, k) => value + Math.sin(i + k)),
        [3, width],
      ),
    )
    const { fold } = await runFoldJob(job, data)
    expect(Object.keys(fold.chosen ?? {})).toEqual(['labelSmoothing'])
    expect(fold.predictions).toHaveLength(4)
  })

  it('are refused with other front ends or unknown options', () => {
    expect(() => plan([])).toThrow('"systems[0].choices" expected at least 1 item')
    expect(() => plan([{ smoothing: 1 }])).toThrow('smoothing')
    expect(() => plan([{ frontEnd: { deltas: 2 } }])).toThrow(
      '"systems[0].choices[0]" expected the front end of "options"',
    )
  })
})
