/** Detection of clipping by flat tops of peaks, also where the sound was attenuated afterwards. */

/** Shortest run of equal samples: shorter ones also occur at the peaks of slow waves. */
const LEAST_RUN = 3
/** Least ratio of counts at the highest and next value: coarse quantisation also gives flat tops, but a lower ratio. */
const LEAST_RATIO = 2

/**
 * Number of samples in runs of three or more at the highest or lowest value of a signal; an extreme does not count if
 * the next value occurs at least half as often, as in signals of few bits.
 */
export function flatTops(samples: Float32Array): number {
  return topsAt(samples, 1) + topsAt(samples, -1)
}

function topsAt(samples: Float32Array, sign: 1 | -1): number {
  let highest = Number.NEGATIVE_INFINITY
  let next = Number.NEGATIVE_INFINITY
  // By index, here and below: an iterator makes an object of each sample.
  for (let i = 0; i < samples.length; i++) {
    const height = sign * samples[i]
    if (height > highest) {
      next = highest
      highest = height
    } else if (height > next && height < highest) next = height
  }
  // Constant signals, and the zeros of one-sided waves, are not clipping.
  if (next === Number.NEGATIVE_INFINITY || highest <= 0) return 0
  let [flat, run, below] = [0, 0, 0]
  for (let i = 0; i < samples.length; i++) {
    const height = sign * samples[i]
    if (height === highest) run++
    else {
      if (run >= LEAST_RUN) flat += run
      run = 0
      if (height === next) below++
    }
  }
  if (run >= LEAST_RUN) flat += run
  return flat > LEAST_RATIO * below ? flat : 0
}
