/** Descriptors of a clip before smoothing. */
import { exp, log } from '../../core/elementary.ts'
import { square } from '../../core/power.ts'
import { windowFunction } from '../windows.ts'
import { Balance } from './balance.ts'
import { Bands } from './bands.ts'
import { F0Candidates } from './f0-candidates.ts'
import { f0Path } from './f0-path.ts'
import { FramedSpectrum } from './framed-spectrum.ts'
import { type Geometry, geometryOf, wholeFrames } from './geometry.ts'
import { Harmonics, NO_LEVEL } from './harmonics.ts'
import { spectralNames, voiceNames } from './names.ts'
import { NoiseRatio } from './noise-ratio.ts'
import { PeriodTracker } from './periods.ts'
import { FORMANTS, Resonances } from './resonances.ts'
import { SingleSpectrum } from './single-spectrum.ts'
import { SubharmonicSum } from './subharmonics.ts'

/** Width of the Gaussian window, in halves of a frame. */
const GAUSS_WIDTH = 0.4
/** Level of a windowed frame up to which it is unvoiced. */
const QUIET = 0.001
/** Semitones are counted from here. */
const LOWEST_NOTE = 27.5
/** Longest period, seconds: the lowest F0 is 55 Hz. */
const LONGEST_PERIOD = 1 / 55

/** Columns over time. */
export interface Contours {
  /** Loudness and `spectralNames`, a value every 10 ms for each 20 ms that fit. */
  spectral: Float64Array[]
  /** Semitones above 27.5 Hz, 0 where unvoiced, for each 60 ms that fit. */
  pitch: Float64Array
  /** `voiceNames`, as many values. */
  voice: Float64Array[]
  /** Frames on whose pitch all ways to end agree. */
  decided: number
  /** Mean over the 20 ms frames of the mean square. */
  meanSquare: number
}

/** exp(-((n - c) / (0.4 c))^2 / 2), c the middle. */
function gauss(length: number): Float64Array {
  const middle = (length - 1) / 2
  return Float64Array.from({ length }, (_, n) => exp(-square((n - middle) / (GAUSS_WIDTH * middle)) / 2))
}

function columns(count: number, rows: number): Float64Array[] {
  return Array.from({ length: count }, () => new Float64Array(rows))
}

/** Loudness and `spectralNames` of all 20 ms frames. */
function spectralContours(samples: Float64Array, geometry: Geometry): Float64Array[] {
  const { short, step, shortFft, shortHertz } = geometry
  const frames = wholeFrames(samples.length, short, step)
  const spectrum = new FramedSpectrum(windowFunction('hamming', short), shortFft)
  const bands = new Bands(geometry)
  const balance = new Balance(spectrum.power.length, shortHertz)
  const out = columns(1 + spectralNames.length, frames)
  const row = new Float64Array(out.length)
  for (let t = 0; t < frames; t++) {
    spectrum.load(samples, t * step)
    bands.load(spectrum.power)
    row[0] = bands.loudness()
    balance.into(row, 1, spectrum.power)
    bands.cepstrumInto(row, 6)
    for (let j = 0; j < row.length; j++) out[j][t] = row[j]
  }
  return out
}

/** F0 in Hz of all 60 ms frames. */
function pitchContour(samples: Float64Array, geometry: Geometry): { f0: Float64Array; decided: number } {
  const { long, step, longFft } = geometry
  const frames = wholeFrames(samples.length, long, step)
  const spectrum = new FramedSpectrum(gauss(long), longFft)
  const subharmonics = new SubharmonicSum(geometry)
  const magnitude = new Float64Array(spectrum.power.length)
  const candidates = new F0Candidates(frames)
  const isLoud = new Uint8Array(frames)
  for (let t = 0; t < frames; t++) {
    spectrum.load(samples, t * step)
    isLoud[t] = Number(spectrum.level() > QUIET)
    for (let k = 0; k < magnitude.length; k++) magnitude[k] = Math.sqrt(spectrum.power[k])
    subharmonics.load(magnitude)
    candidates.add(t, subharmonics)
  }
  const { f0, decided } = f0Path(candidates)
  return { f0: f0.map((hertz, t) => Math.fround(hertz) * isLoud[t]), decided }
}

