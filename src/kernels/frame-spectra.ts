/** Power spectra of frames, and their transforms back, in typed arrays: the reference for simd/spectra.ts. */
import type { EvenTransform } from './even-transform.ts'
import { loadFrame } from './frame-features.ts'
import type { FrameTaper } from './frame-plan.ts'
import type { Spectrum } from './spectrum.ts'

/** Frames of L samples every `step`, without emphasis, under a window, zeros behind them; kept between calls. */
export interface SpectraPlan extends FrameTaper {
  readonly step: number
  /** Of a power of two from 32 on. */
  readonly spectrum: Spectrum
  /** The transform back of the powers, which gives circular autocorrelations; null for none. */
  readonly even: EvenTransform | null
  /** How many numbers of it, at least 2; 0 for none. */
  readonly lags: number
}

/**
 * Writes |X|^2 [frames, bins] and autocorrelations [frames, lags] of the frames that begin at `signal[start]`,
 * `signal[start + step]` and so on, all of them inside the signal.
 */
export function referenceFrameSpectra(
  powers: Float64Array,
  correlations: Float64Array,
  plan: SpectraPlan,
  signal: Float64Array,
  start: number,
  frames: number,
): void {
  const { spectrum, even, lags } = plan
  for (let t = 0; t < frames; t++) {
    const power = powers.subarray(t * spectrum.bins, (t + 1) * spectrum.bins)
    loadFrame(plan, signal, start + t * plan.step, signal.length)
    spectrum.into(power, plan.frame)
    even?.into(correlations.subarray(t * lags, (t + 1) * lags), power)
  }
}
