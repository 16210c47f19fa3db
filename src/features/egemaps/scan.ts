/** Passes over a clip that openSMILE's measures and those of the papers have in common. */
import { log } from '../../core/elementary.ts'
import type { Bands } from './bands.ts'
import { F0Candidates } from './f0-candidates.ts'
import type { FramedSpectrum } from './framed-spectrum.ts'
import { type Geometry, wholeFrames } from './geometry.ts'
import { spectralNames } from './names.ts'
import type { SubharmonicSum } from './subharmonics.ts'

/** Semitones are counted from here. */
const LOWEST_NOTE = 27.5

/** Semitones above 27.5 Hz. */
export function semitones(hertz: number): number {
  return (12 * log(hertz / LOWEST_NOTE)) / Math.LN2
}

export function columns(count: number, rows: number): Float64Array[] {
  return Array.from({ length: count }, () => new Float64Array(rows))
}

/** Alpha ratio, Hammarberg index, slopes and flux of one spectrum after the other. */
export interface SpectralBalance {
  /** The next frame is the first of a clip. */
  reset(): void
  /** Alpha ratio, Hammarberg index, two slopes, flux. */
  into(out: Float64Array, at: number, power: Float64Array): void
}

/** Loudness and `spectralNames` of all 20 ms frames. */
export function spectralContours(
  samples: Float64Array,
  tools: { geometry: Geometry; short: FramedSpectrum; bands: Bands; balance: SpectralBalance },
): Float64Array[] {
  const { geometry, short, bands, balance } = tools
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

/** Candidates for the pitch of all 60 ms frames, and root mean squares of the windowed frames. */
export function findCandidates(
  samples: Float64Array,
  tools: { geometry: Geometry; long: FramedSpectrum; subharmonics: SubharmonicSum },
): { candidates: F0Candidates; levels: Float64Array } {
  const { geometry, long, subharmonics } = tools
  const frames = wholeFrames(samples.length, geometry.long, geometry.step)
  const magnitude = new Float64Array(long.power.length)
  const candidates = new F0Candidates(frames)
  const levels = new Float64Array(frames)
  for (let t = 0; t < frames; t++) {
    long.load(samples, t * geometry.step)
    levels[t] = long.level()
    for (let k = 0; k < magnitude.length; k++) magnitude[k] = Math.sqrt(long.power[k])
    subharmonics.load(magnitude)
    candidates.add(t, subharmonics)
  }
  return { candidates, levels }
}

/** Mean over the 20 ms frames of the mean square. */
export function meanSquareOf(samples: Float64Array, { short, step }: Geometry): number {
  const frames = wholeFrames(samples.length, short, step)
  let sum = 0
  for (let t = 0; t < frames; t++) {
    for (let n = t * step; n < t * step + short; n++) sum += samples[n] * samples[n]
  }
  return sum / short / frames
}