/** Frequencies, bandwidths and amplitudes are columns 5, 8, 11 of `voiceNames` and those behind them. */
const FIRST_FORMANT = 5

/** Formants, of voiced frames only unless `everywhere`. */
function formantsInto(out: Float64Array[], x: Float64Array, g: Geometry, f0: Float64Array, everywhere: boolean): void {
  const spectrum = new SingleSpectrum(windowFunction('hamming', g.short), g.shortFft)
  const resonances = new Resonances(g.shortHertz * g.shortFft, g.short, g.shortFft)
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0 && !everywhere) continue
    spectrum.load(x, t * g.step)
    resonances.load(spectrum.bins)
    for (let i = 0; i < FORMANTS; i++) {
      out[FIRST_FORMANT + 3 * i][t] = resonances.frequency[i]
      out[FIRST_FORMANT + 3 * i + 1][t] = resonances.bandwidth[i]
    }
  }
}

/** Noise ratio, harmonic differences and amplitudes of formants. */
function harmonicsInto(out: Float64Array[], samples: Float64Array, geometry: Geometry, f0: Float64Array): void {
  const { long, longFft, longHertz, sampleRate, step } = geometry
  const spectrum = new SingleSpectrum(gauss(long), longFft)
  const noise = new NoiseRatio(longFft)
  const harmonics = new Harmonics(spectrum.magnitude, longHertz)
  for (let i = 0; i < FORMANTS; i++) out[FIRST_FORMANT + 3 * i + 2].fill(NO_LEVEL)
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0) continue
    spectrum.load(samples, t * step)
    spectrum.measure()
    noise.load(spectrum.magnitude)
    out[2][t] = noise.at(Math.floor(sampleRate / f0[t]))
    harmonics.load(f0[t])
    if (!harmonics.hasReference()) continue
    const amplitudes = [0, 1, 2].map((i) => harmonics.levelNear(out[FIRST_FORMANT + 3 * i][t]))
    for (const [i, amplitude] of amplitudes.entries()) out[FIRST_FORMANT + 3 * i + 2][t] = amplitude ?? 0
    const [toThird, toFormant] = harmonics.differences(amplitudes[2])
    out[3][t] = toThird
    out[4][t] = toFormant
  }
}

function meanSquareOf(samples: Float64Array, { short, step }: Geometry): number {
  const frames = wholeFrames(samples.length, short, step)
  let sum = 0
  for (let t = 0; t < frames; t++) {
    for (let n = t * step; n < t * step + short; n++) sum += samples[n] * samples[n]
  }
  return sum / short / frames
}

/** The contours of samples in openSMILE's units; formants of unvoiced frames are 0 unless `everywhere`. */
export function contoursOf(samples: Float64Array, sampleRate: number, everywhere: boolean): Contours {
  const geometry = geometryOf(sampleRate)
  const { f0, decided } = pitchContour(samples, geometry)
  const periods = new PeriodTracker(samples, sampleRate * LONGEST_PERIOD)
  const { jitter, shimmer } = periods.track(f0, geometry.step, sampleRate)
  const voice = columns(voiceNames.length, f0.length)
  voice[0] = jitter
  voice[1] = shimmer
  formantsInto(voice, samples, geometry, f0, everywhere)
  harmonicsInto(voice, samples, geometry, f0)
  return {
    spectral: spectralContours(samples, geometry),
    pitch: f0.map((hertz) => (hertz > 0 ? (12 * log(hertz / LOWEST_NOTE)) / Math.LN2 : 0)),
    voice,
    decided,
    meanSquare: meanSquareOf(samples, geometry),
  }
}
