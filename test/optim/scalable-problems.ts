/** The test problems of any number of variables. */
import { filled, problem, type TestProblem } from './sum-of-squares.ts'

/** Rosenbrock in n/2 independent pairs (1, 21). */
export function extendedRosenbrock(n: number): TestProblem {
  const name = n === 2 ? 'Rosenbrock' : `extended Rosenbrock ${n}`
  const x0 = filled(n, (i) => (i % 2 === 0 ? -1.2 : 1))
  return problem(name, x0, n, (x, i, row) => {
    if (i % 2 === 1) {
      row[i - 1] = -1
      return 1 - x[i - 1]
    }
    row[i] = -20 * x[i]
    row[i + 1] = 10
    return 10 * (x[i + 1] - x[i] ** 2)
  })
}

/** Every variable drags the next along the curved valley. */
export function chainedRosenbrock(n: number): TestProblem {
  const x0 = filled(n, (i) => (i % 2 === 0 ? -1.2 : 1))
  return problem(`chained Rosenbrock ${n}`, x0, 2 * (n - 1), (x, k, row) => {
    const i = k >> 1
    if (k % 2 === 1) {
      row[i] = -1
      return 1 - x[i]
    }
    row[i] = -20 * x[i]
    row[i + 1] = 10
    return 10 * (x[i + 1] - x[i] ** 2)
  })
}

/** Powell's singular function in n/4 independent blocks (13, 22). */
export function powellSingular(n: number): TestProblem {
  const x0 = filled(n, (i) => [3, -1, 0, 1][i % 4])
  return problem(`Powell singular ${n}`, x0, n, (x, i, row) => {
    const k = i - (i % 4)
    const inner = i % 4 === 2 ? x[k + 1] - 2 * x[k + 2] : x[k] - x[k + 3]
    const root = Math.sqrt(i % 4 === 1 ? 5 : 10)
    if (i % 4 === 0) {
      row[k] = 1
      row[k + 1] = 10
      return x[k] + 10 * x[k + 1]
    }
    if (i % 4 === 1) {
      row[k + 2] = root
      row[k + 3] = -root
      return root * (x[k + 2] - x[k + 3])
    }
    if (i % 4 === 2) {
      row[k + 1] = 2 * inner
      row[k + 2] = -4 * inner
      return inner ** 2
    }
    row[k] = 2 * root * inner
    row[k + 3] = -2 * root * inner
    return root * inner ** 2
  })
}

/** (20) */
export function watson(n: number): TestProblem {
  return problem(
    `Watson ${n}`,
    filled(n, () => 0),
    31,
    (x, i, row) => {
      if (i === 29) {
        row[0] = 1
        return x[0]
      }
      if (i === 30) {
        row[0] = -2 * x[0]
        row[1] = 1
        return x[1] - x[0] ** 2 - 1
      }
      const t = (i + 1) / 29
      let slope = 0
      let value = 0
      for (let j = 0; j < n; j++) {
        if (j > 0) slope += j * x[j] * t ** (j - 1)
        value += x[j] * t ** j
      }
      for (let j = 0; j < n; j++) row[j] = (j > 0 ? j * t ** (j - 1) : 0) - 2 * value * t ** j
      return slope - value ** 2 - 1
    },
  )
}

/** (23) */
export function penalty1(n: number): TestProblem {
  const root = Math.sqrt(1e-5)
  const x0 = filled(n, (i) => i + 1)
  return problem(`penalty I ${n}`, x0, n + 1, (x, i, row) => {
    if (i < n) {
      row[i] = root
      return root * (x[i] - 1)
    }
    let sum = -0.25
    for (let j = 0; j < n; j++) {
      sum += x[j] ** 2
      row[j] = 2 * x[j]
    }
    return sum
  })
}

