/** Averages of posteriors. */
import { exp, log } from '../core/elementary.ts'

/** Quantity that is averaged. */
export type Average = 'posterior' | 'logPosterior'

/** Least value of a posterior in an average of logarithms, so that no single one can rule out a class. */
const LEAST_POSTERIOR = 1e-6

/**
 * The mean of several posteriors, or the renormalised exponential of the mean of their logarithms (values below 1e-6
 * count as 1e-6). Returns [K].
 *
 * @param posteriors - at least one, [K] each
 */
export function averagePosteriors(posteriors: readonly ArrayLike<number>[], average: Average): Float32Array {
  const sums = Float64Array.from(posteriors[0], (_, k) => {
    const mean = posteriors.reduce((sum, p) => {
      return sum + (average === 'posterior' ? p[k] : log(Math.max(p[k], LEAST_POSTERIOR))) / posteriors.length
    }, 0)
    return average === 'posterior' ? mean : exp(mean)
  })
  const total = sums.reduce((sum, p) => sum + p, 0)
  return Float32Array.from(sums, (p) => p / total)
}
