/** One answer made of several. */
import { exp, log } from '../core/elementary.ts'

/** What is averaged. */
export type Average = 'posterior' | 'logPosterior'

/** Below it a posterior counts as this: one alone cannot rule a class out. */
const LEAST_POSTERIOR = 1e-6

/**
 * The posterior of several: the mean of their posteriors, or of the logarithms (none below 1e-6), renormalised.
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
