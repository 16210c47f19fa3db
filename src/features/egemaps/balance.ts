/** Alpha ratio, Hammarberg index, slopes and flux of a spectrum of so many Hz a bin. */
import { log } from '../../core/elementary.ts'
import { square } from '../../core/power.ts'
import type { SpectralBalance } from './scan.ts'

const DECIBELS = 10 / Math.LN10
/** Bins above, or from here on for the flux, count for nothing. */
const HIGHEST = 5000
const LEAST_POWER = 1e-14

/** Bins k with k * hertz < frequency, at most all. */
function binsBelow(frequency: number, hertz: number, bins: number): number {
  return Math.min(bins, Math.ceil(frequency / hertz))
}

/** A line fitted to levels over frequency; the band's ends weigh what of their bins lies in the band. */
interface Line {
  first: number
  weights: Float64Array
  frequencies: Float64Array
  /** M sum (w f)^2 - (sum w f)^2, and sum w f. */
  determinant: number
  sum: number
}

function lineOver(low: number, high: number, hertz: number): Line {
  const [first, last] = [Math.floor(low / hertz), Math.floor(high / hertz)]
  const weights = new Float64Array(last - first + 1).fill(1)
  weights[0] = 1 - (low / hertz - first)
  weights[last - first] = high / hertz - last || 1
  const frequencies = weights.map((w, i) => w * (first + i) * hertz)
  const sum = frequencies.reduce((a, b) => a + b)
  const squares = frequencies.reduce((a, b) => a + b * b, 0)
  // One less than the number of bins, as openSMILE was found to count: a flat spectrum has a slope.
  return { first, weights, frequencies, sum, determinant: (last - first) * squares - square(sum) }
}

function slopeOf({ first, weights, frequencies, determinant, sum }: Line, levels: Float64Array): number {
  let y = 0
  let fy = 0
  for (let i = 0; i < weights.length; i++) {
    y += weights[i] * levels[first + i]
    fy += frequencies[i] * levels[first + i]
  }
  return ((weights.length - 1) * fy - sum * y) / determinant
}

function ratio(above: number, below: number): number {
  return above > 0 && below > 0 ? DECIBELS * log(above / below) : 0
}

/** Five descriptors of a frame, written in the order of openSMILE's columns. */
export class Balance implements SpectralBalance {
  private readonly lines: Line[]
  private readonly levels: Float64Array
  private readonly previous: Float64Array
  private readonly bins: { low: number; middle: number; alpha: number; flux: number }
  private isFirst = true

  constructor(bins: number, hertz: number) {
    this.lines = [lineOver(0, 500, hertz), lineOver(500, 1500, hertz)]
    this.levels = new Float64Array(this.lines[1].first + this.lines[1].weights.length)
    this.previous = new Float64Array(bins)
    this.bins = {
      low: binsBelow(1000, hertz, bins),
      middle: binsBelow(2000, hertz, bins),
      alpha: Math.min(bins, Math.floor(HIGHEST / hertz) + 1),
      flux: binsBelow(HIGHEST, hertz, bins),
    }
  }

  /** The next frame is the first of a clip. */
  reset(): void {
    this.isFirst = true
  }

  /** Alpha ratio, Hammarberg index, two slopes, flux. */
  into(out: Float64Array, at: number, power: Float64Array): void {
    const { low, middle, alpha } = this.bins
    let [below, above, peakBelow, peakAbove] = [0, 0, 0, 0]
    for (let k = 0; k < low; k++) below += power[k]
    for (let k = low; k < alpha; k++) above += power[k]
    for (let k = 0; k < middle; k++) peakBelow = Math.max(peakBelow, power[k])
    for (let k = middle; k < alpha; k++) peakAbove = Math.max(peakAbove, power[k])
    out[at] = ratio(above, below)
    out[at + 1] = ratio(peakBelow, peakAbove)
    const { levels, lines } = this
    for (let k = 0; k < levels.length; k++) levels[k] = DECIBELS * log(Math.max(power[k], LEAST_POWER))
    out[at + 2] = slopeOf(lines[0], levels)
    out[at + 3] = slopeOf(lines[1], levels)
    out[at + 4] = this.flux(power)
  }

  private flux(power: Float64Array): number {
    const { previous } = this
    const { flux } = this.bins
    let sum = 0
    for (let k = 0; k < flux; k++) {
      const magnitude = Math.sqrt(power[k])
      sum += square(magnitude - previous[k])
      previous[k] = magnitude
    }
    if (!this.isFirst) return Math.sqrt(sum / flux)
    this.isFirst = false
    return 0
  }
}
