import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import type { CdPass } from '../../src/kernels/cd-pass.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import '../support/wide.ts'

// Contrastive divergence of a SIMD record against the reference in float64 on the same numbers and draws.

const reference = createKernels()
const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const property = { seed: 80, numRuns: 200 }
const EPS = 2 ** -23

type Shape = Pick<CdPass, 'visible' | 'hidden' | 'history' | 'binary' | 'steps' | 'persistent' | 'rows' | 'chains'> & {
  sampled: boolean
  seed: number
}

/** Sizes around the lanes and tiles; counts of cases and chains around a chunk, and different where they may be. */
const shapes: fc.Arbitrary<Shape> = fc
  .record({
    visible: fc.integer({ min: 1, max: 11 }),
    hidden: fc.oneof(fc.integer({ min: 1, max: 11 }), fc.constantFrom(31, 32, 33)),
    history: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 23 })),
    binary: fc.boolean(),
    steps: fc.integer({ min: 1, max: 3 }),
    persistent: fc.boolean(),
    rows: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(255, 256, 257, 520)),
    others: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(255, 257, 600)),
    sampled: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ others, ...shape }) => ({
    ...shape,
    chains: shape.persistent && shape.history === 0 ? others : shape.rows,
  }))

function passOf(shape: Shape): CdPass {
  const { visible: V, hidden: H, history: K, rows, chains, steps, binary, sampled } = shape
  const random = new Random(shape.seed)
  const normals = (n: number, scale = 1): Float32Array => {
    const out = new Float32Array(n)
    random.normalInto(out, 0, scale)
    return out
  }
  const uniforms = (n: number): Float32Array => {
    const out = new Float32Array(n)
    random.uniformInto(out)
    return out
  }
  const cases = (n: number): Float32Array => (binary ? uniforms(n).map(Math.round) : normals(n))
  return {
    ...shape,
    w: normals(V * H, 0.5),
    ab: normals((V + H) * K, 0.2),
    bias: normals(V + H),
    windows: cases(rows * (V + K)),
    chain: cases(chains * V),
    hiddenDraws: uniforms(steps * chains * H),
    visibleDraws: sampled ? (binary ? uniforms : normals)(steps * chains * V) : null,
    // Scratch and results hold garbage.
    positive: normals(rows * H),
    negative: normals(chains * H),
    reconstruction: normals(rows * V),
    biases: normals(Math.max(rows, chains) * (V + H)),
    sample: normals(chains * H),
    dw: normals(V * H),
    dab: normals((V + H) * K),
    dBias: normals(V + H),
  }
}

function inFloat64(pass: CdPass): CdPass {
  const entries = Object.entries(pass).map(([name, x]) => [name, x instanceof Float32Array ? Float64Array.from(x) : x])
  return Object.fromEntries(entries) as CdPass
}

/** The pass after the reference, its Bernoulli draws shifted. */
function referencePass(pass: CdPass, shift = 0): CdPass & { error: number } {
  const copy = inFloat64(pass)
  copy.hiddenDraws = copy.hiddenDraws.map((draw) => draw + shift)
  if (copy.binary) copy.visibleDraws = copy.visibleDraws?.map((draw) => draw + shift) ?? null
  return Object.assign(copy, { error: reference.contrastiveDivergence(copy) })
}

/** Whether no draw is so near to its probability that rounding decides. */
function isDecided(pass: CdPass): boolean {
  const [below, above] = [referencePass(pass, -3e-6), referencePass(pass, 3e-6)]
  return (['reconstruction', 'chain'] as const).every((name) => below[name].every((x, i) => x === above[name][i]))
}

const results = ['positive', 'negative', 'reconstruction', 'chain', 'dw', 'dab', 'dBias'] as const
/** The largest distance of two arrays. */
function distance(x: FloatArray, y: FloatArray): number {
  let most = 0
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - y[i]))
  return most
}

/** The largest number, at least 1. */
function sizeOf(...arrays: FloatArray[]): number {
  return Math.max(1, ...arrays.map((x) => distance(x, new Float64Array(x.length))))
}

describe.each(records)('contrastive divergence of $name', (record) => {
  it('is that of the reference where no draw is a near miss', () => {
    let decided = 0
    fc.assert(
      fc.property(shapes, (shape) => {
        const pass = passOf(shape)
        if (!isDecided(pass)) return
        decided++
        const wanted = referencePass(pass)
        const error = record.contrastiveDivergence(pass)
        const size = sizeOf(wanted.windows, wanted.chain, wanted.reconstruction)
        expect(Math.abs(error - wanted.error)).toBeLessThan(60 * EPS * (wanted.error + 1))
        for (const name of results) {
          expect(distance(pass[name], wanted[name]), name).toBeLessThan(20 * EPS * size)
        }
      }),
      property,
    )
    expect(decided).toBeGreaterThan(property.numRuns / 2)
  })
})
