import { describe, expect, it } from 'vitest'
import { blocksToKeep, KeptRows, KernelRows, ROWS_OF_BLOCK } from '../../src/estimators/kernel-function.ts'

const x = { data: Float64Array.from({ length: 15 }, (_, i) => ((i * 7) % 11) / 4), rows: 5, cols: 3 }

describe('the kernels', () => {
  it.each(['linear', 'rbf'] as const)('%s: rows, blocks and the diagonal agree, with the definition too', (kernel) => {
    const rows = new KernelRows(kernel, 0.4, x)
    const all = rows.of(x)
    const diagonal = rows.diagonal()
    for (let i = 0; i < 5; i++) {
      const row = rows.block(i, 1)
      expect(Math.abs(row[i] - diagonal[i])).toBeLessThan(1e-12)
      for (let t = 0; t < 5; t++) {
        let [product, distance] = [0, 0]
        for (let j = 0; j < 3; j++) {
          product += x.data[3 * i + j] * x.data[3 * t + j]
          distance += (x.data[3 * i + j] - x.data[3 * t + j]) ** 2
        }
        const wanted = kernel === 'linear' ? product : Math.exp(-0.4 * distance)
        expect(Math.abs(row[t] - wanted)).toBeLessThan(1e-12)
        expect(Math.abs(all[5 * i + t] - wanted)).toBeLessThan(1e-12)
      }
    }
  })
})

describe('rows that are kept', () => {
  it('are those of the kernel whatever the order of the calls, and computed once as long as they are kept', () => {
    const count = 4 * ROWS_OF_BLOCK + 3
    const many = Float64Array.from({ length: 2 * count }, (_, i) => ((i * 7) % 31) / 8)
    const rows = new KernelRows('rbf', 0.4, { data: many, rows: count, cols: 2 })
    const calls: number[] = []
    const counting = {
      block: (first: number, some: number) => {
        calls.push(first / ROWS_OF_BLOCK)
        return rows.block(first, some)
      },
    }
    const kept = new KeptRows(counting, count, 2)
    for (const at of [0, 1, 0, 2, 0, 1, 1, 4, 3, 4]) {
      for (const within of [0, 2]) {
        const i = at * ROWS_OF_BLOCK + within
        expect(kept.row(i)).toEqual(rows.block(i, 1))
      }
    }
    expect(calls).toEqual([0, 1, 2, 1, 4, 3])
    expect(blocksToKeep(1e9)).toBe(2)
    expect(blocksToKeep(1000)).toBe(2097)
  })
})
