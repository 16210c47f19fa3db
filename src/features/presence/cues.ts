/** Numbers by which speech differs from other sounds. */
import { exp, log } from '../../core/elementary.ts'
import { decibelsPerLn } from '../mfcc-settings.ts'
import { momentsOf } from '../track-statistics.ts'
import {
  formDistance,
  formsOf,
  framesOf,
  meanOver,
  type PresenceFrames,
  quantile,
  share,
  strongestOf,
  visitPairs,
} from './frames.ts'
import { BANDS, type PresenceTracks } from './tracks.ts'

/** Numbers by which speech is told from other sounds; the guide to recognisers lists them. */
export interface Cues {
  pitch: number
  gliding: number
  still: number
  fastGlide: number
  bend: number
  movingTogether: number
  spectrumAlone: number
  steady10: number
  steady50: number
  steady90: number
  steadyVoiced: number
  levelChange10: number
  levelChange200: number
  levelRange: number
  voicedLevel: number
  rise: number
  steepRise: number
  rhythm: number
  centroid: number
  voicedCentroid: number
  voicedTilt: number
  widthDeviation: number
  roughness: number
  voicedChange: number
}

/** Name of a cue. */
export type CueName = keyof Cues

type PitchCue = 'pitch' | 'gliding' | 'still' | 'fastGlide' | 'bend'
type LevelCue = 'levelChange10' | 'levelChange200' | 'levelRange' | 'voicedLevel' | 'rise' | 'steepRise' | 'rhythm'
type FormCue = Exclude<CueName, PitchCue | LevelCue | `steady${string}`>

const semitonesPerLn = 12 / Math.LN2

/** Logarithm of a movement of the pitch, semitones. */
const logMovement = (semitones: number): number => log(0.02 + semitones)

function pitchCues({ f0 }: PresenceTracks, { voiced, runs }: PresenceFrames): Pick<Cues, PitchCue> {
  const semitones = f0.map((f) => (f > 0 ? semitonesPerLn * log(f / 100) : 0))
  const glides: number[] = []
  const bends: number[] = []
  visitPairs(runs, 3, (a, b) => glides.push(Math.abs(semitones[b] - semitones[a])))
  visitPairs(runs, 6, (a, b) => bends.push(Math.abs(semitones[b] - 2 * semitones[a + 3] + semitones[a])))
  return {
    pitch:
      voiced.length === 0
        ? 6
        : quantile(
            voiced.map((t) => semitones[t]),
            0.5,
          ),
    gliding: share(glides, (glide) => glide > 0.1 && glide < 2),
    still: share(glides, (glide) => glide < 0.05),
    fastGlide: logMovement(quantile(glides, 0.9)),
    bend: logMovement(quantile(bends, 0.5)),
  }
}

function steadyCues({
  f0,
  steadiness,
  frames,
}: PresenceTracks): Pick<Cues, 'steady10' | 'steady50' | 'steady90' | 'steadyVoiced'> {
  const known = Array.from(steadiness.keys()).filter((u) => !Number.isNaN(steadiness[u]))
  const voiced = known.filter((u) => f0[2 * u + 2] > 0 && f0[Math.min(frames - 1, 2 * u + 8)] > 0)
  const all = known.map((u) => steadiness[u])
  return {
    steady10: quantile(all, 0.1),
    steady50: quantile(all, 0.5),
    steady90: quantile(all, 0.9),
    steadyVoiced: quantile(
      voiced.map((u) => steadiness[u]),
      0.5,
    ),
  }
}

/** Mean absolute difference between the mean of `k` frames and that of the next `k`; -1 for shorter tracks. */
function contrast(track: Float64Array, k: number): number {
  const sums = new Float64Array(track.length + 1)
  for (let t = 0; t < track.length; t++) sums[t + 1] = sums[t] + track[t]
  const places = track.length - 2 * k + 1
  let total = 0
  for (let t = 0; t < places; t++) total += Math.abs(sums[t + 2 * k] - 2 * sums[t + k] + sums[t]) / k
  return places < 1 ? -1 : total / places
}

/** The largest autocorrelation of the level's rises at lags of 80 ms to 1 s. */
function rhythmOf(level: Float64Array): number {
  const n = level.length
  const rises = level.map((value, t) => (t < 2 ? 0 : Math.max(0, value - level[t - 2])))
  const mean = rises.reduce((sum, value) => sum + value, 0) / n
  const x = rises.map((value) => value - mean)
  const energy = x.reduce((sum, value) => sum + value * value, 0)
  let most = 0
  for (let lag = 8; lag <= Math.min(100, Math.floor(n / 2)) && energy > 0; lag++) {
    let sum = 0
    for (let t = 0; t + lag < n; t++) sum += x[t] * x[t + lag]
    most = Math.max(most, ((sum / energy) * n) / (n - lag))
  }
  return Math.min(1, most)
}

