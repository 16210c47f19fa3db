/** Times of `run` in ms: the median, and the range, of `repeats` runs after a warm-up. */
export function measure(run, { warmUp = 3, repeats = 15 } = {}) {
  for (let i = 0; i < warmUp; i++) run()
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  }).sort((a, b) => a - b)
  return { median: times[Math.floor(repeats / 2)], min: times[0], max: times[repeats - 1] }
}

/** One line of a report. */
export function line(name, { median, min, max }, note = '') {
  const [m, low, high] = [median, min, max].map((ms) => ms.toFixed(2).padStart(9))
  console.log(`${name.padEnd(44)}${m} ms  (${low.trim()} to ${high.trim()})  ${note}`)
}
