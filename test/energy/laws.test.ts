/** What holds for the training of every energy model. */
import { describe, expect, it } from 'vitest'
import { DivergenceError } from '../../src/core/errors.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import type { EnergyCheckpoint } from '../../src/energy/energy-history.ts'
import { kinds, type Model, trainModel, variants } from './models.ts'

describe.each(Object.entries(kinds))('laws of training: %s', (_, { make, data, held, restore }) => {
  it.each(Object.entries(variants))('same seed, same bits; another seed, others (%s)', async (_, options) => {
    const train = async (seed: number): Promise<Model['parameters']['data']> => {
      const model = make(seed)
      await trainModel(model, data, options)
      return model.parameters.data
    }
    const one = await train(1)
    expect(one.every(Number.isFinite)).toBe(true)
    expect(await train(1)).toEqual(one)
    expect(await train(2)).not.toEqual(one)
  })

  it.each(Object.entries(variants))('two halves from a checkpoint equal the whole (%s)', async (_, more) => {
    const options = { ...more, validation: held as never, earlyStopping: { patience: 50 } }
    const whole = make(3)
    const history = await trainModel(whole, data, options)
    let half: EnergyCheckpoint | undefined
    const halves = make(3)
    await trainModel(halves, data, { ...options, epochs: 2, onEpoch: (report) => (half = report.checkpoint()) })
    const stored = JSON.parse(JSON.stringify(half, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))
    const resumed = make(3)
    const rest = await trainModel(resumed, data, { ...options, resume: stored })
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
    expect(rest).toEqual(history)
  })

  it('a saved model is the same model, also for partialFit', () => {
    const model = make(4)
    const step = { persistent: !(model instanceof CRBM), sparsity: { target: 0.2 }, learningRate: 0.01 }
    const update = (each: Model): void => {
      ;(each.partialFit as (x: unknown, o: object) => unknown).call(each, data, step)
    }
    update(model)
    const text = JSON.stringify(model.state(), (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v))
    const again = restore(JSON.parse(text) as never)
    expect(again.parameters.data).toEqual(model.parameters.data)
    for (const each of [model, again]) update(each)
    expect(again.parameters.data).toEqual(model.parameters.data)
    expect(again.state()).toEqual(model.state())
  })

  it('inputs stay untouched', async () => {
    const list = (Array.isArray(data) ? data : [data]) as ArrayView[]
    const copies = list.map(({ data: numbers }) => numbers.slice())
    await trainModel(make(5), data, { persistent: true })
    list.forEach(({ data: numbers }, i) => expect(numbers).toEqual(copies[i]))
  })

  it('a run-away is told with its remedy, the model as it was before the call', async () => {
    const model = make(6)
    await trainModel(model, data)
    const before = model.parameters.data.slice()
    const fitting = trainModel(model, data, { learningRate: 1e8, epochs: 30 })
    await expect(fitting).rejects.toBeInstanceOf(DivergenceError)
    await expect(fitting).rejects.toThrow(
      model.options.visible === 6 || ('visibles' in model.options && model.options.visibles === 'binary')
        ? /epoch \d+, batch \d+: .*smaller learningRate/
        : /epoch \d+, batch \d+: .*10 to 100 times smaller/,
    )
    expect(model.parameters.data).toEqual(before)
    const learner = model.state().learner
    const partial = (): unknown =>
      (model.partialFit as (x: unknown, o: object) => unknown).call(model, data, { learningRate: 1e30, momentum: 0 })
    let updates = 0
    expect(() => {
      for (; updates < 50; updates++) partial()
    }).toThrow(DivergenceError)
    if (updates === 0) expect(model.parameters.data).toEqual(before)
    expect(learner).toBeNull()
  })
})
