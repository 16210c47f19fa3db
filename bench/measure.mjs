/**
 * Times in ms of many runs of `run`, which may return a promise: first runs to warm up, for `warmUpMs` and at least once, then
 * runs until `budgetMs` are spent, at least one and at most `most`.
 */
export async function measure(run, { warmUpMs = 300, budgetMs = 1000, most = 50, clock = wallMs } = {}) {
  await runFor(run, warmUpMs, Number.POSITIVE_INFINITY, clock)
  return runFor(run, budgetMs, most, clock)
}

const wallMs = () => performance.now()

/** Of this process: on a shared machine a clock on the wall also measures the neighbours. */
export function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function runFor(run, budgetMs, most, clock) {
  const times = []
  const begin = clock()
  let now = begin
  do {
    const pending = run()
    if (pending instanceof Promise) await pending
    const end = clock()
    times.push(end - now)
    now = end
  } while (now - begin < budgetMs && times.length < most)
  return times
}

/** Median and quartiles of some numbers. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share) => {
    const position = share * (sorted.length - 1)
    const below = Math.floor(position)
    return sorted[below] + (position - below) * (sorted[Math.ceil(position)] - sorted[below])
  }
  return { low: at(0.25), median: at(0.5), high: at(0.75), runs: sorted.length }
}

/** Three significant digits, without an exponent. */
export function digits(x) {
  return x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x >= 1 ? x.toFixed(2) : x.toPrecision(2)
}
