/** Times of `run` in ms: the median, and the range, of `repeats` runs after a warm-up. */
export function measure(run, { warmUp = 3, repeats = 15 } = {}) {
  for (let i = 0; i < warmUp; i++) run()
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return summary(times)
}

/** The same for what returns a promise. */
export async function measureAsync(run, { warmUp = 1, repeats = 5 } = {}) {
  const times = []
  for (let i = 0; i < warmUp + repeats; i++) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
  }
  return summary(times.slice(warmUp))
}

/** Median and range. */
export function summary(times) {
  const sorted = times.sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted[sorted.length - 1] }
}

/** One line of a report. */
export function line(name, { median, min, max }, note = '') {
  const [m, low, high] = [median, min, max].map((ms) => ms.toFixed(2).padStart(9))
  console.log(`${name.padEnd(44)}${m} ms  (${low.trim()} to ${high.trim()})  ${note}`)
}
