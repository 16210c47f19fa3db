import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atan, atan2 } from '../../src/core/arctangent.ts'
import * as elementary from '../../src/core/elementary.ts'
import { pow } from '../../src/core/power.ts'
import { cos, sin } from '../../src/core/trigonometric.ts'

const functions = {
  exp: elementary.exp,
  expm1: elementary.expm1,
  log: elementary.log,
  log1p: elementary.log1p,
  tanh: elementary.tanh,
  sigmoid: elementary.sigmoid,
  softplus: elementary.softplus,
  sin,
  cos,
  atan,
  pow,
}
type Name = keyof typeof functions

/** Largest error in ulp; the vectors reach 0.85 (pow, exp, expm1), 1.3 (tanh, softplus) and 1.95 (sigmoid). */
const bounds: Record<Name, number> = {
  ...{ exp: 1, expm1: 1, log: 1, log1p: 1, sin: 1, cos: 1, atan: 1, pow: 1 },
  ...{ tanh: 1.5, softplus: 1.5, sigmoid: 2.2 },
}

const vectors = JSON.parse(
  readFileSync(fileURLToPath(new URL('../vectors/elementary.json', import.meta.url)), 'utf8'),
) as Record<Name, { x: string; y?: string; nearest: string; rest: string }>

function float64s(text: string): Float64Array {
  return new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

/** Distance of neighbouring numbers at y. */
function ulp(y: number): number {
  const exponent = Math.floor(Math.log2(Math.max(Math.abs(y), 2 ** -1022)))
  const power = 2 ** exponent > Math.abs(y) ? exponent - 1 : exponent
  return 2 ** (Math.max(power, -1022) - 52)
}

const fixed = { seed: 20240501, numRuns: 2000 }
const double = () => fc.double({ noNaN: true })

describe.each(Object.keys(functions) as Name[])('%s', (name) => {
  const f = functions[name] as (x: number, y: number) => number

  it(`is within ${bounds[name]} ulp of the exact result`, () => {
    const { x: xText, y: yText, nearest: nearestText, rest: restText } = vectors[name]
    const x = float64s(xText)
    const y = yText === undefined ? x : float64s(yText)
    const nearest = float64s(nearestText)
    const rest = new Int8Array(Buffer.from(restText, 'base64'))
    expect(x.length).toBeGreaterThan(400)
    for (let i = 0; i < x.length; i++) {
      const off = nearest[i] === f(x[i], y[i]) ? 0 : (f(x[i], y[i]) - nearest[i]) / ulp(nearest[i])
      const error = Math.abs(off - rest[i] / 256)
      if (!(error <= bounds[name])) expect.fail(`${name}(${x[i]}, ${y[i]}): off by ${error} ulp`)
    }
  })

  it('is what Math gives within 3 ulp', () => {
    if (name === 'sigmoid' || name === 'softplus') return
    fc.assert(
      fc.property(double(), double(), (x, y) => {
        const wanted = Math[name](x, y)
        const got = f(x, y)
        if (Number.isFinite(wanted) && wanted !== 0) expect(Math.abs(got - wanted)).toBeLessThanOrEqual(3 * ulp(wanted))
        else expect(got).toBe(wanted)
      }),
      fixed,
    )
  })
})

describe('special arguments', () => {
  const zeros = [0, -0]
  const infinities = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  it.each(['exp', 'expm1', 'log', 'log1p', 'tanh', 'sin', 'cos'] as const)('%s is exactly that of Math', (name) => {
    for (const x of [
      ...zeros,
      ...infinities,
      Number.NaN,
      -1,
      1e-320,
      -1e-320,
      5e-324,
      1e-17,
      -1e-17,
      710,
      -746,
      1e300,
    ]) {
      if (name !== 'log' || x !== 1e-320) {
        const wanted = Math[name](x)
        if (Math.abs(wanted) > 1e-300 && Number.isFinite(wanted)) {
          expect(Math.abs(functions[name](x) - wanted)).toBeLessThanOrEqual(ulp(wanted))
        } else expect(functions[name](x)).toBe(wanted)
      }
    }
  })

  it('sigmoid and softplus have their limits', () => {
    const { sigmoid, softplus } = elementary
    expect([...zeros, ...infinities, Number.NaN].map(sigmoid)).toEqual([0.5, 0.5, 1, 0, Number.NaN])
    expect(infinities.map(softplus)).toEqual([Number.POSITIVE_INFINITY, 0])
    expect(softplus(Number.NaN)).toBeNaN()
    expect([softplus(1000), softplus(-1000)]).toEqual([1000, 0])
  })

  it('pow is exactly that of ** where the result is exact or special', () => {
    const some = [...zeros, ...infinities, Number.NaN, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e300, 2 ** -1074, 1023, -1074]
    for (const x of some) {
      for (const y of some) {
        const wanted = x ** y
        if (Number.isFinite(wanted) && wanted !== 0) {
          expect(Math.abs(pow(x, y) - wanted)).toBeLessThanOrEqual(ulp(wanted))
        } else expect(pow(x, y)).toBe(wanted)
      }
    }
    for (let n = -1074; n < 1024; n++) expect(pow(2, n)).toBe(2 ** n)
    for (let n = 0; n <= 22; n++) expect(pow(10, n)).toBe(Number(`1e${n}`))
  })
})

describe('shape', () => {
  it('tanh, sin and expm1 keep the sign of zero, tanh and sin are odd', () => {
    fc.assert(
      fc.property(double(), (x) => {
        expect(elementary.tanh(-x)).toBe(-elementary.tanh(x))
        expect(sin(-x)).toBe(-sin(x))
        expect(cos(-x)).toBe(cos(x))
      }),
      fixed,
    )
    for (const f of [elementary.tanh, sin, elementary.expm1, elementary.log1p]) expect(f(-0)).toBe(-0)
  })

  it('atan is odd and ends at pi / 2; atan2 is what Math gives within 2 ulp, in every quadrant and on the axes', () => {
    const { NaN: none, POSITIVE_INFINITY: endless } = Number
    const edges = [0, -0, 1, -1, 5e-324, -1e308, endless, -endless]
    expect([atan(-0), atan(endless), atan(-endless), atan(none)]).toEqual([-0, Math.PI / 2, -Math.PI / 2, none])
    for (const y of edges) {
      for (const x of edges) expect(atan2(y, x), `atan2(${y}, ${x})`).toBeCloseTo(Math.atan2(y, x), 14)
      for (const x of edges) if (y === 0) expect(Object.is(atan2(y, x), Math.atan2(y, x))).toBe(true)
    }
    expect([atan2(none, 1), atan2(1, none)]).toEqual([none, none])
    fc.assert(
      fc.property(double(), double(), (y, x) => {
        const wanted = Math.atan2(y, x)
        if (Math.abs(wanted) > 1e-290) expect(Math.abs(atan2(y, x) - wanted)).toBeLessThanOrEqual(2 * ulp(wanted))
        expect(atan(-x)).toBe(-atan(x))
      }),
      fixed,
    )
  })

  it('results stay in their range', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (x) => {
        expect(Math.abs(elementary.tanh(x))).toBeLessThanOrEqual(1)
        expect(Math.abs(sin(x))).toBeLessThanOrEqual(1)
        expect(Math.abs(cos(x))).toBeLessThanOrEqual(1)
        expect(elementary.sigmoid(x)).toBeGreaterThan(0)
        expect(elementary.sigmoid(x)).toBeLessThanOrEqual(1)
      }),
      fixed,
    )
  })
})
