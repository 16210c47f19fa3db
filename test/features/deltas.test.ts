import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { deltas } from '../../src/features/deltas.ts'
import { Random } from '../../src/numerics/random.ts'
import { reference } from './reference.ts'

const tolerance = 1e-13
/** The references are printed with 12 digits. */
const referenceTolerance = 1e-10

function column(...values: number[]): ReturnType<typeof view<Float64Array>> {
  return view(Float64Array.from(values), [values.length, 1])
}

describe('deltas', () => {
  it('equals the formula by hand, edges repeated', () => {
    const d = deltas(column(1, 4, 9, 16, 25), { dtype: 'float64' })
    const expected = [
      (1 * 3 + 2 * 8) / 10,
      (1 * 8 + 2 * 15) / 10,
      (1 * 12 + 2 * 24) / 10,
      (1 * 16 + 2 * 21) / 10,
      (1 * 9 + 2 * 16) / 10,
    ]
    expect(d.shape).toEqual([5, 1])
    for (let t = 0; t < 5; t++) expect(Math.abs(d.get(t, 0) - expected[t])).toBeLessThan(tolerance)
  })

  it('equals the reference in both orders', () => {
    const { data, shape } = reference.study
    const [frames, columns] = shape
    const features = view(Float64Array.from(data), shape)
    for (const order of [1, 2]) {
      const d = deltas(features, { order, dtype: 'float64' })
      for (let t = 0; t < frames; t++) {
        for (let j = 0; j < columns; j++) {
          const expected = reference.studyDeltas.data[t * 3 * columns + order * columns + j]
          expect(Math.abs(d.get(t, j) - expected)).toBeLessThan(referenceTolerance)
        }
      }
    }
  })

  it('is the slope of a straight line away from the edges, for any window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -50, max: 50 }), (window, slope) => {
        const line = column(...Array.from({ length: 20 }, (_, t) => slope * t + 3))
        const d = deltas(line, { window, dtype: 'float64' })
        for (let t = window; t < 20 - window; t++) expect(Math.abs(d.get(t, 0) - slope)).toBeLessThan(tolerance * 100)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  it('applies itself twice for order 2', () => {
    const x = new Float64Array(60)
    new Random('deltas').normalInto(x)
    const once = deltas(view(x, [20, 3]), { window: 3, dtype: 'float64' })
    const twice = deltas(once, { window: 3, dtype: 'float64' })
    expect(deltas(view(x, [20, 3]), { order: 2, window: 3, dtype: 'float64' }).data).toEqual(twice.data)
  })

  it('fit "polynomial": is the derivative of a polynomial of that degree, and its own first order', () => {
    const t = Array.from({ length: 20 }, (_, i) => i)
    for (const window of [2, 4]) {
      const d = (order: number, f: (t: number) => number, edges: 'nearest' | 'interp') =>
        deltas(column(...t.map(f)), { order, window, edges, fit: 'polynomial', dtype: 'float64' })
      for (const i of t) expect(d(2, (x) => 3 * x * x - 7 * x, 'interp').get(i, 0)).toBeCloseTo(6, 10)
      for (const i of t) expect(d(3, (x) => 2 * x ** 3 - x * x, 'interp').get(i, 0)).toBeCloseTo(12, 8)
      expect(d(2, (x) => 3 * x * x, 'nearest').get(0, 0)).not.toBeCloseTo(6, 1)
      const wave = d(1, Math.sin, 'nearest')
      const line = deltas(column(...t.map(Math.sin)), { window, dtype: 'float64' })
      for (const i of t) expect(wave.get(i, 0)).toBeCloseTo(line.get(i, 0), 13)
    }
  })

  it('fit "polynomial": gives numbers up to the highest order and the widest window', () => {
    const x = view(
      Float64Array.from({ length: 2100 }, (_, i) => Math.sin(i * i)),
      [2100, 1],
    )
    const d = deltas(x, { fit: 'polynomial', window: 1000, order: 30, dtype: 'float64' })
    expect(d.data.every((value) => Number.isFinite(value) && value !== 0)).toBe(true)
  })

  it('edges "interp": holds the line of the first and of the last whole window', () => {
    const x = column(5, 1, 4, 9, 16, 25, 7, 3)
    const [plain, held] = (['nearest', 'interp'] as const).map((edges) => deltas(x, { edges, dtype: 'float64' }))
    const inner = [2, 3, 4, 5].map((t) => plain.get(t, 0))
    expect([...held.data]).toEqual([inner[0], inner[0], ...inner, inner[3], inner[3]])
    expect(deltas(view(new Float32Array(0), [0, 13]), { edges: 'interp' }).shape).toEqual([0, 13])
    expect(() => deltas(column(1, 2, 3, 4), { edges: 'interp' })).toThrow(
      'deltas: "edges" expected "interp" for 5 frames or more ("window": 2), got 4: use "nearest"',
    )
  })

  it('takes strided views, one frame, and no frames; gives float32 unless asked otherwise', () => {
    const x = Float64Array.of(1, 2, 3, 4, 5, 6)
    const transposed = deltas(view(x, [3, 2], [1, 3]), { dtype: 'float64' })
    expect([...transposed.data]).toEqual([
      ...deltas(view(Float64Array.of(1, 4, 2, 5, 3, 6), [3, 2]), { dtype: 'float64' }).data,
    ])
    expect([...deltas(column(7)).data]).toEqual([0])
    expect(deltas(view(new Float32Array(0), [0, 13])).shape).toEqual([0, 13])
    expect(deltas(column(1, 2)).data).toBeInstanceOf(Float32Array)
  })

  it.each([
    [{ order: 0 }, '"order" expected an integer >= 1, got 0'],
    [{ window: 0 }, '"window" expected an integer >= 1 and <= 1000, got 0'],
    [{ dtype: 'int16' }, '"dtype" expected one of "float32", "float64", got "int16"'],
    [{ edges: 'wrap' }, '"edges" expected one of "nearest", "interp", got "wrap"'],
    [{ fit: 'spline' }, '"fit" expected one of "line", "polynomial", got "spline"'],
    [{ fit: 'polynomial', order: 5 }, '"order" expected an integer >= 1 and <= 4, got 5'],
    [{ fit: 'polynomial', window: 100, order: 100 }, '"order" expected an integer >= 1 and <= 30, got 100'],
    [{ width: 9 }, 'unknown option "width"'],
  ])('refuses %o', (options, message) => {
    expect(() => deltas(column(1), options as never)).toThrow(`deltas: ${message}`)
  })
})
