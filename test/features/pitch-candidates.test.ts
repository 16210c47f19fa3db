import { expect, it } from 'vitest'
import { addCandidates, emptyCandidates } from '../../src/features/pitch-candidates.ts'
import { Random } from '../../src/numerics/random.ts'

const settings = { sampleRate: 1000, lowFrequency: 20, highFrequency: 250, octaveCost: 0.01 }

/** Lags whose value is above 0, above the next and not below the one before. */
function peaksOf(r: Float64Array): number[] {
  return [...r.keys()].filter((k) => k >= 4 && k < r.length - 1 && r[k] > 0 && r[k] > r[k + 1] && r[k] >= r[k - 1])
}

it('finds every peak: of slopes and plateaus, at the first lag and before the last', () => {
  const random = new Random('peaks')
  const counts = new Set<number>()
  for (let round = 0; round < 200; round++) {
    const r = new Float64Array(12)
    random.uniformInto(r, -1, 1)
    // Few levels, so that neighbours are often alike.
    for (const [k, value] of r.entries()) r[k] = Math.round(2 * value) / 4
    const table = emptyCandidates(1, 20, 0.1)
    addCandidates(table, 0, r, settings)
    const found = [...table.logF0].filter((value) => value !== 0)
    const lags = found.map((value) => Math.round(settings.sampleRate / Math.exp(value))).sort((a, b) => a - b)
    expect(found).toHaveLength(peaksOf(r).length)
    for (const [i, k] of peaksOf(r).entries()) expect(Math.abs(lags[i] - k)).toBeLessThanOrEqual(1)
    counts.add(found.length)
  }
  expect([...counts].sort()).toEqual([0, 1, 2, 3, 4])
})
