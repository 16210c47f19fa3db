/** Initial values of weights. */
import { log } from '../core/elementary.ts'
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

/** Normal with variance 2 / (fanIn + fanOut): Glorot & Bengio (2010). */
export function glorotNormal(fanIn: number, fanOut: number): (out: FloatArray, random: Random) => void {
  return (out, random) => random.normalInto(out, 0, Math.sqrt(2 / (fanIn + fanOut)))
}

/** Uniform in +-sqrt(6 / fanIn), of the variance of {@link heNormal}. */
export function heUniform(fanIn: number): (out: FloatArray, random: Random) => void {
  const limit = Math.sqrt(6 / fanIn)
  return (out, random) => random.uniformInto(out, -limit, limit)
}

/** A constant. */
export function constant(value: number): (out: FloatArray) => void {
  return (out) => out.fill(value)
}

/**
 * sign ln U(1, T - 1), for the biases of gates: Tallec & Ollivier (2018), "Can recurrent neural networks warp time?",
 * equation 16. A forget gate of bias ln u has a time constant of about u steps. Draws are from the layer's stream: its
 * forget gates (sign 1) and input gates (sign -1) are exact negatives of each other.
 */
export function chronoBias(T: number, sign: 1 | -1): (out: FloatArray, random: Random, layerRandom: Random) => void {
  return (out, _, layerRandom) => {
    layerRandom.substream('chrono').uniformInto(out, 1, T - 1)
    for (let j = 0; j < out.length; j++) out[j] = sign * log(out[j])
  }
}

/**
 * A random matrix [rows, cols] of normals, orthonormalised by Gram-Schmidt (Saxe, McClelland & Ganguli 2014): rows are
 * orthonormal, or columns if there are fewer. As a recurrent matrix it preserves the norm of the state.
 */
export function orthogonal(rows: number, cols: number = rows): (out: FloatArray, random: Random) => void {
  return (out, random) => {
    const n = Math.max(rows, cols)
    const [along, across] = rows <= cols ? [cols, 1] : [1, cols]
    orthonormal(Math.min(rows, cols), n, random).forEach((vector, i) => {
      for (let j = 0; j < n; j++) out[i * along + j * across] = vector[j]
    })
  }
}

function orthonormal(count: number, n: number, random: Random): Float64Array[] {
  const vectors = Array.from({ length: count }, () => new Float64Array(n))
  vectors.forEach((vector, i) => {
    random.normalInto(vector)
    // Twice, because one pass loses orthogonality between nearly parallel vectors.
    for (let pass = 0; pass < 2; pass++) for (let k = 0; k < i; k++) removePart(vector, vectors[k])
    const length = Math.sqrt(innerProduct(vector, vector))
    for (let j = 0; j < n; j++) vector[j] /= length
  })
  return vectors
}

function innerProduct(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let j = 0; j < x.length; j++) sum += x[j] * y[j]
  return sum
}

function removePart(x: Float64Array, direction: Float64Array): void {
  const part = innerProduct(x, direction)
  for (let j = 0; j < x.length; j++) x[j] -= part * direction[j]
}

/** Name of an initialiser of weight matrices. */
export type InitialiserName = 'glorotUniform' | 'glorotNormal' | 'heUniform' | 'heNormal' | 'orthogonal'

/** All values of {@link InitialiserName}. */
export const initialiserNames: readonly InitialiserName[] = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'orthogonal',
]

/** The initialiser `name` of a matrix stored [rows, cols] that maps `fanIn` numbers to `fanOut`. */
export function initialiserOf(
  name: InitialiserName,
  [rows, cols]: readonly [number, number],
  fanIn: number,
  fanOut: number,
): (out: FloatArray, random: Random) => void {
  if (name === 'orthogonal') return orthogonal(rows, cols)
  return { glorotUniform, glorotNormal, heUniform, heNormal }[name](fanIn, fanOut)
}
