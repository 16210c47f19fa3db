import { describe, expect, it } from 'vitest'
import { counterparts, ink, palette, STRONG, shades, shadeText } from '../../src/report/colors.ts'
import { contrast } from '../support/contrast.ts'

const night = new Map(counterparts)
const byDay = (color: string): string => (color === 'white' ? '#ffffff' : color)
const byNight = (color: string): string => night.get(color) ?? expect.fail(`${color} has no counterpart by night`)

describe.each([
  ['by day', byDay],
  ['by night', byNight],
])('colours %s', (_name, seen) => {
  const ground = seen(ink.ground)

  it('texts are read on the ground (WCAG AA: 4.5)', () => {
    for (const color of [ink.text, ink.quiet]) expect(contrast(seen(color), ground)).toBeGreaterThanOrEqual(4.5)
  })

  it('marks are seen on the ground, and dots on bars (WCAG AA: 3)', () => {
    const marks = [...palette, ink.value, ink.range, ink.other, ink.line, ink.axis]
    for (const color of marks) expect([color, contrast(seen(color), ground) >= 3]).toEqual([color, true])
    expect(contrast(seen(ink.value), seen(ink.range))).toBeGreaterThanOrEqual(3)
  })

  it('texts are read on every shade of a heat map (WCAG AA: 4.5)', () => {
    for (const [i, shade] of shades.entries()) {
      const text = i / shades.length >= STRONG ? shadeText.strong : shadeText.pale
      expect([shade, contrast(seen(text), seen(shade)) >= 4.5]).toEqual([shade, true])
    }
  })

  it('shades go one way', () => {
    const steps = shades.map((shade) => contrast(seen(shade), ground))
    expect(steps.every((step, i) => i === 0 || step > steps[i - 1])).toBe(true)
  })
})

it('no colour by day has two by night', () => {
  for (const [day, other] of counterparts) expect([day, night.get(day)]).toEqual([day, other])
})
