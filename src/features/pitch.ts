/**
 * Fundamental frequency and voicing of speech: peaks of the normalised autocorrelation, connected by dynamic
 * programming.
 *
 *   r_t(k)    normalised autocorrelation of the 40 ms about the middle of frame t (pitch-correlation.ts)
 *   q_t(f)    = r_t(sampleRate / f) - octaveCost log2(highFrequency / f) at its peaks; the threshold for "unvoiced"
 *   path      maximises sum_t q_t(f_t) - octaveJumpCost |log2(f_t / f_(t-1))| - voicingCost [voicing changes]
 *   p_t       = 1 / (1 + exp(-(r_t(k_t) - voicingThreshold) / 0.1))
 *
 * The path and the silence level depend on the whole clip; `PitchStream` looks ahead for a bounded time instead.
 *
 * The form of the path and the costs of its steps follow P. Boersma, "Accurate short-term analysis of the fundamental
 * frequency and the harmonics-to-noise ratio of a sampled sound", Proc. Inst. Phonetic Sciences Amsterdam 17, 1993.
 */
import { allocate, atUsableLevel, floatView, toSoundOfAnyLevel } from '../core/array.ts'
import { exp, log } from '../core/elementary.ts'
import { square } from '../core/power.ts'
import type { FloatArray, FloatNdArray, VectorLike } from '../core/types.ts'
import { frameCount } from './frames.ts'
import { addPeaks, emptyCandidates, type PitchCandidates } from './pitch-candidates.ts'
import { NormalizedAutocorrelation } from './pitch-correlation.ts'
import { bestPath } from './pitch-path.ts'
import { type PitchOptions, type PitchSettings, pathCosts, pitchGeometry, pitchSettings } from './pitch-settings.ts'

/** A pitch contour, one entry per frame; see {@link pitchTrack}. */
export interface PitchTrack {
  /** Hz; 0 in unvoiced frames. */
  f0: Float64Array
  /** 1 in voiced frames, else 0. */
  voiced: Uint8Array
  /** Normalised autocorrelation at the chosen lag, in unvoiced frames its largest; 0..1. */
  strength: Float64Array
  /** Middle of the frame, seconds. */
  times: Float64Array
}

/** Voiced candidates kept per frame; the eighth peak hardly ever wins. */
export const CANDIDATES = 8

/** Correlation over which the voicing probability rises from 0.5 to 0.73. */
const VOICING_WIDTH = 0.1

/**
 * Log F0 and voicing, [frames, 2].
 *
 * Column 0: natural log of F0 in Hz; in unvoiced frames interpolated linearly between the voiced neighbours and held at
 * the ends; in a clip without voiced frames constant ln sqrt(lowFrequency * highFrequency), the middle of the range.
 * Column 1: voicing probability in [0, 1] (or strength, see {@link PitchOptions.voicing}).
 *
 * The rows are aligned with 25 ms frames every 10 ms that lie entirely inside the clip: floor((N - 400) / 160) + 1 at
 * 16 kHz, none for a clip shorter than a frame. Samples beyond the ends of the clip count as zero. `alignedPitch` gives
 * options for alignment with other frames.
 *
 * @param samples mono signal [N]
 * @throws TypeError for options or samples of the wrong kind, RangeError for values out of range
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 200 * n) / 16000))
 * const x = pitch(tone, { sampleRate: 16000 })
 * x.shape // [48, 2]
 * Math.exp(x.get(20, 0)) // 200.0
 * ```
 */
export function pitch(samples: VectorLike, options: PitchOptions): FloatNdArray {
  const settings = pitchSettings('pitch', options)
  return pitchColumns(toSoundOfAnyLevel('pitch', samples), settings)
}

/** {@link pitch} of samples that are known to be finite. @internal */
export function pitchOfChecked(samples: FloatArray, options: PitchOptions): FloatNdArray {
  return pitchColumns(atUsableLevel(new Float64Array(samples)), pitchSettings('pitch', options))
}

function pitchColumns(x: Float64Array, settings: PitchSettings): FloatNdArray {
  const track = trackOf(x, settings)
  const frames = track.f0.length
  const out = allocate(2 * frames, settings.dtype)
  const logF0 = continuousLogF0(track.f0, middleOfRange(settings))
  for (let t = 0; t < frames; t++) {
    out[2 * t] = logF0[t]
    out[2 * t + 1] = voicingOf(track.strength[t], settings)
  }
  return floatView(out, [frames, 2])
}

