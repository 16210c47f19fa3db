import { describe, expect, it } from 'vitest'
import { importanceSpec } from '../../src/report/importance-chart.ts'
import { importancePage } from '../../src/report/importance-page.ts'
import { renderSvg } from '../../src/report/render.ts'

const loss = (mean: number): { mean: number; sd: number; low: number; high: number } => ({
  ...{ mean, sd: 0.01 },
  ...{ low: mean - 0.05, high: mean + 0.05 },
})
const importance = {
  ...{ recordings: 80, accuracy: 0.7, unweightedRecall: 0.675 },
  groups: ['pitch', '<b>energy</b>'].map((group, i) => {
    return { group, accuracy: loss(0.1 - 0.1 * i), unweightedRecall: loss(0.12 - 0.1 * i) }
  }),
}

describe('importanceSpec', () => {
  it('draws a bar and an interval for each group, and says so in words', async () => {
    const spec = importanceSpec(importance)
    expect(spec.description).toBe(
      'Unweighted recall lost without a group, of 0.675: pitch +0.120 (+0.070 to +0.170); <b>energy</b> +0.020 (-0.030 to +0.070).',
    )
    const svg = await renderSvg(spec)
    expect(svg).toContain('>pitch<')
    expect(svg).not.toContain('<b>energy')
    expect(svg.match(/<path [^>]*fill="#/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('refuses what is no importance', () => {
    expect(() => importanceSpec({ ...importance, groups: [] })).toThrow(/"importance.groups" expected at least 1 item/)
    expect(() => importanceSpec({} as never)).toThrow(TypeError)
    expect(() => importanceSpec(importance, { width: 5 })).toThrow(/"width"/)
    const [group] = importance.groups
    const half = { ...group, unweightedRecall: { mean: 1, sd: 0 } as never }
    expect(() => importanceSpec({ ...importance, groups: [half] })).toThrow(/groups\[0\].unweightedRecall.low/)
  })
})

it('the page has the chart, a table and the facts, escaped', async () => {
  const facts = { corpus: { name: 'a & b', speakers: ['x', 'y'] }, system: 'measures-lda', repeats: 10, seed: 1 }
  const page = await importancePage({ ...importance, ...facts })
  expect(page).toMatch(/^<!doctype html>/)
  expect(page).toContain('<svg ')
  expect(page).toContain('a &amp; b')
  expect(page).toContain('80 recordings of 2 speakers')
  expect(page).toContain('&lt;b&gt;energy')
  expect(page).not.toMatch(/<script|<b>energy/)
})
