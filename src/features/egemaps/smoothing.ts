/** Means of a value and its neighbours; T values give T + 1, the first and the last stand in for what lies beyond them. */

/** The mean of three. */
export function smoothed(x: Float64Array): Float64Array {
  const last = x.length - 1
  return Float64Array.from(
    { length: x.length + 1 },
    (_, t) => (x[Math.max(0, t - 1)] + x[Math.min(last, t)] + x[Math.min(last, t + 1)]) / 3,
  )
}

/**
 * The mean of those of the three that are not 0; a 0 in their middle stays. Rows up to `decided` see no value from there on, as
 * openSMILE writes them before it has decided on the pitch of the others.
 */
export function smoothedNonZero(x: Float64Array, decided: number = x.length): Float64Array {
  return Float64Array.from({ length: x.length + 1 }, (_, t) => {
    const last = (t <= decided && decided > 0 ? decided : x.length) - 1
    const [before, middle, after] = [x[Math.max(0, t - 1)], x[Math.min(last, t)], x[Math.min(last, t + 1)]]
    const count = Number(before !== 0) + Number(middle !== 0) + Number(after !== 0)
    return middle === 0 ? 0 : (before + middle + after) / count
  })
}
