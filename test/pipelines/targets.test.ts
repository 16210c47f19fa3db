import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { meanConcordance } from '../../src/evaluation/regression.ts'
import { choosingSystem } from '../../src/experiments/choice.ts'
import { Random } from '../../src/numerics/random.ts'
import type { LabelledFeatures, System } from '../../src/pipelines/system.ts'
import { createSystem, type SystemName, systemNames } from '../../src/pipelines/systems.ts'
import { data, small } from '../support/small-systems.ts'

/** Utterances with two targets: how much of each is in the levels of two halves of the columns. */
function withTargets(seed: number): LabelledFeatures {
  const { sequences, speakers } = data(seed, 24)
  const random = new Random(`targets/${seed}`)
  const targets = Float64Array.from({ length: 2 * sequences.length }, () => random.normal())
  const moved = sequences.map(({ data: x, shape }, i) =>
    view(
      Float32Array.from(x, (value, k) => value / 2 + 2 * targets[2 * i + (k % shape[1] < shape[1] / 2 ? 0 : 1)]),
      shape,
    ),
  )
  // Far from 0, and of another scale.
  const given = targets.map((value, i) => (i % 2 === 0 ? 100 + 10 * value : value))
  return {
    sequences: moved,
    labels: new Int32Array(moved.length),
    targets: view(given, [moved.length, 2]),
    speakers,
  }
}

const learners: SystemName[] = systemNames.filter((name) => createSystem<SystemName>(name, small[name]).learnsTargets)

const make = (name: SystemName, more: object = {}): System =>
  createSystem<SystemName>(name, { ...small[name], ...more } as never)

it('all systems of networks over time learn targets, and functionals-mlp', () => {
  expect(learners).toEqual(
    expect.arrayContaining(['crbm-dnn', 'crbm-lstm', 'lstm', 'lstm-rectifier', 'blstm', 'functionals-mlp']),
  )
})

describe.each(learners)('the system %s with targets', (name) => {
  const longer = name === 'functionals-mlp' ? {} : { epochs: 40, dropout: 0, offset: 0, noise: 0.05, bandMasks: 0 }

  it.each(['concordance', 'squaredError'])(
    'learns them in their own units by %s, and comes back bit for bit',
    async (targetLoss) => {
      const system = make(name, { ...longer, targetLoss })
      const [own, other] = [withTargets(1), withTargets(2)]
      const trained = await system.train(own, 2, 'seed')
      const said = other.sequences.map((x) => trained.predict(x))
      expect(meanConcordance(other.targets as never, said)).toBeGreaterThan(0.6)
      const mean = said.reduce((sum, [first]) => sum + first, 0) / said.length
      expect(Math.abs(mean - 100)).toBeLessThan(10)
      const saved = JSON.parse(
        JSON.stringify(trained.state(), (_, value) => (ArrayBuffer.isView(value) ? Array.from(value as never) : value)),
      )
      const restored = system.restore(saved)
      for (const [i, x] of other.sequences.entries()) expect(restored.predict(x)).toEqual(said[i])
      const windows = trained.predictWindows?.(other.sequences[0], [0], other.sequences[0].shape[0])
      windows?.[0].forEach((value, k) => expect(value).toBeCloseTo(said[0][k], 3))
    },
  )

  it('with held-out speakers stops by their loss', async () => {
    if (name === 'functionals-mlp') return
    const { history } = await make(name, { ...longer, validationSpeakers: 1, patience: 3 }).train(
      withTargets(1),
      2,
      's',
    )
    expect(history.epochs.some(({ validationLoss }) => validationLoss !== undefined)).toBe(true)
  })
})

describe('targets that cannot be learned', () => {
  const given = withTargets(1)
  const constant = view(new Float64Array(given.labels.length).fill(3), [given.labels.length, 1])
  const lstm = (): System => make('lstm', { epochs: 1 })

  it('are told before anything is trained', async () => {
    const refused = (more: Partial<LabelledFeatures>, outputs: number) =>
      lstm().train({ ...given, ...more }, outputs, 's')
    await expect(refused({ targets: constant }, 1)).rejects.toThrow('is 3 in all')
    await expect(refused({}, 3)).rejects.toThrow('lstm.train: "data.targets" expected 3 columns, got 2')
    const [first, ...rest] = given.targets?.data ?? []
    const odd = view(Float64Array.of(Number.NaN, ...rest), given.targets?.shape as never)
    expect(first).toBeGreaterThan(0)
    await expect(refused({ targets: odd }, 2)).rejects.toThrow(RangeError)
    const short = view(new Float64Array(2), [1, 2])
    await expect(refused({ targets: short }, 2)).rejects.toThrow(
      `"data.targets" expected shape [${given.labels.length}, M], got [1, 2]`,
    )
    await expect(refused({ targets: 3 as never }, 2)).rejects.toThrow(TypeError)
  })

  it.each(['measures-lda', 'measures-logistic', 'dnn-hf', 'ensemble'] as const)('nor by %s', async (name) => {
    await expect(make(name).train(given, 2, 's')).rejects.toThrow(`"${name}" learns classes only, not targets`)
  })

  it('a loss is one of two, and settings tell it only where it is not the default', () => {
    expect(() => make('lstm', { targetLoss: 'crossEntropy' })).toThrow('"targetLoss" expected')
    expect('targetLoss' in make('lstm').settings).toBe(false)
    expect(make('lstm', { targetLoss: 'squaredError' }).settings.targetLoss).toBe('squaredError')
  })
})

it('options of a system are chosen by the concordance on held-out speakers', async () => {
  const choices = [{ epochs: 1 }, { epochs: 60 }]
  const given = withTargets(1)
  const system = choosingSystem(
    choices.map((choice) => ({ choice, system: make('functionals-mlp', { weightDecays: [0.03], ...choice }) })),
  )
  const { chosen } = await system.train(given, 2, 's')
  expect(chosen).toEqual({ epochs: 60 })
})
