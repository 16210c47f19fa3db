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

/**
 * sign ln U(1, T - 1), for the biases of gates: Tallec & Ollivier (2018), "Can recurrent neural networks warp time?", equation 16.
 * A gate sigm(ln u) forgets over u steps. The draws come from the layer's stream, so that a layer's forget gates (sign 1)
 * and input gates (sign -1) are exact negatives of each other.
 */
export function chronoBias(T: number, sign: 1 | -1): (out: FloatArray, random: Random, layerRandom: Random) => void {
  return (out, _, layerRandom) => {
    layerRandom.substream('chrono').uniformInto(out, 1, T - 1)
    for (let j = 0; j < out.length; j++) out[j] = sign * Math.log(out[j])
  }
}

/**
 * Rows orthonormal: a matrix [n, n] of normals after Gram and Schmidt (Saxe, McClelland & Ganguli 2014). Keeps the length of
 * what goes round a recurrent layer.
 */
export function orthogonal(n: number): (out: FloatArray, random: Random) => void {
  return (out, random) => {
    const rows = Array.from({ length: n }, () => new Float64Array(n))
    rows.forEach((row, i) => {
      random.normalInto(row)
      // Twice, since once leaves an error of the order of the angle's loss.
      for (let pass = 0; pass < 2; pass++) for (let k = 0; k < i; k++) removePart(row, rows[k])
      const length = Math.sqrt(innerProduct(row, row))
      for (let j = 0; j < n; j++) row[j] /= length
      out.set(row, i * n)
    })
  }
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