/** (24) */
export function penalty2(n: number): TestProblem {
  const root = Math.sqrt(1e-5)
  const x0 = filled(n, () => 0.5)
  return problem(`penalty II ${n}`, x0, 2 * n, (x, i, row) => {
    if (i === 0) {
      row[0] = 1
      return x[0] - 0.2
    }
    if (i < n) {
      row[i] = (root * Math.exp(x[i] / 10)) / 10
      row[i - 1] = (root * Math.exp(x[i - 1] / 10)) / 10
      const y = Math.exp((i + 1) / 10) + Math.exp(i / 10)
      return root * (Math.exp(x[i] / 10) + Math.exp(x[i - 1] / 10) - y)
    }
    if (i < 2 * n - 1) {
      const j = i - n + 1
      row[j] = (root * Math.exp(x[j] / 10)) / 10
      return root * (Math.exp(x[j] / 10) - Math.exp(-1 / 10))
    }
    let sum = -1
    for (let j = 0; j < n; j++) {
      sum += (n - j) * x[j] ** 2
      row[j] = 2 * (n - j) * x[j]
    }
    return sum
  })
}

/** (25) */
export function variablyDimensioned(n: number): TestProblem {
  const x0 = filled(n, (i) => 1 - (i + 1) / n)
  return problem(`variably dimensioned ${n}`, x0, n + 2, (x, i, row) => {
    if (i < n) {
      row[i] = 1
      return x[i] - 1
    }
    let sum = 0
    for (let j = 0; j < n; j++) sum += (j + 1) * (x[j] - 1)
    for (let j = 0; j < n; j++) row[j] = (j + 1) * (i === n ? 1 : 2 * sum)
    return i === n ? sum : sum ** 2
  })
}

/** (26) */
export function trigonometric(n: number): TestProblem {
  const x0 = filled(n, () => 1 / n)
  return problem(`trigonometric ${n}`, x0, n, (x, i, row) => {
    let sum = n + (i + 1) * (1 - Math.cos(x[i])) - Math.sin(x[i])
    for (let j = 0; j < n; j++) {
      sum -= Math.cos(x[j])
      row[j] = Math.sin(x[j])
    }
    row[i] += (i + 1) * Math.sin(x[i]) - Math.cos(x[i])
    return sum
  })
}

/** (28) */
export function discreteBoundary(n: number): TestProblem {
  const h = 1 / (n + 1)
  const x0 = filled(n, (i) => (i + 1) * h * ((i + 1) * h - 1))
  return problem(`discrete boundary ${n}`, x0, n, (x, i, row) => {
    const term = x[i] + (i + 1) * h + 1
    row[i] = 2 + (3 * h * h * term ** 2) / 2
    if (i > 0) row[i - 1] = -1
    if (i < n - 1) row[i + 1] = -1
    return 2 * x[i] - (i > 0 ? x[i - 1] : 0) - (i < n - 1 ? x[i + 1] : 0) + (h * h * term ** 3) / 2
  })
}

/** (30) */
export function broydenTridiagonal(n: number): TestProblem {
  const x0 = filled(n, () => -1)
  return problem(`Broyden tridiagonal ${n}`, x0, n, (x, i, row) => {
    row[i] = 3 - 4 * x[i]
    if (i > 0) row[i - 1] = -1
    if (i < n - 1) row[i + 1] = -2
    return (3 - 2 * x[i]) * x[i] - (i > 0 ? x[i - 1] : 0) - (i < n - 1 ? 2 * x[i + 1] : 0) + 1
  })
}

/** (35) with the shifted Chebyshev polynomials T_k on [0, 1] and their derivatives by recursion. */
export function chebyquad(n: number): TestProblem {
  const x0 = filled(n, (i) => (i + 1) / (n + 1))
  return problem(`Chebyquad ${n}`, x0, n, (x, i, row) => {
    let sum = 0
    for (let j = 0; j < n; j++) {
      const t = 2 * x[j] - 1
      let [before, now, slopeBefore, slope] = [1, t, 0, 2]
      for (let k = 1; k <= i; k++) {
        const next = 2 * t * now - before
        const nextSlope = 4 * now + 2 * t * slope - slopeBefore
        ;[before, now, slopeBefore, slope] = [now, next, slope, nextSlope]
      }
      sum += now / n
      row[j] = slope / n
    }
    const k = i + 1
    return sum + (k % 2 === 0 ? 1 / (k * k - 1) : 0)
  })
}
