import type { Potential } from '../../src/energy/potential.ts'
import { Random } from '../../src/numerics/random.ts'

/** The model of the given kind and size with normal weights and biases. */
export function randomPotential(
  seed: number | string,
  visible: number,
  hidden: number,
  binary: boolean,
  weightScale: number,
  biasScale = 1,
): Potential {
  const random = new Random(seed)
  const normals = (n: number, scale: number): Float64Array => {
    const out = new Float64Array(n)
    random.normalInto(out, 0, scale)
    return out
  }
  return {
    visible,
    hidden,
    binary,
    W: normals(visible * hidden, weightScale),
    b: normals(visible, biasScale),
    c: normals(hidden, biasScale),
  }
}

/** The units of state s: unit i is bit i. */
export function unitsOf(s: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => (s >> i) & 1)
}
