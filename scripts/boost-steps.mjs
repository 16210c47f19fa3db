/**
 * Boosting of single steps on the logistic loss (Friedman, Hastie & Tibshirani 2000): in each round the cue and value
 * whose step lowers the loss most, by Newton's method with shrinkage.
 */
const options = { rounds: 400, rate: 0.15, ridge: 5, values: 48 }

function quantiles(values, count) {
  const sorted = Float64Array.from(values).sort()
  const at = Array.from({ length: count - 1 }, (_, i) => sorted[Math.floor(((i + 1) / count) * (sorted.length - 1))])
  // Rounded as in the file of weights, so that both models are one.
  return [...new Set(at.map((value) => Number(value.toPrecision(5))))].sort((a, b) => a - b)
}

/** The step of a cue that lowers the loss most: { gain, i, below, above }. */
function bestStep({ bins, edges }, g, h) {
  const count = edges.length + 1
  const [sumsG, sumsH] = [new Float64Array(count), new Float64Array(count)]
  let [allG, allH] = [0, 0]
  for (let n = 0; n < bins.length; n++) {
    sumsG[bins[n]] += g[n]
    sumsH[bins[n]] += h[n]
    allG += g[n]
    allH += h[n]
  }
  let best = { gain: -1 }
  for (let i = 0, [G, H] = [0, 0]; i < edges.length; i++) {
    G += sumsG[i]
    H += sumsH[i]
    const [below, above] = [G / (H + options.ridge), (allG - G) / (allH - H + options.ridge)]
    const gain = G * below + (allG - G) * above
    if (gain > best.gain) best = { gain, i, below: options.rate * below, above: options.rate * above }
  }
  return best
}

/** The model { bias, steps } of speech against sounds, both kinds with the same weight; rows have `cues`. */
export function boost(speech, sounds, names) {
  const rows = [...speech, ...sounds]
  const y = Float64Array.from(rows, (_, n) => (n < speech.length ? 1 : 0))
  const w = Float64Array.from(y, (value) => rows.length / 2 / (value === 1 ? speech.length : sounds.length))
  const columns = names.map((name) => {
    const values = rows.map(({ cues }) => cues[name])
    const edges = quantiles(values, options.values)
    return { name, edges, bins: Int32Array.from(values, (value) => edges.filter((edge) => value > edge).length) }
  })
  const score = new Float64Array(rows.length)
  const table = Object.fromEntries(names.map((name) => [name, new Map()]))
  let bias = 0
  const [g, h] = [new Float64Array(rows.length), new Float64Array(rows.length)]
  for (let round = 0; round < options.rounds; round++) {
    for (let n = 0; n < rows.length; n++) {
      const p = 1 / (1 + Math.exp(-score[n]))
      g[n] = w[n] * (y[n] - p)
      h[n] = w[n] * p * (1 - p)
    }
    const steps = columns.map((column) => ({ column, ...bestStep(column, g, h) }))
    const { column, i, below, above } = steps.reduce((best, step) => (step.gain > best.gain ? step : best))
    for (let n = 0; n < rows.length; n++) score[n] += column.bins[n] > i ? above : below
    bias += below
    const known = table[column.name]
    known.set(column.edges[i], (known.get(column.edges[i]) ?? 0) + above - below)
  }
  const steps = Object.fromEntries(names.map((name) => [name, [...table[name]].sort(([a], [b]) => a - b).flat()]))
  return { bias, steps }
}

export function probabilityOf({ bias, steps }, cues) {
  let score = bias
  for (const [name, list] of Object.entries(steps)) {
    for (let i = 0; i < list.length && cues[name] > list[i]; i += 2) score += list[i + 1]
  }
  return 1 / (1 + Math.exp(-score))
}
