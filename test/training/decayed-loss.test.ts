import { expect, it } from 'vitest'
import { ParameterSet } from '../../src/numerics/parameters.ts'
import { Random } from '../../src/numerics/random.ts'
import type { BatchLoss } from '../../src/training/batch-loss.ts'
import { withWeightDecay } from '../../src/training/decayed-loss.ts'

const specs = [
  { name: 'W', shape: [2], decay: true },
  { name: 'b', shape: [1], decay: false },
]
const batch = [Int32Array.of(0, 1), new Random(1)] as const

/** The loss 3 with the gradient [10, 20, 30] and the curvature 100 I. */
function constant(): BatchLoss {
  const parameters = ParameterSet.allocate(specs, 'float64')
  parameters.data.set([1, -2, 4])
  return {
    parameters,
    lossAndGradient: () => {
      parameters.gradient.set([10, 20, 30])
      return 3
    },
    loss: () => 3,
    gaussNewton: () => (v, out) => out.set(v.map((value) => 100 * value)),
    deterministic: true,
  }
}

it('adds lambda/2 ||W||^2 to value, gradient and curvature, biases spared', () => {
  const decayed = withWeightDecay(constant(), 0.5)
  expect(decayed.lossAndGradient(...batch)).toBe(3 + 0.25 * 5)
  expect(decayed.parameters.gradient).toEqual(Float64Array.of(10.5, 19, 30))
  expect(decayed.loss?.(...batch)).toBe(3 + 0.25 * 5)
  const out = new Float64Array(3)
  decayed.gaussNewton?.(...batch)(Float64Array.of(1, 2, 3), out)
  expect(out).toEqual(Float64Array.of(100.5, 201, 300))
  expect(decayed.deterministic).toBe(true)
})

it('leaves out what the loss does not have, and changes nothing for lambda 0', () => {
  const { loss, gaussNewton, ...least } = constant()
  const decayed = withWeightDecay(least, 0.5)
  expect(decayed.loss).toBeUndefined()
  expect(decayed.gaussNewton).toBeUndefined()
  expect(withWeightDecay(least, 0)).toBe(least)
})
