import { describe, expect, it } from 'vitest'
import { nextPowerOfTwo, Spectrum } from '../../src/kernels/spectrum.ts'
import { Random } from '../../src/numerics/random.ts'

/** Of the largest bin. */
const tolerance = 1e-13

/** The definition, term by term. */
function powerOf(x: Float64Array, k: number): number {
  let re = 0
  let im = 0
  for (let n = 0; n < x.length; n++) {
    const angle = (2 * Math.PI * ((k * n) % x.length)) / x.length
    re += x[n] * Math.cos(angle)
    im -= x[n] * Math.sin(angle)
  }
  return re * re + im * im
}

function noise(length: number): Float64Array {
  const x = new Float64Array(length)
  new Random('spectrum').normalInto(x)
  return x
}

describe('Spectrum', () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 16, 30, 31, 32, 64, 125, 128, 200, 256, 275, 400, 512, 551, 1103, 2048])(
    'equals the definition at %d points',
    (length) => {
      const x = noise(length)
      const expected = Array.from({ length: Math.floor(length / 2) + 1 }, (_, k) => powerOf(x, k))
      const largest = Math.max(...expected)
      const spectrum = new Spectrum(length, 'power')
      const out = new Float64Array(spectrum.bins)
      spectrum.into(out, x)
      for (const [k, value] of expected.entries()) {
        expect(Math.abs(out[k] - value) / largest, `bin ${k}`).toBeLessThan(tolerance)
      }
    },
  )

  it.each([12, 15, 400])('repeats itself at %d points, whatever came before', (length) => {
    const spectrum = new Spectrum(length, 'power')
    const [first, other, second] = [noise(length), noise(length).fill(1), noise(length)].map((x) => {
      const out = new Float64Array(spectrum.bins)
      spectrum.into(out, x)
      return out
    })
    expect(second).toEqual(first)
    expect(other[0]).toBeCloseTo(length ** 2, 6)
  })

  it('gives magnitude and periodogram of the same power', () => {
    const x = noise(64)
    const out = (['power', 'magnitude', 'periodogram'] as const).map((kind) => {
      const bins = new Float64Array(33)
      new Spectrum(64, kind).into(bins, x)
      return bins
    })
    const [power, magnitude, periodogram] = out
    for (let k = 0; k <= 32; k++) {
      expect(magnitude[k]).toBe(Math.sqrt(power[k]))
      expect(periodogram[k]).toBe(power[k] / 64)
    }
  })

  it('leaves the frame alone and repeats itself', () => {
    const x = noise(32)
    const before = x.slice()
    const spectrum = new Spectrum(32, 'power')
    const first = new Float64Array(17)
    const second = new Float64Array(17)
    spectrum.into(first, x)
    spectrum.into(second, x)
    expect(x).toEqual(before)
    expect(second).toEqual(first)
  })
})

describe('nextPowerOfTwo', () => {
  it('rounds up, to 4 at least', () => {
    expect([1, 4, 5, 400, 512, 513].map(nextPowerOfTwo)).toEqual([4, 4, 8, 512, 512, 1024])
  })
})
