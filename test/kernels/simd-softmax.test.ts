import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import '../support/wide.ts'

// Softmax and its cross-entropy of a SIMD record against the reference in float64 on the same numbers.

const reference = createKernels()
const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const property = { seed: 81, numRuns: 200 }
const EPS = 2 ** -23

/** Rows and columns around the lanes, rows beyond a block, and logits from close to far apart. */
const shapes = fc.record({
  rows: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(1030)),
  cols: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(16, 33)),
  spread: fc.constantFrom(0.1, 3, 50),
  seed: fc.integer(),
})

function normals(seed: string, n: number, spread: number): Float32Array {
  const out = new Float32Array(n)
  new Random(seed).normalInto(out)
  return out.map((value) => spread * value)
}

/** The largest |x - y| in units of a bound for each element. */
function worst(x: FloatArray, y: FloatArray, boundOf: (i: number) => number): number {
  let most = 0
  for (let i = 0; i < y.length; i++) most = Math.max(most, Math.abs(x[i] - y[i]) / (boundOf(i) || Number.MIN_VALUE))
  return most
}

describe.each(records)('softmax of $name', (record) => {
  it('is that of the reference at any place, in place too, and writes nothing else', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 3 }), ({ rows, cols, spread, seed }, offset) => {
        const x = normals(`${seed}`, offset + rows * cols + 2, spread)
        const wanted = Float64Array.from(x)
        reference.softmax(wanted, offset, wanted, offset, rows, cols)
        const out = x.slice()
        record.softmax(out, offset, x, offset, rows, cols)
        // A difference of logits is off by half its last place, which the exponential makes a relative error.
        const tolerance = (cols + 8 + 4 * spread) * EPS
        expect(worst(out, wanted, (i) => tolerance * (1e-30 + Math.abs(wanted[i])))).toBeLessThanOrEqual(1)
        record.softmax(x, offset, x, offset, rows, cols)
        expect(x).toEqual(out)
      }),
      property,
    )
  })

  it('gives a row the same bits alone and among many', () => {
    const [rows, cols] = [7, 5]
    const x = normals('rows', rows * cols, 3)
    const all = new Float32Array(rows * cols)
    record.softmax(all, 0, x, 0, rows, cols)
    for (let i = 0; i < rows; i++) {
      const row = new Float32Array(cols)
      record.softmax(row, 0, x, i * cols, 1, cols)
      expect(row).toEqual(all.slice(i * cols, (i + 1) * cols))
    }
  })

  it('knows infinities; NaN stays in its row', () => {
    const inf = Number.POSITIVE_INFINITY
    const x = Float32Array.of(0, -inf, 0, -inf, -inf, Number.NaN, 1, 2, 3, 4, 1e30, 0, 0, 0, -1e30)
    const out = new Float32Array(15)
    record.softmax(out, 0, x, 0, 3, 5)
    expect(Array.from(out.subarray(0, 5))).toEqual([0.5, 0, 0.5, 0, 0])
    expect(out.subarray(5, 10).every(Number.isNaN)).toBe(true)
    expect(Array.from(out.subarray(10))).toEqual([1, 0, 0, 0, 0])
  })
})

describe.each(records)('cross-entropy of $name', (record) => {
  it('is that of the reference, for targets of any mass', () => {
    fc.assert(
      fc.property(shapes, ({ rows, cols, spread, seed }) => {
        const z = normals(`${seed} z`, rows * cols, spread)
        const targets = normals(`${seed} t`, rows * cols, 1).map((value, i) => (i % 3 === 0 ? 0 : Math.abs(value)))
        const weights = Float64Array.from(normals(`${seed} w`, rows, 1), Math.abs)
        const dz = new Float32Array(rows * cols + 3)
        const loss = record.crossEntropy(dz, z, targets, weights, rows, cols)
        const wanted = new Float64Array(rows * cols)
        const wantedLoss = reference.crossEntropy(
          wanted,
          Float64Array.from(z),
          Float64Array.from(targets),
          weights,
          rows,
          cols,
        )
        expect(Math.abs(loss - wantedLoss)).toBeLessThanOrEqual(16 * EPS * (1 + spread) * (Math.abs(wantedLoss) + 1))
        const masses = Float64Array.from({ length: rows }, (_, r) =>
          targets.subarray(r * cols, (r + 1) * cols).reduce((sum, t) => sum + t, 0),
        )
        const boundOf = (i: number): number => {
          const row = Math.floor(i / cols)
          return (cols + 8 + 4 * spread) * EPS * weights[row] * masses[row]
        }
        expect(worst(dz, wanted, boundOf)).toBeLessThanOrEqual(1)
        expect(Array.from(dz.subarray(rows * cols))).toEqual([0, 0, 0])
      }),
      property,
    )
  })

  it('counts no class that has no target, however impossible', () => {
    const dz = new Float32Array(3)
    const z = Float32Array.of(1, Number.NEGATIVE_INFINITY, 1)
    expect(record.crossEntropy(dz, z, Float32Array.of(1, 0, 0), Float64Array.of(2), 1, 3)).toBeCloseTo(2 * Math.LN2, 6)
    expect(Array.from(dz)).toEqual([-1, 0, 1])
    expect(record.crossEntropy(dz, z, Float32Array.of(0, 1, 0), Float64Array.of(1), 1, 3)).toBe(
      Number.POSITIVE_INFINITY,
    )
  })
})
