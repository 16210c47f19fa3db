import { describe, expect, it } from 'vitest'
import { createAugmentation, type MelColumns } from '../../src/augmentation/sequences.ts'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { hzToMel, melToHz } from '../../src/features/mel-scale.ts'
import { Random } from '../../src/numerics/random.ts'

const filters = 10
/** Log mel energies, their log energy, their deltas and its own. */
const cols = 2 * (filters + 1)
const rows = 50
const still = { crop: 0, noise: 0, offset: 0 }

const mel: MelColumns = {
  bands: [
    { start: 0, filters },
    { start: filters + 1, filters },
  ],
  mean: Array.from({ length: cols }, (_, j) => 0.3 * j),
  scale: Array.from({ length: cols }, (_, j) => 1 + 0.1 * j),
  edges: { sampleRate: 16000 },
}

function ones(): FloatNdArray {
  return view(new Float32Array(rows * cols).fill(1), [rows, cols])
}

/** Where a row is 0. */
function masked(x: FloatNdArray, row: number): number[] {
  return Array.from({ length: cols }, (_, j) => j).filter((j) => x.get(row, j) === 0)
}

describe('band masks', () => {
  it('set up to six neighbouring filters to their means, the same ones in every row and order of deltas', () => {
    const augment = createAugmentation({ ...still, bandMasks: 1, mel })
    const widths = new Set<number>()
    for (let seed = 0; seed < 100; seed++) {
      const x = augment(ones(), new Random(seed))
      const hit = masked(x, 0)
      const width = hit.length / 2
      widths.add(width)
      const block = Array.from({ length: width }, (_, i) => hit[0] + i)
      expect(hit).toEqual([...block, ...block.map((j) => j + filters + 1)])
      for (let row = 1; row < rows; row++) expect(masked(x, row)).toEqual(hit)
      expect(hit).not.toContain(filters)
      expect(hit).not.toContain(cols - 1)
    }
    expect([...widths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})

describe('a time mask', () => {
  it('sets all columns of one stretch, up to its share, to their means', () => {
    const augment = createAugmentation({ ...still, timeMask: 0.2 })
    const lengths = new Set<number>()
    for (let seed = 0; seed < 200; seed++) {
      const x = augment(ones(), new Random(seed))
      const hit = Array.from({ length: rows }, (_, t) => t).filter((t) => masked(x, t).length > 0)
      lengths.add(hit.length)
      hit.forEach((t, i) => {
        expect(t).toBe(hit[0] + i)
        expect(masked(x, t)).toHaveLength(cols)
      })
    }
    expect(Math.min(...lengths)).toBe(0)
    expect(Math.max(...lengths)).toBe(0.2 * rows)
  })
})

describe('a warped vocal tract', () => {
  const low = hzToMel(20)
  const step = (hzToMel(8000) - low) / (filters + 1)
  /** Mel of the centre of a filter. */
  const centre = (m: number): number => low + (m + 1) * step
  const last = centre(filters - 1)

  /** Each filter holds its own centre in mel, standardised: between filters it is linear, so that reading elsewhere is exact. */
  function centres(): FloatNdArray {
    const x = ones()
    for (let t = 0; t < rows; t++) {
      for (const { start } of mel.bands) {
        for (let m = 0; m < filters; m++) x.set(t, start + m, (centre(m) - mel.mean[start + m]) / mel.scale[start + m])
      }
    }
    return x
  }

  it('reads every filter at one factor times its frequency, no farther than the outer filters', () => {
    const augment = createAugmentation({ ...still, vocalTract: 0.1, mel })
    const factors: number[] = []
    for (let seed = 0; seed < 100; seed++) {
      const x = augment(centres(), new Random(seed))
      const read = (start: number, m: number): number =>
        x.get(0, start + m) * mel.scale[start + m] + mel.mean[start + m]
      const factor = melToHz(read(0, 4)) / melToHz(centre(4))
      factors.push(factor)
      for (const { start } of mel.bands) {
        for (let m = 0; m < filters; m++) {
          const wanted = Math.min(last, Math.max(centre(0), hzToMel(factor * melToHz(centre(m)))))
          expect(read(start, m)).toBeCloseTo(wanted, 2)
        }
      }
      expect(x.get(0, filters)).toBe(1)
    }
    expect(Math.min(...factors)).toBeGreaterThan(0.9 - 1e-4)
    expect(Math.max(...factors)).toBeLessThan(1.1 + 1e-4)
    expect(Math.max(...factors) - Math.min(...factors)).toBeGreaterThan(0.15)
  })

  it('gives the bits of its definition, row by row, also for a piece of the sequence', () => {
    const x = ones()
    new Random('energies').normalInto(x.data as Float32Array)
    const augment = createAugmentation({ ...still, crop: 20, vocalTract: 0.1, mel })
    const random = new Random(3)
    const first = new Random(3).integer(rows - 20 + 1)
    const factor = 1 + 0.1 * (2 * random.substream('vocal tract').uniform() - 1)
    const y = augment(x, random)
    for (let t = 0; t < 20; t++) {
      for (const { start } of mel.bands) {
        for (let m = 0; m < filters; m++) {
          const place = (hzToMel(factor * melToHz(centre(m))) - low) / step - 1
          const at = Math.min(filters - 1, Math.max(0, place))
          const [a, b] = [start + Math.floor(at), start + Math.min(Math.floor(at) + 1, filters - 1)]
          const share = at - Math.floor(at)
          const scale = mel.scale[start + m]
          const shift = (mel.mean[a] + share * (mel.mean[b] - mel.mean[a]) - mel.mean[start + m]) / scale
          const [ofA, ofB] = [((1 - share) * mel.scale[a]) / scale, (share * mel.scale[b]) / scale]
          const wanted = ofA * x.get(first + t, a) + ofB * x.get(first + t, b) + shift
          expect(y.get(t, start + m)).toBe(Math.fround(wanted))
        }
      }
    }
  })

  it('changes neither what noise nor what offsets are drawn', () => {
    const options = { crop: 30, noise: 0.1, offset: 0.1, mel }
    const plain = createAugmentation(options)(ones(), new Random(1))
    const warped = createAugmentation({ ...options, vocalTract: 0.1 })(ones(), new Random(1))
    expect(warped.get(3, filters)).toBe(plain.get(3, filters))
  })
})

describe('pieces, noise and offsets', () => {
  const x = view(
    Float32Array.from({ length: 40 }, (_, i) => 100 * i),
    [20, 2],
  )

  it('come from random places, add noise to each number and an offset to each column', () => {
    const cropped = new Set<number>()
    const augment = createAugmentation({ crop: 5, noise: 0, offset: 0 })
    for (let seed = 0; seed < 60; seed++) {
      const y = augment(x, new Random(seed))
      expect(y.shape).toEqual([5, 2])
      cropped.add(y.get(0, 0) / 200)
      expect(y.get(4, 1) - y.get(0, 0)).toBe(900)
    }
    expect(cropped).toEqual(new Set(Array.from({ length: 16 }, (_, i) => i)))
    const moved = createAugmentation({ crop: 0, noise: 0, offset: 2 })(x, new Random(1))
    const shifts = [0, 1].map((j) => moved.get(0, j) - x.get(0, j))
    expect(shifts[0]).not.toBe(shifts[1])
    expect(moved.get(19, 1) - x.get(19, 1)).toBeCloseTo(shifts[1], 3)
    const noisy = createAugmentation({ crop: 0, noise: 1, offset: 0 })(x, new Random(1))
    expect(new Set(Array.from(noisy.data as Float32Array, (v, i) => v - 100 * i)).size).toBeGreaterThan(30)
  })
})
