import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FloatArray } from '../../src/core/types.ts'
import type { CdPass } from '../../src/kernels/cd-pass.ts'
import { createKernels, kernelsNames } from '../../src/kernels/index.ts'
import { Random } from '../../src/numerics/random.ts'
import { Workspace } from '../../src/numerics/workspace.ts'
import '../support/wide.ts'
import { passOf, shapes } from './cd-passes.ts'

// Kernels in a room have the bits that they have on ordinary arrays, and keep what it holds.

const records = kernelsNames.flatMap((name) => createKernels(name) ?? [])
const reference = createKernels()
const room = (record: (typeof records)[number]) => record.room(new Workspace('float32'))

function normals(seed: number | string, n: number): Float32Array {
  const out = new Float32Array(n)
  new Random(seed).normalInto(out)
  return out
}

const names = ['w', 'ab', 'bias', 'windows', 'chain', 'hiddenDraws', 'positive', 'negative', 'reconstruction'] as const
const written = ['positive', 'negative', 'reconstruction', 'chain', 'dw', 'dab', 'dBias'] as const

describe.each(records)('a room of $name', (record) => {
  it('gives contrastive divergence the bits of ordinary arrays, also while its memory grows', () => {
    const one = room(record)
    fc.assert(
      fc.property(shapes, (shape) => {
        const pass = passOf(shape)
        const own = [...names, 'biases', 'sample', 'dw', 'dab', 'dBias'] as const
        const lengths = Object.fromEntries(own.map((name) => [name, pass[name].length])) as Record<string, number>
        lengths.visibleDraws = pass.visibleDraws?.length ?? 0
        const arrays = one.arrays(lengths)
        for (const name of own) arrays[name].set(pass[name])
        if (pass.visibleDraws !== null) arrays.visibleDraws.set(pass.visibleDraws)
        const visibleDraws = pass.visibleDraws && arrays.visibleDraws
        const found = one.contrastiveDivergence({ ...pass, ...arrays, visibleDraws } as CdPass)
        const after = one.arrays(lengths)
        expect(found).toBe(record.contrastiveDivergence(pass))
        for (const name of written) expect(after[name], name).toEqual(pass[name])
      }),
      { seed: 82, numRuns: 150 },
    )
  })

  it('gives the update with momentum and the norm the bits of ordinary arrays, at any place', () => {
    const one = room(record)
    for (const [offset, n] of [
      [0, 1],
      [3, 6],
      [1, 64],
      [5, 4099],
    ]) {
      const vectors = ['w', 'velocity', 'gradient'].map((name) => normals(name, offset + n + 2))
      const { w, velocity, gradient } = one.arrays({
        w: offset + n + 2,
        velocity: offset + n + 2,
        gradient: offset + n + 2,
      })
      const own = [w, velocity, gradient]
      own.forEach((array, i) => array.set(vectors[i]))
      const [x, speed, slope] = vectors
      const most = record.momentumStep(x, speed, slope, offset, n, 0.01, 0.9, 0.1)
      expect(one.momentumStep(w, velocity, gradient, offset, n, 0.01, 0.9, 0.1)).toBe(most)
      own.forEach((array, i) => expect(array).toEqual(vectors[i]))
      own.forEach((array, i) => expect(one.norm(array)).toBe(reference.norm(vectors[i])))
    }
  })

  it('draws the uniforms of the reference, also into ordinary arrays', () => {
    const one = room(record)
    for (const n of [1, 3, 1023, 1024, 1025, 2047, 2048, 9001]) {
      const seed = [n * 0x9e3779b1, ~n, 0, 1] as const
      const wanted = new Float32Array(n)
      reference.uniforms(wanted, seed)
      const { draws } = one.arrays({ draws: n })
      one.uniforms(draws, seed)
      expect(draws).toEqual(wanted)
      const ordinary: FloatArray[] = [new Float32Array(n), new Float64Array(n)]
      for (const out of ordinary) record.uniforms(out, seed)
      for (const out of ordinary) expect(Array.from(out)).toEqual(Array.from(wanted))
    }
  })

  it('gathers rows of one and of other data, in memory that grows', () => {
    const one = room(record)
    const sets = [normals('first', 300), normals('second', 70000)]
    const { kept } = one.arrays({ kept: 3 })
    kept.set([1, 2, 3])
    for (const data of [sets[0], sets[0], sets[1], sets[1], sets[1], sets[0], sets[0]]) {
      const starts = Int32Array.from({ length: 40 }, (_, r) => 7 * r)
      const members = Int32Array.of(39, 0, 3, 3, 17)
      one.gather(one.arrays({ out: 55 }).out, data, starts, members, 11)
      const wanted = [...members].flatMap((r) => [...data.subarray(7 * r, 7 * r + 11)])
      expect([...one.arrays({ out: 55 }).out]).toEqual(wanted)
    }
    expect([...one.arrays({ kept: 3 }).kept]).toEqual([1, 2, 3])
  })

  it('has its own memory, until it gives it back', () => {
    const [one, other] = [room(record), room(record)]
    one.arrays({ x: 2 }).x.set([1, 2])
    other.arrays({ x: 2 }).x.set([3, 4])
    expect([...one.arrays({ x: 2 }).x]).toEqual([1, 2])
    one.close()
    const third = room(record)
    third.arrays({ x: 2 }).x.set([5, 6])
    expect([...other.arrays({ x: 2 }).x]).toEqual([3, 4])
    expect([...third.arrays({ x: 2 }).x]).toEqual([5, 6])
  })
})
