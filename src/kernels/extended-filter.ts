/**
 * The filter of sinc-filter.ts continued beyond its ends, where it stops at 1.7e-6 and its spectrum therefore never does. Its formula
 * goes on there; times a step from 1 to 0 over the next `width` samples, the integral of Kaiser's window, it has hardly any
 * spectrum beyond twice the sample rate.
 */
import { besselSeries, continuedFilter, halfWidth } from './sinc-filter.ts'

/** Shape of the step: 16 is the best of 8 to 20 for `width` 2.9. */
const terms = 44
const stepSeries: Float64Array = /* @__PURE__ */ besselSeries(16, terms)

/** The integral of I0(16 sqrt(1 - v^2)) from 0 to x <= 1, by that of each power of 1 - v^2. */
function integral(x: number): number {
  const y = 1 - x * x
  let power = 1
  let part = 0
  let sum = 0
  for (let k = 0; k < terms; k++, power *= y) {
    part = (x * power + 2 * k * part) / (2 * k + 1)
    sum += stepSeries[k] * part
  }
  return sum
}
const whole = /* @__PURE__ */ integral(1)

/** The filter at t, in samples from its middle; zero from `halfWidth + width` on. */
export function extendedFilter(t: number, width: number): number {
  const beyond = (Math.abs(t) - halfWidth) / width
  if (beyond >= 1) return 0
  return beyond <= 0 ? continuedFilter(t) : continuedFilter(t) * ((1 - integral(2 * beyond - 1) / whole) / 2)
}
