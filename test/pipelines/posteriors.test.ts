import { expect, it } from 'vitest'
import { averagePosteriors } from '../../src/pipelines/posteriors.ts'

it('counts a posterior below 1e-6 as 1e-6 in a mean of logarithms, so that one member alone rules no class out', () => {
  const least = 1e-6
  const odds = Math.sqrt((1 * 0.5) / (least * 0.5))
  const [first, second] = averagePosteriors(
    [
      [1, 0],
      [0.5, 0.5],
    ],
    'logPosterior',
  )
  expect(first / second).toBeCloseTo(odds, 0)
  expect(first + second).toBeCloseTo(1, 6)
  const below = averagePosteriors([[1 - 1e-9, 1e-9]], 'logPosterior')
  expect(below[1]).toBeCloseTo(least, 9)
  expect(averagePosteriors([[1, 0]], 'posterior')[1]).toBe(0)
})
