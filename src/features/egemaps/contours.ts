/** Descriptors of a clip before smoothing. */
import { compatibleCosts, type F0Path, f0Path } from './f0-path.ts'
import { NO_LEVEL } from './harmonics.ts'
import { type Instruments, instrumentsFor } from './instruments.ts'
import { voiceNames } from './names.ts'
import { PeriodTracker } from './periods.ts'
import { FORMANTS } from './resonances.ts'
import { columns, findCandidates, meanSquareOf, semitones, spectralContours } from './scan.ts'

/** Level of a windowed frame up to which it is unvoiced. */
const QUIET = 0.001
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

/** F0 in Hz of all 60 ms frames. */
function pitchContour(samples: Float64Array, instruments: Instruments): F0Path {
  const { candidates, levels } = findCandidates(samples, instruments)
  const { f0, decided } = f0Path(candidates, compatibleCosts)
  return { f0: f0.map((hertz, t) => Math.fround(hertz) * Number(levels[t] > QUIET)), decided }
}

/** Frequencies, bandwidths and amplitudes are columns 5, 8, 11 of `voiceNames` and those behind them. */
export const FIRST_FORMANT = 5

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
    pitch: f0.map((hertz) => (hertz > 0 ? semitones(hertz) : 0)),
    voice,
    decided,
    meanSquare: meanSquareOf(samples, geometry),
  }
}
