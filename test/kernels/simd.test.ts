import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { createKernels, kernels, kernelsInUse, kernelsNames, useKernels } from '../../src/kernels/index.ts'
import { simd } from '../../src/kernels/simd/bytes.ts'
import { compileModule, createAccelerator, decodeBase64 } from '../../src/kernels/simd/module.ts'
import type { Kernels } from '../../src/kernels/types.ts'
import { Random } from '../../src/numerics/random.ts'
import { naiveProduct } from './naive.ts'
import '../support/wide.ts'

const property = { seed: 78, numRuns: 100 }

function normals(seed: number | string, n: number): Float32Array {
  const out = new Float32Array(n)
  new Random(seed).normalInto(out)
  return out
}

type Shape = { m: number; n: number; k: number; transA: boolean; transB: boolean }

function product(record: Kernels, a: Float32Array, b: Float32Array, { m, n, k, transA, transB }: Shape): Float32Array {
  const c = new Float32Array(m * n)
  record.gemm(c, 0, n, a, 0, transA ? m : k, transA, b, 0, transB ? k : n, transB, m, n, k, 1, 0)
  return c
}

const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))

it('node runs the simd record', () => expect(records.map(({ name }) => name)).toContain('simd'))

describe.each(records)('gemm of $name', (record) => {
  it('gives an element the same bits in every tile, strip, block and transpose', () => {
    const sizes = fc.record({
      m: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(191, 192, 193, 199)),
      n: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.constantFrom(95, 96, 97)),
      k: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(255, 256, 257, 600)),
      transA: fc.boolean(),
      transB: fc.boolean(),
    })
    fc.assert(
      fc.property(sizes, fc.integer(), fc.nat(), fc.nat(), (shape, seed, anyRow, anyColumn) => {
        const { m, n, k } = shape
        const a = normals(`${seed}a`, m * k)
        const b = normals(`${seed}b`, k * n)
        const all = product(record, a, b, shape)
        const [i, j] = [anyRow % m, anyColumn % n]
        const row = Float32Array.from({ length: k }, (_, p) => a[shape.transA ? p * m + i : i * k + p])
        const column = Float32Array.from({ length: k }, (_, p) => b[shape.transB ? j * k + p : p * n + j])
        const alone = product(record, row, column, { m: 1, n: 1, k, transA: false, transB: false })
        expect(all[i * n + j]).toBe(alone[0])
      }),
      property,
    )
  })

  it('multiplies blocks larger than its scratch, in one memory', () => {
    for (const [m, n, k] of [
      [2051, 9, 17],
      [5, 4099, 9],
      [7, 5, 2051],
    ]) {
      for (const transA of [false, true]) {
        const shape = { m, n, k, transA, transB: !transA }
        const a = normals('a', m * k)
        const b = normals('b', k * n)
        const c = product(record, a, b, shape)
        const place = { ...shape, lda: transA ? m : k, ldb: transA ? n : k, aOffset: 0, bOffset: 0 }
        const { sum, magnitude } = naiveProduct(a, b, place)
        const worst = sum.reduce((most, s, i) => Math.max(most, Math.abs(c[i] - s) / magnitude[i]), 0)
        expect(worst).toBeLessThan(k * 2 ** -24)
      }
    }
  })

  it('reads rows that run backwards, overlap or lie far apart', () => {
    const a = normals('a', 400)
    const b = normals('b', 30)
    for (const lda of [-1, -3, 3, 10, 77, -77]) {
      const rows = Array.from({ length: 5 }, (_, i) =>
        Array.from({ length: 6 }, (_, p) => a[320 * +(lda < 0) + i * lda + p]),
      )
      const c = new Float32Array(25)
      record.gemm(c, 0, 5, a, lda < 0 ? 320 : 0, lda, false, b, 0, 6, true, 5, 5, 6, 1, 0)
      const shape = { m: 5, n: 5, k: 6, transA: false, transB: true }
      expect(c).toEqual(product(record, Float32Array.from(rows.flat()), b, shape))
    }
  })

  it('leaves float64 and mixed arrays to the reference', () => {
    const a = Float64Array.of(1 / 3, 2 / 3)
    const c = new Float32Array(1)
    record.gemm(c, 0, 1, a, 0, 2, false, a, 0, 1, false, 1, 1, 2, 3, 0)
    expect(c[0]).toBe(Math.fround(5 / 3))
  })
})

