/**
 * F0, periodicity and differences of harmonics of a sound: peaks of the autocorrelation of 64 ms (voice-frame.ts), connected
 * as those of `pitch` are (pitch.ts has the equations), with other constants, and a threshold of 1 for rows 33 dB below the
 * loud. Periodicity is the correlation at the chosen lag, where unvoiced the largest. Windows twice as long as `pitch` has,
 * and Hann's, give spectra from which harmonics are read as well.
 */
import { exp, log } from '../../core/elementary.ts'
import { addCandidates, emptyCandidates, type PitchCandidates } from '../pitch-candidates.ts'
import { bestPath } from '../pitch-path.ts'
import { loudLevel } from './level.ts'
import { column } from './names.ts'
import { RATE, type SpeechSound } from './sound.ts'
import { VoiceFrame } from './voice-frame.ts'

const candidateSettings = { sampleRate: RATE, lowFrequency: 60, highFrequency: 550, octaveCost: 0.03 }
const pathCosts = { octaveJumpCost: 0.6, voicingCost: 0.14 }
/** Candidates a row, "unvoiced" among them. */
const SLOTS = 6
/** Correlation above which a row is voiced, and that of rows 33 dB below the loud, which no candidate reaches. */
const VOICING_THRESHOLD = 0.45
const SILENT_THRESHOLD = 1
const SILENT_BELOW = 33
const DECIBELS: number = 10 / Math.LN10
/** Least power of a harmonic. */
const FLOOR = 1e-10

/** Powers of harmonics 1 and 2 of each candidate, and of the strongest bins about A1 and A3 of each row. */
interface Harmonics {
  first: Float64Array
  second: Float64Array
  a1: Float64Array
  a3: Float64Array
}

function decibels(power: number): number {
  return DECIBELS * log(Math.max(power, FLOOR))
}

function noteHarmonics(
  { first, second, a1, a3 }: Harmonics,
  frame: VoiceFrame,
  table: PitchCandidates,
  t: number,
): void {
  for (let at = t * table.slots + 1; at < (t + 1) * table.slots; at++) {
    if (table.score[at] === Number.NEGATIVE_INFINITY) continue
    const f0 = exp(table.logF0[at])
    first[at] = frame.harmonic(f0)
    second[at] = frame.harmonic(2 * f0)
  }
  a1[t] = frame.strongest(300, 1000)
  a3[t] = frame.strongest(2000, 3200)
}

/** Tables and buffers, kept because making them takes as long as half a second of sound. */
let kept: VoiceFrame | undefined

/** Writes the columns of F0, periodicity and harmonics of every row with sound; gives the level of the loud rows, dB. */
export function voiceTracksInto(out: Float64Array, cols: number, { data, middle, first, count }: SpeechSound): number {
  const table = emptyCandidates(count, SLOTS, VOICING_THRESHOLD)
  const powers = (length: number): Float64Array => new Float64Array(length)
  const harmonics = {
    first: powers(count * SLOTS),
    second: powers(count * SLOTS),
    a1: powers(count),
    a3: powers(count),
  }
  const levels = new Float64Array(count)
  kept ??= new VoiceFrame(Math.ceil(RATE / candidateSettings.lowFrequency) + 1)
  const frame = kept
  frame.visit(data, middle, count, (t, meanSquare) => {
    levels[t] = decibels(meanSquare)
    addCandidates(table, t, frame.values, candidateSettings)
    noteHarmonics(harmonics, frame, table, t)
  })
  const loud = loudLevel(levels.slice().sort())
  const quiet = loud - SILENT_BELOW
  for (let t = 0; t < count; t++) if (levels[t] < quiet) table.score[t * SLOTS] = SILENT_THRESHOLD
  const path = bestPath(table, pathCosts)
  for (let t = 0; t < count; t++) {
    const at = t * SLOTS + path[t]
    const row = (first + t) * cols
    out[row + column.quality] = table.correlation[at]
    if (path[t] === 0) continue
    const h1 = decibels(harmonics.first[at])
    out[row + column.f0] = exp(table.logF0[at])
    out[row + column.harmonics] = h1 - decibels(harmonics.second[at])
    out[row + column.harmonics + 1] = h1 - decibels(harmonics.a3[t])
    out[row + column.harmonics + 2] = h1 - decibels(harmonics.a1[t])
  }
  return loud
}
