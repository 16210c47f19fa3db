import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKernels } from '../../src/kernels/index.ts'
import type { GruGradients, GruPass, GruTangents } from '../../src/kernels/types.ts'
import { planBatch } from '../../src/layers/batch.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { tolerance } from '../support/tolerances.ts'

const records = [createKernels()]
const property = { seed: 42, numRuns: 40 }

interface Problem {
  lengths: number[]
  D: number
  H: number
  resetAfter: boolean
  seed: number
}

/** All that a GRU's outputs depend on, on one vector. */
type Inputs = Record<'wx' | 'wh' | 'b' | 'bhn' | 'h0' | 'x', Float64Array>

const weightNames = ['wx', 'wh', 'b', 'bhn'] as const

const problems: fc.Arbitrary<Problem> = fc.record({
  lengths: fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 }).map((n) => n.sort((a, b) => b - a)),
  D: fc.integer({ min: 1, max: 4 }),
  H: fc.integer({ min: 1, max: 5 }),
  resetAfter: fc.boolean(),
  seed: fc.integer({ min: 0, max: 1e6 }),
})

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0)

function sizesOf({ lengths, D, H, resetAfter }: Problem): [keyof Inputs, number][] {
  return [
    ['wx', 3 * H * D],
    ['wh', 3 * H * H],
    ['b', 3 * H],
    ['bhn', resetAfter ? H : 0],
    ['h0', lengths.length * H],
    ['x', sum(lengths) * D],
  ]
}

function partsOf(problem: Problem, vector: Float64Array): Inputs {
  let at = 0
  const parts = sizesOf(problem).map(([name, size]) => {
    at += size
    return [name, vector.subarray(at - size, at)]
  })
  return Object.fromEntries(parts)
}

function normals(seed: string, n: number): Float64Array {
  const out = new Float64Array(n)
  new Random(seed).normalInto(out, 0, 0.8)
  return out
}

const inputsOf = (problem: Problem): Float64Array =>
  normals(`${problem.seed}/inputs`, sum(sizesOf(problem).map(([, size]) => size)))

/** A buffer whose every number must be written before it is read. */
const unwritten = (n: number): Float64Array => new Float64Array(n).fill(Number.NaN)

function passOf({ lengths, D, H, resetAfter }: Problem, inputs: Inputs, truncation = 0): GruPass {
  const rows = sum(lengths)
  return {
    inputs: D,
    units: H,
    offsets: planBatch(lengths).offsets,
    truncation,
    ...inputs,
    bhn: resetAfter ? inputs.bhn : null,
    gates: unwritten(rows * 3 * H),
    inner: unwritten(rows * H),
    h: unwritten(rows * H),
  }
}

/** Gradients of sum(dh * h), on a vector laid out as the inputs. */
function gradientsOf(problem: Problem, dh: Float64Array): { vector: Float64Array; gradients: GruGradients } {
  const vector = new Float64Array(inputsOf(problem).length)
  const parts = partsOf(problem, vector)
  const gradients = {
    dh,
    previous: unwritten(dh.length),
    dhCarry: parts.h0.fill(Number.NaN),
    dx: parts.x.fill(Number.NaN),
    dwx: parts.wx,
    dwh: parts.wh,
    db: parts.b,
    dbhn: problem.resetAfter ? parts.bhn : null,
    dGates: unwritten(dh.length * 3),
    dInner: unwritten(dh.length),
  }
  return { vector, gradients }
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** The equations, one sequence, step and unit after the other; outputs in packed rows. */
function plainGru({ lengths, D, H, resetAfter }: Problem, { wx, wh, b, bhn, h0, x }: Inputs): Float64Array {
  const { offsets } = planBatch(lengths)
  const out = new Float64Array(sum(lengths) * H)
  const units = Array.from({ length: H }, (_, j) => j)
  lengths.forEach((length, s) => {
    let h = Array.from(h0.subarray(s * H, (s + 1) * H))
    for (let t = 0; t < length; t++) {
      const row = offsets[t] + s
      const fromInput = (k: number): number => {
        let total = b[k]
        for (let d = 0; d < D; d++) total += wx[k * D + d] * x[row * D + d]
        return total
      }
      const fromState = (k: number, state: number[]): number => sum(state.map((value, j) => wh[k * H + j] * value))
      const r = units.map((j) => sigmoid(fromInput(j) + fromState(j, h)))
      const z = units.map((j) => sigmoid(fromInput(H + j) + fromState(H + j, h)))
      const reset = h.map((value, j) => r[j] * value)
      const n = units.map((j) => {
        const k = 2 * H + j
        const recurrent = resetAfter ? r[j] * (fromState(k, h) + bhn[j]) : fromState(k, reset)
        return Math.tanh(fromInput(k) + recurrent)
      })
      h = units.map((j) => (1 - z[j]) * n[j] + z[j] * h[j])
      out.set(h, row * H)
    }
  })
  return out
}

const product = (a: Float64Array, b: Float64Array): number => sum(Array.from(a, (value, i) => value * b[i]))

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length)
  for (let i = 0; i < got.length; i++) {
    expect(Math.abs(got[i] - wanted[i])).toBeLessThanOrEqual(tolerance.reorder * (1 + Math.abs(wanted[i])))
  }
}

