/** Window functions that taper a frame before its spectrum is taken. */
import { checkInteger, checkOneOf } from '../core/check.ts'
import { exp } from '../core/elementary.ts'
import { pow } from '../core/power.ts'
import { cos } from '../core/trigonometric.ts'

/** Name of a window; symmetric (zero phase over L - 1 steps) unless `Periodic` (over L steps). */
export type WindowName =
  | 'rectangular'
  | 'hann'
  | 'hannPeriodic'
  | 'hamming'
  | 'hammingPeriodic'
  | 'blackman'
  | 'blackmanPeriodic'
  | 'povey'

interface WindowShape {
  /** Coefficients of a0 - a1 cos(2 pi n / M) + a2 cos(4 pi n / M). */
  cosines: readonly [number, number, number]
  periodic: boolean
  exponent: number
}

const hann = [0.5, 0.5, 0] as const
const hamming = [0.54, 0.46, 0] as const
const blackman = [0.42, 0.5, 0.08] as const

const shapes: Readonly<Record<WindowName, WindowShape>> = {
  rectangular: { cosines: [1, 0, 0], periodic: false, exponent: 1 },
  hann: { cosines: hann, periodic: false, exponent: 1 },
  hannPeriodic: { cosines: hann, periodic: true, exponent: 1 },
  hamming: { cosines: hamming, periodic: false, exponent: 1 },
  hammingPeriodic: { cosines: hamming, periodic: true, exponent: 1 },
  blackman: { cosines: blackman, periodic: false, exponent: 1 },
  blackmanPeriodic: { cosines: blackman, periodic: true, exponent: 1 },
  povey: { cosines: hann, periodic: false, exponent: 0.85 },
}

/** The names that {@link windowFunction} knows. */
export const windowNames: readonly WindowName[] = /* @__PURE__ */ Object.keys(shapes) as WindowName[]

/**
 * The window w[0..length-1], with M = length - 1 for the symmetric and M = length for the periodic ones:
 *
 *     w[n] = (a0 - a1 cos(2 pi n / M) + a2 cos(4 pi n / M))^p
 *
 * Hann 0.5, 0.5, 0; Hamming 0.54, 0.46, 0; Blackman 0.42, 0.5, 0.08; Povey (Kaldi's) is Hann with p = 0.85. A window of
 * one sample is 1.
 *
 * @throws RangeError for an unknown name or a length other than an integer >= 1.
 * @example
 * ```ts
 * windowFunction('hannPeriodic', 4) // [0, 0.50, 1, 0.50]
 * ```
 */
export function windowFunction(name: WindowName, length: number): Float64Array {
  checkOneOf('windowFunction', 'name', name, windowNames)
  checkInteger('windowFunction', 'length', length, { min: 1 })
  const { cosines, periodic, exponent } = shapes[name]
  const [a0, a1, a2] = cosines
  const step = (2 * Math.PI) / (periodic ? length : Math.max(1, length - 1))
  if (length === 1) return Float64Array.of(1)
  return Float64Array.from({ length }, (_, n) => {
    const value = a0 - a1 * cos(step * n) + a2 * cos(2 * step * n)
    return exponent === 1 ? value : pow(Math.max(value, 0), exponent)
  })
}

/** The window exp(-(u / 0.4)^2 / 2), u from -1 to 1 over its length: wide, so that harmonics stand apart. */
export function gaussianWindow(length: number): Float64Array {
  const centre = (length - 1) / 2
  return Float64Array.from({ length }, (_, n) => {
    const u = (n - centre) / (0.4 * centre)
    return exp((-u * u) / 2)
  })
}
