/**
 * Sound that is missing by the clock. Browsers that fall behind lose sound before an AudioWorklet sees it, and neither the
 * numbers of blocks nor `currentFrame` show that; but time goes on without it.
 */

/** Blocks whose smallest delay is compared: about a second and a half. */
const BLOCKS = 64

/** Compares the time that passes with the sound that comes. */
export class SoundClock {
  private readonly sampleRate: number
  private samples = 0
  private start: number | null = null
  private delays: number[] = []

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate
  }

  /** Takes a block that was heard at a time, ms; gives how much sound is missing since the first blocks, s. */
  push(length: number, heard: number): number {
    this.samples += length
    this.delays.push(heard / 1000 - this.samples / this.sampleRate)
    if (this.delays.length < BLOCKS) return 0
    // Blocks may come late but never early: the smallest delay is that of the sound itself.
    const least = Math.min(...this.delays)
    this.start ??= least
    this.delays.shift()
    return Math.max(0, least - this.start)
  }
}
