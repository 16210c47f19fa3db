/**
 * Tracks of speech: numbers of every 10 ms from which the measures of `measures.ts` are computed, and that sequence models
 * may take as well. With P the power of the 512 samples about the middle of a row under Hann's window, at 16 kHz, over the
 * energy of the loud rows (level.ts), and Q = P + 1e-5, sums over bins:
 *
 *     energy            10 lg(sum of P from 60 to 7200 Hz + 1e-7)
 *     alphaRatio        10 lg(sum of Q from 1 to 5 kHz / sum of Q from 60 Hz to 1 kHz)
 *     hammarbergIndex   10 lg(max Q from 60 Hz to 2 kHz / max Q from 2 to 5 kHz)
 *     slope             of the line through 10 lg Q over f, dB/Hz
 *     centroid          sum f Q / sum Q, 60 Hz to 4 kHz
 *     flux              root of mean (M - M')^2, M = sqrt(Q) from 60 Hz to 4 kHz over its root mean square, M' of the row before
 *     mel1..mel40       10 lg sum v Q, triangles v of sum 1 from 60 to 7200 Hz
 *     f0, periodicity   voice-tracks.ts;   h1h2, h1a3, h1a1   level of harmonic 1 less that of harmonic 2, of the strongest
 *                       bin from 2 to 3.2 kHz, of that from 300 Hz to 1 kHz; spectra of 64 ms
 *
 * Sources of the single tracks: spectrum/descriptors.ts, voice/harmonic-differences.ts.
 */
import { checkSound, exactDtype, floatView, toSamples } from '../../core/array.ts'
import { checkBoolean, checkInteger, checkOptions } from '../../core/check.ts'
import { exp, log } from '../../core/elementary.ts'
import type { FloatNdArray, VectorLike } from '../../core/types.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import { filterbankMatrix, resolveFilterbank } from '../mel-filterbank.ts'
import * as spectral from '../spectrum/measures.ts'
import { windowFunction } from '../windows.ts'
import { BlockedSpectra } from './blocked-spectra.ts'
import { BANDS, column, speechTrackNames } from './names.ts'
import { prepareSound, RATE, type SpeechSound } from './sound.ts'
import { voiceTracksInto } from './voice-tracks.ts'

/** Options of {@link speechTracks}. */
export interface SpeechTrackOptions {
  /** Hz, a whole number from 4000 on; other rates than 16000 are resampled to that. */
  sampleRate: number
  /**
   * Adds a last column, the level: 10 lg of the mean square from 60 to 7200 Hz, dB, as the recording has it (0 dB: a mean square
   * of 1). It alone depends on gain; default false.
   */
  level?: boolean
}

/** Samples of a frame, and points of its transform. */
const SHORT = 512
const WIDTH: number = RATE / SHORT
const DECIBELS: number = 10 / Math.LN10
/** Power of a mean square of 1: N/2 times the sum of the squared window. */
const MEAN_SQUARE: number = (SHORT / 2) * SHORT * 0.375
/** Added to energies, relative to the loud. */
const LEAST_ENERGY = 1e-7
/**
 * Added to every bin, relative to the energy of the loud: white noise 26 dB below them. What lies below would tell the
 * recorder's noise and the codec's band, not the voice.
 */
const FLOOR = 1e-5
/** Energy of rows without sound, dB. */
const SILENCE: number = DECIBELS * log(LEAST_ENERGY)
const SILENT_BAND: number = DECIBELS * log(FLOOR)
/** Hz: the resampler leaves what lies below as it is. */
const HIGHEST = 7200
/** Lowest sample rate: speech below it has lost too much, and the number is likely one in kHz. */
const LOWEST_RATE = 4000

const bandOf = (low: number, high: number): spectral.Band => spectral.bandOf(low, high, WIDTH, SHORT / 2 + 1, false)

function decibels(power: number): number {
  return DECIBELS * log(power)
}

/** The 40 mel filters from 60 to 7200 Hz, the weights of each of sum 1. */
function unitFilters(): SparseFilters {
  const options = { filters: BANDS, lowFrequency: 60, highFrequency: HIGHEST, melScale: 'oshaughnessy' } as const
  const settings = resolveFilterbank('speechTracks', { ...options, filterShape: 'hertz' }, RATE, SHORT)
  const { data, rows, cols } = filterbankMatrix('speechTracks', settings)
  for (let m = 0; m < rows; m++) {
    const row = data.subarray(m * cols, (m + 1) * cols)
    let sum = 0
    for (let k = 0; k < cols; k++) sum += row[k]
    for (let k = 0; k < cols; k++) row[k] /= sum
  }
  return new SparseFilters({ data, rows, cols })
}

/** Measures of the spectra of frames of 32 ms. */
class SpectralFrame {
  private readonly spectra: BlockedSpectra = new BlockedSpectra(windowFunction('hannPeriodic', SHORT), SHORT, 0)
  private readonly filters: SparseFilters = unitFilters()
  private readonly power: Float64Array = this.spectra.power
  private readonly bands: Float64Array = new Float64Array(BANDS)
  /** Magnitudes from 60 Hz to 4 kHz, of this row and the one before, each over its root mean square. */
  private magnitude: Float64Array = new Float64Array(SHORT / 2 + 1)
  private before: Float64Array = new Float64Array(SHORT / 2 + 1)
  private started = false

  /** Writes energy, spectral shape and bands of every row with sound; powers are multiplied by `scale`. */
  tracksInto(out: Float64Array, cols: number, { data, middle, first, count }: SpeechSound, scale: number): void {
    this.started = false
    const start = middle - SHORT / 2
    this.spectra.visit(data, start, count, { first: 0, end: 0 }, (t) => this.rowInto(out, (first + t) * cols, scale))
  }

