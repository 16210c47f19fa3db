// Tasks whose answer lies many steps behind: fresh sequences of each, and when a network's answer is right.
//
// Hochreiter & Schmidhuber (1997), "Long Short-Term Memory": `adding` (experiment 4) and `order` (6a).
// Gers, Schraudolph & Schmidhuber (2002), "Learning Precise Timing with LSTM Recurrent Networks": `spikes`.
//
// `generate(n, random)` draws n sequences and their labels, in the forms that `Sequential.fit` takes, from a `Random`;
// `isRight(output, label)` judges what `Sequential.forward` gives for one of them.
import ndarray from 'ndarray'

/** A uniform integer in low..high. */
const between = (random, low, high) => low + random.integer(high - low + 1)

const matrix = (rows, cols) => ndarray(new Float32Array(rows * cols), [rows, cols])

function generator(one) {
  return (n, random) => {
    const cases = Array.from({ length: n }, () => one(random))
    return { sequences: cases.map(({ x }) => x), labels: cases.map(({ label }) => label) }
  }
}

/**
 * Adding two marked values. The length is drawn from T to 1.1 T; each step has a value of U[-1, 1] and a mark: 1 at one of the
 * first ten steps and at another one of the first T/2 - 1, -1 at both ends, else 0. The answer at the end is
 * 0.5 + (X1 + X2) / 4 within 0.04; a value drawn at the first step counts as 0, for its mark stays -1.
 */
export function adding({ length }) {
  const half = Math.floor(length / 2) - 1
  const one = (random) => {
    const T = between(random, length, Math.floor(1.1 * length))
    const x = matrix(T, 2)
    for (let t = 0; t < T; t++) x.set(t, 0, 2 * random.uniform() - 1)
    const first = random.integer(Math.min(10, half))
    const drawn = random.integer(half)
    const second = drawn < first ? drawn : drawn + 1
    const marked = [first, second].filter((t) => t > 0)
    for (const t of marked) x.set(t, 1, 1)
    for (const t of [0, T - 1]) x.set(t, 1, -1)
    return { x, label: 0.5 + marked.reduce((sum, t) => sum + x.get(t, 0), 0) / 4 }
  }
  return {
    inputs: 2,
    head: { units: 1, activation: 'linear' },
    pools: true,
    generate: generator(one),
    targets: (labels) => ndarray(Float32Array.from(labels), [labels.length, 1]),
    isRight: (output, label) => Math.abs(output.get(0, 0) - label) < 0.04,
    test: { sequences: 2560, allowed: 13 },
  }
}

const SYMBOLS = ['E', 'B', 'a', 'b', 'c', 'd', 'X', 'Y']

/**
 * Which came first. E, then draws of a, b, c and d, B at the end (of `lengths` steps); among them X or Y at one of the
 * steps `first` and X or Y at one of the steps `second`, counted from 0. Classes XX, XY, YX, YY; every output within 0.3.
 */
export function order({ lengths = [100, 110], first = [10, 20], second = [50, 60] } = {}) {
  const one = (random) => {
    const T = between(random, ...lengths)
    const symbols = Array.from({ length: T }, () => between(random, 2, 5))
    const [p, q] = [random.integer(2), random.integer(2)]
    symbols[0] = 0
    symbols[between(random, ...first)] = 6 + p
    symbols[between(random, ...second)] = 6 + q
    symbols[T - 1] = 1
    const x = matrix(T, SYMBOLS.length)
    symbols.forEach((k, t) => {
      x.set(t, k, 1)
    })
    return { x, label: 2 * p + q }
  }
  return {
    inputs: SYMBOLS.length,
    head: { units: 4, activation: 'softmax' },
    pools: true,
    generate: generator(one),
    targets: (labels) => labels,
    isRight: (output, label) => [0, 1, 2, 3].every((k) => Math.abs(output.get(0, k) - (k === label ? 1 : 0)) < 0.3),
    test: { sequences: 2560, allowed: 0 },
  }
}

/**
 * Generating timed spikes. Spike n of the target comes F + I(n) steps after the one before, I(n) drawn from 0..`delays`. The input
 * shows each spike (a beginning stands for one) a step late on its first line and, at that step alone, I(n) / `delays` of the
 * interval that begins on its second: between spikes it is silent. Every step is a class, spike or none; a stream is
 * right if the probability of a spike is within 0.49 of the target at every step.
 */
export function spikes({ period = 10, delays = 1, spikes = 10, testSpikes = 1000 } = {}) {
  const one = (count) => (random) => {
    const intervals = Array.from({ length: count }, () => period + random.integer(delays + 1))
    const T = intervals.reduce((sum, interval) => sum + interval, 0)
    const x = matrix(T, 2)
    const label = new Int32Array(T)
    let t = 0
    for (const interval of intervals) {
      x.set(t, 0, 1)
      x.set(t, 1, (interval - period) / delays)
      t += interval
      label[t - 1] = 1
    }
    return { x, label }
  }
  return {
    inputs: 2,
    head: { units: 2, activation: 'softmax' },
    pools: false,
    generate: generator(one(spikes)),
    generateTest: generator(one(testSpikes)),
    targets: (labels) => labels,
    isRight: (output, label) => label.every((spike, t) => Math.abs(output.get(t, 1) - spike) < 0.49),
    test: { sequences: 10, allowed: 0 },
  }
}
