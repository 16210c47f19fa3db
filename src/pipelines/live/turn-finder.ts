/**
 * Turns of speech by their level: one begins with a frame that is louder than the background (sound-level.ts) and ends when
 * none has been for the length of a pause, or at its largest length, where the next may begin at once.
 */
import { SoundLevel } from './sound-level.ts'

/** Bounds of turns, in frames. */
export interface TurnSettings {
  sampleRate: number
  pause: number
  longest: number
}

/** Frames from `first` to before `end`. */
export interface FoundTurn {
  first: number
  end: number
}

/** Frames of a turn before its first and behind its last loud frame. */
const MARGIN = 10
/** Fewest loud frames of a turn: shorter sounds are clicks. */
const LEAST = 20

/** Finds turns in a sound that comes frame by frame. */
export class TurnFinder {
  private readonly settings: TurnSettings
  private level: SoundLevel
  private frames = 0
  /** First frame of the open turn; -1 where none is open. */
  private first = -1
  private lastLoud = 0
  private loud = 0
  /** End of the turn before. */
  private taken = 0

  constructor(settings: TurnSettings) {
    this.settings = settings
    this.level = new SoundLevel(settings.sampleRate)
  }

  /** The first frame that a turn, open or to come, may have. */
  get earliest(): number {
    return this.first < 0 ? Math.max(this.taken, this.frames - MARGIN) : this.first
  }

  /** Takes the next frame; gives the turn that ends with it. */
  push(frame: Float32Array): FoundTurn | null {
    const isLoud = this.level.push(frame)
    if (isLoud) {
      if (this.first < 0) this.first = this.earliest
      this.lastLoud = this.frames
      this.loud++
    }
    this.frames++
    if (this.first < 0) return null
    const { pause, longest } = this.settings
    const isOver = this.frames - 1 - this.lastLoud >= pause || this.frames - this.first >= longest
    return isOver ? this.finish() : null
  }

  /** Ends the open turn. */
  finish(): FoundTurn | null {
    const { first, loud } = this
    this.first = -1
    this.loud = 0
    if (first < 0 || loud < LEAST) return null
    const end = Math.min(this.frames, this.lastLoud + 1 + MARGIN)
    this.taken = end
    return { first, end }
  }
}