  private rowInto(out: Float64Array, at: number, scale: number): void {
    const { power, bands } = this
    let energy = 0
    for (let k = heard.first; k < heard.end; k++) {
      const scaled = power[k] * scale
      energy += scaled
      power[k] = scaled + FLOOR
    }
    out[at + column.energy] = decibels(energy + LEAST_ENERGY)
    this.shapeInto(out, at + column.quality + 1)
    this.filters.into(bands, power)
    for (let m = 0; m < BANDS; m++) out[at + column.bands + m] = decibels(bands[m])
  }

  private shapeInto(out: Float64Array, at: number): void {
    const { power } = this
    out[at] = decibels(spectral.sumOf(power, above1k)) - decibels(spectral.sumOf(power, below1k))
    out[at + 1] = decibels(spectral.maximumOf(power, below2k)) - decibels(spectral.maximumOf(power, above2k))
    for (let i = 0; i < slopes.length; i++) out[at + 2 + i] = spectral.slopeOf(power, WIDTH, slopes[i], FLOOR)
    this.voiceInto(out, at + 5)
  }

  /** Centroid and flux: sums side by side, none of which waits for another. */
  private voiceInto(out: Float64Array, at: number): void {
    ;[this.magnitude, this.before] = [this.before, this.magnitude]
    const { magnitude, before, power } = this
    let [sum, moment, squares] = [0, 0, 0]
    for (let k = voice.first; k < voice.end; k++) {
      sum += power[k]
      moment += k * power[k]
      magnitude[k] = Math.sqrt(power[k])
      squares += magnitude[k] * magnitude[k]
    }
    const scale = Math.sqrt(squares / (voice.end - voice.first))
    for (let k = voice.first; k < voice.end; k++) magnitude[k] /= scale
    out[at] = (WIDTH * moment) / sum
    out[at + 1] = this.started ? spectral.fluxOf(magnitude, before, voice) : 0
    this.started = true
  }
}

const heard = /* @__PURE__ */ bandOf(60, HIGHEST)
const voice = /* @__PURE__ */ bandOf(60, 4000)
const below1k = /* @__PURE__ */ bandOf(60, 1000)
const above1k = /* @__PURE__ */ bandOf(1000, 5000)
const below2k = /* @__PURE__ */ bandOf(60, 2000)
const above2k = /* @__PURE__ */ bandOf(2000, 5000)
const slopes: readonly spectral.Band[] = /* @__PURE__ */ [bandOf(60, 500), bandOf(500, 1500), bandOf(1500, 5000)]

/** Rows without sound: the floor in energy and bands, 0 elsewhere. */
function silentRows(rows: number, cols: number): Float64Array {
  const data = new Float64Array(rows * cols)
  for (let t = 0; t < rows; t++) {
    data[t * cols + column.energy] = SILENCE
    data.fill(SILENT_BAND, t * cols + column.bands, t * cols + column.level)
  }
  return data
}

/** Tables and buffers, kept because making them takes as long as half a second of sound. */
let kept: SpectralFrame | undefined

function tracksOfSound(sound: SpeechSound, cols: number): Float64Array {
  const out = silentRows(sound.rows, cols)
  const loud = sound.count > 0 ? voiceTracksInto(out, cols, sound) : 0
  const scale = exp(-loud / DECIBELS) / MEAN_SQUARE
  kept ??= new SpectralFrame()
  kept.tracksInto(out, cols, sound, scale)
  if (cols > column.level) {
    for (let at = 0; at < out.length; at += cols) out[at + column.level] = out[at] + loud + sound.gain
  }
  return out
}

/** Columns of tracks with or without the level. */
export function trackColumns(where: string, level: boolean | undefined): number {
  return checkBoolean(where, 'level', level ?? false) ? column.level + 1 : column.level
}

/** {@link speechTracks} with errors that begin with `where`, packed. */
export function packedTracks(where: string, samples: VectorLike, sampleRate: number, cols: number): Float64Array {
  checkInteger(where, 'sampleRate', sampleRate, { min: LOWEST_RATE })
  const x = toSamples(where, 'samples', samples, exactDtype(samples))
  checkSound(where, 'samples', x)
  return tracksOfSound(prepareSound(x, sampleRate), cols)
}

/**
 * Tracks of speech, [rows, 53] in float64, or [rows, 54] with `level`. Row t is of the 10 ms that begin t / 100 s after the recording, ceil(100 N /
 * sampleRate) rows; columns as {@link speechTrackNames} says. `energy` and `mel1` to `mel40` in dB relative to the energy of
 * the loud rows; `f0` in Hz, 0 where unvoiced; `periodicity` 0..1; `alphaRatio`, `hammarbergIndex`, `h1h2`, `h1a3`, `h1a1` in
 * dB, the last three 0 where unvoiced; slopes in dB/Hz; `centroid` in Hz; `flux` 0..1.4.
 *
 * Level and offset of the recording change nothing, and neither does silence before and behind it: runs of 10 ms and more
 * of equal samples at its ends are rows without sound (-70 dB in `energy`, -50 in bands, 0 elsewhere), and windows lie where
 * the largest sample has them. Other rates are resampled to 16 kHz. F0 is tracked over the whole recording.
 *
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const x = speechTracks(samples(), { sampleRate })
 * x.shape[1] // 53
 * x.get(80, speechTrackNames.indexOf('f0')) > 60 // true
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for a sample rate out of range, and for a sample that is not finite, naming its index.
 */
export function speechTracks(samples: VectorLike, options: SpeechTrackOptions): FloatNdArray {
  const where = 'speechTracks'
  checkOptions(where, options, ['sampleRate', 'level'])
  const cols = trackColumns(where, options.level)
  const data = packedTracks(where, samples, options.sampleRate, cols)
  return floatView(data, [data.length / cols, cols])
}
