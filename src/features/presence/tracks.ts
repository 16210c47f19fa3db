/**
 * Tracks from which the cues of speech are taken, of sound at 8 kHz, a frame every 10 ms:
 *
 *     y[n] = x[n] - x[n-1] + 0.955 y[n-1]           no offset and no drift: a high-pass filter at 60 Hz
 *     B_t[m] = 10 lg of the energy of mel band m     20 bands from 100 to 3800 Hz, 32 ms, at least 60 dB below the loudest
 *     L_t = 10 lg of the energy of all bands         relative to its 95th percentile, at least -40 dB
 *     F0, strength of the period                     pitch-correlation.ts, pitch-path.ts
 *     s_u = correlation of the fine spectra of two frames of 64 ms that are 60 ms apart, every 20 ms
 *
 * A fine spectrum is the logarithmic spectrum from 90 to 2000 Hz less its running mean over 280 Hz: what is left are
 * harmonics. They stay in a note, move in a voice, and are of chance in noise.
 */
import { exp, log } from '../../core/elementary.ts'
import type { FloatArray } from '../../core/types.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import type { FrameSource } from '../frames.ts'
import { filterbankMatrix, resolveFilterbank } from '../mel-filterbank.ts'
import { decibelsPerLn } from '../mfcc-settings.ts'
import { contourOfChecked } from '../pitch.ts'
import {
  type FrameSpectrumOptions,
  type FrameSpectrumSettings,
  resolveFrameSpectrum,
  spectraSource,
  visitSpectraOfChecked,
} from '../spectrum/spectra.ts'
import { quantileOf } from '../track-statistics.ts'

/** Hz of the sound. */
export const PRESENCE_RATE = 8000
/** Mel bands. */
export const BANDS = 20

/** Tracks of a sound; T frames every 10 ms, U every 20 ms. */
export interface PresenceTracks {
  frames: number
  /** dB, [T * BANDS]. */
  bands: Float64Array
  /** dB, [T], at most about 0. */
  level: Float64Array
  /** Whether the frame is within 30 dB of the loud ones, [T]. */
  active: Uint8Array
  /** Hz, 0 where no period is found, [T]. */
  f0: Float64Array
  /** Normalised autocorrelation at the period, [T]. */
  strength: Float64Array
  /** Correlation of fine spectra, [U]; NaN in quiet frames. */
  steadiness: Float64Array
}

const frameOptions = { sampleRate: PRESENCE_RATE, frameLength: 256, frameStep: 80 }
const fineOptions = { sampleRate: PRESENCE_RATE, frameLength: 512, frameStep: 160 }
/** Bins of the fine spectrum and of the running mean, 15.6 Hz each. */
const [FIRST_BIN, FINE_BINS, REACH] = [6, 122, 9]
/** Frames of 20 ms between compared fine spectra. */
const FINE_LAG = 3
/** Depth of bands, of the level and of fine spectra below the loudest, dB. */
const [BAND_RANGE, LEVEL_RANGE, FINE_RANGE] = [60, 40, 40]
const ACTIVE_RANGE = 30

/** Removes offset and drift of a sound that comes in parts. */
class HighPass {
  private before = Number.NaN
  private last = 0

  push(x: FloatArray): Float64Array {
    const y = new Float64Array(x.length)
    let { before, last } = this
    for (let n = 0; n < x.length; n++) {
      // The sound is taken to have been before its first sample as it is there.
      last = Number.isNaN(before) ? 0 : x[n] - before + 0.955 * last
      before = x[n]
      y[n] = last
    }
    this.before = before
    this.last = last
    return y
  }
}

/** Removes offset and drift. */
function highPass(x: FloatArray): Float64Array {
  return new HighPass().push(x)
}

/** Raises values to the largest minus `range`, dB, of energies in place. */
function toDecibels(energies: Float64Array, range: number): void {
  let largest = 0
  for (let i = 0; i < energies.length; i++) largest = Math.max(largest, energies[i])
  const least = largest > 0 ? largest * exp(-range / decibelsPerLn) : 1
  for (let i = 0; i < energies.length; i++) energies[i] = decibelsPerLn * log(Math.max(energies[i], least))
}

/** Windows and filters. */
interface Analysis {
  bands: FrameSpectrumSettings
  fine: FrameSpectrumSettings
  filters: SparseFilters
}

/** Kept because making it takes as long as a second of sound. */
let kept: Analysis | undefined

function analysis(): Analysis {
  if (kept !== undefined) return kept
  const where = 'speechPresence'
  const settingsOf = (options: FrameSpectrumOptions): FrameSpectrumSettings =>
    resolveFrameSpectrum(where, { ...options, spectrum: 'power' })
  const bands = settingsOf(frameOptions)
  const range = { filters: BANDS, lowFrequency: 100, highFrequency: 3800 }
  const bank = resolveFilterbank(where, range, PRESENCE_RATE, bands.fftLength)
  kept = { bands, fine: settingsOf(fineOptions), filters: new SparseFilters(filterbankMatrix(where, bank)) }
  return kept
}

