/** Flat tops: what clipping leaves of peaks, also where the sound was made quieter afterwards. */

/** Fewer equal samples in a row are the top of a slow wave. */
const LEAST_RUN = 3
/** Tops of coarsely quantised waves are flat too, but reach the value below the highest as often. */
const LEAST_RATIO = 2

/**
 * Samples of a signal in runs of three or more at its highest or its lowest value; 0 for an end whose next value occurs half as
 * often or more, as of few bits.
 */
export function flatTops(samples: Float32Array): number {
  return topsAt(samples, 1) + topsAt(samples, -1)
}

function topsAt(samples: Float32Array, sign: 1 | -1): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const sample of samples) if (sign * sample > highest) highest = sign * sample
  let next = Number.NEGATIVE_INFINITY
  for (const sample of samples) if (sign * sample > next && sign * sample < highest) next = sign * sample
  // A constant, and silence between waves of one sign.
  if (next === Number.NEGATIVE_INFINITY || highest <= 0) return 0
  let [flat, run, below] = [0, 0, 0]
  for (const sample of samples) {
    if (sign * sample === highest) run++
    else {
      if (run >= LEAST_RUN) flat += run
      run = 0
      if (sign * sample === next) below++
    }
  }
  if (run >= LEAST_RUN) flat += run
  return flat > LEAST_RATIO * below ? flat : 0
}
