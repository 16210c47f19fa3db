import { describe, expect, it } from 'vitest'
import { EvenTransform } from '../../src/kernels/even-transform.ts'
import { referenceFrameSpectra, type SpectraPlan } from '../../src/kernels/frame-spectra.ts'
import * as modules from '../../src/kernels/simd/bytes.ts'
import { compileModule } from '../../src/kernels/simd/module.ts'
import { frameSpectra } from '../../src/kernels/simd/spectra.ts'
import { Spectrum } from '../../src/kernels/spectrum.ts'
import { Random } from '../../src/numerics/random.ts'

function planOf(length: number, points: number, step: number, lags: number): SpectraPlan {
  const window = new Float64Array(length)
  new Random(length).uniformInto(window)
  const taper = { removeMean: true, preEmphasis: 0, wholeSignal: false, window, frame: new Float64Array(points) }
  const even = lags > 0 ? new EvenTransform(points) : null
  return { ...taper, step, spectrum: new Spectrum(points, 'power'), even, lags }
}

function computed(kernel: typeof frameSpectra, plan: SpectraPlan, signal: Float64Array, frames: number) {
  const powers = new Float64Array(frames * plan.spectrum.bins)
  const correlations = new Float64Array(frames * plan.lags)
  kernel(powers, correlations, plan, signal, 3, frames)
  return { powers, correlations }
}

describe('frameSpectra', () => {
  it('runs where WebAssembly does', () => expect(compileModule(modules.spectra)).not.toBeNull())

  it.each([
    [32, 32, 7, 3],
    [20, 64, 10, 31],
    [512, 512, 160, 0],
    [1024, 2048, 160, 269],
    [100, 16384, 50, 2],
  ])(
    'of %i samples in %i points every %i, with %i lags, has the bits of the reference',
    (length, points, step, lags) => {
      const plan = planOf(length, points, step, lags)
      const signal = new Float64Array(3 + 36 * step + length)
      new Random(points).normalInto(signal)
      for (const frames of [0, 1, 2, 17, 37]) {
        const wanted = computed(referenceFrameSpectra, plan, signal, frames)
        expect(computed(frameSpectra, plan, signal, frames)).toEqual(wanted)
        expect(frames === 0 || wanted.powers[1] > 0).toBe(true)
      }
    },
  )
})