describe.each(records)('GRU kernels $name', (kernels) => {
  it('forward is the equations step by step', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const inputs = partsOf(problem, inputsOf(problem))
        const pass = passOf(problem, inputs)
        kernels.gruForward(pass)
        expectNear(pass.h, plainGru(problem, inputs))
      }),
      property,
    )
  })

  it('backward is the derivative of those equations by weights, inputs and first outputs', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const theta = inputsOf(problem)
        const dh = normals(`${problem.seed}/dh`, sum(problem.lengths) * problem.H)
        const { ok, maxError, worst } = checkGradient((at, g) => {
          const inputs = partsOf(problem, Float64Array.from(at))
          const pass = passOf(problem, inputs)
          const { vector, gradients } = gradientsOf(problem, dh)
          kernels.gruForward(pass)
          kernels.gruBackward(pass, gradients)
          g.set(vector)
          return product(dh, plainGru(problem, inputs))
        }, theta)
        expect(ok, `error ${maxError}: ${JSON.stringify(worst)}`).toBe(true)
      }),
      property,
    )
  })

  it('backward adds to the gradients of weights that are there', () => {
    const problem = { lengths: [3, 2], D: 2, H: 3, resetAfter: true, seed: 1 }
    const pass = passOf(problem, partsOf(problem, inputsOf(problem)))
    const [once, twice] = [1, 2].map((times) => {
      const { vector, gradients } = gradientsOf(problem, normals('dh', 15))
      kernels.gruForward(pass)
      for (let i = 0; i < times; i++) kernels.gruBackward(pass, gradients)
      return partsOf(problem, vector)
    })
    for (const name of weightNames)
      expectNear(
        twice[name],
        once[name].map((value) => 2 * value),
      )
  })

  it('truncated, has the gradients of pieces that start at constant outputs', () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 1, max: 5 }), (problem, truncation) => {
        const { D, H, lengths } = problem
        const whole = partsOf(problem, inputsOf(problem))
        const pass = passOf(problem, whole, truncation)
        const { offsets } = pass
        const dh = normals(`${problem.seed}/dh`, sum(lengths) * H)
        const cut = gradientsOf(problem, dh)
        kernels.gruForward(pass)
        kernels.gruBackward(pass, cut.gradients)
        const wanted = partsOf(problem, new Float64Array(cut.vector.length))
        for (let from = 0; from < lengths[0]; from += truncation) {
          const end = Math.min(from + truncation, lengths[0])
          const running = lengths.filter((length) => length > from)
          const piece = { ...problem, lengths: running.map((length) => Math.min(length, end) - from) }
          const x = whole.x.subarray(offsets[from] * D, offsets[end] * D)
          const before = from === 0 ? whole.h0 : pass.h.slice(offsets[from - 1] * H)
          const piecePass = passOf(piece, { ...whole, x, h0: before.slice(0, running.length * H) as Float64Array })
          const { vector, gradients } = gradientsOf(piece, dh.subarray(offsets[from] * H, offsets[end] * H))
          kernels.gruForward(piecePass)
          kernels.gruBackward(piecePass, gradients)
          const parts = partsOf(piece, vector)
          for (const name of weightNames) parts[name].forEach((value, i) => (wanted[name][i] += value))
          if (from === 0) wanted.h0.set(parts.h0)
          wanted.x.set(parts.x, offsets[from] * D)
        }
        const got = partsOf(problem, cut.vector)
        for (const [name] of sizesOf(problem)) expectNear(got[name], wanted[name])
      }),
      property,
    )
  })

  it('the tangent is the adjoint of the backward pass', () => {
    fc.assert(
      fc.property(problems, fc.boolean(), (problem, inputMoves) => {
        const { lengths, H, resetAfter, seed } = problem
        const rows = sum(lengths)
        const pass = passOf(problem, partsOf(problem, inputsOf(problem)))
        const dh = normals(`${seed}/dh`, rows * H)
        const { vector, gradients } = gradientsOf(problem, dh)
        const direction = normals(`${seed}/direction`, vector.length)
        const parts = partsOf(problem, direction)
        parts.h0.fill(0)
        if (!inputMoves) parts.x.fill(0)
        const tangents: GruTangents = {
          xDot: inputMoves ? parts.x : null,
          wxDot: parts.wx,
          whDot: parts.wh,
          bDot: parts.b,
          bhnDot: resetAfter ? parts.bhn : null,
          previous: unwritten(rows * H),
          gatesDot: unwritten(rows * 3 * H),
          innerDot: unwritten(rows * H),
          h0Dot: parts.h0,
          hDot: unwritten(rows * H),
        }
        kernels.gruForward(pass)
        kernels.gruBackward(pass, gradients)
        kernels.gruTangent(pass, tangents)
        expectNear([product(dh, tangents.hDot as Float64Array)], [product(vector, direction)])
      }),
      property,
    )
  })
})
