import { describe, expect, it } from 'vitest'
import type { FloatNdArray } from '../../src/core/types.ts'
import { melFilterbank } from '../../src/features/mel-filterbank.ts'
import { hzToMel, melToHz } from '../../src/features/mel-scale.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { SparseFilters } from '../../src/kernels/sparse-filters.ts'
import { Random } from '../../src/numerics/random.ts'
import { reference, worstRelativeDifference } from './reference.ts'

/** The references are printed with 12 digits. */
const referenceTolerance = 1e-11
const tolerance = 1e-12
const common = { sampleRate: 16000, fftLength: 512, dtype: 'float64' } as const

describe('melFilterbank', () => {
  it('equals librosa.filters.mel in the shape, norm and scale of the librosa preset', () => {
    const { melScale, filterShape, filterNorm, lowFrequency, highFrequency } = mfccPresets.librosa
    const options = { melScale, filterShape, filterNorm, lowFrequency, highFrequency, filters: 20 }
    const bank = melFilterbank({ ...common, ...options })
    expect(worstRelativeDifference(bank, reference.melSlaney)).toBeLessThan(referenceTolerance)
  })

  it('has triangles straight over mel that add up to 1 between the first and the last centre', () => {
    const bank = melFilterbank({ ...common, filters: 26 })
    expect(bank.shape).toEqual([26, 257])
    const low = hzToMel(20)
    const spacing = (hzToMel(8000) - low) / 27
    for (let k = 0; k < 257; k++) {
      const at = (hzToMel((k * 16000) / 512) - low) / spacing
      let sum = 0
      for (let m = 0; m < 26; m++) {
        expect(Math.abs(bank.get(m, k) - Math.max(0, 1 - Math.abs(at - (m + 1))))).toBeLessThan(tolerance)
        sum += bank.get(m, k)
      }
      if (at >= 1 && at <= 26) expect(Math.abs(sum - 1)).toBeLessThan(tolerance)
    }
  })

  it('has corners at whole bins in the shape of python_speech_features', () => {
    const bank = melFilterbank({
      ...common,
      filters: 10,
      filterShape: 'bins',
      lowFrequency: 300,
      melScale: 'oshaughnessy',
    })
    const low = hzToMel(300, 'oshaughnessy')
    const spacing = (hzToMel(8000, 'oshaughnessy') - low) / 11
    for (let m = 0; m < 10; m++) {
      const [left, centre, right] = [m, m + 1, m + 2].map((i) =>
        Math.floor((513 * melToHz(low + i * spacing, 'oshaughnessy')) / 16000),
      )
      expect(bank.get(m, centre)).toBe(1)
      expect(bank.get(m, left)).toBe(0)
      expect(bank.get(m, right)).toBe(0)
      expect(bank.get(m, left + 1)).toBeCloseTo(1 / (centre - left), 12)
      expect(bank.get(m, right - 1)).toBeCloseTo(1 / (right - centre), 12)
    }
  })

  it('may have two corners on one bin there, as long as the filter keeps a bin', () => {
    const one = { ...common, filters: 1, filterShape: 'bins', lowFrequency: 100 } as const
    const expected = new Float64Array(257)
    expected[3] = 1 // corners 3, 3, 4
    expect(melFilterbank({ ...one, highFrequency: 140 }).data).toEqual(expected)
    // Corners 3, 4, 4.
    expect(() => melFilterbank({ ...one, highFrequency: 152 })).toThrow(
      'filter 0 of 1 (100.0 to 152.0 Hz) meets no bin',
    )
  })

  it('divides by the width in Hz for filterNorm "area"', () => {
    const peak = melFilterbank({ ...common, filters: 26 })
    const area = melFilterbank({ ...common, filters: 26, filterNorm: 'area' })
    const spacing = (hzToMel(8000) - hzToMel(20)) / 27
    const edge = (i: number): number => melToHz(hzToMel(20) + i * spacing)
    const at = 3 * 257 + 12
    expect(peak.data[at]).toBeGreaterThan(0)
    expect(area.data[at] / peak.data[at]).toBeCloseTo(2 / (edge(5) - edge(3)), 12)
  })

  it('reaches 8 kHz or the Nyquist frequency, whichever is less', () => {
    const at = (options: object): Float64Array => melFilterbank({ ...common, ...options }).data as Float64Array
    expect(at({ sampleRate: 8000 })).toEqual(at({ sampleRate: 8000, highFrequency: 4000 }))
    expect(at({ sampleRate: 44100, fftLength: 2048 })).toEqual(
      at({ sampleRate: 44100, fftLength: 2048, highFrequency: 8000 }),
    )
    const nyquist = at({ sampleRate: 44100, fftLength: 2048, highFrequency: 'nyquist' })
    expect(nyquist).toEqual(at({ sampleRate: 44100, fftLength: 2048, highFrequency: 22050 }))
  })

  it('is float32 by default and weights the bins of a 25 ms frame', () => {
    const bank = melFilterbank({ sampleRate: 16000 })
    expect(bank.data).toBeInstanceOf(Float32Array)
    expect(bank.shape).toEqual([26, 257])
    expect(melFilterbank({ sampleRate: 16000, fftLength: 401, filters: 8 }).shape).toEqual([8, 201])
  })

  it('refuses filters that no bin meets, naming the remedy', () => {
    expect(() => melFilterbank({ sampleRate: 16000, fftLength: 256, filters: 80 })).toThrow(
      /filter \d+ of 80 \(.* Hz\) meets no bin of the FFT: give fewer "filters" or a longer "fftLength"/,
    )
  })

  it('keeps filters that no bin meets, without weights, where that is asked for', () => {
    const narrow = { sampleRate: 16000, fftLength: 256, filters: 120, dtype: 'float64' } as const
    const sums = (bank: FloatNdArray): number[] =>
      Array.from({ length: 120 }, (_, m) =>
        Array.from({ length: 129 }, (__, k) => bank.get(m, k)).reduce((a, b) => a + b),
      )
    const kept = sums(melFilterbank({ ...narrow, emptyFilters: 'keep' }))
    expect(kept.filter((sum) => sum === 0).length).toBeGreaterThan(3)
    expect(kept.every((sum, m) => (m < 80 ? sum >= 0 : sum > 0))).toBe(true)
  })

  it.each(['refuse', 'keep'] as const)(
    'refuses filters so narrow that no float holds their height ("%s")',
    (emptyFilters) => {
      const zeroWidth = {
        lowFrequency: 0,
        highFrequency: 5e-324,
        filters: 3,
        filterShape: 'hertz',
        filterNorm: 'area',
      } as const
      expect(() => melFilterbank({ ...common, ...zeroWidth, emptyFilters })).toThrow(
        'filter 0 of 3 (0.0 to 0.0 Hz) meets no bin',
      )
    },
  )

  it.each([
    [{ filters: 0 }, '"filters" expected an integer >= 1 and <= 512, got 0'],
    [{ highFrequency: 8001 }, '"highFrequency" expected a finite number > 0 and <= 8000, got 8001'],
    [{ highFrequency: 'top' }, '"highFrequency" expected a finite number > 0 and <= 8000, got "top"'],
    [{ lowFrequency: 8000 }, '"lowFrequency" expected a finite number >= 0 and < 8000, got 8000'],
    [{ melScale: 'bark' }, '"melScale" expected one of'],
    [{ filterShape: 'gammatone' }, '"filterShape" expected one of'],
    [{ filterNorm: 'sum' }, '"filterNorm" expected one of'],
    [{ fftLength: 1 }, '"fftLength" expected an integer >= 2'],
    [{ bands: 3 }, 'unknown option "bands"'],
  ])('refuses %o', (options, message) => {
    expect(() => melFilterbank({ ...common, ...options } as never)).toThrow(`melFilterbank: ${message}`)
  })
})

describe('SparseFilters', () => {
  it('equals the product with the whole matrix', () => {
    const bank = melFilterbank({ ...common, filters: 40 })
    const spectrum = new Float64Array(257)
    new Random('sparse').uniformInto(spectrum)
    const out = new Float64Array(40)
    new SparseFilters({ data: bank.data, rows: 40, cols: 257 }).into(out, spectrum)
    for (let m = 0; m < 40; m++) {
      let sum = 0
      for (let k = 0; k < 257; k++) sum += bank.get(m, k) * spectrum[k]
      expect(Math.abs(out[m] - sum)).toBeLessThan(tolerance)
    }
  })
})
