import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCandidates, emptyCandidates, type PitchCandidates } from '../../src/features/pitch-candidates.ts'
import { bestPath } from '../../src/features/pitch-path.ts'
import { Random } from '../../src/numerics/random.ts'

const ROUNDING = 1e-12

describe('candidates and path', () => {
  it('keeps the strongest peaks where there are more than slots', () => {
    const r = new Float64Array(300)
    const heights = [0.3, 0.9, 0.5, 0.8, 0.4, 0.7]
    heights.forEach((height, i) => {
      r[50 + 40 * i] = height
    })
    const table = emptyCandidates(1, 4, 0.45)
    addCandidates(table, 0, r, {
      sampleRate: 16000,
      lowFrequency: 60,
      highFrequency: 500,
      octaveCost: 0,
    })
    expect(Array.from(table.correlation.subarray(1)).sort()).toEqual([0.7, 0.8, 0.9])
    expect(Math.min(...table.logF0.subarray(1))).toBeCloseTo(Math.log(16000 / 250), 12)
    expect([table.score[0], table.correlation[0]]).toEqual([0.45, 0.9])
  })

  it('is the best of all paths', () => {
    const frames = 4
    const slots = 3
    const costs = { octaveJumpCost: 0.35, voicingCost: 0.14 }
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed)
        const table = emptyCandidates(frames, slots, 0.45)
        for (let i = 0; i < frames * slots; i++) {
          if (i % slots === 0) continue
          table.logF0[i] = 4 + 2 * random.uniform()
          table.score[i] = random.uniform() < 0.2 ? -Infinity : random.uniform()
        }
        const best = Math.max(...allPaths(frames, slots).map((path) => total(table, path, costs)))
        expect(Math.abs(total(table, Array.from(bestPath(table, costs)), costs) - best)).toBeLessThan(ROUNDING)
      }),
      { seed: 42, numRuns: 200 },
    )
  })
})

function allPaths(frames: number, slots: number): number[][] {
  if (frames === 0) return [[]]
  return allPaths(frames - 1, slots).flatMap((path) => Array.from({ length: slots }, (_, slot) => [...path, slot]))
}

function total(table: PitchCandidates, path: number[], costs: { octaveJumpCost: number; voicingCost: number }): number {
  return path.reduce((sum, slot, t) => {
    const score = table.score[t * table.slots + slot]
    if (t === 0) return sum + score
    const before = path[t - 1]
    if (before === 0 || slot === 0) return sum + score - (before === slot ? 0 : costs.voicingCost)
    const jump = table.logF0[t * table.slots + slot] - table.logF0[(t - 1) * table.slots + before]
    return sum + score - costs.octaveJumpCost * Math.abs(Math.log2(Math.exp(jump)))
  }, 0)
}
