import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { RunawayError } from '../../src/core/errors.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { Random } from '../../src/numerics/random.ts'

const sdOf = (x: ArrayLike<number>): number => {
  const values = Array.from(x)
  const mean = values.reduce((a, b) => a + b) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

/** A model of one column whose linear part is A and whose hidden units do nothing. */
function autoregression(A: number[], dtype: 'float32' | 'float64' = 'float64'): CRBM {
  const model = new CRBM({ visible: 1, hidden: 2, order: A.length, weightScale: 0, dtype })
  model.params.A.data.set(A)
  return model
}

const start = (n: number): ReturnType<typeof floatView> => floatView(new Float64Array(n).fill(0.5), [n, 1])

describe('the spectral radius of the linear part', () => {
  it.each([
    ['one eigenvalue', [0.7], 0.7],
    ['two real ones: 0.8 and -0.3', [0.5, 0.24], 0.8],
    ['a complex pair of modulus 0.9', [1.8 * Math.cos(1), -0.81], 0.9],
    ['a pair on the unit circle', [2 * Math.cos(0.3), -1], 1],
    ['a double one of 1', [2, -1], 1],
    ['none but 0', [0, 0, 0], 0],
  ])('%s', (_, A, radius) => {
    expect(Math.abs(autoregression(A).spectralRadius() - radius)).toBeLessThan(2e-5)
  })

  it('is within 0.002 of a threefold one', () => {
    expect(Math.abs(autoregression([3.3, -3 * 1.21, 1.331]).spectralRadius() - 1.1)).toBeLessThan(2e-3)
  })

  it('of several columns is that of the companion matrix, whose characteristic polynomial vanishes there', () => {
    const model = new CRBM({ visible: 2, hidden: 3, order: 2, dtype: 'float64' })
    // x1 = 0.5 x1(t-1) + 0.5 x2(t-1), x2 = 0.9 x1(t-2): z^3 - 0.5 z^2 - 0.45 = 0
    model.params.A.data.set([0.5, 0.5, 0, 0, 0, 0, 0.9, 0])
    const z = model.spectralRadius()
    expect(Math.abs(z ** 3 - 0.5 * z ** 2 - 0.45)).toBeLessThan(1e-6)
  })

  it('does not overflow on the way', () => {
    expect(autoregression([1e100]).spectralRadius() / 1e100).toBeCloseTo(1, 5)
  })
})

describe('visible noise', () => {
  it('keeps the spread of a stable process, where means collapse', () => {
    const model = autoregression([0.9])
    const still = model.generate(start(1), 400, { seed: 1 }).data.slice(100)
    const drawn = model.generate(start(1), 4000, { seed: 1, visibleNoise: 1, limit: 100 }).data
    expect(sdOf(still)).toBeLessThan(1e-5)
    expect(Math.abs(sdOf(drawn) / (1 / Math.sqrt(1 - 0.81)) - 1)).toBeLessThan(0.1)
  })

  it('draws the model: its mean and spread are those of Gibbs chains', () => {
    const model = new CRBM({ visible: 1, hidden: 4, order: 1, weightScale: { W: 1, A: 0, B: 0 }, seed: 3 })
    const { data } = model.generate(start(1), 4000, { seed: 1, steps: 10, visibleNoise: 1 })
    const exact = model.predictNext(start(2), { method: 'exact' }).data[0]
    const mean = Array.from(data).reduce((a, b) => a + b, 0) / data.length
    expect(Math.abs(mean - exact)).toBeLessThan(0.15)
    expect(sdOf(data)).toBeGreaterThan(1)
  })

  it('draws bits of binary units, below another model too', () => {
    const model = new CRBM({ visible: 3, hidden: 2, order: 1, visibles: 'binary', seed: 1 })
    const frames = floatView(new Float32Array(3), [1, 3])
    const { data } = model.generate(frames, 50, { visibleNoise: 1 })
    expect(new Set(data)).toEqual(new Set([0, 1]))
    const stack = new StackedCRBM({ visible: 3, visibles: 'binary', hidden: [2, 2], order: 1, seed: 1 })
    expect(new Set(stack.generate(frames, 50, { visibleNoise: 1 }).data)).toEqual(new Set([0, 1]))
  })

  it('is off by default, with the bits of no noise', () => {
    const model = new CRBM({ visible: 3, hidden: 5, order: 2, weightScale: 0.3, seed: 1 })
    const x = floatView(new Float32Array(6).fill(0.3), [2, 3])
    expect(model.generate(x, 9, { seed: 1, visibleNoise: 0 })).toEqual(model.generate(x, 9, { seed: 1 }))
  })
})

describe('a model that runs away', () => {
  it('is told before it overflows, with the frame and the remedy', () => {
    const model = autoregression([1.2])
    const thrown = (() => {
      try {
        return model.generate(start(1), 100, { noise: 0 })
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(RunawayError)
    const frames = Math.ceil(Math.log(10 / 0.5) / Math.log(1.2)) - 1
    expect((thrown as RunawayError).frame).toBe(frames)
    expect((thrown as RunawayError).message).toMatch(
      new RegExp(
        `^CRBM.generate: frame ${frames} reached 1\\d.* beyond 10: .*weight decay on A \\(see spectralRadius\\)`,
      ),
    )
  })

  it('is told where it drifts away slowly', () => {
    const model = autoregression([1.0001])
    expect(() => model.generate(start(1), 100_000, { noise: 0, steps: 0 })).toThrow(/beyond 10: the model runs away/)
  })

  it('of NaN and infinity is always told, in a stack too', () => {
    const huge = autoregression([1e30], 'float32')
    expect(() => huge.generate(start(1), 5, { limit: 3e38 })).toThrow(/reached (NaN|Infinity|-Infinity) in column 0/)
    const stack = new StackedCRBM({ visible: 1, hidden: [2, 2], order: 1, seed: 1 })
    stack.layers[0].params.A.data.fill(50)
    expect(() => stack.generate(start(2), 50)).toThrow(/^StackedCRBM.generate: frame \d+ reached/)
  })

  it('in a stack has its limit for the data, not for the probabilities above them', () => {
    const stack = new StackedCRBM({ visible: 1, hidden: [2, 2], order: 1, seed: 1 })
    const { data } = stack.generate(floatView(Float32Array.of(0.01, 0.02), [2, 1]), 5, { limit: 0.4 })
    expect(Math.max(...data)).toBeLessThan(0.4)
    stack.layers[0].params.b.data.fill(0.5)
    expect(() => stack.generate(start(2), 5, { limit: 0.4 })).toThrow(/^StackedCRBM.generate: frame 0 .*beyond 0.4:/)
    const upper = new StackedCRBM({ visible: 1, hidden: [2, 2], order: 1, upperVisibles: 'linear', seed: 1 })
    upper.layers[1].params.b.data.fill(20)
    expect(() => upper.generate(start(2), 5, { limit: 1 })).toThrow(/frame 0 .*beyond 10:/)
    expect(upper.generate(start(2), 5, { limit: 30 }).shape).toEqual([5, 1])
  })

  it('has a limit of the size of its sequence, or as asked for', () => {
    const model = autoregression([1])
    const far = floatView(Float64Array.of(500), [1, 1])
    expect(model.generate(far, 5, { noise: 0 }).data[4]).toBe(500)
    expect(() => model.generate(far, 5, { noise: 0, limit: 499 })).toThrow(/beyond 499/)
    expect(() => model.generate(far, 5, { limit: 0 })).toThrow(
      'CRBM.generate: "limit" expected a finite number > 0, got 0',
    )
    expect(() => model.generate(far, 5, { visibleNoise: -1 })).toThrow('"visibleNoise" expected a finite number >= 0')
  })

  it('is bounded below a radius of 1 whatever the hidden units do', () => {
    const random = new Random(1)
    let stable = 0
    for (let k = 0; k < 20; k++) {
      const model = new CRBM({ visible: 3, hidden: 6, order: 2, weightScale: { W: 1, A: 0.3, B: 1 }, seed: k })
      const radius = model.spectralRadius()
      if (radius > 0.95) continue
      stable++
      const x = floatView(
        Float32Array.from({ length: 6 }, () => random.normal()),
        [2, 3],
      )
      expect(model.generate(x, 2000, { seed: k, steps: 2, limit: 1e3 }).shape).toEqual([2000, 3])
    }
    expect(stable).toBeGreaterThanOrEqual(10)
  })
})