it.each(records)('$name applies activations to more elements than it copies at once', ({ sigmoid, tanh }) => {
  const x = Float32Array.from({ length: 40_003 }, (_, i) => Math.sin(i))
  for (const activate of [sigmoid, tanh]) {
    const all = new Float32Array(x.length)
    activate(all, 2, x, 3, 40_000)
    expect(all.subarray(0, 2)).toEqual(new Float32Array(2))
    expect(all.at(-1)).toBe(0)
    for (let i = 0; i < 40_000; i += 1000) {
      const some = new Float32Array(1000)
      activate(some, 0, x, 3 + i, 1000)
      expect(all.subarray(2 + i, 1002 + i)).toEqual(some)
    }
  }
})

describe('the memory of a module', () => {
  it('is as large as the largest call, whatever the number of calls', () => {
    const memory = createAccelerator(compileModule(simd)!)!.memory
    for (const length of [10, 100_000, 3, 100_000]) {
      for (let call = 0; call < 20; call++) {
        memory.clear()
        const first = memory.take(length)
        expect(first % 16).toBe(0)
        expect(memory.take(1)).toBeGreaterThanOrEqual(first + 4 * length)
      }
    }
    expect(memory.floats.byteLength).toBeLessThanOrEqual(7 * 65536)
  })

  it('keeps what is in it when it grows', () => {
    const memory = createAccelerator(compileModule(simd)!)!.memory
    const at = memory.take(1)
    memory.floats[at / 4] = 7
    memory.take(1e6)
    expect(memory.floats[at / 4]).toBe(7)
  })
})

it('decodes base64', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'any carnal pleas\u00ff']) {
    expect(decodeBase64(Buffer.from(text, 'latin1').toString('base64'))).toEqual(
      Uint8Array.from(Buffer.from(text, 'latin1')),
    )
  }
})

describe('the choice of a record', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.resetModules()
    useKernels('simd')
  })

  it('is simd where it runs, and can be changed', () => {
    expect(kernelsInUse()).toBe('simd')
    const { gemm } = kernels
    useKernels('js')
    expect(kernelsInUse()).toBe('js')
    expect(kernels.gemm).not.toBe(gemm)
    useKernels('simd')
    expect(kernels.gemm).toBe(gemm)
  })

  it('refuses what it does not know or cannot run, and stays', () => {
    expect(() => useKernels('fast' as 'js')).toThrow(RangeError)
    expect(() => useKernels(3 as unknown as 'js')).toThrow('useKernels: "name" expected')
    if (createKernels('relaxed') === null) expect(() => useKernels('relaxed')).toThrow(StateError)
    else expect(() => useKernels('relaxed')).not.toThrow()
    useKernels('simd')
    expect(kernelsInUse()).toBe('simd')
  })

  const forbidden = class {
    constructor() {
      throw new Error('Wasm code generation disallowed by embedder')
    }
  }
  it.each([
    ['missing', undefined],
    ['forbidden by a security policy', { ...WebAssembly, Module: forbidden, Memory: WebAssembly.Memory }],
    ['without SIMD', { Memory: WebAssembly.Memory, Module: forbidden, validate: () => false }],
  ])('is js where WebAssembly is %s', async (_, stub) => {
    vi.resetModules()
    vi.stubGlobal('WebAssembly', stub)
    const fresh = await import('../../src/kernels/index.ts')
    expect(fresh.kernelsInUse()).toBe('js')
    expect(() => fresh.useKernels('simd')).toThrow('useKernels: "simd" cannot run here')
    const c = new Float32Array(1)
    fresh.kernels.gemm(c, 0, 1, Float32Array.of(2), 0, 1, false, Float32Array.of(3), 0, 1, false, 1, 1, 1, 1, 0)
    expect(c[0]).toBe(6)
  })
})
