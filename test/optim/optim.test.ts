import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import type { Optimizer } from '../../src/numerics/optimizer.ts'
import { ParameterSet } from '../../src/numerics/parameters.ts'
import { Adam, AdamW } from '../../src/optim/adam.ts'
import { cosineDecay, stepDecay, warmUp } from '../../src/optim/schedules.ts'
import { SGD } from '../../src/optim/sgd.ts'

function parameters(values: number[], gradient: number[]): ParameterSet {
  const set = ParameterSet.allocate(
    [
      { name: 'W', shape: [values.length - 1], decay: true },
      { name: 'b', shape: [1], decay: false },
    ],
    'float64',
  )
  set.data.set(values)
  set.gradient.set(gradient)
  return set
}

// The steps themselves are compared with PyTorch in models/reference.test.ts.
describe('weight decay', () => {
  it.each<[string, () => Optimizer, number]>([
    ['SGD adds lambda w to the gradient', () => new SGD({ learningRate: 0.1, weightDecay: 0.5 }), 2 - 0.1 * 0.5 * 2],
    ['Adam too: its step is the rate', () => new Adam({ learningRate: 0.1, weightDecay: 0.5 }), 2 - 0.1],
    ['AdamW shrinks', () => new AdamW({ learningRate: 0.1, weightDecay: 0.5 }), 2 * (1 - 0.1 * 0.5)],
  ])('%s, biases spared', (_, make, wanted) => {
    const set = parameters([2, 2], [0, 0])
    make().step(set)
    expect(set.data[0]).toBeCloseTo(wanted, 7)
    expect(set.data[1]).toBe(2)
  })
})

describe.each<[string, () => Optimizer]>([
  ['sgd', () => new SGD({ learningRate: stepDecay({ initial: 0.01, every: 200 }), momentum: 0.9, nesterov: true })],
  ['adam', () => new Adam({ learningRate: 0.05 })],
  ['adamw', () => new AdamW({ learningRate: 0.05, weightDecay: 0.1 })],
])('%s', (kind, make) => {
  const descend = (optimizer: Optimizer, set: ParameterSet, steps: number): void => {
    for (let i = 0; i < steps; i++) {
      set.data.forEach((x, k) => {
        set.gradient[k] = 2 * (k + 1) * x
      })
      optimizer.step(set)
    }
  }

  it('goes on from a saved state exactly', () => {
    const whole = parameters([1, -2, 3], [0, 0, 0])
    descend(make(), whole, 6)
    const half = parameters([1, -2, 3], [0, 0, 0])
    const first = make()
    descend(first, half, 3)
    const state = first.state()
    descend(first, parameters([9, 9, 9], [0, 0, 0]), 1)
    const second = make()
    second.restore(state)
    descend(second, half, 3)
    expect(half.data).toEqual(whole.data)
    expect(state).toMatchObject({ kind, steps: 3 })
  })

  it('starts anew after reset', () => {
    const optimizer = make()
    const fresh = parameters([1, -2, 3], [0, 0, 0])
    descend(optimizer, fresh, 4)
    optimizer.reset()
    const again = parameters([1, -2, 3], [0, 0, 0])
    descend(optimizer, again, 4)
    expect(again.data).toEqual(fresh.data)
  })

  it('refuses another model and another kind of state', () => {
    const optimizer = make()
    descend(optimizer, parameters([1, 1], [0, 0]), 1)
    expect(() => optimizer.step(parameters([1, 1, 1], [0, 0, 0]))).toThrow(StateError)
    expect(() => make().restore({ kind: 'lbfgs', steps: 0, vectors: {} })).toThrow(
      /cannot go on from the state of lbfgs/,
    )
  })

  it('finds the bottom of a bowl', () => {
    const set = parameters([1, -2, 3], [0, 0, 0])
    descend(make(), set, 400)
    expect(Math.hypot(...set.data)).toBeLessThan(1e-3)
  })
})

describe('schedules', () => {
  it('step', () => {
    const rate = stepDecay({ initial: 1, factor: 0.1, every: 3 })
    expect([0, 2, 3, 5, 6].map(rate).map((x) => Number(x.toPrecision(12)))).toEqual([1, 1, 0.1, 0.1, 0.01])
  })

  it('cosine', () => {
    const rate = cosineDecay({ initial: 1, final: 0.2, steps: 10 })
    expect(rate(0)).toBe(1)
    expect(rate(5)).toBeCloseTo(0.6, 14)
    expect(rate(10)).toBeCloseTo(0.2, 14)
    expect(rate(99)).toBe(rate(10))
  })

  it('warm-up, then what follows from its own start', () => {
    const rate = warmUp(cosineDecay({ initial: 1, steps: 10 }), 4)
    expect([0, 1, 2, 3].map(rate)).toEqual([0.25, 0.5, 0.75, 1])
    expect(rate(4)).toBe(1)
    expect(rate(14)).toBeCloseTo(0, 14)
    expect(warmUp(0.5, 0)(0)).toBe(0.5)
  })

  it('an optimiser follows its schedule', () => {
    const optimizer = new SGD({ learningRate: (step) => 1 / (step + 1) })
    const set = parameters([0, 0], [1, 1])
    const rates = [0, 1, 2].map(() => {
      const rate = optimizer.learningRate
      optimizer.step(set)
      return rate
    })
    expect(rates).toEqual([1, 1 / 2, 1 / 3])
    expect(set.data[0]).toBeCloseTo(-(1 + 1 / 2 + 1 / 3), 14)
  })
})

it.each<[string, () => unknown, RegExp]>([
  ['no rate', () => new SGD({} as never), /SGD: "learningRate" expected a number or a schedule, got undefined/],
  [
    'a negative rate',
    () => new Adam({ learningRate: -1 }),
    /Adam: "learningRate" expected a finite number >= 0, got -1/,
  ],
  ['momentum 1', () => new SGD({ learningRate: 1, momentum: 1 }), /"momentum" expected a finite number >= 0 and < 1/],
  ['Nesterov alone', () => new SGD({ learningRate: 1, nesterov: true }), /"nesterov" needs a "momentum" above 0/],
  ['a misspelt option', () => new AdamW({ lr: 1 } as never), /AdamW: unknown option "lr"/],
  [
    'a schedule of NaN',
    () => new SGD({ learningRate: () => Number.NaN }).learningRate,
    /learning rate of NaN at update 0/,
  ],
  ['no steps', () => cosineDecay({ initial: 1, steps: 0 }), /cosineDecay: "steps" expected an integer >= 1, got 0/],
])('bad input: %s', (_, act, message) => {
  expect(act).toThrow(message)
})
