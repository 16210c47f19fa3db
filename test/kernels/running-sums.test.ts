import { describe, expect, it } from 'vitest'
import { referenceRunningSums, sumWeights } from '../../src/kernels/running-sums.ts'
import { runningSums } from '../../src/kernels/simd/running-sums.ts'
import { Random } from '../../src/numerics/random.ts'

function noise(length: number, seed: number): Float32Array {
  const x = new Float32Array(length)
  new Random(seed).normalInto(x, 0, 1)
  return x
}

describe('runningSums', () => {
  it.each([
    [1, 1],
    [5, 16],
    [7, 18],
    [218, 220],
    [3, 31],
  ])('of %i terms in %i sums has the bits of the reference, which rounds after every operation', (terms, sums) => {
    const w = noise(terms * sums, 1)
    const weights = sumWeights(terms, sums, (i, n) => w[n * terms + i])
    const x = noise(terms, 2)
    const [got, wanted, plain] = [1, 2, 3].map(() => new Float32Array(sums))
    runningSums(got, 0.5, x, weights)
    referenceRunningSums(wanted, 0.5, x, weights)
    for (let n = 0; n < sums; n++) {
      let sum = 0.5
      for (let i = 0; i < terms; i++) sum = Math.fround(sum + Math.fround(x[i] * w[n * terms + i]))
      plain[n] = sum
    }
    expect(wanted).toEqual(plain)
    expect(got).toEqual(wanted)
  })
})
