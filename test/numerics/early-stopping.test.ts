import { describe, expect, it } from 'vitest'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import type { EarlyStoppingOptions, EnergyEarlyStoppingOptions } from '../../src/index.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { SGD } from '../../src/optim/sgd.ts'

const x = [
  [0, 1],
  [1, 0],
]
const optimizer = new SGD({ learningRate: 0.1 })
type Options = { earlyStopping: object; validation?: unknown }

/** `fit` of each kind of model, with the monitors that it knows. */
const models: [string, readonly string[], (options: Options) => Promise<unknown>][] = [
  [
    'Sequential.fit',
    ['loss', 'accuracy'],
    ({ validation, ...options }) => {
      const net = new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' }), new MeanPool()], {
        seed: 1,
      })
      const held = validation === undefined ? {} : { validation: { sequences: [x], labels: [0] } }
      return net.fit([x], [0], { optimizer, ...options, ...held } as never)
    },
  ],
  [
    'MLP.fit',
    ['loss', 'accuracy'],
    ({ validation, ...options }) => {
      const held = validation === undefined ? {} : { validation: { x, labels: [0, 1] } }
      return new MLP({ layers: [2, 3, 2], seed: 1 }).fit(x, [0, 1], { optimizer, ...options, ...held } as never)
    },
  ],
  [
    'RBM.fit',
    ['reconstructionError', 'pseudoLikelihood'],
    (options) => new RBM({ visible: 2, hidden: 2, seed: 1 }).fit(x, options as never),
  ],
  [
    'GaussianRBM.fit',
    ['reconstructionError'],
    (options) => new GaussianRBM({ visible: 2, hidden: 2, seed: 1 }).fit(x, options as never),
  ],
]

describe.each(models)('earlyStopping of %s', (where, monitors, train) => {
  const inner = `${where} earlyStopping`
  const words = monitors.map((word) => `"${word}"`).join(', ')
  it.each([
    [{ wait: 1 }, TypeError, `${inner}: unknown option "wait" (known: patience, minDelta, monitor)`],
    [{ patience: 0 }, RangeError, `${inner}: "patience" expected an integer >= 1, got 0`],
    [{ minDelta: -1 }, RangeError, `${inner}: "minDelta" expected a finite number >= 0, got -1`],
    [{ monitor: 'likelihood' }, RangeError, `${inner}: "monitor" expected one of ${words}, got "likelihood"`],
    [{ monitor: 1 }, TypeError, `${inner}: "monitor" expected one of ${words}, got 1`],
  ])('refuses %o', async (earlyStopping, kind, message) => {
    const refused = train({ earlyStopping, validation: x })
    await expect(refused).rejects.toThrow(kind)
    await expect(refused).rejects.toThrow(message)
  })

  it('needs validation data', async () => {
    await expect(train({ earlyStopping: {} })).rejects.toThrow(`${where}: "earlyStopping" needs "validation" data`)
  })

  it.each(monitors)('goes by %s', async (monitor) => {
    expect(await train({ earlyStopping: { monitor }, validation: x })).toHaveProperty('bestEpoch')
  })
})

it('has types of the monitors of each kind of model', () => {
  const network: EarlyStoppingOptions = { patience: 2, monitor: 'accuracy' }
  const machine: EnergyEarlyStoppingOptions = { patience: 2, monitor: 'predictionError' }
  // @ts-expect-error a network has no reconstruction
  const wrong: EarlyStoppingOptions = machine
  // @ts-expect-error an energy model has no accuracy
  const wrongToo: EnergyEarlyStoppingOptions = network
  expect([wrong.patience, wrongToo.patience]).toEqual([2, 2])
})
