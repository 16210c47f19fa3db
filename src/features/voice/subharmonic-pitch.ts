/**
 * Fundamental frequency by subharmonic summation: peaks H(f) of every frame (subharmonic-sum.ts), joined by the path of `pitchTrack`.
 *
 *   strength   v = 1 - mean H / H(f), which the path sums, less octaveJumpCost |log2(f_t / f_(t-1))| and voicingCost
 *   unvoiced   worth voicingThreshold; frames below silenceThreshold times the loudest one's amplitude are unvoiced
 */
import { toSoundOfAnyLevel } from '../../core/array.ts'
import { checkInteger, checkNumber, checkOptions } from '../../core/check.ts'
import { exp, log } from '../../core/elementary.ts'
import type { VectorLike } from '../../core/types.ts'
import { longestFrame } from '../frames.ts'
import type { PitchTrack } from '../pitch.ts'
import { emptyCandidates, enterCandidate, type PitchCandidates } from '../pitch-candidates.ts'
import { bestPath } from '../pitch-path.ts'
import { FrameMagnitudes } from './frame-magnitudes.ts'
import { type FramedRows, resolveRows, rowCount, rowMiddle, rowOptionNames, type VoiceRowOptions } from './rows.ts'
import { SubharmonicSum } from './subharmonic-sum.ts'

/** Options of {@link subharmonicPitchTrack}. */
export interface SubharmonicPitchOptions extends VoiceRowOptions {
  /** Length of the Gaussian window; default 0.06. */
  frameLengthSeconds?: number
  /** Lowest F0, Hz; default 65. */
  lowFrequency?: number
  /** Highest F0, Hz; default 500. */
  highFrequency?: number
  /** Harmonics that are summed; default 15. */
  harmonics?: number
  /** Weight of each harmonic relative to the one below it, in (0, 1]; default 0.84. */
  compression?: number
  /** Frequency above which harmonics count for nothing, Hz; default 1250. */
  limit?: number
  /** Strength at which a frame counts as voiced, in (0, 1); default 0.56. */
  voicingThreshold?: number
  /** Amplitude relative to the clip's loudest frame below which frames are unvoiced, in [0, 1); default 0.03. */
  silenceThreshold?: number
  /** Cost of a jump by an octave within 10 ms; default 0.35. */
  octaveJumpCost?: number
  /** Cost of a change of voicing within 10 ms; default 0.14. */
  voicingCost?: number
}

/** Candidates kept in a frame. */
const CANDIDATES = 6

interface Settings {
  rows: FramedRows
  frame: number
  sum: Omit<ConstructorParameters<typeof SubharmonicSum>[0], 'bins' | 'binWidth'>
  voicingThreshold: number
  silenceThreshold: number
  octaveJumpCost: number
  voicingCost: number
}

type Limits = Parameters<typeof checkNumber>[3]

function resolve(where: string, options: SubharmonicPitchOptions): Settings {
  const own = ['frameLengthSeconds', 'lowFrequency', 'highFrequency', 'harmonics', 'compression', 'limit'] as const
  const path = ['voicingThreshold', 'silenceThreshold', 'octaveJumpCost', 'voicingCost'] as const
  checkOptions(where, options, [...rowOptionNames, ...own, ...path])
  const number = (name: keyof SubharmonicPitchOptions, fallback: number, limits: Limits): number =>
    checkNumber(where, name, options[name] ?? fallback, limits)
  const rows = resolveRows(where, options)
  const { sampleRate } = rows
  const low = number('lowFrequency', 65, { min: 10 })
  const high = number('highFrequency', 500, { above: low, max: sampleRate / 4 })
  const seconds = number('frameLengthSeconds', 0.06, { min: 2 / low, max: longestFrame / sampleRate })
  // The step gives the voice time to change.
  const haste = (0.01 * sampleRate) / rows.step
  return {
    rows,
    frame: Math.round(seconds * sampleRate),
    sum: {
      lowFrequency: low,
      highFrequency: high,
      limit: Math.min(number('limit', 1250, { min: high }), sampleRate / 2),
      harmonics: checkInteger(where, 'harmonics', options.harmonics ?? 15, { min: 1, max: 100 }),
      compression: number('compression', 0.84, { above: 0, max: 1 }),
      reach: 2 / seconds,
    },
    voicingThreshold: number('voicingThreshold', 0.56, { above: 0, below: 1 }),
    silenceThreshold: number('silenceThreshold', 0.03, { min: 0, below: 1 }),
    octaveJumpCost: number('octaveJumpCost', 0.35, { min: 0 }) * haste,
    voicingCost: number('voicingCost', 0.14, { min: 0 }) * haste,
  }
}

function findCandidates(x: Float64Array, settings: Settings): PitchCandidates {
  const { rows, frame, voicingThreshold, silenceThreshold } = settings
  const frames = rowCount(x.length, rows)
  const table = emptyCandidates(frames, CANDIDATES + 1, voicingThreshold)
  const magnitudes = new FrameMagnitudes(frame, rows.sampleRate)
  const { magnitude, binWidth } = magnitudes
  const sum = new SubharmonicSum({ ...settings.sum, bins: magnitude.length, binWidth })
  const energies = new Float64Array(frames)
  const peaks: [number, number][] = []
  for (let t = 0; t < frames; t++) {
    energies[t] = magnitudes.compute(x, t, rows)
    peaks.length = 0
    const mean = sum.compute(magnitude, (frequency, height) => peaks.push([frequency, height]))
    for (const [frequency, height] of peaks) {
      const strength = Math.max(0, 1 - mean / height)
      enterCandidate(table, t, log(frequency), strength, strength)
    }
  }
  const least = silenceThreshold * silenceThreshold * energies.reduce((most, e) => Math.max(most, e), 0)
  for (let t = 0; t < frames; t++) {
    const first = t * table.slots + 1
    if (energies[t] <= least) table.score.fill(Number.NEGATIVE_INFINITY, first, first + CANDIDATES)
  }
  return table
}

/**
 * A contour of F0 by subharmonic summation, which hears harmonics where `pitchTrack` hears periods: it is the method of
 * openSMILE's GeMAPS, keeps its head where the fundamental itself is missing (telephones), and is less sure of voicing. The rows,
 * and what is returned, are those of `pitchTrack`; `strength` is v.
 *
 * @example
 * ```ts
 * // Harmonics 3, 4 and 5 of 150 Hz.
 * const tone = Float64Array.from({ length: 8000 }, (_, n) => [3, 4, 5].reduce((sum, h) => sum + Math.sin(0.0589049 * h * n) / 4, 0))
 * subharmonicPitchTrack(tone, { sampleRate: 16000 }).f0[20] // 150.0
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function subharmonicPitchTrack(samples: VectorLike, options: SubharmonicPitchOptions): PitchTrack {
  const where = 'subharmonicPitchTrack'
  const settings = resolve(where, options)
  const x = toSoundOfAnyLevel(where, samples)
  const table = findCandidates(x, settings)
  const path = bestPath(table, settings)
  const at = (t: number): number => t * table.slots + path[t]
  return {
    f0: Float64Array.from(path, (slot, t) => (slot > 0 ? exp(table.logF0[at(t)]) : 0)),
    voiced: Uint8Array.from(path, (slot) => (slot > 0 ? 1 : 0)),
    strength: Float64Array.from(path, (_, t) => table.correlation[at(t)]),
    times: Float64Array.from(path, (_, t) => rowMiddle(t, settings.rows) / settings.rows.sampleRate),
  }
}