/** Log F0 where nothing is voiced. */
export function middleOfRange({ lowFrequency, highFrequency }: PitchSettings): number {
  return log(lowFrequency * highFrequency) / 2
}

/** Column 1 of {@link pitch}. */
export function voicingOf(strength: number, { voicing, voicingThreshold }: PitchSettings): number {
  return voicing === 'strength' ? strength : 1 / (1 + exp((voicingThreshold - strength) / VOICING_WIDTH))
}

/** The contour from which {@link pitch} is computed, with voicing decisions; same frames, options and errors. */
export function pitchTrack(samples: VectorLike, options: PitchOptions): PitchTrack {
  return contourOf('pitchTrack', samples, options)
}

/** {@link pitchTrack} with error messages that begin with `where`. */
export function contourOf(where: string, samples: VectorLike, options: PitchOptions): PitchTrack {
  const settings = pitchSettings(where, options)
  return trackOf(toSoundOfAnyLevel(where, samples), settings)
}

/** {@link pitchTrack} of samples that are known to be finite. @internal */
export function contourOfChecked(where: string, samples: Float64Array, options: PitchOptions): PitchTrack {
  return trackOf(atUsableLevel(samples), pitchSettings(where, options))
}

function trackOf(x: Float64Array, settings: PitchSettings): PitchTrack {
  const candidates = findCandidates(x, settings)
  return readPath(candidates, bestPath(candidates, pathCosts(settings)), settings)
}

/** The autocorrelation of frames of these settings. */
export function autocorrelationOf(settings: PitchSettings): NormalizedAutocorrelation {
  const maxLag = Math.ceil(settings.sampleRate / settings.lowFrequency) + 1
  const { length, step } = pitchGeometry(settings)
  return new NormalizedAutocorrelation(length, maxLag, step)
}

/** Energy of the frame that begins at sample `first`. */
export function frameEnergy(autocorrelation: NormalizedAutocorrelation, x: Float64Array, first: number): number {
  return autocorrelation.energyAt(x, first)
}

/** Fills row t of the table, which is empty, from the frame at sample `first`; `loudest` is the greatest energy. */
export function frameCandidates(
  autocorrelation: NormalizedAutocorrelation,
  x: Float64Array,
  first: number,
  loudest: number,
  table: PitchCandidates,
  t: number,
  settings: PitchSettings,
): void {
  autocorrelation.computeAt(x, first, square(settings.silenceThreshold) * loudest)
  const { values, peaks } = autocorrelation
  addPeaks(table, t, settings, values, 0, peaks, 0)
}

function findCandidates(x: Float64Array, settings: PitchSettings): PitchCandidates {
  const { start, frames: aligned } = pitchGeometry(settings)
  const frames = frameCount(x.length, aligned)
  const table = emptyCandidates(frames, CANDIDATES + 1, settings.voicingThreshold)
  autocorrelationOf(settings).visit(
    x,
    start,
    frames,
    square(settings.silenceThreshold),
    (t, r, from, peaks, peaksFrom) => addPeaks(table, t, settings, r, from, peaks, peaksFrom),
  )
  return table
}

function readPath(candidates: PitchCandidates, path: Int32Array, settings: PitchSettings): PitchTrack {
  const frames = path.length
  const { step, frames: aligned } = pitchGeometry(settings)
  const track: PitchTrack = {
    f0: new Float64Array(frames),
    voiced: new Uint8Array(frames),
    strength: new Float64Array(frames),
    times: new Float64Array(frames),
  }
  for (let t = 0; t < frames; t++) {
    const at = t * candidates.slots + path[t]
    track.voiced[t] = path[t] > 0 ? 1 : 0
    track.f0[t] = path[t] > 0 ? exp(candidates.logF0[at]) : 0
    track.strength[t] = candidates.correlation[at]
    track.times[t] = (t * step - aligned.margin + aligned.length / 2) / settings.sampleRate
  }
  return track
}

/** Natural log of F0 with the gaps (zeros) filled; `fallback` where there is nothing to fill from. */
function continuousLogF0(f0: Float64Array, fallback: number): Float64Array {
  const out = new Float64Array(f0.length).fill(fallback)
  let last = -1
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0) continue
    out[t] = log(f0[t])
    const from = last < 0 ? out[t] : out[last]
    for (let gap = last + 1; gap < t; gap++) {
      out[gap] = last < 0 ? out[t] : from + ((out[t] - from) * (gap - last)) / (t - last)
    }
    last = t
  }
  if (last >= 0) out.fill(out[last], last + 1)
  return out
}
