import { describe, expect, it } from 'vitest'
import { barLine, cutLine, duration, wholePercent } from '../../src/cli/progress-bar.ts'
import { textWidth } from '../../src/core/text.ts'

const reach = { done: 30, all: 120, before: 0, seconds: 60, text: 'fold 3/8 (speaker s03), epoch 12/60, loss 0.534' }

describe('the line of progress', () => {
  it('has a bar where there is room, the share, the time left and the text', () => {
    expect(barLine(reach, 120)).toBe(`[#######-----------------------]  25 %   3m00s left  ${reach.text}`)
    expect(barLine(reach, 80)).toBe(`[##-------]  25 %   3m00s left  ${reach.text}`)
    expect(barLine(reach, 60)).toBe(' 25 %   3m00s left  fold 3/8 (speaker s03), epoch 12/60,...')
  })

  it.each([1, 2, 5, 10, 40, 59, 60, 80, 81, 100, 200])('is narrower than %i columns, whatever the text', (columns) => {
    for (const text of ['', 'x', 'long '.repeat(100), '愤怒'.repeat(100)]) {
      for (const done of [0, 1, 119, 120]) {
        expect(textWidth(barLine({ ...reach, done, text }, columns))).toBeLessThan(columns)
        expect(textWidth(cutLine(text, columns))).toBeLessThan(columns)
      }
    }
  })

  it('tells no time left where nothing tells it: at the start, at the end, after a stretch done before', () => {
    expect(barLine({ ...reach, done: 0, seconds: 0 }, 60)).toMatch(/^ {2}0 % {2}fold/)
    expect(barLine({ ...reach, done: 120 }, 60)).toMatch(/^100 % {2}fold/)
    expect(barLine({ ...reach, before: 30 }, 60)).toMatch(/^ 25 % {2}fold/)
    expect(barLine({ ...reach, before: 15 }, 60)).toMatch(/^ 25 % {3}6m00s left/)
  })

  it('words shares and times', () => {
    expect([wholePercent({ done: 999, all: 1000 }), wholePercent({ done: 0, all: 0 })]).toEqual([' 99 %', '  0 %'])
    expect([0, 59.4, 59.6, 125, 3599.6, 3725, 360_000].map(duration)).toEqual([
      ...['0s', '59s', '1m00s', '2m05s', '1h00m', '1h02m', '100h00m'],
    ])
  })
})
