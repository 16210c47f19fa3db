import { describe, expect, it } from 'vitest'
import { type Mixing, referenceMixing } from '../../src/kernels/mixing.ts'
import { mixingMemory } from '../../src/kernels/simd/mixing.ts'
import { Random } from '../../src/numerics/random.ts'
import { noisesInto, normalsInto } from '../../src/numerics/ziggurat.ts'

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

describe('noises in WebAssembly', () => {
  it.each([1, 2, 3, 5, 1023, 1024, 1025, 4999, 60_001])('are the normals of the reference: %i of them', (n) => {
    const mixing = mixingMemory(n, 2)
    expect(mixing.noise).not.toBeNull()
    for (const seed of [
      [1, 2, 3, 4],
      [-7, n, 0, 1],
    ] as const) {
      const wanted = new Float32Array(n)
      normalsInto(wanted, seed, 0.25, 1.5)
      mixing.noises.fill(-1)
      noisesInto(mixing, n, seed, 0.25, 1.5)
      expect(mixing.noises.subarray(0, n)).toEqual(wanted)
      expect(mixing.noises.subarray(n).every((x) => x === -1)).toBe(true)
    }
  })

  it('are those of typed arrays where WebAssembly cannot run', () => {
    const [mixing, wanted] = [referenceMixing(50, 3), new Float32Array(150)]
    normalsInto(wanted, [1, 2, 3, 4], 0, 0.1)
    noisesInto(mixing, 150, [1, 2, 3, 4], 0, 0.1)
    expect(mixing.noises).toEqual(wanted)
  })
})

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
