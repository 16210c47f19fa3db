import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import '../support/wide.ts'

const records = kernelsNames.flatMap((name) => createKernels(name) ?? [])
const reference = createKernels()

function normals(seed: number, n: number): Float32Array {
  const out = new Float32Array(n)
  new Random(seed).normalInto(out)
  return out
}

describe.each(records)('draws of $name', (record) => {
  it('drops out as the reference does, at any length', () => {
    for (const n of [1, 5, 64, 1027, 4099]) {
      const seed = [n, 2, 3, 1] as const
      const x = normals(n, n)
      x[0] = -0
      const run = (kernels: typeof record, wide = false): number[][] => {
        const make = (): FloatArray => (wide ? new Float64Array(n) : new Float32Array(n))
        const [y, mask] = [make(), make()]
        kernels.dropout(y, mask, wide ? Float64Array.from(x) : x, seed, 5033165, 1 / 0.7)
        return [Array.from(y), Array.from(mask)]
      }
      expect(run(record)).toEqual(run(reference))
      expect(run(record, true)).toEqual(run(reference, true))
      expect(new Set(run(record)[1]).size).toBe(n > 64 ? 2 : new Set(run(reference)[1]).size)
    }
  })
})
