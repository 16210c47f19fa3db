/**
 * Whether a frame of 10 ms is louder than the background: its level L_t, of the last 30 ms without offset and rumble, is
 *
 *     y[n] = x[n] - x[n-1] + e^(-2 pi 100 / rate) y[n-1],   L_t = 10 lg of the mean of y^2 over frames t-2..t
 *     L_t > max(floor + 8, loud - 40, -70) dB
 *
 * floor and loud are the least and largest level of the last five seconds; before they are over, the floor is -55 dB or less.
 */
import { exp, log } from '../../core/elementary.ts'

const DECIBELS: number = 10 / Math.LN10
const CUT_OFF = 100
const [ABOVE_FLOOR, BELOW_LOUD, QUIETEST, FIRST_FLOOR] = [8, 40, -70, -55]
/** Frames over which a level is taken. */
const SMOOTHED = 3
/** Stretches of 0.5 s of which extremes are kept, and the frames of one. */
const STRETCHES = 10
const STRETCH = 50

/** Levels of a sound, frame by frame. */
export class SoundLevel {
  private readonly pole: number
  private before = 0
  private filtered = 0
  private frames = 0
  private readonly energies: Float64Array = new Float64Array(SMOOTHED)
  private readonly least: Float64Array = new Float64Array(STRETCHES).fill(FIRST_FLOOR)
  private readonly most: Float64Array = new Float64Array(STRETCHES).fill(QUIETEST)

  constructor(sampleRate: number) {
    this.pole = exp((-2 * Math.PI * CUT_OFF) / sampleRate)
  }

  /** Whether the next frame is louder than the background. */
  push(frame: Float32Array): boolean {
    this.energies[this.frames % SMOOTHED] = this.energyOf(frame)
    const energy = (this.energies[0] + this.energies[1] + this.energies[2]) / SMOOTHED
    const level = DECIBELS * log(Math.max(energy, Number.MIN_VALUE))
    const at = Math.floor(this.frames / STRETCH) % STRETCHES
    // The first levels are of less than 30 ms, and no floor.
    const floor = this.frames < SMOOTHED ? Number.POSITIVE_INFINITY : level
    const fresh = this.frames % STRETCH === 0 && this.frames >= STRETCH * STRETCHES
    this.least[at] = fresh ? floor : Math.min(this.least[at], floor)
    this.most[at] = this.frames % STRETCH === 0 ? level : Math.max(this.most[at], level)
    this.frames++
    const floorNow = this.least.reduce((low, value) => Math.min(low, value))
    const loud = this.most.reduce((high, value) => Math.max(high, value))
    return level > Math.max(floorNow + ABOVE_FLOOR, loud - BELOW_LOUD, QUIETEST)
  }

  /** Mean square of a frame behind the high-pass filter. */
  private energyOf(frame: Float32Array): number {
    let { before, filtered } = this
    const { pole } = this
    let sum = 0
    for (let n = 0; n < frame.length; n++) {
      filtered = frame[n] - before + pole * filtered
      before = frame[n]
      sum += filtered * filtered
    }
    this.before = before
    // A filter that has died away must not compute with denormal numbers.
    this.filtered = Math.abs(filtered) < 1e-30 ? 0 : filtered
    return sum / frame.length
  }
}
