/**
 * Descriptors of a clip before smoothing, as their papers define them. Row t is about the middle of the 20 ms that begin at 10 t ms,
 * whatever the length of its windows; zeros lie beyond the clip. NaN stands for what a row does not have.
 */

import { formantLevel, harmonicLevel } from '../../voice/harmonic-differences.ts'
import { noiseRatioOf } from '../../voice/harmonics-to-noise.ts'
import type { Contour } from '../../voice/pitch-marks.ts'
import { rowMiddle } from '../../voice/rows.ts'
import { FIRST_FORMANT } from '../contours.ts'
import { f0Path, paperCosts } from '../f0-path.ts'
import { voiceNames } from '../names.ts'
import { FORMANTS } from '../resonances.ts'
import { columns, findCandidates, meanSquareOf, semitones, spectralContours } from '../scan.ts'
import { type PaperInstruments, PERIOD_REACH, paperInstrumentsFor } from './instruments.ts'
import { perturbationContours } from './perturbation.ts'

/** Level of a windowed frame, as a share of the loudest one's, up to which it is unvoiced: as for `pitchTrack`. */
const QUIET = 0.03

/** Columns over time, a value for each 20 ms that fit. */
export interface PaperContours {
  /** Loudness and `spectralNames`. */
  spectral: Float64Array[]
  /** Semitones above 27.5 Hz, NaN where unvoiced. */
  pitch: Float64Array
  /** `voiceNames`, NaN where unvoiced. */
  voice: Float64Array[]
  /** Mean over the frames of the mean square. */
  meanSquare: number
  /** Seconds from one row to the next. */
  step: number
}

/** F0 of all rows. */
function pitchContour(x: Float64Array, instruments: PaperInstruments): Contour {
  const { geometry, rows } = instruments
  const margin = geometry.long - geometry.short
  const padded = new Float64Array(x.length + margin)
  padded.set(x, Math.floor(margin / 2))
  const { candidates, levels } = findCandidates(padded, instruments)
  const { f0 } = f0Path(candidates, paperCosts)
  const least = QUIET * levels.reduce((most, level) => Math.max(most, level), 0)
  for (let t = 0; t < f0.length; t++) if (levels[t] <= least) f0[t] = 0
  return {
    f0,
    voiced: Uint8Array.from(f0, (hertz) => Number(hertz > 0)),
    times: Float64Array.from(f0, (_, t) => rowMiddle(t, rows) / rows.sampleRate),
  }
}

function heard(level: number): number {
  return Number.isFinite(level) ? level : Number.NaN
}

/** Noise ratio, formants and harmonics of row t. */
function voiceInto(out: Float64Array[], x: Float64Array, t: number, f0: number, instruments: PaperInstruments): void {
  const { rows, harmonics, formants, correlation } = instruments
  const period = rows.sampleRate / f0
  const [shortest, longest] = [Math.floor((1 - PERIOD_REACH) * period) - 1, Math.ceil((1 + PERIOD_REACH) * period) + 1]
  const middle = rowMiddle(t, rows)
  if (correlation.fits(x.length, middle, longest)) {
    out[2][t] = noiseRatioOf(correlation.top(x, middle, Math.max(1, shortest), longest))
  }
  harmonics.compute(x, t, rows)
  formants.find(x, t)
  const first = harmonicLevel(harmonics, f0, 1)
  out[3][t] = heard(first - harmonicLevel(harmonics, f0, 2))
  for (let i = 0; i < FORMANTS; i++) {
    const frequency = formants.frequencies[i]
    if (frequency === 0) continue
    const at = FIRST_FORMANT + 3 * i
    out[at][t] = frequency
    out[at + 1][t] = formants.bandwidths[i]
    out[at + 2][t] = heard(formantLevel(harmonics, f0, frequency) - first)
  }
  out[4][t] = 0 - out[FIRST_FORMANT + 3 * (FORMANTS - 1) + 2][t]
}

/** The contours of samples. */
export function paperContoursOf(x: Float64Array, sampleRate: number): PaperContours {
  const instruments = paperInstrumentsFor(sampleRate)
  const { geometry, rows } = instruments
  const track = pitchContour(x, instruments)
  const { f0 } = track
  const voice = columns(voiceNames.length, f0.length).map((column) => column.fill(Number.NaN))
  const { jitter, shimmer } = perturbationContours({ x, sampleRate, track }, rows)
  voice[0] = jitter
  voice[1] = shimmer
  for (let t = 0; t < f0.length; t++) if (f0[t] > 0) voiceInto(voice, x, t, f0[t], instruments)
  return {
    spectral: spectralContours(x, instruments),
    pitch: f0.map((hertz) => (hertz > 0 ? semitones(hertz) : Number.NaN)),
    voice,
    meanSquare: meanSquareOf(x, geometry),
    step: geometry.step / sampleRate,
  }
}
