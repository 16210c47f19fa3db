import { describe, expect, it } from 'vitest'
import { type Mixing, referenceMixing } from '../../src/kernels/mixing.ts'
import { mixingMemory } from '../../src/kernels/simd/mixing.ts'
import { Random } from '../../src/numerics/random.ts'

const rows = 5

/** The same numbers in any room: neighbours taken twice, out of order, and those of the last column. */
function filled(mixing: Mixing): Mixing {
  const { cols, from, shares, shift, offsets, x, noises } = mixing
  const random = new Random('mixing')
  for (const array of [shares, shift, offsets, noises]) random.normalInto(array)
  random.normalInto(x.subarray(0, rows * cols))
  for (let j = 0; j < cols; j++) from[j] = random.integer(cols - 1)
  from[0] = cols - 1
  shares[1] = 0
  return mixing
}

describe.each([2, 3, 8, 43])('rows of %i columns', (cols) => {
  it('are mixed in WebAssembly to the bits of the reference, of which a few terms are checked', () => {
    const [own, reference] = [mixingMemory(rows, cols), referenceMixing(rows, cols)].map(filled)
    expect(own.x.buffer).not.toBe(reference.x.buffer)
    expect(own.x.buffer).toBe(own.out.buffer) // in one memory: it is not the reference that ran
    for (const mixing of [own, reference]) mixing.run(rows)
    expect(own.out).toEqual(reference.out)
    expect(new Float32Array(Int32Array.from(own.bits).buffer)).toEqual(own.out)
    const { from, shares, shift, offsets, x, noises } = reference
    const [j, at] = [1, 2 * cols + from[1]]
    const mixed = Math.fround(shares[2] * x[at] + shares[3] * x[at + 1] + shift[j])
    expect(own.out[2 * cols + j]).toBe(Math.fround(mixed + (offsets[j] + noises[2 * cols + j])))
  })

  it('are themselves at first, and fewer rows leave the others alone', () => {
    for (const mixing of [mixingMemory(rows, cols), referenceMixing(rows, cols)]) {
      new Random(1).normalInto(mixing.x.subarray(0, rows * cols))
      mixing.run(rows - 1)
      expect(mixing.out.subarray(0, (rows - 1) * cols)).toEqual(mixing.x.subarray(0, (rows - 1) * cols))
      expect(mixing.out[rows * cols - 1]).toBe(0)
    }
  })
})
