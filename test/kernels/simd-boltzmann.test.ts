import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import type { CdPass } from '../../src/kernels/cd-pass.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import '../support/wide.ts'
import { passOf, shapes } from './cd-passes.ts'

// Contrastive divergence of a SIMD record against the reference in float64 on the same numbers and draws.

const reference = createKernels()
const records = kernelsNames.flatMap((name) => (name === 'js' ? [] : (createKernels(name) ?? [])))
const property = { seed: 80, numRuns: 200 }
const EPS = 2 ** -23

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
