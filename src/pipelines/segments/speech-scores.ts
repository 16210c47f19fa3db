/**
 * How far a voice stands out from the background in each frame of 10 ms, by a statistical model (Sohn, Kim & Sung, "A statistical
 * model-based voice activity detection", IEEE Signal Processing Letters 6, 1999): with the energy P of a mel band in a frame, and that of
 * the background N,
 *
 *     g = max(1, P / N),   score = mean over the bands of min(3, g - 1 - ln g) and over 110 ms
 *
 * The background is 1.5 times the 20th percentile of the band's energy, smoothed over some 30 ms, within 3 s to either side (as a minimum
 * does, Martin, IEEE Trans. Speech and Audio Processing 9, 2001, but one that a quiet moment of a restless background does not rule), at
 * least 35 dB below the 95th percentile within 30 s to either side, which is that of the loud frames.
 */
import { exp, log } from '../../core/elementary.ts'
import { BANDS } from '../../features/presence/tracks.ts'
import { quantileOf } from '../../features/track-statistics.ts'
import { floats64, RecentNumbers } from '../live/recent-numbers.ts'

const SMOOTHING = 0.7
/** Frames to either side that a quantile is taken from, those between two of them, and those between two looks. */
const near = { reach: 300, stride: 4, look: 10 }
const far = { reach: 3000, stride: 4, look: 100 }
const [BACKGROUND_SHARE, BACKGROUND_FACTOR, LOUD_SHARE] = [0.2, 1.5, 0.95]
/** How far below the loud frames the background is at least, as a factor. */
const LEAST_BACKGROUND: number = /* @__PURE__ */ exp((-35 * Math.LN10) / 10)
const [CAP, SCORE_REACH] = [3, 5]

/** Quantile of the numbers of a track around frame t, of which there are `end`. */
function quantileAround(
  track: RecentNumbers<Float64Array>,
  t: number,
  { reach, stride }: typeof near,
  share: number,
): number {
  const from = Math.max(0, t - reach)
  const around = track.view(from, Math.min(track.end, t + reach + 1))
  const some = Float64Array.from({ length: Math.ceil(around.length / stride) }, (_, i) => around[i * stride])
  return quantileOf(some.sort(), share)
}

/** Scores of frames whose energies come one by one; what is kept reaches 30 s back. */
export class SpeechScores {
  /** Energies [frames, BANDS], and those of each band over time, smoothed by a first-order filter. */
  private readonly energies: RecentNumbers<Float64Array> = new RecentNumbers(floats64)
  private readonly tracks: RecentNumbers<Float64Array>[] = Array.from(
    { length: BANDS },
    () => new RecentNumbers(floats64),
  )
  private readonly now: Float64Array = new Float64Array(BANDS)
  private readonly one: Float64Array = new Float64Array(1)
  /** Scores of single frames, and how many of their means were given out. */
  private readonly raw: RecentNumbers<Float64Array> = new RecentNumbers(floats64)
  private given = 0
  private readonly visit: (score: number) => void

  /** @param visit - takes the score of each frame, in their order */
  constructor(visit: (score: number) => void) {
    this.visit = visit
  }

  private get frames(): number {
    return this.energies.end / BANDS
  }

  /** Takes the energies [BANDS] of the next frame. */
  push(energies: Float64Array): void {
    const { now, one } = this
    const isFirst = this.frames === 0
    this.energies.append(energies)
    for (let band = 0; band < BANDS; band++) {
      now[band] = isFirst ? energies[band] : SMOOTHING * now[band] + (1 - SMOOTHING) * energies[band]
      one[0] = now[band]
      this.tracks[band].append(one)
    }
    if (this.frames > this.raw.end + far.reach) this.score(this.raw.end + far.look)
    this.giveUntil(this.raw.end - SCORE_REACH)
  }

  /** Ends the sound: all its scores are given. */
  finish(): void {
    while (this.raw.end < this.frames) this.score(Math.min(this.raw.end + far.look, this.frames))
    this.giveUntil(this.frames)
  }

  /** Scores the frames up to `end`, from one far look to before the next. */
  private score(end: number): void {
    const from = this.raw.end
    const scores = new Float64Array(end - from)
    for (let band = 0; band < BANDS; band++) this.addScores(scores, from, band)
    this.raw.append(scores)
    this.energies.forget(end * BANDS)
    for (const track of this.tracks) track.forget(end - far.reach)
  }

  /** Adds the scores of a band to those of the frames from `from` on. */
  private addScores(scores: Float64Array, from: number, band: number): void {
    const track = this.tracks[band]
    const least = LEAST_BACKGROUND * quantileAround(track, from, far, LOUD_SHARE)
    if (!(least > 0)) return
    const energies = this.energies.view(from * BANDS, (from + scores.length) * BANDS)
    let background = least
    for (let i = 0; i < scores.length; i++) {
      if (i % near.look === 0) {
        background = Math.max(least, BACKGROUND_FACTOR * quantileAround(track, from + i, near, BACKGROUND_SHARE))
      }
      const g = Math.max(1, energies[i * BANDS + band] / background)
      scores[i] += Math.min(CAP, g - 1 - log(g)) / BANDS
    }
  }

  /** Gives the means around the frames before `end`. */
  private giveUntil(end: number): void {
    const { raw } = this
    for (; this.given < end; this.given++) {
      const around = raw.view(Math.max(0, this.given - SCORE_REACH), Math.min(raw.end, this.given + SCORE_REACH + 1))
      this.visit(around.reduce((sum, score) => sum + score, 0) / around.length)
    }
    raw.forget(this.given - SCORE_REACH)
  }
}
