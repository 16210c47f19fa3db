/** Spectra of the frames of a clip, one at a time, for spectrograms and spectral measures. */
import { checkFinite, toVector } from '../../core/array.ts'
import { withDefaults } from '../../core/defaults.ts'
import type { FloatArray, VectorLike } from '../../core/types.ts'
import { loadFrame } from '../../kernels/frame-features.ts'
import type { SpectraPlan } from '../../kernels/frame-spectra.ts'
import { frameSpectra } from '../../kernels/simd/spectra.ts'
import { powerTo, Spectrum, type SpectrumKind } from '../../kernels/spectrum.ts'
import { createFrameBuffer } from '../frame-buffer.ts'
import {
  type FrameSettings,
  type FrameSource,
  frameCount,
  frameOptionNames,
  resolveFrames,
  takeSamples,
} from '../frames.ts'
import type { FrameOptions, SpectrumOptions } from '../mfcc-options.ts'
import { resolvePlacement, resolveSpectrum, spectrumOptionNames } from '../mfcc-settings.ts'
import { type WindowName, windowFunction } from '../windows.ts'

/**
 * Options of frames and spectra, as for `mfcc`, but by default without pre-emphasis and with a periodic Hann window.
 */
export interface FrameSpectrumOptions extends FrameOptions, Omit<SpectrumOptions, 'window'> {
  /** A name, or the window itself, whose length is then that of a frame; default `hannPeriodic`. */
  window?: WindowName | VectorLike
}

/** The names of {@link FrameSpectrumOptions}. */
export const frameSpectrumOptionNames: readonly [...typeof frameOptionNames, ...typeof spectrumOptionNames] = [
  ...frameOptionNames,
  ...spectrumOptionNames,
]

/** Checked {@link FrameSpectrumOptions}. */
export interface FrameSpectrumSettings {
  frames: FrameSettings
  fftLength: number
  kind: SpectrumKind
  plan: SpectraPlan
}

/** Samples copied, and frames transformed, at a time. */
const BLOCK = 16384
const FRAMES = 32

const noCorrelations = new Float64Array(0)

function ownWindow(where: string, window: FrameSpectrumOptions['window']): Float64Array | undefined {
  if (window === undefined || typeof window === 'string') return undefined
  const values = toVector(where, 'window', window, 'float64') as Float64Array
  checkFinite(where, 'window', values)
  return values
}

function checkLength(where: string, window: Float64Array, frameLength: number): void {
  if (window.length === frameLength) return
  throw new RangeError(`${where}: "window" expected ${frameLength} samples, as a frame has, got ${window.length}`)
}

/** Checks the options of frames and spectra. */
export function resolveFrameSpectrum(where: string, options: FrameSpectrumOptions): FrameSpectrumSettings {
  const window = ownWindow(where, options.window)
  const given = { ...options, window: window === undefined ? (options.window as WindowName) : undefined }
  if (window && options.frameLengthSeconds === undefined) given.frameLength ??= window.length
  const completed = withDefaults(given, { window: 'hannPeriodic', preEmphasis: 0 } as const)
  const frames = resolveFrames(where, completed)
  if (window) checkLength(where, window, frames.length)
  const spectrum = resolveSpectrum(where, completed, frames.length)
  const { fftLength, kind, removeMean, preEmphasis, preEmphasisScope } = spectrum
  const placed = resolvePlacement(where, completed, frames, fftLength)
  const plan = {
    removeMean,
    preEmphasis,
    wholeSignal: preEmphasisScope === 'signal',
    window: (window ?? windowFunction(spectrum.window, frames.length)).slice(0, fftLength),
    frame: new Float64Array(fftLength),
    step: placed.step,
    spectrum: new Spectrum(fftLength, 'power'),
    ...{ even: null, lags: 0 },
  }
  return { frames: placed, fftLength, kind, plan }
}

/** Bins of the spectra, floor(fftLength / 2) + 1. */
export function binsOf({ fftLength }: FrameSpectrumSettings): number {
  return Math.floor(fftLength / 2) + 1
}

/** Hz from one bin to the next. */
export function binWidthOf({ frames, fftLength }: FrameSpectrumSettings): number {
  return frames.sampleRate / fftLength
}

/**
 * Visits the spectrum of every frame of the prepared samples, in an array that is reused; `begin` first receives the
 * number of frames.
 */
export function visitSpectra(
  where: string,
  value: VectorLike,
  settings: FrameSpectrumSettings,
  begin: (frames: number) => (spectrum: Float64Array, t: number) => void,
  prepare: (samples: FloatArray) => FloatArray = (samples) => samples,
): void {
  visitSpectraOfChecked(prepare(takeSamples(where, 'samples', value)), settings, begin)
}

/** {@link visitSpectra} of samples that are known to be finite. @internal */
export function visitSpectraOfChecked(
  samples: FloatArray,
  settings: FrameSpectrumSettings,
  begin: (frames: number) => (spectrum: Float64Array, t: number) => void,
): void {
  const source = spectraSource(settings, begin(frameCount(samples.length, settings.frames)), samples.length)
  source.append(samples)
  source.finish(samples.length)
}

/**
 * Takes a signal in parts, of samples that are known to be finite, and visits the spectrum of every frame, in an array that is reused.
 *
 * @param most - samples of a part, as far as that is known
 * @internal
 */
export function spectraSource(
  { frames, fftLength, kind, plan }: FrameSpectrumSettings,
  visit: (spectrum: Float64Array, t: number) => void,
  most: number = BLOCK,
): FrameSource {
  const { bins } = plan.spectrum
  const spectrum = new Float64Array(bins)
  const powers = new Float64Array(FRAMES * bins)
  let t = 0
  const visitFrames = (data: Float64Array, start: number, count: number, end: number): void => {
    for (let done = 0; done < count; done += FRAMES) {
      const n = Math.min(FRAMES, count - done)
      powersInto(powers, plan, data, start + done * frames.step, n, end)
      powerTo(kind, powers.subarray(0, n * bins), fftLength)
      for (let i = 0; i < n; i++, t++) {
        spectrum.set(powers.subarray(i * bins, (i + 1) * bins))
        visit(spectrum, t)
      }
    }
  }
  return createFrameBuffer(frames, visitFrames, Math.min(most, BLOCK))
}

/** Writes the powers [count, bins] of the frames from `data[start]` on; samples from `end` on are padding. */
function powersInto(
  out: Float64Array,
  plan: SpectraPlan,
  data: Float64Array,
  start: number,
  count: number,
  end: number,
): void {
  const { spectrum, preEmphasis, step } = plan
  if (preEmphasis === 0 && spectrum.powerOfTwo && spectrum.length >= 32) {
    frameSpectra(out, noCorrelations, plan, data, start, count)
    return
  }
  for (let i = 0; i < count; i++) {
    loadFrame(plan, data, start + i * step, end)
    spectrum.into(out.subarray(i * spectrum.bins, (i + 1) * spectrum.bins), plan.frame)
  }
}
