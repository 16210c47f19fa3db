import { expect, it } from 'vitest'
import { axpy } from '../../src/kernels/blas.ts'
import { addWeightedRows } from '../../src/kernels/weighted-rows.ts'
import { Random } from '../../src/numerics/random.ts'

it.each([0, 1, 3, 4, 5, 11])('weighted sums of %d rows have the bits of an axpy for each', (count) => {
  const width = 37
  const [weights, rows, start] = [count, count * width, width].map((length) => new Float64Array(length))
  const random = new Random('rows')
  for (const array of [weights, rows, start]) random.uniformInto(array, -1, 1)
  const expected = start.slice()
  for (let i = 0; i < count; i++) axpy(expected, 0, weights[i], rows, i * width, width)
  const out = start.slice()
  addWeightedRows(out, weights, rows)
  expect(out).toEqual(expected)
  addWeightedRows(start, [...weights], rows)
  expect(start).toEqual(expected)
})
