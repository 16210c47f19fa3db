import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ParameterSet } from '../../src/numerics/parameters.ts'
import { RMSprop, type RMSpropOptions } from '../../src/optim/rmsprop.ts'
import { tolerance } from '../support/tolerances.ts'

interface Case {
  options: { lr: number; alpha?: number; eps?: number; momentum?: number; centered?: boolean; weight_decay?: number }
  steps: number[][]
}

// Made by vectors/rmsprop.py with PyTorch in float64.
const { torch: _, ...cases }: Record<string, Case> & { torch: never } = JSON.parse(
  readFileSync(new URL('../vectors/rmsprop.json', import.meta.url), 'utf8'),
)

function start(): ParameterSet {
  const set = ParameterSet.allocate([{ name: 'W', shape: [5], decay: true }], 'float64')
  for (let i = 0; i < 5; i++) set.data[i] = 0.5 * Math.cos(1 + i)
  return set
}

function step(optimizer: RMSprop, set: ParameterSet, t: number): void {
  for (let i = 0; i < 5; i++) set.gradient[i] = Math.sin(0.7 * t + 1.3 * i) * (1 + 0.1 * t)
  optimizer.step(set)
}

function optionsOf({ options }: Case): RMSpropOptions {
  const { lr, alpha, eps, momentum, centered, weight_decay } = options
  return { learningRate: lr, alpha, epsilon: eps, momentum, centered, weightDecay: weight_decay }
}

describe('RMSprop', () => {
  it.each(Object.entries(cases))('takes the steps of PyTorch: %s', (_name, wanted) => {
    const optimizer = new RMSprop(optionsOf(wanted))
    const set = start()
    wanted.steps.forEach((row, t) => {
      step(optimizer, set, t)
      row.forEach((value, i) => expect(Math.abs(set.data[i] - value)).toBeLessThan(tolerance.vector))
    })
  })

  it.each(Object.entries(cases))('goes on from a saved state exactly: %s', (_name, wanted) => {
    const whole = start()
    const optimizer = new RMSprop(optionsOf(wanted))
    for (let t = 0; t < 6; t++) step(optimizer, whole, t)
    const half = start()
    const first = new RMSprop(optionsOf(wanted))
    for (let t = 0; t < 3; t++) step(first, half, t)
    const second = new RMSprop(optionsOf(wanted))
    second.restore(first.state())
    for (let t = 3; t < 6; t++) step(second, half, t)
    expect(half.data).toEqual(whole.data)
  })

  it('is not centred by the state of one that was', () => {
    const centred = new RMSprop({ centered: true, momentum: 0.5 })
    const set = start()
    for (let t = 0; t < 3; t++) step(centred, set, t)
    const { steps, kind, vectors } = centred.state()
    const [plain, other] = [start(), start()].map((at, i) => {
      const optimizer = new RMSprop()
      optimizer.restore({ steps, kind, vectors: i === 0 ? { square: vectors.square } : vectors })
      step(optimizer, at, 3)
      expect(Object.keys(optimizer.state().vectors)).toEqual(['square'])
      return at.data
    })
    expect(other).toEqual(plain)
  })

  it('divides a constant gradient by no less than epsilon when centred', () => {
    const set = start()
    const optimizer = new RMSprop({ centered: true, alpha: 0.5 })
    for (let t = 0; t < 200; t++) {
      set.gradient.fill(0.185)
      optimizer.step(set)
      expect(set.data.every(Number.isFinite)).toBe(true)
    }
  })

  it.each<[string, () => unknown, RegExp]>([
    ['alpha 1', () => new RMSprop({ alpha: 1 }), /RMSprop: "alpha" expected a finite number >= 0 and < 1, got 1/],
    ['centered 1', () => new RMSprop({ centered: 1 as never }), /RMSprop: "centered" expected true or false, got 1/],
    ['a misspelt option', () => new RMSprop({ rho: 0.9 } as never), /RMSprop: unknown option "rho"/],
    [
      'a state without its mean',
      () =>
        new RMSprop({ centered: true }).restore({
          kind: 'rmsprop',
          steps: 1,
          vectors: { square: new Float64Array(1) },
        }),
      /rmsprop: the state lacks the typed array "mean"/,
    ],
  ])('bad input: %s', (_name, act, message) => expect(act).toThrow(message))
})
