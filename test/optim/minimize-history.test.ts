import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { Random } from '../../src/numerics/random.ts'
import { LbfgsHistory } from '../../src/optim/minimize/lbfgs-history.ts'
import { dot } from '../../src/optim/minimize/vectors.ts'

const SIZE = 5
/** Two orders of the same sums in float64. */
const REORDER = 1e-10

type Pair = [s: Float64Array, y: Float64Array]

/** Pairs of a function with a positive definite Hessian: y = (I + vv') s. */
function randomPairs(count: number, seed: number): Pair[] {
  const random = new Random(seed)
  const v = new Float64Array(SIZE)
  random.normalInto(v)
  return Array.from({ length: count }, () => {
    const s = new Float64Array(SIZE)
    random.normalInto(s)
    const vs = dot(v, s)
    return [s, s.map((si, i) => si + v[i] * vs)]
  })
}

/** -H g with H written out: H <- (I - rho s y') H (I - rho y s') + rho s s', from H = gamma I. */
function denseDirection(pairs: Pair[], gradient: Float64Array): Float64Array {
  const [lastS, lastY] = pairs[pairs.length - 1]
  const indices = Array.from({ length: SIZE }, (_, i) => i)
  const times = (a: number[][], b: number[][]) =>
    indices.map((i) => indices.map((j) => indices.reduce((sum, k) => sum + a[i][k] * b[k][j], 0)))
  const gamma = dot(lastS, lastY) / dot(lastY, lastY)
  let h = indices.map((i) => indices.map((j) => (i === j ? gamma : 0)))
  for (const [s, y] of pairs) {
    const rho = 1 / dot(s, y)
    const left = indices.map((i) => indices.map((j) => (i === j ? 1 : 0) - rho * s[i] * y[j]))
    const right = indices.map((i) => indices.map((j) => (i === j ? 1 : 0) - rho * y[i] * s[j]))
    h = times(times(left, h), right).map((row, i) => row.map((value, j) => value + rho * s[i] * s[j]))
  }
  return Float64Array.from(indices, (i) => -indices.reduce((sum, j) => sum + h[i][j] * gradient[j], 0))
}

function historyOf(pairs: Pair[], memory: number): LbfgsHistory {
  const history = new LbfgsHistory(SIZE, memory)
  for (const [s, y] of pairs) history.add(s, y)
  return history
}

function directionOf(history: LbfgsHistory, gradient: Float64Array): Float64Array {
  const out = new Float64Array(SIZE)
  history.direction(out, gradient)
  return out
}

const gradient = Float64Array.of(1, -2, 3, 0.5, -0.25)

describe('LbfgsHistory', () => {
  it.each([1, 2, 3, 4, 9])('gives the product with the BFGS matrix of the last 3 of %i pairs', (count) => {
    const pairs = randomPairs(count, count)
    const wanted = denseDirection(pairs.slice(-3), gradient)
    directionOf(historyOf(pairs, 3), gradient).forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(REORDER * Math.max(1, Math.abs(wanted[i])))
    })
  })

  it('meets the secant equation: H y = s for the newest pair', () => {
    const pairs = randomPairs(4, 7)
    const [s, y] = pairs[3]
    directionOf(historyOf(pairs, 4), y).forEach((value, i) => expect(value).toBeCloseTo(-s[i], 10))
  })

  it('descends steepest without pairs, and again after clear', () => {
    const wanted = gradient.map((g) => -g)
    const history = historyOf(randomPairs(5, 1), 3)
    expect(directionOf(history, gradient)).not.toEqual(wanted)
    history.clear()
    expect(history.length).toBe(0)
    expect(directionOf(history, gradient)).toEqual(wanted)
  })

  it('takes float32 gradients', () => {
    const history = historyOf(randomPairs(3, 1), 3)
    const out = new Float64Array(SIZE)
    history.direction(out, Float32Array.from(gradient))
    expect(out).toEqual(directionOf(history, gradient))
  })

  it.each<[string, number, number]>([
    ['negative', 1, -1],
    ['zero', 1, 0],
    ['lost in rounding', 1e-17, 1],
    ['infinite', 1e200, 1e200],
    ['not a number', 1, Number.NaN],
  ])('refuses a pair of curvature that is %s', (_, s, y) => {
    const history = historyOf(randomPairs(2, 3), 3)
    const before = history.state()
    expect(history.add(new Float64Array(SIZE).fill(s), new Float64Array(SIZE).fill(y))).toBe(false)
    expect(history.state()).toEqual(before)
  })

  it.each([2, 7])('goes on exactly from the state after %i pairs', (count) => {
    const pairs = randomPairs(count + 3, 5)
    const whole = historyOf(pairs, 4)
    const half = historyOf(pairs.slice(0, count), 4)
    const state = half.state()
    half.add(...pairs[0])
    const again = new LbfgsHistory(SIZE, 4)
    again.restore(state)
    for (const [s, y] of pairs.slice(count)) again.add(s, y)
    expect(directionOf(again, gradient)).toEqual(directionOf(whole, gradient))
    expect(again.state()).toEqual(whole.state())
  })

  it('refuses the state of another problem or a longer memory', () => {
    const state = historyOf(randomPairs(4, 5), 4).state()
    expect(() => new LbfgsHistory(SIZE, 3).restore(state)).toThrow(StateError)
    expect(() => new LbfgsHistory(7, 4).restore(state)).toThrow(StateError)
    expect(() => new LbfgsHistory(SIZE, 4).restore({ s: state.s, y: state.y.subarray(SIZE) })).toThrow(StateError)
  })
})
