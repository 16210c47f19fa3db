/** Sizes that are known at run time. */
import { describe, expect, it } from 'vitest'
import {
  chosen,
  type Dim,
  divided,
  dividedUp,
  free,
  less,
  minus,
  plus,
  textOf,
  times,
} from '../../../src/onnx/reading/dims.ts'

const [B, T] = [free('B'), free('T')]
const text = (size: Dim | null): string | null => (size === null ? null : textOf(size))

describe('sizes', () => {
  it('are computed with', () => {
    expect(text(plus(T, 3))).toBe('T + 3')
    expect(text(minus(plus(T, 3) as Dim, T))).toBe('3')
    expect(text(plus(T, B))).toBe(null)
    expect(text(times(T, B))).toBe('B*T')
    expect(text(times(2, plus(T, 1) as Dim))).toBe('2 T + 2')
    expect(text(times(plus(T, 1) as Dim, B))).toBe(null)
    expect(text(divided(times(4, T) as Dim, 2))).toBe('2 T')
    expect(text(divided(-7, 2))).toBe('-3')
    expect(text(divided(T, 0))).toBe(null)
    expect(text(dividedUp(T, 3))).toBe('((T + 2)/3)')
    expect(text(dividedUp(7, 3))).toBe('3')
  })

  it('are compared where that holds for every size of at least 1', () => {
    expect([less(0, T), less(T, 1), less(minus(T, 1) as Dim, T), less(T, B), less(T, 2)]).toEqual([
      ...[true, false, true, undefined, undefined],
    ])
    expect([chosen(T, 1, true), chosen(minus(T, 1) as Dim, 0, true), chosen(T, B, false)].map(text)).toEqual([
      ...['T', 'T - 1', null],
    ])
  })
})
