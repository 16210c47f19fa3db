/** Runs of frames in which a voice stands out, from scores that come frame by frame. */
import { floats64, RecentNumbers } from '../live/recent-numbers.ts'

/** Bounds of runs, in frames. */
export interface RunSettings {
  /** Runs closer than this are one. */
  pause: number
  /** Shorter runs are left out. */
  least: number
  /** Longer runs are cut; infinite where none is. */
  longest: number
}

/** Frames from `start` to before `end`. */
export interface Run {
  start: number
  end: number
  /** Whether it goes on from the run before, or goes on in the next. */
  continues: boolean
  goesOn: boolean
}

const THRESHOLD = 0.2

/** Finds runs; one that is longer than it may be is cut where its voice is weakest in the second half of what it may be. */
export class RunFinder {
  private readonly settings: RunSettings
  private frames = 0
  private open: Run | null = null
  /** Of frames that may be cut at. */
  private readonly scores: RecentNumbers<Float64Array> = new RecentNumbers(floats64)
  private readonly one: Float64Array = new Float64Array(1)

  constructor(settings: RunSettings) {
    this.settings = settings
  }

  /** The first frame that a run, open or to come, may have. */
  get earliest(): number {
    return this.open?.start ?? this.frames
  }

  /** Takes the score of the next frame; gives the run that ends by it. */
  push(score: number): Run | null {
    const { pause, longest } = this.settings
    const t = this.frames++
    if (Number.isFinite(longest)) {
      this.one[0] = score
      this.scores.append(this.one)
      this.scores.forget(this.earliest)
    }
    if (score > THRESHOLD) {
      this.open ??= { start: t, end: t, continues: false, goesOn: false }
      this.open.end = t + 1
      return t + 1 - this.open.start > longest ? this.cut(this.open) : null
    }
    return this.open !== null && t + 1 - this.open.end >= pause ? this.finish() : null
  }

  /** Ends the open run. */
  finish(): Run | null {
    const { open } = this
    this.open = null
    if (open === null || (!open.continues && open.end - open.start < this.settings.least)) return null
    return open
  }

  private cut(run: Run): Run {
    const { least, longest } = this.settings
    const first = run.start + Math.ceil(longest / 2)
    // The rest is no shorter than a run may be.
    const end = Math.max(first + 1, run.start + longest - Math.ceil(least))
    const scores = this.scores.view(first, end)
    let weakest = 0
    for (let i = 1; i < scores.length; i++) if (scores[i] <= scores[weakest]) weakest = i
    const at = first + weakest
    this.open = { start: at, end: run.end, continues: true, goesOn: false }
    return { ...run, end: at, goesOn: true }
  }
}
