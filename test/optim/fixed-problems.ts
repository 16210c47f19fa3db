/** The test problems with a fixed number of variables. */
import { problem, type TestProblem } from './sum-of-squares.ts'

/** (2) */
export function freudensteinRoth(): TestProblem {
  return problem('Freudenstein-Roth', [0.5, -2], 2, ([a, b], i, row) => {
    row[0] = 1
    row[1] = i === 0 ? (10 - 3 * b) * b - 2 : (3 * b + 2) * b - 14
    return i === 0 ? -13 + a + ((5 - b) * b - 2) * b : -29 + a + ((b + 1) * b - 14) * b
  })
}

/** (3) */
export function powellBadlyScaled(): TestProblem {
  return problem('Powell badly scaled', [0, 1], 2, ([a, b], i, row) => {
    row[0] = i === 0 ? 1e4 * b : -Math.exp(-a)
    row[1] = i === 0 ? 1e4 * a : -Math.exp(-b)
    return i === 0 ? 1e4 * a * b - 1 : Math.exp(-a) + Math.exp(-b) - 1.0001
  })
}

/** (4) */
export function brownBadlyScaled(): TestProblem {
  return problem('Brown badly scaled', [1, 1], 3, ([a, b], i, row) => {
    row[0] = [1, 0, b][i]
    row[1] = [0, 1, a][i]
    return [a - 1e6, b - 2e-6, a * b - 2][i]
  })
}

/** (5) */
export function beale(): TestProblem {
  const y = [1.5, 2.25, 2.625]
  return problem('Beale', [1, 1], 3, ([a, b], i, row) => {
    row[0] = b ** (i + 1) - 1
    row[1] = a * (i + 1) * b ** i
    return y[i] - a * (1 - b ** (i + 1))
  })
}

/** (6) */
export function jennrichSampson(): TestProblem {
  return problem('Jennrich-Sampson', [0.3, 0.4], 10, ([a, b], i, row) => {
    const k = i + 1
    row[0] = -k * Math.exp(k * a)
    row[1] = -k * Math.exp(k * b)
    return 2 + 2 * k - Math.exp(k * a) - Math.exp(k * b)
  })
}

/** (7) */
export function helicalValley(): TestProblem {
  return problem('helical valley', [-1, 0, 0], 3, ([a, b, c], i, row) => {
    const squared = a * a + b * b
    const radius = Math.sqrt(squared)
    const angle = Math.atan(b / a) / (2 * Math.PI) + (a < 0 ? 0.5 : 0)
    const derivatives = [
      [(50 * b) / (Math.PI * squared), (-50 * a) / (Math.PI * squared), 10],
      [(10 * a) / radius, (10 * b) / radius, 0],
      [0, 0, 1],
    ]
    row.set(derivatives[i])
    return [10 * (c - 10 * angle), 10 * (radius - 1), c][i]
  })
}

/** (8) */
export function bard(): TestProblem {
  const y = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39]
  return problem('Bard', [1, 1, 1], 15, ([a, b, c], i, row) => {
    const u = i + 1
    const v = 15 - i
    const w = Math.min(u, v)
    const bottom = v * b + w * c
    row[0] = -1
    row[1] = (u * v) / bottom ** 2
    row[2] = (u * w) / bottom ** 2
    return y[i] - (a + u / bottom)
  })
}

/** (9) */
export function gaussian(): TestProblem {
  const y = [0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989]
  return problem('Gaussian', [0.4, 1, 0], 15, ([a, b, c], i, row) => {
    const away = (7 - i) / 2 - c
    const bell = Math.exp((-b * away ** 2) / 2)
    row[0] = bell
    row[1] = (-a * bell * away ** 2) / 2
    row[2] = a * bell * b * away
    return a * bell - y[Math.min(i, 14 - i)]
  })
}

/** (11) with m = 99 and the residual exp(-|y_i - b|^c / a) - t_i, which is zero at (50, 25, 1.5). */
export function gulf(): TestProblem {
  return problem('Gulf', [5, 2.5, 0.15], 99, ([a, b, c], i, row) => {
    const t = (i + 1) / 100
    const away = 25 + (-50 * Math.log(t)) ** (2 / 3) - b
    const power = Math.abs(away) ** c / a
    const decay = Math.exp(-power)
    row[0] = (decay * power) / a
    row[1] = (decay * power * c) / away
    row[2] = -decay * power * Math.log(Math.abs(away))
    return decay - t
  })
}

/** (12) */
export function box(): TestProblem {
  return problem('Box 3-D', [0, 10, 20], 10, ([a, b, c], i, row) => {
    const t = (i + 1) / 10
    const gap = Math.exp(-t) - Math.exp(-10 * t)
    row[0] = -t * Math.exp(-t * a)
    row[1] = t * Math.exp(-t * b)
    row[2] = -gap
    return Math.exp(-t * a) - Math.exp(-t * b) - c * gap
  })
}

/** (14) */
export function wood(): TestProblem {
  const root90 = Math.sqrt(90)
  const root10 = Math.sqrt(10)
  return problem('Wood', [-3, -1, -3, -1], 6, ([a, b, c, d], i, row) => {
    const derivatives = [
      [-20 * a, 10, 0, 0],
      [-1, 0, 0, 0],
      [0, 0, -2 * root90 * c, root90],
      [0, 0, -1, 0],
      [0, root10, 0, root10],
      [0, 1 / root10, 0, -1 / root10],
    ]
    row.set(derivatives[i])
    return [10 * (b - a * a), 1 - a, root90 * (d - c * c), 1 - c, root10 * (b + d - 2), (b - d) / root10][i]
  })
}

/** (15) */
export function kowalikOsborne(): TestProblem {
  const y = [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246]
  const u = [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625]
  return problem('Kowalik-Osborne', [0.25, 0.39, 0.415, 0.39], 11, ([a, b, c, d], i, row) => {
    const top = u[i] ** 2 + u[i] * b
    const bottom = u[i] ** 2 + u[i] * c + d
    row[0] = -top / bottom
    row[1] = (-a * u[i]) / bottom
    row[2] = (a * top * u[i]) / bottom ** 2
    row[3] = (a * top) / bottom ** 2
    return y[i] - (a * top) / bottom
  })
}

/** (16) */
export function brownDennis(): TestProblem {
  return problem('Brown-Dennis', [25, 5, -5, -1], 20, ([a, b, c, d], i, row) => {
    const t = (i + 1) / 5
    const first = a + t * b - Math.exp(t)
    const second = c + d * Math.sin(t) - Math.cos(t)
    row[0] = 2 * first
    row[1] = 2 * first * t
    row[2] = 2 * second
    row[3] = 2 * second * Math.sin(t)
    return first ** 2 + second ** 2
  })
}

/** (18) */
export function biggs(): TestProblem {
  return problem('Biggs EXP6', [1, 2, 1, 1, 1, 1], 13, (x, i, row) => {
    const t = (i + 1) / 10
    const y = Math.exp(-t) - 5 * Math.exp(-10 * t) + 3 * Math.exp(-4 * t)
    const [first, second, third] = [x[0], x[1], x[4]].map((rate) => Math.exp(-t * rate))
    row.set([-t * x[2] * first, t * x[3] * second, first, -second, -t * x[5] * third, third])
    return x[2] * first - x[3] * second + x[5] * third - y
  })
}
