/**
 * Change of tempo by overlap-add of similar pieces (Verhelst & Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for
 * high quality time-scale modification of speech", ICASSP 1993). Pieces under a Hann window stand half their length apart in the result;
 * each is taken near its place in the recording, where it is most like the continuation of the piece before: the largest
 *
 *   sum_n c[n] x[p + n] / sqrt(sum_n x[p + n]^2),   c = x from half a piece behind the last p on
 */

import { cos } from '../core/trigonometric.ts'

/** Half a piece: at least one period of a low voice, s. */
const HALF = 0.02
/** How far from its place a piece may be taken, s: a period of 100 Hz. */
const REACH = 0.01

/** x in n / factor samples, rounded. */
export function stretched(x: Float64Array, rate: number, factor: number): Float64Array {
  const half = Math.max(1, Math.round(HALF * rate))
  const reach = Math.round(REACH * rate)
  const rising = Float64Array.from({ length: half }, (_, n) => 0.5 - 0.5 * cos((Math.PI * (n + 0.5)) / half))
  const out = new Float64Array(Math.round(x.length / factor))
  // Zeros around the recording, so that no piece leaves the array.
  const margin = 3 * half + reach
  const padded = new Float64Array(x.length + 2 * margin)
  padded.set(x, margin)
  let before = margin - half
  for (let at = -half; at < out.length; at += half) {
    const ideal = margin + Math.min(x.length, Math.max(-half, Math.round(at * factor)))
    const place = at < half ? before + (at < 0 ? 0 : half) : mostSimilar(padded, before + half, ideal, half, reach)
    addPiece(out, at, padded, place, rising)
    before = place
  }
  return out
}

/** The start within reach of `ideal` of what is most like `half` samples from `next` on. */
function mostSimilar(x: Float64Array, next: number, ideal: number, half: number, reach: number): number {
  let best = ideal
  let most = 0
  let power = 0
  for (let n = 0; n < half; n++) power += x[ideal - reach + n] * x[ideal - reach + n]
  for (let p = ideal - reach; p <= ideal + reach; p++) {
    let product = 0
    for (let n = 0; n < half; n++) product += x[next + n] * x[p + n]
    const likeness = power > 0 ? product / Math.sqrt(power) : 0
    if (likeness > most) {
      most = likeness
      best = p
    }
    // Rounding must not leave less than nothing.
    power = Math.max(0, power + x[p + half] * x[p + half] - x[p] * x[p])
  }
  return best
}

/** Adds a piece under its window where it lies within the result. */
function addPiece(out: Float64Array, at: number, x: Float64Array, place: number, rising: Float64Array): void {
  const half = rising.length
  for (let n = Math.max(0, -at); n < 2 * half && at + n < out.length; n++) {
    out[at + n] += (n < half ? rising[n] : rising[2 * half - 1 - n]) * x[place + n]
  }
}
