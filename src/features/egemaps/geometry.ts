/** Lengths of frames and transforms at a sample rate, in samples. */
import { nextPowerOfTwo } from '../../kernels/spectrum.ts'

/** Frame i of either kind begins at sample i * step; no frame reaches beyond the clip. */
export interface Geometry {
  /** Hz. */
  sampleRate: number
  /** 10 ms. */
  step: number
  /** 20 ms: spectral descriptors, formants. */
  short: number
  /** 60 ms: pitch, harmonics. */
  long: number
  /** Points of the transforms of either. */
  shortFft: number
  longFft: number
  /** Hz a bin of either: as if the rounded frames were 20 and 60 ms long exactly, which openSMILE takes them for. */
  shortHertz: number
  longHertz: number
}

/** The geometry at so many Hz. */
export function geometryOf(sampleRate: number): Geometry {
  const short = Math.round(0.02 * sampleRate)
  const long = Math.round(0.06 * sampleRate)
  const [shortFft, longFft] = [nextPowerOfTwo(short), nextPowerOfTwo(long)]
  return {
    sampleRate,
    step: Math.round(0.01 * sampleRate),
    short,
    long,
    shortFft,
    longFft,
    shortHertz: short / 0.02 / shortFft,
    longHertz: long / 0.06 / longFft,
  }
}

/** Whole frames in a clip of so many samples. */
export function wholeFrames(samples: number, length: number, step: number): number {
  return samples < length ? 0 : Math.floor((samples - length) / step) + 1
}