/** Energies of the mel bands, [T * BANDS], a frame of 32 ms every 10 ms, of sound without offset. */
function energiesOf(y: Float64Array): Float64Array {
  const { bands: settings, filters } = analysis()
  let bands = new Float64Array(0)
  const row = new Float64Array(BANDS)
  visitSpectraOfChecked(y, settings, (frames) => {
    bands = new Float64Array(frames * BANDS)
    return (spectrum, t) => {
      filters.into(row, spectrum)
      bands.set(row, t * BANDS)
    }
  })
  return bands
}

/** Energies of the mel bands of a sound at {@link PRESENCE_RATE} that comes in parts, a frame of 32 ms every 10 ms. */
export class BandEnergies {
  private readonly highPass: HighPass = new HighPass()
  private readonly source: FrameSource

  /** @param visit - takes the energies [BANDS] of each frame, in an array that is reused */
  constructor(visit: (energies: Float64Array) => void) {
    const { bands: settings, filters } = analysis()
    const row = new Float64Array(BANDS)
    this.source = spectraSource(settings, (spectrum) => {
      filters.into(row, spectrum)
      visit(row)
    })
  }

  push(x: FloatArray): void {
    this.source.append(this.highPass.push(x))
  }
}

function bandsOf(y: Float64Array): { bands: Float64Array; energy: Float64Array } {
  const bands = energiesOf(y)
  const energy = new Float64Array(bands.length / BANDS)
  for (let t = 0; t < energy.length; t++) for (let m = 0; m < BANDS; m++) energy[t] += bands[t * BANDS + m]
  toDecibels(bands, BAND_RANGE)
  return { bands, energy }
}

/** First bin of the logarithms, their number, and the place of the fine spectrum's first among them. */
const FROM: number = Math.max(0, FIRST_BIN - REACH)
const LOGS: number = FIRST_BIN + FINE_BINS + REACH - FROM
const LEAD: number = FIRST_BIN - FROM

/** Writes the fine part of a power spectrum, of mean 0 and length 1 (or 0). */
function fineInto(out: Float64Array, spectrum: Float64Array): void {
  const logs = spectrum.slice(FROM, FROM + LOGS)
  toDecibels(logs, FINE_RANGE)
  const sums = new Float64Array(LOGS + 1)
  for (let i = 0; i < LOGS; i++) sums[i + 1] = sums[i] + logs[i]
  let norm = 0
  for (let k = 0; k < FINE_BINS; k++) {
    const first = Math.max(0, k + LEAD - REACH)
    const end = k + LEAD + REACH + 1
    out[k] = logs[k + LEAD] - (sums[end] - sums[first]) / (end - first)
    norm += out[k] * out[k]
  }
  const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0
  for (let k = 0; k < FINE_BINS; k++) out[k] *= scale
}

function steadinessOf(y: Float64Array, active: Uint8Array): Float64Array {
  const settings = analysis().fine
  const ring = Array.from({ length: FINE_LAG + 1 }, () => new Float64Array(FINE_BINS))
  let steadiness = new Float64Array(0)
  visitSpectraOfChecked(y, settings, (frames) => {
    steadiness = new Float64Array(Math.max(0, frames - FINE_LAG)).fill(Number.NaN)
    return (spectrum, u) => {
      // A frame of 64 ms is about the middle of those of 32 ms at 2 u + 1 and 2 u + 2.
      if (!active[2 * u + 2]) return
      const now = ring[u % ring.length]
      fineInto(now, spectrum)
      const t = u - FINE_LAG
      if (t < 0 || !active[2 * t + 2]) return
      const before = ring[t % ring.length]
      let sum = 0
      for (let k = 0; k < FINE_BINS; k++) sum += now[k] * before[k]
      steadiness[t] = sum
    }
  })
  return steadiness
}

/** The tracks of a sound at {@link PRESENCE_RATE}; null for sound without a frame (32 ms) or without anything but an offset. */
export function presenceTracks(x: FloatArray): PresenceTracks | null {
  const y = highPass(x)
  const { bands, energy } = bandsOf(y)
  const frames = energy.length
  const loud = quantileOf(energy.slice().sort(), 0.95)
  if (!(loud > 0)) return null
  const least = loud * exp(-LEVEL_RANGE / decibelsPerLn)
  const level = energy.map((value) => decibelsPerLn * log(Math.max(value, least) / loud))
  const active = Uint8Array.from(level, (value) => (value > -ACTIVE_RANGE ? 1 : 0))
  const { f0, strength } = contourOfChecked('speechPresence', y, { sampleRate: PRESENCE_RATE, alignSeconds: 0.032 })
  return { frames, bands, level, active, f0, strength, steadiness: steadinessOf(y, active) }
}
