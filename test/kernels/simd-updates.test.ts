import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import type { AdamSettings } from '../../src/kernels/types.ts'
import { Random } from '../../src/numerics/random.ts'
import '../support/wide.ts'

// Updates of a SIMD record against the reference in float64 on the same numbers.

const reference = createKernels()
const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const EPS = 2 ** -23
/** Offset and length: odd places, odd ends, more than a block. */
const places = [
  [0, 0],
  [3, 1],
  [1, 6],
  [0, 64],
  [5, 16384 + 3],
] as const

function distance(x: FloatArray, y: FloatArray): number {
  let most = 0
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - y[i]))
  return most
}

/** The largest number, 1 where there is none. */
function sizeOf(x: FloatArray): number {
  return distance(x, new Float64Array(x.length)) || 1
}

/** Vectors with two elements behind the run, and copies in float64. */
function vectors(count: number, offset: number, n: number): { own: Float32Array[]; wanted: Float64Array[] } {
  const random = new Random(`${offset} ${n}`)
  const own = Array.from({ length: count }, () => new Float32Array(offset + n + 2))
  for (const vector of own) random.normalInto(vector)
  return { own, wanted: own.map((vector) => Float64Array.from(vector)) }
}

function expectClose(own: readonly Float32Array[], wanted: readonly Float64Array[], tolerance: number): void {
  own.forEach((vector, i) => expect(distance(vector, wanted[i])).toBeLessThanOrEqual(tolerance * sizeOf(wanted[i])))
}

describe.each(records)('the update with momentum of $name', (record) => {
  it('is that of the reference, also at odd places and lengths beyond a block', () => {
    for (const [offset, n] of places) {
      const { own, wanted } = vectors(3, offset, n)
      const rates = [0.01, 0.9, 0.1] as const
      const [w64, velocity64, gradient64] = wanted
      const most = reference.momentumStep(w64, velocity64, gradient64, offset, n, ...rates)
      const [w, velocity, gradient] = own
      const found = record.momentumStep(w, velocity, gradient, offset, n, ...rates)
      expect(Math.abs(found - most)).toBeLessThan(2 * EPS * (1 + most))
      expectClose(own, wanted, 4 * EPS)
    }
  })

  it('tells of a number that is none, wherever it stands', () => {
    for (let n = 1; n <= 9; n++) {
      for (let at = 0; at <= n; at++) {
        const w = new Float32Array(n + 1)
        w[at] = Number.NaN
        const [velocity, gradient] = [new Float32Array(n + 1), new Float32Array(n + 1)]
        expect(Number.isNaN(record.momentumStep(w, velocity, gradient, 0, n, 0.1, 0.9, 0))).toBe(at < n)
      }
    }
  })
})

describe.each(records)('the SGD step of $name', (record) => {
  it.each([
    [0, 0, false],
    [0.9, 0.1, false],
    [0.9, 0.1, true],
  ])('is that of the reference: momentum %d, decay %d, Nesterov %s', (momentum, decay, nesterov) => {
    for (const [offset, n] of places) {
      const { own, wanted } = vectors(3, offset, n)
      const [w, velocity, gradient] = own
      record.sgdStep(w, velocity, gradient, offset, n, 0.01, momentum, decay, nesterov)
      const [w64, velocity64, gradient64] = wanted
      reference.sgdStep(w64, velocity64, gradient64, offset, n, 0.01, momentum, decay, nesterov)
      expectClose(own, wanted, 4 * EPS)
    }
  })
})

describe.each(records)('the Adam step of $name', (record) => {
  const settings: AdamSettings = {
    ...{ rate: 0.01, beta1: 0.9, beta2: 0.999, correction1: 1 - 0.9 ** 3, correction2: 1 - 0.999 ** 3, epsilon: 1e-8 },
    ...{ coupledDecay: 0, decoupledDecay: 0 },
  }

  it.each([
    ['no decay', {}],
    ['decay in the gradient', { coupledDecay: 0.1 }],
    ['decay apart', { decoupledDecay: 0.1 }],
  ])('is that of the reference: %s', (_, decay) => {
    for (const [offset, n] of places) {
      const { own, wanted } = vectors(4, offset, n)
      for (const second of [own[2], wanted[2]]) second.forEach((value, i) => (second[i] = Math.abs(value)))
      const [w, first, second, gradient] = own
      record.adamStep(w, first, second, gradient, offset, n, { ...settings, ...decay })
      const [w64, first64, second64, gradient64] = wanted
      reference.adamStep(w64, first64, second64, gradient64, offset, n, { ...settings, ...decay })
      expectClose(own.slice(1), wanted.slice(1), 4 * EPS)
      // Where v is small, its rounding moves a large step.
      const excess = w.map((value, i) => {
        const scale = 1 + Math.abs(value) + Math.abs(first64[i]) / Math.sqrt(second64[i])
        return Math.abs(w64[i] - value) / scale
      })
      expect(Math.max(0, ...excess)).toBeLessThanOrEqual(8 * EPS)
    }
  })

  it('keeps weights whose gradients were always 0', () => {
    const w = Float32Array.of(1, -2, 3, 4, 5)
    const zeros = (): Float32Array => new Float32Array(5)
    record.adamStep(w, zeros(), zeros(), zeros(), 0, 5, settings)
    expect(Array.from(w)).toEqual([1, -2, 3, 4, 5])
  })

  it('takes no more than the rate at the first step, however small or large the gradient', () => {
    const first = { ...settings, correction1: 1 - 0.9, correction2: 1 - 0.999 }
    const gradient = Float32Array.of(1e-5, -1e-2, 1e3, -1e15)
    const w = new Float32Array(4)
    record.adamStep(w, new Float32Array(4), new Float32Array(4), gradient, 0, 4, first)
    gradient.forEach((g, i) => expect(w[i] / (-0.01 * Math.sign(g))).toBeCloseTo(Math.abs(g) / (Math.abs(g) + 1e-8), 5))
  })
})