function levelCues({ level }: PresenceTracks, { voiced, unvoiced }: PresenceFrames): Pick<Cues, LevelCue> {
  const rises: number[] = []
  for (let t = 0; t + 2 < level.length; t++) if (level[t + 2] - level[t] > 1) rises.push(level[t + 2] - level[t])
  const values = Array.from(level)
  const both = voiced.length > 0 && unvoiced.length > 0
  return {
    levelChange10: contrast(level, 1),
    levelChange200: contrast(level, 20),
    levelRange: quantile(values, 0.9) - quantile(values, 0.1),
    voicedLevel: both ? meanOver(voiced, (t) => level[t]) - meanOver(unvoiced, (t) => level[t]) : 0,
    rise: log(1 + meanOver(rises, (rise) => rise)),
    steepRise: quantile(rises, 0.9),
    rhythm: rhythmOf(level),
  }
}

/** The mean band of a frame's energy. */
function centroidOf(bands: Float64Array, t: number): number {
  const from = t * BANDS
  const most = strongestOf(bands, t)
  let [sum, moment] = [0, 0]
  for (let m = 0; m < BANDS; m++) {
    const power = exp((Math.max(bands[from + m], most - 35) - most) / decibelsPerLn)
    sum += power
    moment += power * m
  }
  return moment / sum
}

/** Bands 2.1 to 3.8 kHz over bands 0.2 to 0.9 kHz, dB. */
function tiltOf(forms: Float64Array, t: number): number {
  let tilt = 0
  for (let m = 1; m < 8; m++) tilt -= forms[t * BANDS + m] / 7
  for (let m = 14; m < BANDS; m++) tilt += forms[t * BANDS + m] / 6
  return tilt
}

/** Number of bands within 20 dB of the strongest. */
function widthOf(bands: Float64Array, t: number): number {
  const least = strongestOf(bands, t) - 20
  let width = 0
  for (let i = t * BANDS; i < (t + 1) * BANDS; i++) if (bands[i] > least) width++
  return width
}

/** Mean second difference of a form along its bands, dB. */
function roughnessOf(forms: Float64Array, t: number): number {
  let sum = 0
  for (let i = t * BANDS + 1; i + 1 < (t + 1) * BANDS; i++) sum += Math.abs(forms[i - 1] - 2 * forms[i] + forms[i + 1])
  return sum / BANDS
}

function formCues(tracks: PresenceTracks, { active, voiced, runs }: PresenceFrames): Pick<Cues, FormCue> {
  const { bands, f0 } = tracks
  const forms = formsOf(tracks)
  let [moves, together, alone] = [0, 0, 0]
  visitPairs(runs, 6, (a, b) => {
    moves++
    if (!(formDistance(forms, a, b) > 2)) return
    const pitch = semitonesPerLn * Math.abs(log(f0[b] / f0[a]))
    if (pitch > 0.15 && pitch < 3.5) together++
    if (pitch < 0.1) alone++
  })
  const slow: number[] = []
  visitPairs(runs, 20, (a, b) => slow.push(formDistance(forms, a, b)))
  const centroids = new Float64Array(tracks.frames)
  for (const t of active) centroids[t] = centroidOf(bands, t)
  return {
    movingTogether: together / Math.max(1, moves),
    spectrumAlone: alone / Math.max(1, moves),
    centroid: meanOver(active, (t) => centroids[t]),
    voicedCentroid: meanOver(voiced, (t) => centroids[t], 10),
    voicedTilt: meanOver(voiced, (t) => tiltOf(forms, t)),
    widthDeviation: momentsOf(Float64Array.from(active, (t) => widthOf(bands, t)))[1],
    roughness: meanOver(active, (t) => roughnessOf(forms, t)),
    voicedChange: quantile(slow, 0.2),
  }
}

/** The cues of a sound, by its tracks. */
export function cuesOf(tracks: PresenceTracks): Cues {
  const frames = framesOf(tracks)
  return {
    ...pitchCues(tracks, frames),
    ...steadyCues(tracks),
    ...levelCues(tracks, frames),
    ...formCues(tracks, frames),
  }
}
