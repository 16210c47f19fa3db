import { describe, expect, it } from 'vitest'
import { activeSeconds, spanOf } from '../../src/node/starts.ts'

const at = (minute: number, seconds: number) => ({
  started: `2026-01-01T00:0${minute}:00.000Z`,
  seconds,
  folds: 1,
})

describe('the time that an experiment has worked', () => {
  it('is the sum of starts one after the other, in whatever order', () => {
    expect(activeSeconds([])).toBe(0)
    expect(activeSeconds([at(2, 20.5), at(0, 30)])).toBe(50.5)
  })

  it('counts once what parts do at the same time', () => {
    expect(activeSeconds([at(0, 90), at(1, 60), at(1, 10)])).toBe(120)
  })

  it('spans from the first start to the last end', () => {
    expect(spanOf([])).toBeNull()
    expect(spanOf([at(2, 1), at(0, 300)])).toEqual({
      started: '2026-01-01T00:00:00.000Z',
      finished: '2026-01-01T00:05:00.000Z',
    })
  })
})
