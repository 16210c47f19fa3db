/** Means of a value and its neighbours; T values give T + 1, the first and the last stand in for what lies beyond them. */

/** The mean of three. */
export function smoothed(x: Float64Array): Float64Array {
  const last = x.length - 1
  const out = new Float64Array(x.length + 1)
  for (let t = 0; t < out.length; t++) {
    out[t] = (x[Math.max(0, t - 1)] + x[Math.min(last, t)] + x[Math.min(last, t + 1)]) / 3
  }
  return out
}

/**
 * The mean of those of the three that are not 0; a 0 in their middle stays. Rows up to `decided` see no value from there on, as
 * openSMILE writes them before it has decided on the pitch of the others.
 */
export function smoothedNonZero(x: Float64Array, decided: number = x.length): Float64Array {
  const out = new Float64Array(x.length + 1)
  for (let t = 0; t < out.length; t++) {
    const last = (t <= decided && decided > 0 ? decided : x.length) - 1
    const middle = x[Math.min(last, t)]
    if (middle === 0) continue
    const before = x[Math.max(0, t - 1)]
    const after = x[Math.min(last, t + 1)]
    out[t] = (before + middle + after) / (1 + Number(before !== 0) + Number(after !== 0))
  }
  return out
}

/** {@link smoothedNonZero} of rows that come one by one: each stands in for the one behind it. As many values. */
export function smoothedBackwards(x: Float64Array): Float64Array {
  return x.map((middle, t) => {
    const before = x[Math.max(0, t - 1)]
    return middle === 0 ? 0 : (before + 2 * middle) / (2 + Number(before !== 0))
  })
}
