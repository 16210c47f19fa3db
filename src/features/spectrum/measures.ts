/** Measures of one spectrum s[0..K-1], whose bin k is at k * width Hz; arguments are not checked. */
import { exp, log } from '../../core/elementary.ts'

/** Decibels of a power are this times its natural logarithm. */
const DECIBELS: number = 10 / Math.LN10

/** Bins from `first` on, before `end`. */
export interface Band {
  first: number
  end: number
}

/** First bin at or above a frequency, tolerant of rounding errors in frequency / width. */
function firstBin(frequency: number, width: number): number {
  const place = frequency / width
  const nearest = Math.round(place)
  return Math.abs(place - nearest) <= 1e-9 * place ? nearest : Math.ceil(place)
}

/** Bins with low <= f < high, or f <= high where `closed`, limited to 0..bins-1. */
export function bandOf(low: number, high: number, width: number, bins: number, closed: boolean): Band {
  const first = firstBin(low, width)
  const upper = firstBin(high, width)
  const end = closed && Math.abs(upper * width - high) <= 1e-9 * high ? upper + 1 : upper
  return { first, end: Math.min(end, bins) }
}

export function sumOf(s: Float64Array, { first, end }: Band): number {
  let sum = 0
  for (let k = first; k < end; k++) sum += s[k]
  return sum
}

export function maximumOf(s: Float64Array, { first, end }: Band): number {
  let most = 0
  for (let k = first; k < end; k++) if (s[k] > most) most = s[k]
  return most
}

/** Decibels between two powers; 0 where one of them is 0, as in silence. */
export function decibelsBetween(above: number, below: number): number {
  return above > 0 && below > 0 ? DECIBELS * (log(above) - log(below)) : 0
}

/** sum f s / sum s, Hz; 0 where the sum is 0. */
export function centroidOf(s: Float64Array, width: number): number {
  let sum = 0
  let moment = 0
  for (let k = 0; k < s.length; k++) {
    sum += s[k]
    moment += k * s[k]
  }
  return sum > 0 ? (width * moment) / sum : 0
}

/** sqrt(sum (f - centre)^2 s / sum s), Hz; 0 where the sum is 0. */
export function spreadOf(s: Float64Array, width: number, centre: number): number {
  let sum = 0
  let moment = 0
  for (let k = 0; k < s.length; k++) {
    const d = k * width - centre
    sum += s[k]
    moment += d * d * s[k]
  }
  return sum > 0 ? Math.sqrt(moment / sum) : 0
}

/** Frequency of the first bin at which the cumulative sum reaches a fraction of the total, Hz; 0 in silence. */
export function rolloffOf(s: Float64Array, width: number, share: number): number {
  const wanted = share * sumOf(s, { first: 0, end: s.length })
  let sum = 0
  for (let k = 0; k < s.length; k++) {
    sum += s[k]
    if (sum >= wanted) return k * width
  }
  return (s.length - 1) * width
}

/** Geometric over arithmetic mean of max(s, floor): 1 of white noise's expectation, near 0 of tones. */
export function flatnessOf(s: Float64Array, floor: number): number {
  let logs = 0
  let sum = 0
  for (let k = 0; k < s.length; k++) {
    const value = Math.max(s[k], floor)
    logs += log(value)
    sum += value
  }
  return exp(logs / s.length) / (sum / s.length)
}

/** Slope of the least-squares line through 10 lg max(P, floor) over a band, dB/Hz. */
export function slopeOf(power: Float64Array, width: number, { first, end }: Band, floor: number): number {
  const middle = (first + end - 1) / 2
  let products = 0
  let squares = 0
  for (let k = first; k < end; k++) {
    products += (k - middle) * log(Math.max(power[k], floor))
    squares += (k - middle) * (k - middle)
  }
  return (DECIBELS * products) / (squares * width)
}

/** Root of the mean over a band of (M - M')^2, with the spectra divided by `scale` and `scaleBefore`. */
export function fluxOf(
  magnitude: Float64Array,
  before: Float64Array,
  { first, end }: Band,
  scale = 1,
  scaleBefore = 1,
): number {
  let sum = 0
  for (let k = first; k < end; k++) {
    const d = magnitude[k] / scale - before[k] / scaleBefore
    sum += d * d
  }
  return Math.sqrt(sum / (end - first))
}

/** Root of the mean square over a band. */
export function rootMeanSquareOf(s: Float64Array, { first, end }: Band): number {
  let sum = 0
  for (let k = first; k < end; k++) sum += s[k] * s[k]
  return Math.sqrt(sum / (end - first))
}
