/** The highest peaks of the subharmonic sum of every frame. */
import { parabolaHeight, parabolaShift } from './parabola.ts'
import type { SubharmonicSum } from './subharmonics.ts'

/** Most candidates of a frame. */
export const CANDIDATES = 6

/** Peaks outside these Hz are none. */
export const LOWEST_PITCH = 55
const HIGHEST = 1000

/** Candidates [frames, 6], the strongest first, then the others by the height of their points. */
export class F0Candidates {
  /** How many there are. */
  readonly count: Uint8Array
  /** Hz. */
  readonly frequency: Float64Array
  /** 1 - mean(S) / score, at least 0. */
  readonly voicing: Float64Array
  /** Height of the parabola through the peak. */
  readonly score: Float64Array
  private readonly peaks = new Int32Array(CANDIDATES)

  constructor(frames: number) {
    this.count = new Uint8Array(frames)
    this.frequency = new Float64Array(frames * CANDIDATES)
    this.voicing = new Float64Array(frames * CANDIDATES)
    this.score = new Float64Array(frames * CANDIDATES)
  }

  /** Enters the peaks of frame t. */
  add(t: number, subharmonics: SubharmonicSum): void {
    const { peaks, frequency, voicing, score } = this
    const { sum } = subharmonics
    const found = this.highestPeaks(sum)
    const mean = subharmonics.mean()
    const first = t * CANDIDATES
    let next = first
    let best = first
    for (let i = 0; i < found; i++) {
      const hertz = subharmonics.hertz(peaks[i] + parabolaShift(sum, peaks[i]))
      if (hertz < LOWEST_PITCH || hertz > HIGHEST) continue
      frequency[next] = hertz
      score[next] = parabolaHeight(sum, peaks[i])
      voicing[next] = Math.max(0, 1 - mean / score[next])
      if (score[next] > score[best]) best = next
      next++
    }
    this.count[t] = next - first
    for (const values of [frequency, voicing, score]) swap(values, first, best)
  }

  /** Fills `peaks` with the highest local maxima in order of height; returns their number. */
  private highestPeaks(s: Float64Array): number {
    const { peaks } = this
    let found = 0
    for (let j = 1; j + 1 < s.length; j++) {
      if (!(s[j] > s[j - 1] && s[j] > s[j + 1])) continue
      if (found === CANDIDATES && !(s[j] > s[peaks[found - 1]])) continue
      let at = found < CANDIDATES ? found++ : CANDIDATES - 1
      for (; at > 0 && s[peaks[at - 1]] < s[j]; at--) peaks[at] = peaks[at - 1]
      peaks[at] = j
    }
    return found
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const value = values[i]
  values[i] = values[j]
  values[j] = value
}
