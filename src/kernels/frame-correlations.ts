/** Normalised autocorrelations of frames in typed arrays: the reference for simd/correlations.ts. */
import { EvenTransform } from './even-transform.ts'
import { nextPowerOfTwo, Spectrum } from './spectrum.ts'

/**
 * Frames x of N samples less their mean, one every `step` samples, and at the lags k = 0..K
 *
 *   r(k) = sum_n x[n] x[n+k] / (sqrt(sum_n x[n]^2 * sum_n x[n+k]^2) + floor (1 - k/N)),   n = 0..N-1-k
 *
 * The numerators are the transform of the power spectrum, which is real and even. Kept between calls.
 */
export interface CorrelationPlan {
  /** N */
  readonly length: number
  readonly step: number
  /** K + 1 */
  readonly lags: number
  readonly spectrum: Spectrum
  readonly even: EvenTransform
  /** [K + 1] 1 - k/N */
  readonly shares: Float64Array
  /** Scratch: the samples of a frame, zero-padded to the length of the transform; its power. */
  readonly frame: Float64Array
  readonly bins: Float64Array
}

/** A plan for frames of `length` samples and lags up to `maxLag` < length. */
export function correlationPlan(length: number, step: number, maxLag: number): CorrelationPlan {
  const points = Math.max(32, nextPowerOfTwo(length + maxLag))
  const lags = maxLag + 1
  const spectrum = new Spectrum(points, 'power')
  return {
    ...{ length, step, lags, spectrum, even: new EvenTransform(points) },
    shares: Float64Array.from({ length: lags }, (_, k) => 1 - k / length),
    frame: new Float64Array(points),
    bins: new Float64Array(spectrum.bins),
  }
}

/**
 * Writes means, and energies less the mean, of the frames that begin at `signal[start]`, `signal[start + step]` and so
 * on, all of them inside the signal.
 */
export function referenceFrameMoments(
  means: Float64Array,
  energies: Float64Array,
  { length, step }: CorrelationPlan,
  signal: Float64Array,
  start: number,
  frames: number,
): void {
  for (let t = 0, first = start; t < frames; t++, first += step) {
    let sum = 0
    for (let n = first; n < first + length; n++) sum += signal[n]
    const mean = sum / length
    let energy = 0
    for (let n = first; n < first + length; n++) energy += (signal[n] - mean) * (signal[n] - mean)
    means[t] = mean
    energies[t] = energy
  }
}

/** Fills r from the numerators in it, the frame and its energy. */
function normalise(r: Float64Array, { frame, length, shares }: CorrelationPlan, energy: number, floor: number): void {
  const scale = 1 / frame.length
  let left = energy
  let right = energy
  for (let k = 0; k < r.length; k++) {
    const divisor = Math.sqrt(Math.max(left * right, 0)) + floor * shares[k]
    r[k] = divisor > 0 ? Math.max(-1, Math.min(1, (r[k] * scale) / divisor)) : 0
    const last = frame[length - 1 - k]
    left -= last * last
    right -= frame[k] * frame[k]
  }
}

/** Length of a row of peaks: their number, then their lags. */
export function peaksLength(lags: number): number {
  return 1 + (lags >> 1)
}

/**
 * Writes the number and the lags of the peaks of r, whose lags 0..lags-1 are at `from`: positive, not below the lag before and above
 * the one behind.
 */
export function peaksInto(peaks: Int32Array, at: number, r: Float64Array, from: number, lags: number): void {
  const last = lags - 1
  let count = 0
  for (let k = 1; k < last; k++) {
    // Down to the foot of a slope, then up it: a comparison for each lag.
    while (k < last && r[from + k] < r[from + k - 1]) k++
    while (k < last && r[from + k] <= r[from + k + 1]) k++
    if (k < last && r[from + k] > 0) peaks[at + ++count] = k
  }
  peaks[at] = count
}

/**
 * Writes r [frames, lags] of the frames as of {@link referenceFrameMoments}, with their means and energies, and their
 * `peaks`, rows of {@link peaksLength}.
 */
export function referenceFrameCorrelations(
  out: Float64Array,
  plan: CorrelationPlan,
  signal: Float64Array,
  start: number,
  frames: number,
  means: Float64Array,
  energies: Float64Array,
  floor: number,
  peaks: Int32Array,
): void {
  const { length, step, lags, spectrum, even, frame, bins } = plan
  for (let t = 0, first = start; t < frames; t++, first += step) {
    for (let n = 0; n < length; n++) frame[n] = signal[first + n] - means[t]
    const r = out.subarray(t * lags, (t + 1) * lags)
    spectrum.into(bins, frame)
    even.into(r, bins)
    normalise(r, plan, energies[t], floor)
    peaksInto(peaks, t * peaksLength(lags), r, 0, lags)
  }
}
