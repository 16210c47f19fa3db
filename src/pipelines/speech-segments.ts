/**
 * Segments in which a voice stands out from the background, by a statistical model (Sohn, Kim & Sung, "A statistical model-based voice
 * activity detection", IEEE Signal Processing Letters 6, 1999): with the energy P of a mel band in a frame, and that of the background N,
 *
 *     g = max(1, P / N),   score = mean over the bands of min(3, g - 1 - ln g) and over 110 ms,   speech where score > 0.2
 *
 * The background is 1.5 times the 20th percentile of the band's energy, smoothed over some 30 ms, within 3 s to either side (as a minimum
 * does, Martin, IEEE Trans. Speech and Audio Processing 9, 2001, but one that a quiet moment of a restless background does not rule), at
 * least 35 dB below the loud frames of the recording.
 */

import { resample } from '../audio/resample.ts'
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import { toSoundOfAnyLevel } from '../core/input.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { BANDS, bandEnergies, PRESENCE_RATE } from '../features/presence/tracks.ts'
import { quantileOf } from '../features/track-statistics.ts'
import { LOWEST_RATE } from './front-end.ts'

/** Options of {@link speechSegments}. */
export interface SpeechSegmentsOptions {
  /** Hz, a whole number >= 4000. */
  sampleRate: number
  /** Shorter pauses do not part segments, s. Default 0.3. */
  pauseSeconds?: number
  /** Shorter segments are clicks, s. Default 0.1. */
  leastSeconds?: number
  /** Added before and behind each segment, s. Default 0.05. */
  marginSeconds?: number
}

/** A segment, s from the first sample. */
export interface SpeechSegment {
  start: number
  end: number
}

/** Frames a second, and the middle of the first frame, s. */
const FRAME_RATE = 100
const FIRST_MIDDLE = 0.016

const SMOOTHING = 0.7
/** Frames to either side that the background is taken from, those between two of them, and those between two looks. */
const [REACH, STRIDE, LOOK] = [300, 4, 10]
const [BACKGROUND_SHARE, BACKGROUND_FACTOR] = [0.2, 1.5]
/** The loud frames, and how far below them the background is at least, as a factor. */
const LOUD_SHARE = 0.95
const LEAST_BACKGROUND: number = /* @__PURE__ */ exp((-35 * Math.LN10) / 10)
const [CAP, SCORE_REACH, THRESHOLD] = [3, 5, 0.2]

/** A band's energy over time, smoothed by a first-order filter. */
function smoothed(energies: Float64Array, band: number): Float64Array {
  const out = new Float64Array(energies.length / BANDS)
  let now = energies[band]
  for (let t = 0; t < out.length; t++) {
    now = SMOOTHING * now + (1 - SMOOTHING) * energies[t * BANDS + band]
    out[t] = now
  }
  return out
}

/** The background of a band around frame t. */
function backgroundAt(track: Float64Array, t: number): number {
  const from = Math.max(0, t - REACH)
  const count = Math.ceil((Math.min(track.length, t + REACH + 1) - from) / STRIDE)
  const near = Float64Array.from({ length: count }, (_, i) => track[from + i * STRIDE]).sort()
  return BACKGROUND_FACTOR * quantileOf(near, BACKGROUND_SHARE)
}

/** Adds the scores of a band to those of the frames. */
function addScores(scores: Float64Array, energies: Float64Array, band: number): void {
  const track = smoothed(energies, band)
  const least = LEAST_BACKGROUND * quantileOf(track.slice().sort(), LOUD_SHARE)
  if (!(least > 0)) return
  let background = least
  for (let t = 0; t < scores.length; t++) {
    if (t % LOOK === 0) background = Math.max(least, backgroundAt(track, t))
    const g = Math.max(1, energies[t * BANDS + band] / background)
    scores[t] += Math.min(CAP, g - 1 - log(g)) / BANDS
  }
}

/** Frames in which a voice stands out. */
function activeFrames(energies: Float64Array): boolean[] {
  const scores = new Float64Array(energies.length / BANDS)
  for (let band = 0; band < BANDS; band++) addScores(scores, energies, band)
  return Array.from(scores, (_, t) => {
    const around = scores.subarray(Math.max(0, t - SCORE_REACH), t + SCORE_REACH + 1)
    return around.reduce((sum, score) => sum + score, 0) / around.length > THRESHOLD
  })
}

/** Runs of active frames, in frames. */
function runsOf(active: readonly boolean[]): SpeechSegment[] {
  const runs: SpeechSegment[] = []
  let start = -1
  for (let t = 0; t <= active.length; t++) {
    const on = t < active.length && active[t]
    if (on && start < 0) start = t
    if (on || start < 0) continue
    runs.push({ start, end: t })
    start = -1
  }
  return runs
}

/** Segments of which those closer than `pause` are one. */
function joinedRuns(runs: readonly SpeechSegment[], pause: number): SpeechSegment[] {
  const joined: SpeechSegment[] = []
  for (const run of runs) {
    const last = joined.at(-1)
    if (last !== undefined && run.start - last.end < pause) last.end = run.end
    else joined.push({ ...run })
  }
  return joined
}

function energiesAt8kHz(sound: FloatArray, sampleRate: number): Float64Array {
  return bandEnergies(resample(sound, sampleRate, PRESENCE_RATE))
}

/**
 * Finds the segments of a recording in which somebody speaks, by what stands out from the background; level and offset play no part. In
 * steady noise it finds speech down to 0 dB (`docs/results/speech-segments.md`); other voices, music and noises that come and go stand out
 * as well: `speechPresence` tells whether a segment is speech.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const recording = new Float32Array(4 * 16000)
 * recording.set(voice.samples(), 16000)
 * const [{ start, end }] = speechSegments(recording, { sampleRate: 16000 })
 * start.toFixed(1) // '1.1'
 * end > 2 // true
 * ```
 *
 * @param samples - one channel, in [-1, 1); integer arrays hold 16 bit samples
 * @throws TypeError or RangeError for samples that are not finite, rates below 4000 Hz and options
 */
export function speechSegments(samples: VectorLike, options: SpeechSegmentsOptions): SpeechSegment[] {
  const where = 'speechSegments'
  checkOptions(where, options, ['sampleRate', 'pauseSeconds', 'leastSeconds', 'marginSeconds'])
  const sampleRate = checkInteger(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE })
  const seconds = (name: 'pauseSeconds' | 'leastSeconds' | 'marginSeconds', usual: number): number =>
    checkNumber(where, name, options[name] ?? usual, { min: 0 })
  const pause = seconds('pauseSeconds', 0.3)
  const least = seconds('leastSeconds', 0.1)
  const margin = seconds('marginSeconds', 0.05)
  const sound = toSoundOfAnyLevel(where, samples)
  const runs = runsOf(activeFrames(energiesAt8kHz(sound, sampleRate)))
  const long = joinedRuns(runs, pause * FRAME_RATE).filter(({ start, end }) => end - start >= least * FRAME_RATE)
  const last = sound.length / sampleRate
  // A frame stands for the 10 ms around its middle.
  const timeOf = (frame: number): number => frame / FRAME_RATE + FIRST_MIDDLE - 0.5 / FRAME_RATE
  const wide = long.map(({ start, end }) => ({
    start: Math.max(0, timeOf(start) - margin),
    end: Math.min(last, timeOf(end) + margin),
  }))
  return joinedRuns(wide, 0)
}
