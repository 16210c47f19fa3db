/** Segments in which somebody speaks, from sound at 8 kHz that comes in parts. */
import type { FloatArray } from '../../core/types.ts'
import { BandEnergies } from '../../features/presence/tracks.ts'
import { type Run, RunFinder } from './run-finder.ts'
import type { SegmentSettings } from './segment-settings.ts'
import { SpeechScores } from './speech-scores.ts'

/** A segment, s from the first sample. */
export interface SpeechSegment {
  start: number
  end: number
}

/** Frames a second, and the middle of the first frame, s. */
const FRAME_RATE = 100
const FIRST_MIDDLE = 0.016

/** The beginning of the 10 ms around the middle of a frame, s. */
function timeOf(frame: number): number {
  return frame / FRAME_RATE + FIRST_MIDDLE - 0.5 / FRAME_RATE
}

/** Times in whole microseconds, without the noise of sums. */
function cleanTime(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6
}

/** Finds segments; which they are does not depend on how the sound is cut. */
export class SegmentFinder {
  private readonly margin: number
  private readonly runs: RunFinder
  private readonly scores: SpeechScores
  private readonly energies: BandEnergies
  private found: SpeechSegment[] = []
  /** End of the segment before. */
  private taken = 0

  constructor({ pause, least, margin, longest }: SegmentSettings) {
    this.margin = margin
    this.runs = new RunFinder({
      // Segments whose margins meet are one.
      pause: Math.max(pause, 2 * margin) * FRAME_RATE,
      ...{ least: least * FRAME_RATE, longest: Math.floor(longest * FRAME_RATE) },
    })
    this.scores = new SpeechScores((score) => this.add(this.runs.push(score)))
    this.energies = new BandEnergies((energies) => this.scores.push(energies))
  }

  /** No segment to come begins before this time, s. */
  get earliest(): number {
    return Math.max(this.taken, cleanTime(timeOf(this.runs.earliest) - this.margin))
  }

  /** Takes the next samples; gives the segments that ended some 30 s before. */
  push(samples: FloatArray): SpeechSegment[] {
    this.energies.push(samples)
    return this.take()
  }

  /** Ends the sound, which was so many seconds long: gives the rest of its segments. */
  finish(seconds: number): SpeechSegment[] {
    this.scores.finish()
    this.add(this.runs.finish())
    return this.take().map(({ start, end }) => ({ start, end: Math.min(seconds, end) }))
  }

  private add(run: Run | null): void {
    if (run === null) return
    const start = cleanTime(timeOf(run.start) - (run.continues ? 0 : this.margin))
    const end = cleanTime(timeOf(run.end) + (run.goesOn ? 0 : this.margin))
    this.found.push({ start: Math.max(this.taken, start), end })
    this.taken = end
  }

  private take(): SpeechSegment[] {
    const { found } = this
    this.found = []
    return found
  }
}
