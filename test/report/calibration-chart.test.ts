import { describe, expect, it } from 'vitest'
import { calibrate } from '../../src/evaluation/calibration.ts'
import { Random } from '../../src/numerics/random.ts'
import { calibrationSpec } from '../../src/report/calibration-chart.ts'
import { renderSvg } from '../../src/report/render.ts'

const random = new Random(1)
const confidences = Array.from({ length: 200 }, () => random.uniform())
const labels = confidences.map((p) => (random.uniform() < p ? 0 : 1))
const calibration = calibrate(
  confidences.map((p) => [p, 1 - p]),
  labels,
)

describe('calibrationSpec', () => {
  it('has a point for each bin with answers, and the curve of risk', () => {
    const { hconcat, description } = calibrationSpec(calibration)
    const panels = hconcat as unknown as { layer: { data: { values: Record<string, number>[] } }[] }[]
    const bins = calibration.reliability.filter(({ count }) => count > 0)
    expect(panels[0].layer[1].data.values.map(({ count }) => count)).toEqual(bins.map(({ count }) => count))
    expect(panels[1].layer[0].data.values).toHaveLength(calibration.riskCoverage.length)
    expect(panels[1].layer[1].data.values[0].coverage).toBeCloseTo(0.5, 2)
    expect(description).toMatch(/^Reliability and risk of 200 answers, calibration error \d\.\d %\.$/)
  })

  it('is drawn by Vega', async () => {
    const svg = await renderSvg(calibrationSpec(calibration))
    expect(svg).toContain('share of right answers')
    expect(svg).toContain('share of wrong ones among them')
  })

  it('refuses what is no calibration', () => {
    expect(() => calibrationSpec(null as never)).toThrow('calibrationSpec: "calibration" expected a calibration')
    expect(() => calibrationSpec({ ...calibration, reliability: [] })).toThrow('"calibration.reliability" expected')
  })
})
