import { describe, expect, it } from 'vitest'
import { OrderedColumn } from '../../../src/features/speech/ordered-column.ts'
import { Random } from '../../../src/numerics/random.ts'

describe('OrderedColumn', () => {
  const random = new Random('rows')
  const values = Float64Array.from({ length: 900 }, () => Math.round(20 * random.uniform()))
  const column = new OrderedColumn(values)

  it('has the rows of windows that overlap, or do not, in order of their values', () => {
    for (const [from, to] of [
      ...[0, 10, 20, 25].map((first) => [first, first + 60]),
      ...[500, 40, 40, 45, 90].map((first) => [first, first + 100]),
      ...[
        [90, 120],
        [95, 95],
        [95, 200],
      ],
    ]) {
      const rows = Array.from(column.orderOf(from, to)?.subarray(0, to - from) ?? [])
      expect(rows.map((t) => values[t])).toEqual(Array.from(values.subarray(from, to).slice().sort()))
      expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: to - from }, (_, i) => from + i))
    }
  })

  it('leaves many new rows to a sort', () => {
    expect(column.orderOf(0, 900)).toBeNull()
    expect(column.orderOf(0, 200)).not.toBeNull()
    expect(column.orderOf(10, 500)).toBeNull()
  })
})
