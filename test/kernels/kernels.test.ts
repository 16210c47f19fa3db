import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate } from '../../src/core/array.ts'
import type { Dtype, FloatArray } from '../../src/core/types.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { naiveProduct, type ProductShape } from './naive.ts'
import '../support/wide.ts'

const records = kernelsNames.map((name) => createKernels(name)).filter((record) => record !== null)
const dtypes: Dtype[] = ['float32', 'float64']
const epsilon = { float32: 2 ** -23, float64: 2 ** -52 }
const subnormal = { float32: 2 ** -149, float64: Number.MIN_VALUE }
const property = { seed: 77, numRuns: 200 }

function normals(seed: number | string, n: number, dtype: Dtype): FloatArray {
  const out = allocate(n, dtype)
  new Random(seed).normalInto(out)
  return out
}

const size = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom(15, 16, 17, 33))
const deep = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(511, 512, 513, 1030))
const slack = fc.integer({ min: 0, max: 3 })

describe.each(records)('kernels $name', (kernels) => {
  describe.each(dtypes)('in %s', (dtype) => {
    const eps = epsilon[dtype]

    it('gemm: all transposes, leading dimensions, offsets, alpha and beta', () => {
      const shapes = fc.record({ m: size, n: size, k: deep, transA: fc.boolean(), transB: fc.boolean() })
      const scales = fc.constantFrom(0, 1, -0.5)
      fc.assert(
        fc.property(shapes, slack, slack, scales, scales, fc.integer(), (shape, extra, offset, alpha, beta, seed) => {
          const { m, n, k, transA, transB } = shape
          const lda = (transA ? m : k) + extra
          const ldb = (transB ? k : n) + extra
          const ldc = n + extra
          const place: ProductShape = { ...shape, lda, ldb, aOffset: offset, bOffset: offset + 1 }
          const a = normals(`${seed}a`, offset + (transA ? k : m) * lda, dtype)
          const b = normals(`${seed}b`, offset + 1 + (transB ? n : k) * ldb, dtype)
          const c = normals(`${seed}c`, offset + m * ldc, dtype)
          const before = c.slice()
          if (beta === 0) c.fill(Number.NaN)
          const fenced = c.slice()
          kernels.gemm(c, offset, ldc, a, offset, lda, transA, b, offset + 1, ldb, transB, m, n, k, alpha, beta)
          const { sum, magnitude } = naiveProduct(a, b, place)
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              const at = offset + i * ldc + j
              const wanted = alpha * sum[i * n + j] + (beta === 0 ? 0 : beta * before[at])
              const bound = (k + 4) * eps * (Math.abs(alpha) * magnitude[i * n + j] + Math.abs(beta * before[at]))
              expect(Math.abs(c[at] - wanted)).toBeLessThanOrEqual(bound)
              fenced[at] = c[at]
            }
          }
          expect(c).toEqual(fenced)
        }),
        property,
      )
    })

    it('gemm: a row has the same bits alone as among many', () => {
      const [m, n, k] = [11, 7, 600]
      const a = normals('rows', m * k, dtype)
      const b = normals('cols', k * n, dtype)
      for (const transB of [false, true]) {
        const ldb = transB ? k : n
        const all = allocate(m * n, dtype)
        kernels.gemm(all, 0, n, a, 0, k, false, b, 0, ldb, transB, m, n, k, 1, 0)
        for (let i = 0; i < m; i++) {
          const row = allocate(n, dtype)
          kernels.gemm(row, 0, n, a, i * k, k, false, b, 0, ldb, transB, 1, n, k, 1, 0)
          expect(row).toEqual(all.slice(i * n, (i + 1) * n))
        }
      }
    })

    it('gemm: NaN and infinity travel', () => {
      const c = allocate(25, dtype)
      const a = allocate(25, dtype).fill(1)
      a[7] = Number.NaN
      a[11] = Number.POSITIVE_INFINITY
      kernels.gemm(c, 0, 5, a, 0, 5, false, allocate(25, dtype).fill(1), 0, 5, false, 5, 5, 5, 1, 0)
      expect(Array.from(c.subarray(0, 5))).toEqual([5, 5, 5, 5, 5])
      expect(c[5]).toBeNaN()
      expect(c[10]).toBe(Number.POSITIVE_INFINITY)
    })

    it('gemv, ger, dot, axpy agree with gemm', () => {
      fc.assert(
        fc.property(size, size, fc.boolean(), fc.integer(), (m, n, transA, seed) => {
          const a = normals(`${seed}a`, m * n + 2, dtype)
          const x = normals(`${seed}x`, Math.max(m, n), dtype)
          const [rows, inner] = transA ? [n, m] : [m, n]
          const y = normals(`${seed}y`, rows + 1, dtype)
          const wanted = y.slice()
          kernels.gemm(wanted, 1, 1, a, 2, n, transA, x, 0, 1, false, rows, 1, inner, 0.5, -1)
          kernels.gemv(y, 1, a, 2, n, transA, x, 0, m, n, 0.5, -1)
          y.forEach((value, i) => expect(Math.abs(value - wanted[i])).toBeLessThanOrEqual(60 * eps))

          const outer = a.slice()
          const direct = a.slice()
          kernels.ger(outer, 2, n, x, 0, x, 0, m, n, 0.5)
          kernels.gemm(direct, 2, n, x, 0, 1, false, x, 0, n, false, m, n, 1, 0.5, 1)
          outer.forEach((value, i) => expect(Math.abs(value - direct[i])).toBeLessThanOrEqual(20 * eps))
          const product = kernels.dot(a, 2, x, 0, Math.min(m, n))
          let sum = 0
          for (let i = 0; i < Math.min(m, n); i++) sum += a[2 + i] * x[i]
          expect(product).toBe(sum)
        }),
        property,
      )
      const y = Float64Array.of(1, 2, 3)
      kernels.axpy(y, 1, 2, Float64Array.of(10, 20), 0, 2)
      expect(y).toEqual(Float64Array.of(1, 22, 43))
    })

    it('fillRows and addColumnSums', () => {
      const out = allocate(7, dtype)
      kernels.fillRows(out, 1, Float64Array.of(9, 1, 2), 1, 3, 2)
      expect(Array.from(out)).toEqual([0, 1, 2, 1, 2, 1, 2])
      const sums = allocate(2, dtype).fill(10)
      kernels.addColumnSums(sums, 0, out, 1, 3, 2)
      expect(Array.from(sums)).toEqual([13, 16])
    })

    it('activations equal their definitions at any argument', () => {
      const values = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 })
      fc.assert(
        fc.property(values, (list) => {
          const x = dtype === 'float32' ? Float32Array.from(list) : Float64Array.from(list)
          const n = x.length
          const run = (name: 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'softplus'): FloatArray => {
            const out = allocate(n + 1, dtype)
            kernels[name](out, 1, x, 0, n)
            const inPlace = x.slice()
            kernels[name](inPlace, 0, inPlace, 0, n)
            expect(inPlace).toEqual(out.subarray(1))
            return out.subarray(1)
          }
          const near = (got: number, wanted: number): void =>
            expect(Math.abs(got - wanted)).toBeLessThanOrEqual(4 * eps * Math.abs(wanted) + subnormal[dtype])
          const names = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus'] as const
          const [sigmoid, tanh, relu, leakyRelu, softplus] = names.map(run)
          for (let i = 0; i < n; i++) {
            if (x[i] > -80) near(sigmoid[i], 1 / (1 + Math.exp(-x[i])))
            else expect(sigmoid[i]).toBeLessThanOrEqual(Math.exp(-80))
            near(tanh[i], Math.tanh(x[i]))
            expect(relu[i]).toBe(Math.max(x[i], 0))
            near(leakyRelu[i], x[i] > 0 ? x[i] : 0.01 * x[i])
            near(softplus[i], x[i] > 30 ? x[i] + Math.exp(-x[i]) : Math.log1p(Math.exp(x[i])))
          }
        }),
        property,
      )
    })

    it('activations at the ends: +-1e4, infinities, zero, NaN', () => {
      const x = allocate(6, dtype)
      x.set([-1e4, 1e4, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, Number.NaN])
      const run = (name: 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'softplus'): number[] => {
        const out = allocate(6, dtype)
        kernels[name](out, 0, x, 0, 6)
        return Array.from(out)
      }
      const inf = Number.POSITIVE_INFINITY
      expect(run('sigmoid')).toEqual([0, 1, 0, 1, 0.5, Number.NaN])
      expect(run('tanh')).toEqual([-1, 1, -1, 1, -0, Number.NaN])
      expect(run('relu')).toEqual([0, 1e4, 0, inf, 0, Number.NaN])
      expect(run('leakyRelu')).toEqual([-100, 1e4, -inf, inf, -0, Number.NaN])
      expect(run('softplus')).toEqual([0, 1e4, 0, inf, expect.closeTo(Math.LN2, 6), Number.NaN])
    })

    it('rectifiers of many numbers: every kind of number at every place, by views of parts of their arrays', () => {
      const inf = Number.POSITIVE_INFINITY
      const kinds = [-1.5, 2.5, -0, 0, inf, -inf, Number.NaN, 1e-45, -1e-45, 3e38, -3e38]
      const x = allocate(150, dtype)
      const dy = allocate(150, dtype)
      for (let i = 0; i < 150; i++) {
        x[i] = kinds[i % kinds.length]
        dy[i] = 1 + i
      }
      if (dtype === 'float32') new Uint32Array(x.buffer).set([0xffc00000, 0xffffffff, 0x7fffffff, 0x7f800001], 40)
      const [y, dx] = [allocate(150, dtype), allocate(150, dtype)]
      kernels.relu(y, 2, x, 1, 145)
      kernels.reluBackward(dx, 3, dy, 1, x, 2, 145)
      for (let i = 0; i < 145; i++) {
        expect(y[2 + i]).toBe(Math.max(x[1 + i], 0))
        expect(dx[3 + i]).toBe(x[2 + i] > 0 ? dy[1 + i] : 0)
      }
      expect([y[0], y[1], y[147], dx[2], dx[148]]).toEqual([0, 0, 0, 0, 0])
    })

    it('gradients of leakyRelu and softplus at the ends, from their outputs', () => {
      const run = (name: 'leakyReluBackward' | 'softplusBackward', outputs: number[]): number[] => {
        const y = allocate(outputs.length, dtype)
        y.set(outputs)
        const dx = allocate(outputs.length, dtype)
        kernels[name](dx, 0, allocate(outputs.length, dtype).fill(2), 0, y, 0, outputs.length)
        return Array.from(dx)
      }
      const inf = Number.POSITIVE_INFINITY
      const small = expect.closeTo(0.02, 9)
      expect(run('leakyReluBackward', [-100, -0, 0, 1e4, inf, -inf])).toEqual([small, small, small, 2, 2, small])
      const tiny = 2 ** -100 // softplus(x) where sigm(x) is as small
      expect(run('softplusBackward', [0, tiny, Math.LN2, 1e4, inf, Number.NaN])).toEqual([
        ...[0, 2 * tiny, expect.closeTo(1, 7), 2, 2, Number.NaN],
      ])
    })

    it('softmax, logSoftmax, logSumExp: shift-proof, normalised, exact on hand values', () => {
      const x = allocate(6, dtype)
      x.set([0, Math.log(3), 1e4, 1e4, -1e4, -1e4])
      const y = allocate(6, dtype)
      kernels.softmax(y, 0, x, 0, 3, 2)
      expect(y[0]).toBeCloseTo(0.25, 7)
      expect(Array.from(y.subarray(2))).toEqual([0.5, 0.5, 0.5, 0.5])
      kernels.logSoftmax(y, 0, x, 0, 3, 2)
      expect(y[1]).toBeCloseTo(Math.log(0.75), 6)
      expect(y[5]).toBeCloseTo(-Math.LN2, 6)
      expect(kernels.logSumExp(x, 2, 2)).toBeCloseTo(1e4 + Math.LN2, 10)
      expect(kernels.logSumExp(x, 0, 6)).toBeCloseTo(1e4 + Math.LN2, 10)
      expect(kernels.logSumExp(x, 0, 0)).toBe(Number.NEGATIVE_INFINITY)
      x.set([-1e4, 1e4])
      kernels.softmax(x, 0, x, 0, 1, 2)
      expect(Array.from(x.subarray(0, 2))).toEqual([0, 1])
      kernels.logSoftmax(x, 0, Float64Array.of(-1e4, 1e4), 0, 1, 2)
      expect(Array.from(x.subarray(0, 2))).toEqual([-2e4, 0])
    })
  })

  it('backward kernels are the derivatives', () => {
    const x = normals('x', 12, 'float64')
    const dy = normals('dy', 12, 'float64')
    const h = 1e-6
    for (const name of ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus'] as const) {
      const f = (shift: number): FloatArray => {
        const out = allocate(12, 'float64')
        kernels[name](
          out,
          0,
          x.map((v) => v + shift),
          0,
          12,
        )
        return out
      }
      const dx = dy.slice()
      kernels[`${name}Backward`](dx, 0, dx, 0, f(0), 0, 12)
      const [above, below] = [f(h), f(-h)]
      dx.forEach((value, i) => expect(value).toBeCloseTo((dy[i] * (above[i] - below[i])) / (2 * h), 8))
    }
    const y = allocate(12, 'float64')
    kernels.softmax(y, 0, x, 0, 3, 4)
    const dx = allocate(12, 'float64')
    kernels.softmaxBackward(dx, 0, dy, 0, y, 0, 3, 4)
    for (let i = 0; i < 12; i++) {
      const shifted = x.slice()
      shifted[i] += h
      const out = allocate(12, 'float64')
      kernels.softmax(out, 0, shifted, 0, 3, 4)
      const numeric = Array.from(dy).reduce((sum, d, k) => sum + (d * (out[k] - y[k])) / h, 0)
      expect(dx[i]).toBeCloseTo(numeric, 5)
    }
  })
})
