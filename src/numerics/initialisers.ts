/** Starting values of weights. */
import type { FloatArray } from '../core/types.ts'
import type { Random } from './random.ts'

/** Uniform in +-sqrt(6 / (fanIn + fanOut)): Glorot & Bengio (2010), equation 16. For sigmoid, tanh and softmax. */
export function glorotUniform(fanIn: number, fanOut: number): (out: FloatArray, random: Random) => void {
  const limit = Math.sqrt(6 / (fanIn + fanOut))
  return (out, random) => random.uniformInto(out, -limit, limit)
}

/** Normal with variance 2 / fanIn: He et al. (2015), equation 10. For rectifiers. */
export function heNormal(fanIn: number): (out: FloatArray, random: Random) => void {
  return (out, random) => random.normalInto(out, 0, Math.sqrt(2 / fanIn))
}

/** Every element the same. */
export function constant(value: number): (out: FloatArray) => void {
  return (out) => out.fill(value)
}
