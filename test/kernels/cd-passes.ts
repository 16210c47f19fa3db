import fc from 'fast-check'
import type { CdPass } from '../../src/kernels/cd-pass.ts'
import { Random } from '../../src/numerics/random.ts'

/** A mini-batch to make. */
export type Shape = Pick<
  CdPass,
  'visible' | 'hidden' | 'history' | 'binary' | 'steps' | 'persistent' | 'rows' | 'chains'
> & {
  sampled: boolean
  seed: number
}

/** Sizes around the lanes and tiles; counts of cases and chains around a chunk, and different where they may be. */
export const shapes: fc.Arbitrary<Shape> = fc
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

/** A pass on normals and uniforms; scratch and results hold garbage. */
export function passOf(shape: Shape): CdPass {
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
