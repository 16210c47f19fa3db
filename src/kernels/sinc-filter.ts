/**
 * The low-pass filter of the resampler, a sinc under Kaiser's window, as a function of continuous time. Built from
 * additions, multiplications and divisions alone, so that every runtime computes the same bits.
 *
 * Kaiser's design formulas (Kaiser & Schafer, On the use of the I0-sinh window for spectrum analysis, 1980) for a
 * transition from 0.9 to 1.0 of the Nyquist frequency and an attenuation of A = 100 dB give b = 0.1102 (A - 8.7) and
 * T = (A - 7.95) / (2 * 14.36 * 0.05) = 64.1 samples to either side.
 */

/** T: the filter is zero from here on, in samples. */
export const halfWidth = 64

/** Middle of the transition band, relative to the Nyquist frequency. */
const cutoff = 0.95
const attenuation = 100
const beta: number = 0.1102 * (attenuation - 8.7)

/** Terms of the two series, enough for double precision over their ranges. */
const sineTerms = 12
const besselTerms = 32

/** Taylor's series of sin(pi r) / r in powers of r^2. */
const sineSeries: Float64Array = /* @__PURE__ */ series(
  sineTerms,
  Math.PI,
  (k) => (-Math.PI * Math.PI) / (2 * k * (2 * k + 1)),
)
/** The series of I0(b sqrt(y)) in powers of y: the window is a polynomial, without square roots. */
const windowSeries: Float64Array = /* @__PURE__ */ besselSeries(beta, besselTerms)
const besselAtBeta: number = /* @__PURE__ */ polynomial(windowSeries, 1)

/**
 * h(t) = c sinc(c t) w(t / T), with sinc(x) = sin(pi x) / (pi x) and w(u) = I0(b sqrt(1 - u^2)) / I0(b).
 *
 * @param t - Time from the middle of the filter, in samples.
 */
export function sincFilter(t: number): number {
  return insideOf(t) <= 0 ? 0 : continuedFilter(t)
}

/** 1 - (t / T)^2 */
function insideOf(t: number): number {
  const u = t / halfWidth
  return 1 - u * u
}

/** The formula of {@link sincFilter} beyond its ends too, where the window is J0(b sqrt(u^2 - 1)) / I0(b). */
export function continuedFilter(t: number): number {
  const sinc = t === 0 ? cutoff : sinPi(cutoff * t) / (Math.PI * t)
  return (sinc * polynomial(windowSeries, insideOf(t))) / besselAtBeta
}

/** sin(pi x). */
function sinPi(x: number): number {
  const nearest = Math.round(x)
  const r = x - nearest
  const sine = r * polynomial(sineSeries, r * r)
  return nearest % 2 === 0 ? sine : -sine
}

/** Coefficients of I0(b sqrt(y)) in powers of y. */
export function besselSeries(b: number, terms: number): Float64Array {
  return series(terms, 1, (k) => (b * b) / (4 * k * k))
}

function series(terms: number, first: number, ratio: (k: number) => number): Float64Array {
  const coefficients = new Float64Array(terms)
  for (let k = 0, term = first; k < terms; k++, term *= ratio(k)) coefficients[k] = term
  return coefficients
}

/** sum_k coefficients[k] x^k. */
function polynomial(coefficients: Float64Array, x: number): number {
  let sum = 0
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k]
  return sum
}
