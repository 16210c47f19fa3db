/** Descriptors of a clip before smoothing. */
import { log } from '../../core/elementary.ts'
import { F0Candidates } from './f0-candidates.ts'
import { type F0Path, f0Path } from './f0-path.ts'
import { type Geometry, wholeFrames } from './geometry.ts'
import { NO_LEVEL } from './harmonics.ts'
import { type Instruments, instrumentsFor } from './instruments.ts'
import { spectralNames, voiceNames } from './names.ts'
import { PeriodTracker } from './periods.ts'
import { FORMANTS } from './resonances.ts'

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

function columns(count: number, rows: number): Float64Array[] {
  return Array.from({ length: count }, () => new Float64Array(rows))
}

/** Loudness and `spectralNames` of all 20 ms frames. */
function spectralContours(samples: Float64Array, { geometry, short, bands, balance }: Instruments): Float64Array[] {
  const frames = wholeFrames(samples.length, geometry.short, geometry.step)
  const out = columns(1 + spectralNames.length, frames)
  const row = new Float64Array(out.length)
  balance.reset()
  for (let t = 0; t < frames; t++) {
    short.load(samples, t * geometry.step)
    bands.load(short.power)
    row[0] = bands.loudness()
    balance.into(row, 1, short.power)
    bands.cepstrumInto(row, 6)
    for (let j = 0; j < row.length; j++) out[j][t] = row[j]
  }
  return out
}

/** F0 in Hz of all 60 ms frames. */
function pitchContour(samples: Float64Array, { geometry, long, subharmonics }: Instruments): F0Path {
  const frames = wholeFrames(samples.length, geometry.long, geometry.step)
  const magnitude = new Float64Array(long.power.length)
  const candidates = new F0Candidates(frames)
  const isLoud = new Uint8Array(frames)
  for (let t = 0; t < frames; t++) {
    long.load(samples, t * geometry.step)
    isLoud[t] = Number(long.level() > QUIET)
    for (let k = 0; k < magnitude.length; k++) magnitude[k] = Math.sqrt(long.power[k])
    subharmonics.load(magnitude)
    candidates.add(t, subharmonics)
  }
  const { f0, decided } = f0Path(candidates)
  return { f0: f0.map((hertz, t) => Math.fround(hertz) * isLoud[t]), decided }
}

/** Frequencies, bandwidths and amplitudes are columns 5, 8, 11 of `voiceNames` and those behind them. */
const FIRST_FORMANT = 5

/** Formants, of voiced frames only unless `everywhere`. */
function formantsInto(
  out: Float64Array[],
  x: Float64Array,
  instruments: Instruments,
  f0: Float64Array,
  everywhere: boolean,
): void {
  const { geometry, exactShort, resonances } = instruments
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0 && !everywhere) continue
    exactShort.load(x, t * geometry.step)
    resonances.load(exactShort.bins)
    for (let i = 0; i < FORMANTS; i++) {
      out[FIRST_FORMANT + 3 * i][t] = resonances.frequency[i]
      out[FIRST_FORMANT + 3 * i + 1][t] = resonances.bandwidth[i]
    }
  }
}

/** Noise ratio, harmonic differences and amplitudes of formants. */
function harmonicsInto(out: Float64Array[], samples: Float64Array, instruments: Instruments, f0: Float64Array): void {
  const { geometry, exactLong, noise, harmonics } = instruments
  for (let i = 0; i < FORMANTS; i++) out[FIRST_FORMANT + 3 * i + 2].fill(NO_LEVEL)
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0) continue
    exactLong.load(samples, t * geometry.step)
    exactLong.measure()
    noise.load(exactLong.magnitude)
    out[2][t] = noise.ratio(Math.floor(geometry.sampleRate / f0[t]))
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
  const instruments = instrumentsFor(sampleRate)
  const { geometry } = instruments
  const { f0, decided } = pitchContour(samples, instruments)
  const periods = new PeriodTracker(samples, sampleRate * LONGEST_PERIOD)
  const { jitter, shimmer } = periods.track(f0, geometry.step, sampleRate)
  const voice = columns(voiceNames.length, f0.length)
  voice[0] = jitter
  voice[1] = shimmer
  formantsInto(voice, samples, instruments, f0, everywhere)
  harmonicsInto(voice, samples, instruments, f0)
  return {
    spectral: spectralContours(samples, instruments),
    pitch: f0.map((hertz) => (hertz > 0 ? (12 * log(hertz / LOWEST_NOTE)) / Math.LN2 : 0)),
    voice,
    decided,
    meanSquare: meanSquareOf(samples, geometry),
  }
}
